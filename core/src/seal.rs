//! Sealing: a value becomes text that only the controller can read (FORMAT.md, F2 to F6).

use rand_core::CryptoRng;
use zeroize::Zeroizing;

#[cfg(feature = "native")]
use crate::backend::native;
use crate::backend::portable;
use crate::envelope::{TAG_BYTES, header};
use crate::fingerprint::Fingerprint;
use crate::public_key::PublicKey;
use crate::scope::Label;
use crate::sealed::SealedValue;

/// A public key made ready for a backend; make it once and seal many values with it.
pub struct SealingKey {
    backend: Backend,
    size_bytes: usize,
    fingerprint: Fingerprint,
}

enum Backend {
    Portable(portable::WrappingKey),
    #[cfg(feature = "native")]
    Native(native::WrappingKey),
}

impl SealingKey {
    /// Makes a key ready for the portable backend, which takes all randomness from the caller.
    pub fn portable(key: &PublicKey) -> Result<Self, Error> {
        let ready = portable::WrappingKey::new(key).ok_or(refused(key))?;
        Ok(Self::new(key, Backend::Portable(ready)))
    }

    /// Makes a key of 2048 to 8192 bits ready for the native backend.
    ///
    /// It takes the session key from the caller and draws the OAEP seed itself, so fixed randomness does
    /// not fix its output.
    #[cfg(feature = "native")]
    pub fn native(key: &PublicKey) -> Result<Self, Error> {
        let ready = native::WrappingKey::new(key).ok_or(refused(key))?;
        Ok(Self::new(key, Backend::Native(ready)))
    }

    fn new(key: &PublicKey, backend: Backend) -> Self {
        Self {
            backend,
            size_bytes: key.size_bytes(),
            fingerprint: key.fingerprint(),
        }
    }

    /// Returns the identity of the key.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Seals one value so that it opens under `label` only.
    ///
    /// Takes 32 bytes of `rng` for the session key, and on the portable backend 32 more for the OAEP seed.
    pub fn seal<R: CryptoRng + ?Sized>(
        &self,
        rng: &mut R,
        label: &Label,
        plaintext: &[u8],
    ) -> Result<SealedValue, Error> {
        let mut session_key = Zeroizing::new([0; 32]);
        rng.fill_bytes(&mut *session_key);
        let sealed = self.assemble(rng, label, &session_key, plaintext);
        let bytes = sealed.ok_or(Error::Backend)?;
        SealedValue::from_bytes(bytes).map_err(|_| Error::Backend)
    }

    /// Builds the envelope; the plaintext is encrypted where it lands, so no second copy exists.
    fn assemble<R: CryptoRng + ?Sized>(
        &self,
        rng: &mut R,
        label: &Label,
        session_key: &[u8; 32],
        plaintext: &[u8],
    ) -> Option<Vec<u8>> {
        let body = 2 + self.size_bytes;
        let length = body + plaintext.len() + TAG_BYTES;
        // Wiped if a step fails, and never grown.
        let mut out = Zeroizing::new(Vec::with_capacity(length));
        out.extend_from_slice(&header(self.size_bytes));
        out.resize(body, 0);
        self.wrap(rng, label, session_key, &mut out[2..])?;
        out.extend_from_slice(plaintext);
        let tag = self.encrypt(session_key, &mut out[body..])?;
        out.extend_from_slice(&tag);
        Some(std::mem::take(&mut *out))
    }

    fn wrap<R: CryptoRng + ?Sized>(
        &self,
        rng: &mut R,
        label: &Label,
        session_key: &[u8; 32],
        out: &mut [u8],
    ) -> Option<()> {
        match &self.backend {
            Backend::Portable(key) => key.wrap(rng, label.as_bytes(), session_key, out),
            #[cfg(feature = "native")]
            Backend::Native(key) => key.wrap(label.as_bytes(), session_key, out),
        }
    }

    fn encrypt(&self, session_key: &[u8; 32], buffer: &mut [u8]) -> Option<[u8; TAG_BYTES]> {
        match &self.backend {
            Backend::Portable(_) => portable::encrypt(session_key, buffer),
            #[cfg(feature = "native")]
            Backend::Native(_) => native::encrypt(session_key, buffer),
        }
    }
}

/// Why a value could not be sealed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The backend does not take the key.
    #[error("RSA key of {bits} bits is not usable with this backend")]
    KeyRefused {
        /// The size of the key.
        bits: usize,
    },

    /// The backend failed, which no known input causes.
    #[error("the cryptographic backend failed to encrypt")]
    Backend,
}

fn refused(key: &PublicKey) -> Error {
    let bits = key.bits();
    Error::KeyRefused { bits }
}
