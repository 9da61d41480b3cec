//! Private keys in every shape that operators have them (FORMAT.md, F12).
//!
//! PEM, one key or several, with certificates and text around; Secrets as YAML or JSON, alone, in a
//! `List` or `SecretList`, in several documents or a mixture of these, whatever their labels say. What is
//! skipped is named in a note, because a key that is silently missing costs values later.

mod blocks;
mod secrets;

use std::fmt;

use crate::certificate;
use crate::fingerprint::Fingerprint;
use crate::manifest::tree::{self, Stream};
use crate::pem;
use crate::private_key::{self, PrivateKey};
use crate::text;

/// The keys of a file, at least one.
pub struct KeyFile {
    /// The keys, in order.
    pub keys: Vec<PrivateKey>,
    /// What was skipped or looks wrong.
    pub notes: Vec<Note>,
}

/// Something about a part of the file that its owner should know.
#[derive(Debug)]
pub struct Note {
    /// Which part it is about.
    pub place: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a part of a key file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The bytes are no key that can unseal.
    #[error(transparent)]
    Key(#[from] private_key::Error),

    /// The key needs a passphrase.
    #[error("private key is encrypted with a passphrase")]
    Encrypted,

    /// The key is in the form that `ssh-keygen` writes.
    #[error("private key is in OpenSSH form, PEM is expected")]
    OpenSsh,

    /// The text is cut off inside the block.
    #[error("PEM block has no END line, so it is truncated")]
    NoEnd,

    /// The text inside the block, or of the entry, is no base64.
    #[error("not valid base64")]
    Base64,

    /// The entry is no text.
    #[error("not readable as text")]
    NotText(#[from] text::Error),

    /// The certificate next to a key is not its own.
    #[error(
        "certificate {certificate} does not belong to private key {key}, so what is sealed with it cannot be opened"
    )]
    Mismatch {
        /// The key in the certificate.
        certificate: Fingerprint,
        /// The private key.
        key: Fingerprint,
    },

    /// The certificate next to a key cannot be read.
    #[error("unusable certificate: {0}")]
    Certificate(certificate::Error),

    /// The Secret has no entry with a key.
    #[error("has no tls.key")]
    NoKey,

    /// The object is no Secret.
    #[error("is not a Secret, skipped")]
    NotASecret,
}

/// Why a file offers no private key at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file is no text.
    #[error("key file is not readable as text")]
    NotText(#[from] text::Error),

    /// The file is a private key, but in binary form.
    #[error("private key is in binary DER form, PEM is expected")]
    Der,

    /// The file looks like a manifest and is none.
    #[error("key file holds no PEM block and is not readable as YAML or JSON")]
    Manifest(#[from] tree::Error),

    /// The file holds nothing that could be a key.
    #[error("no private key found")]
    NotFound,

    /// The file holds keys, none of which can be used, or other things.
    #[error("no usable private key found: {}", list(.0))]
    NoneUsable(Vec<Note>),
}

impl Error {
    /// Returns what to try next, where there is something to try.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        let Self::NoneUsable(notes) = self else {
            return matches!(self, Self::Der)
                .then_some("convert it with: openssl pkey -inform der -in FILE -out key.pem");
        };
        notes.iter().find_map(Note::hint)
    }
}

impl Note {
    /// Returns what to try next, where there is something to try.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self.problem {
            Problem::Encrypted => Some("decrypt it first: openssl pkey -in FILE -out key.pem"),
            Problem::OpenSsh => Some("convert a copy of it: ssh-keygen -p -N '' -m PEM -f COPY"),
            _ => None,
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

/// Returns every private key of a file.
///
/// Accepts UTF-8 with and without mark and UTF-16.
pub fn parse(bytes: &[u8]) -> Result<KeyFile, Error> {
    if is_der_key(bytes) {
        return Err(Error::Der);
    }
    let decoded = text::decode(bytes)?;
    let mut found = Found::default();
    if looks_like_pem(&decoded.text) {
        found.pem(&decoded.text, "");
    } else {
        found.file_without_margin_dashes(&decoded.text)?;
    }
    found.finish()
}

fn is_der_key(bytes: &[u8]) -> bool {
    PrivateKey::from_pkcs8_der(bytes).is_ok() || PrivateKey::from_pkcs1_der(bytes).is_ok()
}

/// Says whether a PEM block starts at a margin; inside a manifest its lines are indented.
fn looks_like_pem(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("-----BEGIN "))
}

/// What a file was found to hold so far.
#[derive(Default)]
struct Found {
    keys: Vec<PrivateKey>,
    notes: Vec<Note>,
}

impl Found {
    /// Reads a manifest, or PEM that someone has indented.
    fn file_without_margin_dashes(&mut self, text: &str) -> Result<(), Error> {
        match Stream::parse(text) {
            Ok(stream) if secrets::holds_objects(&stream) => self.manifest(&stream),
            Err(error) if pem::blocks(text).is_empty() => Err(error.into()),
            _ => {
                self.pem(text, "");
                Ok(())
            }
        }
    }

    fn note(&mut self, place: impl Into<String>, problem: impl Into<Problem>) {
        self.notes.push(Note {
            place: place.into(),
            problem: problem.into(),
        });
    }

    fn finish(self) -> Result<KeyFile, Error> {
        let Self { keys, notes } = self;
        match (keys.is_empty(), notes.is_empty()) {
            (false, _) => Ok(KeyFile { keys, notes }),
            (true, true) => Err(Error::NotFound),
            (true, false) => Err(Error::NoneUsable(notes)),
        }
    }
}

fn list(notes: &[Note]) -> String {
    let notes: Vec<_> = notes.iter().map(Note::to_string).collect();
    notes.join("; ")
}
