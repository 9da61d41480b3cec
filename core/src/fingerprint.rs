//! The identity of a key: what `ssh-keygen -lf` prints for it (FORMAT.md, F9).

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use sha2::{Digest, Sha256};

/// The OpenSSH SHA-256 fingerprint of an RSA public key, `SHA256:…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Returns the fingerprint of the key with this big-endian modulus, without leading zeros.
    pub(crate) fn of_rsa(exponent: u32, modulus: &[u8]) -> Self {
        let zeros = exponent.leading_zeros() as usize / 8;
        let mut hash = Sha256::new();
        write_string(&mut hash, &[b"ssh-rsa"]);
        write_number(&mut hash, &exponent.to_be_bytes()[zeros..]);
        write_number(&mut hash, modulus);
        Self(hash.finalize().into())
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{PREFIX}{}", STANDARD_NO_PAD.encode(self.0)))
    }
}

impl FromStr for Fingerprint {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let encoded = text.strip_prefix(PREFIX).ok_or(Error::NoPrefix)?;
        let bytes = STANDARD_NO_PAD.decode(encoded).map_err(|_| Error::Base64)?;
        bytes.try_into().map(Self).map_err(|_| Error::Base64)
    }
}

/// Why a text is no fingerprint.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text starts otherwise.
    #[error("fingerprint does not start with SHA256:")]
    NoPrefix,

    /// What follows is no SHA-256 hash.
    #[error("fingerprint is not SHA256: and 43 characters of base64")]
    Base64,
}

const PREFIX: &str = "SHA256:";

/// Writes an SSH `string`: a 32 bit length and the bytes (RFC 4251 section 5).
fn write_string(hash: &mut Sha256, parts: &[&[u8]]) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let length = u32::try_from(length).expect("a key is at most a few kilobytes");
    hash.update(length.to_be_bytes());
    parts.iter().for_each(|part| hash.update(part));
}

/// Writes an SSH `mpint`: a zero byte keeps a number with the top bit set positive.
fn write_number(hash: &mut Sha256, number: &[u8]) {
    let negative = number.first().is_some_and(|byte| byte & 0x80 != 0);
    let sign: &[u8] = if negative { &[0] } else { &[] };
    write_string(hash, &[sign, number]);
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "SHA256:YQM5AFklQZ8z+ZeuLV6UvERGCXurx2OqVLZrHN7MHDI";

    #[test]
    fn the_printed_form_reads_back() {
        let fingerprint: Fingerprint = TEXT.parse().unwrap();
        assert_eq!(fingerprint.to_string(), TEXT);
    }

    #[test]
    fn other_texts_are_refused() {
        let short = &TEXT[..TEXT.len() - 1];
        let padded = format!("{TEXT}=");
        for text in ["", "SHA256:", "MD5:00", &TEXT[7..], short, &padded] {
            assert!(text.parse::<Fingerprint>().is_err(), "{text}");
        }
    }
}
