//! Wrapping session keys and encrypting, in pure Rust.

use aes_gcm::{AeadInOut as _, Aes256Gcm, KeyInit as _, Nonce};
use rand_core::CryptoRng;
use rsa::{BoxedUint, Oaep};
use sha2::Sha256;

use crate::envelope::TAG_BYTES;
use crate::public_key::PublicKey;

/// A public key, ready to wrap session keys.
pub(crate) struct WrappingKey(rsa::PublicKey);

impl WrappingKey {
    pub(crate) fn new(key: &PublicKey) -> Option<Self> {
        let modulus = BoxedUint::from_be_slice_vartime(key.modulus());
        let exponent = BoxedUint::from(key.exponent());
        let sizes = PublicKey::MIN_BITS..=PublicKey::MAX_BITS;
        let key = rsa::PublicKey::new_with_size_limits(modulus, exponent, sizes);
        key.ok().map(Self)
    }

    /// Wraps a session key into `out`, which has the size of the modulus.
    pub(crate) fn wrap<R: CryptoRng + ?Sized>(
        &self,
        rng: &mut R,
        label: &[u8],
        session_key: &[u8],
        out: &mut [u8],
    ) -> Option<()> {
        let padding = Oaep::<Sha256>::new_with_label(label);
        let wrapped = self.0.encrypt(rng, padding, session_key).ok()?;
        out.copy_from_slice(&wrapped);
        Some(())
    }
}

/// Encrypts in place and returns the tag.
pub(crate) fn encrypt(session_key: &[u8; 32], buffer: &mut [u8]) -> Option<[u8; TAG_BYTES]> {
    let cipher = Aes256Gcm::new(session_key.into());
    let tag = cipher.encrypt_inout_detached(&Nonce::default(), &[], buffer.into());
    tag.ok().map(Into::into)
}
