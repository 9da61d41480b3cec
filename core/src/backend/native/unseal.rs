//! Unwrapping session keys and decrypting, by AWS-LC.

use aws_lc_rs::aead::{
    AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, Algorithm, LessSafeKey, UnboundKey,
};
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use der::Encode as _;
use der::asn1::{AnyRef, OctetStringRef};
use pkcs8::PrivateKeyInfoRef;
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

use super::zero_nonce;
use crate::envelope::TAG_BYTES;
use crate::private_key::PrivateKey;
use crate::public_key::RSA;

/// A private key, ready to unwrap session keys.
pub(crate) struct UnwrappingKey(OaepPrivateDecryptingKey);

impl UnwrappingKey {
    /// Makes a key ready; AWS-LC checks that its numbers belong together.
    pub(crate) fn new(key: &PrivateKey) -> Option<Self> {
        let key = PrivateDecryptingKey::from_pkcs8(&pkcs8(key)?).ok()?;
        OaepPrivateDecryptingKey::new(key).ok().map(Self)
    }

    /// Unwraps a session key, if this key and label wrapped it.
    pub(crate) fn unwrap(&self, label: &[u8], wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut out = Zeroizing::new(vec![0; self.0.min_output_size()]);
        let label = Some(label);
        let opened = self
            .0
            .decrypt(&OAEP_SHA256_MGF1SHA256, wrapped, &mut out, label);
        let length = opened.ok()?.len();
        out.truncate(length);
        Some(out)
    }
}

/// Decrypts in place; `None` when the tag does not match or no session key has this length.
pub(crate) fn decrypt(session_key: &[u8], buffer: &mut [u8], tag: [u8; TAG_BYTES]) -> Option<()> {
    let key = UnboundKey::new(algorithm(session_key)?, session_key).ok()?;
    let key = LessSafeKey::new(key);
    let opened = key.open_in_place_separate_tag(zero_nonce(), Aad::empty(), &tag, buffer);
    opened.ok().map(|_| ())
}

/// Wraps a key for the only form that AWS-LC reads.
fn pkcs8(key: &PrivateKey) -> Option<Zeroizing<Vec<u8>>> {
    let algorithm = AlgorithmIdentifierRef {
        oid: RSA,
        parameters: Some(AnyRef::NULL),
    };
    let key = OctetStringRef::new(key.pkcs1_der()).ok()?;
    let der = PrivateKeyInfoRef::new(algorithm, key).to_der();
    der.ok().map(Zeroizing::new)
}

fn algorithm(session_key: &[u8]) -> Option<&'static Algorithm> {
    match session_key.len() {
        16 => Some(&AES_128_GCM),
        24 => Some(&AES_192_GCM),
        32 => Some(&AES_256_GCM),
        _ => None,
    }
}
