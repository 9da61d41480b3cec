//! The bytes of one sealed value (FORMAT.md, F2).

pub use crate::go_base64::{Error as Base64Error, decode as decode_base64};

/// How many bytes the AES-GCM tag adds to the plaintext.
pub const TAG_BYTES: usize = 16;

/// One sealed value, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope<'a> {
    wrapped_key: &'a [u8],
    ciphertext: &'a [u8],
}

impl<'a> Envelope<'a> {
    /// Takes bytes apart; nothing is decrypted.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let (header, rest) = bytes.split_first_chunk().ok_or(too_short(bytes, 2))?;
        let wrapped = usize::from(u16::from_be_bytes(*header));
        if wrapped == 0 {
            return Err(Error::EmptyWrappedKey);
        }
        let need = 2 + wrapped + TAG_BYTES;
        if bytes.len() < need {
            return Err(too_short(bytes, need));
        }
        let (wrapped_key, ciphertext) = rest.split_at(wrapped);
        Ok(Self {
            wrapped_key,
            ciphertext,
        })
    }

    /// Returns the session key, wrapped by RSA-OAEP.
    #[must_use]
    pub fn wrapped_key(&self) -> &'a [u8] {
        self.wrapped_key
    }

    /// Returns the AES-GCM ciphertext with its tag at the end.
    #[must_use]
    pub fn ciphertext(&self) -> &'a [u8] {
        self.ciphertext
    }

    /// Returns the exact length of the plaintext, which anyone can see.
    #[must_use]
    pub fn plaintext_len(&self) -> usize {
        self.ciphertext.len() - TAG_BYTES
    }

    /// Puts the parts together again.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        [
            &header(self.wrapped_key.len())[..],
            self.wrapped_key,
            self.ciphertext,
        ]
        .concat()
    }
}

/// Returns the bytes that announce a wrapped key of this length.
pub(crate) fn header(wrapped_key_len: usize) -> [u8; 2] {
    u16::try_from(wrapped_key_len)
        .expect("keys have at most 16384 bits, and parsed lengths came from 16 bits")
        .to_be_bytes()
}

/// Why bytes are no sealed value.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes end before the parts that the header announces.
    #[error("sealed value is {got} bytes, but its header needs {need}")]
    TooShort {
        /// How many bytes there are.
        got: usize,
        /// How many there must be at least.
        need: usize,
    },

    /// The header announces a wrapped key of no bytes.
    #[error("sealed value holds no wrapped session key")]
    EmptyWrappedKey,
}

fn too_short(bytes: &[u8], need: usize) -> Error {
    let got = bytes.len();
    Error::TooShort { got, need }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(got: usize, need: usize) -> Error {
        Error::TooShort { got, need }
    }

    #[test]
    fn parts_are_found_and_put_together_again() {
        let bytes = [&[0, 3][..], b"key", b"body", &[9; TAG_BYTES]].concat();
        let envelope = Envelope::parse(&bytes).unwrap();
        assert_eq!(envelope.wrapped_key(), b"key");
        assert_eq!(envelope.plaintext_len(), 4);
        assert_eq!(envelope.encode(), bytes);
    }

    #[test]
    fn every_truncation_is_named() {
        let bytes = [&[0, 3][..], b"key", &[9; TAG_BYTES]].concat();
        assert_eq!(Envelope::parse(&[]), Err(short(0, 2)));
        assert_eq!(Envelope::parse(&[0]), Err(short(1, 2)));
        for got in 2..bytes.len() {
            assert_eq!(Envelope::parse(&bytes[..got]), Err(short(got, 21)));
        }
    }

    #[test]
    fn a_header_larger_than_the_value_reserves_nothing() {
        assert_eq!(Envelope::parse(&[0xff, 0xff]), Err(short(2, 65553)));
    }

    #[test]
    fn an_empty_wrapped_key_is_named() {
        let bytes = [0; 2 + TAG_BYTES];
        assert_eq!(Envelope::parse(&bytes), Err(Error::EmptyWrappedKey));
    }
}
