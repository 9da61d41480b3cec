//! Unwrapping session keys and decrypting, in pure Rust.
//!
//! The private operation is not blinded: recovery is offline, with nobody there to time it, and randomness
//! would have to come from a caller who needs none. Its result is checked against the public key.

use aes_gcm::aead::consts::{U12, U16};
use aes_gcm::aes::Aes192;
use aes_gcm::{AeadInOut, Aes128Gcm, Aes256Gcm, AesGcm, KeyInit, Nonce};
use pkcs1::UintRef;
use rand_core::CryptoRng;
use rsa::hazmat::rsa_decrypt_and_check;
use rsa::traits::PublicKeyParts as _;
use rsa::{BoxedUint, Oaep};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::envelope::TAG_BYTES;
use crate::private_key::PrivateKey;

/// A private key, ready to unwrap session keys.
pub(crate) struct UnwrappingKey(Box<rsa::PrivateKey>);

impl UnwrappingKey {
    /// Makes a key ready, and checks that its numbers belong together.
    pub(crate) fn new(key: &PrivateKey) -> Option<Self> {
        let parts = key.parts();
        let number = |number: UintRef<'_>| BoxedUint::from_be_slice_vartime(number.as_bytes());
        let primes = vec![number(parts.prime1), number(parts.prime2)];
        let key = rsa::PrivateKey::from_components(
            number(parts.modulus),
            number(parts.public_exponent),
            number(parts.private_exponent),
            primes,
        );
        key.ok().map(Box::new).map(Self)
    }

    /// Unwraps a session key, if this key and label wrapped it.
    pub(crate) fn unwrap(&self, label: &[u8], wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let padding = Oaep::<Sha256>::new_with_label(label);
        self.0.decrypt(padding, wrapped).ok().map(Zeroizing::new)
    }

    /// Undoes RSA alone and leaves the padding: what a diagnosis looks into.
    pub(crate) fn raw(&self, wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let number = BoxedUint::from_be_slice(wrapped, self.0.n_bits_precision()).ok()?;
        let unblinded = None::<&mut dyn CryptoRng>;
        let message = rsa_decrypt_and_check(&*self.0, unblinded, &number).ok()?;
        let message = Zeroizing::new(message);
        let bytes = Zeroizing::new(message.to_be_bytes());
        let excess = bytes.len() - self.0.size();
        Some(Zeroizing::new(bytes[excess..].to_vec()))
    }
}

/// Decrypts in place; `None` when the tag does not match or no session key has this length.
pub(crate) fn decrypt(session_key: &[u8], buffer: &mut [u8], tag: [u8; TAG_BYTES]) -> Option<()> {
    match session_key.len() {
        16 => decrypt_with::<Aes128Gcm>(session_key, buffer, tag),
        24 => decrypt_with::<AesGcm<Aes192, U12>>(session_key, buffer, tag),
        32 => decrypt_with::<Aes256Gcm>(session_key, buffer, tag),
        _ => None,
    }
}

fn decrypt_with<C>(session_key: &[u8], buffer: &mut [u8], tag: [u8; TAG_BYTES]) -> Option<()>
where
    C: KeyInit + AeadInOut<NonceSize = U12, TagSize = U16>,
{
    let cipher = C::new_from_slice(session_key).ok()?;
    let opened = cipher.decrypt_inout_detached(&Nonce::default(), &[], buffer.into(), &tag.into());
    opened.ok()
}
