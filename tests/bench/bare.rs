//! The peer for bulk work: `aws-lc-rs` called directly, with nothing checked, encoded or wiped.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::rand;
use aws_lc_rs::rsa::{
    OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, OaepPublicEncryptingKey,
    PrivateDecryptingKey, PublicEncryptingKey,
};

/// An old key that opens and a new one that seals.
pub(crate) struct Bare {
    open: OaepPrivateDecryptingKey,
    seal: OaepPublicEncryptingKey,
}

impl Bare {
    pub(crate) fn new(old_pkcs8: &[u8], new_spki: &[u8]) -> Self {
        let open = PrivateDecryptingKey::from_pkcs8(old_pkcs8).expect("openssl writes PKCS#8");
        let seal =
            PublicEncryptingKey::from_der(new_spki).expect("the certificate holds an RSA key");
        Self {
            open: OaepPrivateDecryptingKey::new(open).expect("the key is large enough"),
            seal: OaepPublicEncryptingKey::new(seal).expect("the key is large enough"),
        }
    }

    pub(crate) fn seal_batch(&self, label: &[u8], plaintext: &[u8], count: usize) {
        for _ in 0..count {
            drop(self.seal(label, plaintext));
        }
    }

    pub(crate) fn reseal_batch(&self, label: &[u8], sealed: &[u8], count: usize) {
        for _ in 0..count {
            drop(self.reseal(label, sealed));
        }
    }

    /// Seals a value into the bytes of an envelope.
    fn seal(&self, label: &[u8], plaintext: &[u8]) -> Vec<u8> {
        let mut session_key = [0; 32];
        rand::fill(&mut session_key).expect("the system has randomness");
        let size = self.seal.ciphertext_size();
        let mut out = vec![0; 2 + size];
        out[..2].copy_from_slice(
            &u16::try_from(size)
                .expect("a key is below 64 KiB")
                .to_be_bytes(),
        );
        let (padding, label) = (&OAEP_SHA256_MGF1SHA256, Some(label));
        self.seal
            .encrypt(padding, &session_key, &mut out[2..], label)
            .expect("a session key fits");
        let mut body = plaintext.to_vec();
        gcm(&session_key)
            .seal_in_place_append_tag(nonce(), Aad::empty(), &mut body)
            .expect("a value is short");
        out.append(&mut body);
        out
    }

    /// Opens an envelope with the old key and seals the value with the new one.
    fn reseal(&self, label: &[u8], sealed: &[u8]) -> Vec<u8> {
        let (wrapped, body) = sealed[2..].split_at(self.open.key_size_bytes());
        let mut session_key = vec![0; self.open.min_output_size()];
        let (padding, bound) = (&OAEP_SHA256_MGF1SHA256, Some(label));
        let session_key = self
            .open
            .decrypt(padding, wrapped, &mut session_key, bound)
            .expect("sealed with this key");
        let mut body = body.to_vec();
        let plaintext = gcm(session_key)
            .open_in_place(nonce(), Aad::empty(), &mut body)
            .expect("sealed with this key");
        self.seal(label, plaintext)
    }
}

fn gcm(session_key: &[u8]) -> LessSafeKey {
    LessSafeKey::new(
        UnboundKey::new(&AES_256_GCM, session_key).expect("the session key is 32 bytes"),
    )
}

/// A session key is used once, so a zero nonce is fine.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}
