//! Wrapping session keys and encrypting, by AWS-LC.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, UnboundKey};
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey};

use super::zero_nonce;
use crate::envelope::TAG_BYTES;
use crate::public_key::PublicKey;

/// A public key, ready to wrap session keys.
pub(crate) struct WrappingKey(OaepPublicEncryptingKey);

impl WrappingKey {
    pub(crate) fn new(key: &PublicKey) -> Option<Self> {
        let key = PublicEncryptingKey::from_der(&key.to_spki_der()).ok()?;
        OaepPublicEncryptingKey::new(key).ok().map(Self)
    }

    /// Wraps a session key into `out`, which has the size of the modulus.
    pub(crate) fn wrap(&self, label: &[u8], session_key: &[u8], out: &mut [u8]) -> Option<()> {
        let label = Some(label);
        let wrapped = self
            .0
            .encrypt(&OAEP_SHA256_MGF1SHA256, session_key, out, label);
        wrapped.ok().map(|_| ())
    }
}

/// Encrypts in place and returns the tag.
pub(crate) fn encrypt(session_key: &[u8; 32], buffer: &mut [u8]) -> Option<[u8; TAG_BYTES]> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, session_key).ok()?);
    let tag = key.seal_in_place_separate_tag(zero_nonce(), Aad::empty(), buffer);
    tag.ok()?.as_ref().try_into().ok()
}
