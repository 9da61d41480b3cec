//! RSA public keys as numbers, independent of any backend.

use der::asn1::{AnyRef, BitStringRef, UintRef};
use der::{Decode as _, Encode as _};
use pkcs1::RsaPublicKeyRef;
use spki::{AlgorithmIdentifierRef, ObjectIdentifier, SubjectPublicKeyInfoRef};

use crate::fingerprint::Fingerprint;

/// An RSA public key that both the controller and this crate accept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    modulus: Box<[u8]>,
    exponent: u32,
    fingerprint: Fingerprint,
}

impl PublicKey {
    /// The smallest modulus that the controller's RSA accepts (FORMAT.md, F3).
    pub const MIN_BITS: usize = 1024;

    /// The largest modulus accepted here, which bounds the work that a hostile key can cause.
    pub const MAX_BITS: usize = 16384;

    /// Reads a `SubjectPublicKeyInfo` in DER.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, Error> {
        let spki = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| Error::Malformed)?;
        if spki.algorithm.oid != RSA {
            return Err(Error::NotRsa(algorithm_name(&spki.algorithm)));
        }
        let bits = spki.subject_public_key.as_bytes().ok_or(Error::Malformed)?;
        let key = RsaPublicKeyRef::from_der(bits).map_err(|_| Error::Malformed)?;
        Self::from_numbers(key.modulus.as_bytes(), key.public_exponent.as_bytes())
    }

    /// Makes a key from its big-endian numbers; leading zeros are fine.
    pub fn from_numbers(modulus: &[u8], exponent: &[u8]) -> Result<Self, Error> {
        let modulus = without_leading_zeros(modulus);
        check_size(bit_length(modulus))?;
        if modulus.last().is_none_or(|byte| byte % 2 == 0) {
            return Err(Error::EvenModulus);
        }
        let exponent = exponent_value(exponent)?;
        Ok(Self {
            modulus: modulus.into(),
            exponent,
            fingerprint: Fingerprint::of_rsa(exponent, modulus),
        })
    }

    /// Returns the modulus, big-endian, without leading zeros.
    #[must_use]
    pub fn modulus(&self) -> &[u8] {
        &self.modulus
    }

    /// Returns the public exponent.
    #[must_use]
    pub fn exponent(&self) -> u32 {
        self.exponent
    }

    /// Returns the size of the modulus in bits: what people call the key size.
    #[must_use]
    pub fn bits(&self) -> usize {
        bit_length(&self.modulus)
    }

    /// Returns the size of the modulus, and so of every wrapped key, in bytes.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        self.modulus.len()
    }

    /// Returns the key's identity, as `ssh-keygen -lf` prints it.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Says whether this key can have produced a wrapped session key.
    ///
    /// One-sided: `false` is certain (another size, or a number not below the modulus), `true` is not.
    #[must_use]
    pub fn may_have_wrapped(&self, wrapped_key: &[u8]) -> bool {
        // Equal lengths, so the order of the bytes is the order of the numbers.
        wrapped_key.len() == self.size_bytes() && wrapped_key < self.modulus()
    }

    /// Returns the key as `SubjectPublicKeyInfo` in DER.
    #[must_use]
    pub fn to_spki_der(&self) -> Vec<u8> {
        self.encode_spki()
            .expect("a key of at most 16384 bits fits in DER")
    }

    fn encode_spki(&self) -> der::Result<Vec<u8>> {
        let exponent = self.exponent.to_be_bytes();
        let key = RsaPublicKeyRef {
            modulus: UintRef::new(&self.modulus)?,
            public_exponent: UintRef::new(&exponent)?,
        };
        let key = key.to_der()?;
        let info = SubjectPublicKeyInfoRef {
            algorithm: AlgorithmIdentifierRef {
                oid: RSA,
                parameters: Some(AnyRef::NULL),
            },
            subject_public_key: BitStringRef::from_bytes(&key)?,
        };
        info.to_der()
    }
}

/// Why a public key cannot seal.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The structure around the numbers is broken.
    #[error("public key is not valid DER")]
    Malformed,

    /// The key is of another kind.
    #[error("expected an RSA public key, found {0}")]
    NotRsa(String),

    /// The modulus is too short to be safe; the controller refuses it too.
    #[error("RSA key of {bits} bits is insecure, at least 1024 bits are needed")]
    TooSmall {
        /// The size of the modulus.
        bits: usize,
    },

    /// The modulus is so long that using it would only cost time.
    #[error("RSA key of {bits} bits is too large, at most 16384 bits are supported")]
    TooLarge {
        /// The size of the modulus.
        bits: usize,
    },

    /// The modulus is even, so it is no product of two large primes.
    #[error("RSA modulus is even, the key is damaged")]
    EvenModulus,

    /// The exponent is outside what the controller's RSA accepts.
    #[error("RSA public exponent is not an odd number from 3 to 2147483647")]
    Exponent,
}

/// `rsaEncryption` (RFC 8017 appendix A.1).
pub(crate) const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// Returns what to call the kind of a key that is not RSA.
pub(crate) fn algorithm_name(algorithm: &AlgorithmIdentifierRef<'_>) -> String {
    let curve = || algorithm.parameters_oid().ok().map(|oid| oid.to_string());
    match algorithm.oid.to_string().as_str() {
        "1.2.840.10045.2.1" => match curve().as_deref() {
            Some("1.2.840.10045.3.1.7") => "an elliptic curve key (P-256)".into(),
            Some("1.3.132.0.34") => "an elliptic curve key (P-384)".into(),
            Some("1.3.132.0.35") => "an elliptic curve key (P-521)".into(),
            _ => "an elliptic curve key".into(),
        },
        "1.3.101.110" => "an X25519 key".into(),
        "1.3.101.112" => "an Ed25519 key".into(),
        "1.2.840.10040.4.1" => "a DSA key".into(),
        "1.2.840.113549.1.1.7" => "a key for RSA-OAEP only".into(),
        "1.2.840.113549.1.1.10" => "a key for RSA-PSS signatures only".into(),
        other => format!("a key of algorithm {other}"),
    }
}

fn check_size(bits: usize) -> Result<(), Error> {
    if bits < PublicKey::MIN_BITS {
        return Err(Error::TooSmall { bits });
    }
    if bits > PublicKey::MAX_BITS {
        return Err(Error::TooLarge { bits });
    }
    Ok(())
}

fn exponent_value(bytes: &[u8]) -> Result<u32, Error> {
    let bytes = without_leading_zeros(bytes);
    if bytes.len() > 4 {
        return Err(Error::Exponent);
    }
    let value = bytes.iter().fold(0, |sum, b| (sum << 8) | u32::from(*b));
    // Go's range, so that no key is accepted here which the controller cannot load.
    match value {
        3..=0x7fff_ffff if value % 2 == 1 => Ok(value),
        _ => Err(Error::Exponent),
    }
}

fn bit_length(number: &[u8]) -> usize {
    let leading = number.first().map_or(0, |byte| byte.leading_zeros());
    number.len() * 8 - leading as usize
}

fn without_leading_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns an odd number of so many bits.
    fn modulus(bits: usize) -> Vec<u8> {
        let mut bytes = vec![0xff; bits.div_ceil(8)];
        bytes[0] = 0xff >> (bytes.len() * 8 - bits);
        bytes
    }

    fn key(bits: usize) -> Result<PublicKey, Error> {
        PublicKey::from_numbers(&modulus(bits), &[1, 0, 1])
    }

    #[test]
    fn sizes_are_rounded_up_to_bytes() {
        let key = key(4095).unwrap();
        assert_eq!((key.bits(), key.size_bytes()), (4095, 512));
    }

    #[test]
    fn sizes_outside_the_limits_are_named() {
        assert_eq!(key(1023), Err(Error::TooSmall { bits: 1023 }));
        assert!(key(1024).is_ok());
        assert!(key(16384).is_ok());
        assert_eq!(key(16385), Err(Error::TooLarge { bits: 16385 }));
        let empty = PublicKey::from_numbers(&[], &[3]);
        assert_eq!(empty, Err(Error::TooSmall { bits: 0 }));
    }

    #[test]
    fn leading_zeros_change_nothing() {
        let padded = [&[0, 0], &modulus(1024)[..]].concat();
        let padded = PublicKey::from_numbers(&padded, &[0, 1, 0, 1]);
        assert_eq!(padded, key(1024));
    }

    #[test]
    fn exponents_that_the_controller_refuses_are_refused() {
        for exponent in [&[][..], &[1], &[2], &[4], &[0x80, 0, 0, 1], &[1; 5]] {
            let key = PublicKey::from_numbers(&modulus(1024), exponent);
            assert_eq!(key, Err(Error::Exponent), "{exponent:?}");
        }
        assert!(PublicKey::from_numbers(&modulus(1024), &[3]).is_ok());
    }

    #[test]
    fn an_even_modulus_is_refused() {
        let mut even = modulus(1024);
        even[127] = 0xfe;
        assert_eq!(
            PublicKey::from_numbers(&even, &[3]),
            Err(Error::EvenModulus)
        );
    }

    #[test]
    fn the_encoded_key_reads_back() {
        let key = key(2049).unwrap();
        assert_eq!(PublicKey::from_spki_der(&key.to_spki_der()), Ok(key));
    }

    #[test]
    fn only_numbers_below_the_modulus_may_be_wrapped_by_it() {
        let key = key(1024).unwrap();
        let mut number = key.modulus().to_vec();
        assert!(!key.may_have_wrapped(&number));
        number[127] -= 1;
        assert!(key.may_have_wrapped(&number));
        assert!(!key.may_have_wrapped(&number[1..]));
        assert!(!key.may_have_wrapped(&[]));
    }
}
