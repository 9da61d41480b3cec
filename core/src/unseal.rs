//! Unsealing: recovery with the controller's private keys, and a diagnosis where that fails
//! (FORMAT.md, F7 and F8).

#[cfg(feature = "native")]
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use zeroize::Zeroizing;

#[cfg(feature = "native")]
use crate::backend::native;
use crate::backend::portable;
use crate::envelope::{Envelope, TAG_BYTES};
use crate::fingerprint::Fingerprint;
use crate::oaep::{self, Message};
use crate::private_key::PrivateKey;
use crate::scope::{Label, LabelHash};
use crate::sealed::SealedValue;
use crate::secret::SecretBytes;

/// A private key made ready for a backend; make it once and open many values with it.
pub struct UnsealingKey {
    key: PrivateKey,
    backend: Backend,
}

enum Backend {
    Portable(portable::UnwrappingKey),
    #[cfg(feature = "native")]
    Native {
        key: native::UnwrappingKey,
        /// Its portable twin, made when a diagnosis first asks for raw RSA.
        twin: OnceLock<Option<portable::UnwrappingKey>>,
    },
}

impl UnsealingKey {
    /// Makes a key ready for the portable backend.
    pub fn portable(key: &PrivateKey) -> Result<Self, Error> {
        let ready = portable::UnwrappingKey::new(key).ok_or(refused(key))?;
        Ok(Self::new(key, Backend::Portable(ready)))
    }

    /// Makes a key of 2048 to 8192 bits ready for the native backend.
    #[cfg(feature = "native")]
    pub fn native(key: &PrivateKey) -> Result<Self, Error> {
        let ready = native::UnwrappingKey::new(key).ok_or(refused(key))?;
        let twin = OnceLock::new();
        Ok(Self::new(key, Backend::Native { key: ready, twin }))
    }

    fn new(key: &PrivateKey, backend: Backend) -> Self {
        Self {
            key: key.share(),
            backend,
        }
    }

    /// Returns the identity of the key.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.key.fingerprint()
    }

    /// Opens a value with this key alone.
    pub fn unseal(&self, label: &Label, envelope: &Envelope<'_>) -> Result<SecretBytes, Error> {
        let wrapped = envelope.wrapped_key();
        if !self.may_open(wrapped) {
            return Err(Error::NoneOpened { tried: 1 });
        }
        let session_key = self.unwrap(label, wrapped);
        let session_key = session_key.ok_or(Error::NoneOpened { tried: 1 })?;
        self.open(&session_key, envelope)
    }

    fn may_open(&self, wrapped: &[u8]) -> bool {
        self.key.public_key().may_have_wrapped(wrapped)
    }

    fn unwrap(&self, label: &Label, wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        match &self.backend {
            Backend::Portable(key) => key.unwrap(label.as_bytes(), wrapped),
            #[cfg(feature = "native")]
            Backend::Native { key, .. } => key.unwrap(label.as_bytes(), wrapped),
        }
    }

    fn open(&self, session_key: &[u8], envelope: &Envelope<'_>) -> Result<SecretBytes, Error> {
        let fingerprint = self.fingerprint();
        if !matches!(session_key.len(), 16 | 24 | 32) {
            let bytes = session_key.len();
            return Err(Error::SessionKey { fingerprint, bytes });
        }
        let ciphertext = envelope.ciphertext();
        let (content, tag) = ciphertext
            .split_last_chunk::<TAG_BYTES>()
            .expect("an envelope's ciphertext ends with a tag");
        // Decrypted where it is, so no second copy of the plaintext exists.
        let mut buffer = Zeroizing::new(content.to_vec());
        let opened = self.decrypt(session_key, &mut buffer, *tag);
        opened
            .map(|()| buffer.into())
            .ok_or(Error::Damaged { fingerprint })
    }

    fn decrypt(&self, session_key: &[u8], buffer: &mut [u8], tag: [u8; TAG_BYTES]) -> Option<()> {
        match &self.backend {
            Backend::Portable(_) => portable::decrypt(session_key, buffer, tag),
            #[cfg(feature = "native")]
            Backend::Native { .. } => native::decrypt(session_key, buffer, tag),
        }
    }

    /// Returns what the wrapped key holds, if this key wrapped it, whatever the label was.
    fn look_inside(&self, wrapped: &[u8]) -> Option<Message> {
        if !self.may_open(wrapped) {
            return None;
        }
        oaep::unmask(self.portable_key()?.raw(wrapped)?)
    }

    fn portable_key(&self) -> Option<&portable::UnwrappingKey> {
        match &self.backend {
            Backend::Portable(key) => Some(key),
            #[cfg(feature = "native")]
            Backend::Native { twin, .. } => {
                let make = || portable::UnwrappingKey::new(&self.key);
                twin.get_or_init(make).as_ref()
            }
        }
    }
}

/// All private keys at hand; threads share one ring.
pub struct KeyRing {
    keys: Vec<UnsealingKey>,
    /// Where to look first: the files of a repository are mostly sealed for one key.
    last: AtomicUsize,
}

/// A value that was opened.
pub struct Opened {
    /// The plaintext.
    pub plaintext: SecretBytes,
    /// The key that opened it.
    pub fingerprint: Fingerprint,
}

/// What a value tells someone who holds its private key but not its label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// The key it was sealed for, if that is in the ring.
    pub fingerprint: Option<Fingerprint>,
    /// The label it was sealed under, as a hash to compare candidates with.
    pub label_hash: Option<LabelHash>,
    /// Whether the content is undamaged: it opens as soon as the label is right.
    pub intact: bool,
}

impl KeyRing {
    /// Collects keys, each once.
    #[must_use]
    pub fn new(keys: Vec<UnsealingKey>) -> Self {
        let mut unique: Vec<UnsealingKey> = Vec::with_capacity(keys.len());
        for key in keys {
            if unique
                .iter()
                .all(|other| other.fingerprint() != key.fingerprint())
            {
                unique.push(key);
            }
        }
        Self {
            keys: unique,
            last: AtomicUsize::new(0),
        }
    }

    /// Returns how many different keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Says whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Returns the identities of the keys.
    pub fn fingerprints(&self) -> impl Iterator<Item = Fingerprint> {
        self.keys.iter().map(UnsealingKey::fingerprint)
    }

    /// Opens a value with whichever key opens it, the last successful one first.
    pub fn unseal(&self, label: &Label, value: &SealedValue) -> Result<Opened, Error> {
        let envelope = value.envelope();
        let wrapped = envelope.wrapped_key();
        for (index, key) in self.candidates(wrapped) {
            if let Some(session_key) = key.unwrap(label, wrapped) {
                self.last.store(index, Ordering::Relaxed);
                let plaintext = key.open(&session_key, &envelope)?;
                let fingerprint = key.fingerprint();
                return Ok(Opened {
                    plaintext,
                    fingerprint,
                });
            }
        }
        Err(self.not_opened(wrapped))
    }

    /// Opens a value with one certain key of the ring; `None` when it is not there or does not open.
    #[must_use]
    pub fn unseal_with(
        &self,
        fingerprint: Fingerprint,
        label: &Label,
        value: &SealedValue,
    ) -> Option<SecretBytes> {
        let key = self
            .keys
            .iter()
            .find(|key| key.fingerprint() == fingerprint)?;
        key.unseal(label, &value.envelope()).ok()
    }

    /// Says which key a value was sealed for and under which label, where only the label is unknown.
    ///
    /// Costs one private operation of the portable backend per key that fits.
    #[must_use]
    pub fn explain(&self, value: &SealedValue) -> Explanation {
        let envelope = value.envelope();
        for (_, key) in self.candidates(envelope.wrapped_key()) {
            if let Some(message) = key.look_inside(envelope.wrapped_key()) {
                return Explanation {
                    fingerprint: Some(key.fingerprint()),
                    label_hash: Some(message.label_hash),
                    intact: key.open(&message.session_key, &envelope).is_ok(),
                };
            }
        }
        Explanation::default()
    }

    /// Returns the keys that can have wrapped this, with their places.
    fn candidates(&self, wrapped: &[u8]) -> impl Iterator<Item = (usize, &UnsealingKey)> {
        let (before, from_last) = self.keys.split_at(self.last.load(Ordering::Relaxed));
        let later = (before.len()..).zip(from_last);
        let places = later.chain((0..).zip(before));
        places.filter(move |(_, key)| key.may_open(wrapped))
    }

    fn not_opened(&self, wrapped: &[u8]) -> Error {
        if self.keys.is_empty() {
            return Error::NoKeys;
        }
        let bytes = wrapped.len();
        let fits = |key: &&UnsealingKey| key.key.public_key().size_bytes() == bytes;
        match self.keys.iter().filter(fits).count() {
            0 => Error::NoKeyOfSize { bits: bytes * 8 },
            tried => Error::NoneOpened { tried },
        }
    }
}

/// Why a value could not be opened.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is nothing to open it with.
    #[error("no private key is given")]
    NoKeys,

    /// All keys are of other sizes.
    #[error("value is sealed for a key of {bits} bits, and none of that size is given")]
    NoKeyOfSize {
        /// The size of the key it is sealed for.
        bits: usize,
    },

    /// Keys of the right size did not open it: another key, another label or a damaged wrapped key, which
    /// the encryption keeps indistinguishable. [`KeyRing::explain`] can tell.
    #[error("no key could decrypt secret ({tried} of the right size tried)")]
    NoneOpened {
        /// How many keys have the right size.
        tried: usize,
    },

    /// The key and the label are right, the content is not.
    #[error("value is damaged: key {fingerprint} opens it, but its content was changed or cut")]
    Damaged {
        /// The key that it is sealed for.
        fingerprint: Fingerprint,
    },

    /// The key and the label are right, but what was wrapped is no AES key.
    #[error("session key under {fingerprint} is {bytes} bytes, AES needs 16, 24 or 32")]
    SessionKey {
        /// The key that it is sealed for.
        fingerprint: Fingerprint,
        /// The length of what was wrapped.
        bytes: usize,
    },

    /// The numbers of a private key do not belong together, or the backend does not take its size.
    #[error("private key {fingerprint} of {bits} bits is damaged or not usable with this backend")]
    KeyRefused {
        /// The public half of the key.
        fingerprint: Fingerprint,
        /// Its size.
        bits: usize,
    },
}

fn refused(key: &PrivateKey) -> Error {
    Error::KeyRefused {
        fingerprint: key.fingerprint(),
        bits: key.public_key().bits(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_file;

    #[test]
    fn the_last_successful_key_is_tried_first() {
        let file = [
            include_str!("../../tests/vectors/kubeseal/keyA.key"),
            include_str!("../../tests/vectors/kubeseal/keyB.key"),
        ];
        let keys = key_file::parse(file.concat().as_bytes()).unwrap().keys;
        let keys = keys.iter().map(|key| UnsealingKey::portable(key).unwrap());
        let ring = KeyRing::new(keys.collect());
        let order = || -> Vec<usize> {
            let candidates = ring.candidates(&[0; 256]);
            candidates.map(|(place, _)| place).collect()
        };
        assert_eq!(order(), [0, 1]);
        ring.last.store(1, Ordering::Relaxed);
        assert_eq!(order(), [1, 0]);
    }
}
