//! A sealed value as it stands in a manifest: base64 around an envelope.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::envelope::{self, Base64Error, Envelope, decode_base64};

/// One value of `spec.encryptedData`: well formed, and nothing more is known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedValue {
    text: String,
    bytes: Vec<u8>,
}

impl SealedValue {
    /// Reads a value as leniently as the controller does (FORMAT.md, F1 and F2).
    pub fn parse(text: &str) -> Result<Self, Error> {
        let bytes = decode_base64(text).map_err(|error| Error::new(error, text))?;
        Ok(Self::from_bytes(bytes)?)
    }

    /// Takes the bytes that the base64 text stands for.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, envelope::Error> {
        Envelope::parse(&bytes)?;
        let text = STANDARD.encode(&bytes);
        Ok(Self { text, bytes })
    }

    /// Returns the value as one line of padded base64, whatever the text it was read from looked like.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the bytes behind the base64.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the parts of the value.
    #[must_use]
    pub fn envelope(&self) -> Envelope<'_> {
        Envelope::parse(&self.bytes).expect("the bytes were parsed when the value was made")
    }

    /// Returns the exact length of the plaintext, which anyone can see.
    #[must_use]
    pub fn plaintext_len(&self) -> usize {
        self.envelope().plaintext_len()
    }

    /// Returns the length of the wrapped session key: the size in bytes of the key it is sealed for.
    #[must_use]
    pub fn wrapped_key_len(&self) -> usize {
        self.envelope().wrapped_key().len()
    }
}

impl fmt::Display for SealedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// Why a text is no sealed value.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is no base64 that the controller reads.
    #[error(transparent)]
    Base64(Base64Error),

    /// The text holds a space where YAML has folded a line break into one.
    #[error("{0}, which is a space: write the value on one line or as a `|` block")]
    Folded(Base64Error),

    /// The bytes are too few or contradict themselves.
    #[error(transparent)]
    Envelope(#[from] envelope::Error),
}

impl Error {
    fn new(error: Base64Error, text: &str) -> Self {
        match text.as_bytes().get(error.offset) {
            Some(b' ') => Self::Folded(error),
            _ => Self::Base64(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two bytes of header, a wrapped key of one byte, a plaintext of one byte.
    const TEXT: &str = "AAEAAAAAAAAAAAAAAAAAAAAAAAA=";

    #[test]
    fn a_block_scalar_becomes_one_line() {
        let block = format!("{}\n{}\r\n", &TEXT[..9], &TEXT[9..]);
        let value = SealedValue::parse(&block).unwrap();
        assert_eq!(value.as_str(), TEXT);
        assert_eq!((value.wrapped_key_len(), value.plaintext_len()), (1, 1));
    }

    #[test]
    fn a_folded_scalar_is_refused_with_the_offset() {
        let folded = format!("{} {}", &TEXT[..9], &TEXT[9..]);
        let error = SealedValue::parse(&folded).unwrap_err();
        assert_eq!(error, Error::Folded(Base64Error { offset: 9 }));
    }

    #[test]
    fn an_empty_text_is_too_short() {
        let error = SealedValue::parse("").unwrap_err();
        assert!(matches!(error, Error::Envelope(_)), "{error}");
    }
}
