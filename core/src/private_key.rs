//! RSA private keys as bytes, independent of any backend.

use std::sync::Arc;

use der::Decode as _;
use der::asn1::UintRef;
use pkcs1::RsaPrivateKeyRef;
use pkcs8::PrivateKeyInfoRef;
use zeroize::Zeroizing;

use crate::fingerprint::Fingerprint;
use crate::public_key::{self, PublicKey, RSA, algorithm_name};

/// A private key of the controller; wiped when the last user drops it.
pub struct PrivateKey {
    /// The key in PKCS#1, shared with the [`UnsealingKey`](crate::unseal::UnsealingKey)s made of it.
    pkcs1: Arc<Zeroizing<Vec<u8>>>,
    public_key: PublicKey,
}

impl PrivateKey {
    /// Reads a key in PKCS#1 (`RSA PRIVATE KEY`).
    ///
    /// Whether its numbers belong together shows when it is made ready to unseal.
    pub fn from_pkcs1_der(der: &[u8]) -> Result<Self, Error> {
        let parts = RsaPrivateKeyRef::from_der(der).map_err(|_| Error::Malformed)?;
        if parts.other_prime_infos.is_some() {
            return Err(Error::MultiPrime);
        }
        let public = parts.public_key();
        let (modulus, exponent) = (public.modulus, public.public_exponent);
        let public_key = PublicKey::from_numbers(modulus.as_bytes(), exponent.as_bytes())?;
        check_lengths(&parts, &public_key)?;
        Ok(Self {
            pkcs1: Arc::new(Zeroizing::new(der.to_vec())),
            public_key,
        })
    }

    /// Reads a key in PKCS#8 (`PRIVATE KEY`).
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, Error> {
        let info = PrivateKeyInfoRef::from_der(der).map_err(|_| Error::Malformed)?;
        if info.algorithm.oid != RSA {
            return Err(Error::NotRsa(algorithm_name(&info.algorithm)));
        }
        Self::from_pkcs1_der(info.private_key.as_bytes())
    }

    /// Returns the public half.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// Returns the identity of the key.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.public_key.fingerprint()
    }

    /// Returns a second handle on the same bytes.
    pub(crate) fn share(&self) -> Self {
        Self {
            pkcs1: Arc::clone(&self.pkcs1),
            public_key: self.public_key.clone(),
        }
    }

    /// Returns the numbers of the key.
    pub(crate) fn parts(&self) -> RsaPrivateKeyRef<'_> {
        RsaPrivateKeyRef::from_der(&self.pkcs1)
            .expect("the bytes were parsed when the key was made")
    }

    /// Returns the key in PKCS#1.
    #[cfg(feature = "native")]
    pub(crate) fn pkcs1_der(&self) -> &[u8] {
        &self.pkcs1
    }
}

/// Why bytes are no private key that can unseal. Says nothing about the bytes themselves.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The structure around the numbers is broken.
    #[error("private key is not valid DER")]
    Malformed,

    /// The key is of another kind.
    #[error("expected an RSA private key, found {0}")]
    NotRsa(String),

    /// The key has more than two primes.
    #[error("private key has more than two primes, which is not supported")]
    MultiPrime,

    /// A number of the key is larger than its modulus.
    #[error("private key is damaged: its numbers do not belong together")]
    Inconsistent,

    /// The public half is not one that seals.
    #[error(transparent)]
    Public(#[from] public_key::Error),
}

/// Bounds the work that hostile numbers can cause.
fn check_lengths(parts: &RsaPrivateKeyRef<'_>, public: &PublicKey) -> Result<(), Error> {
    let secrets = [parts.private_exponent, parts.prime1, parts.prime2];
    let fits = |number: &UintRef<'_>| number.as_bytes().len() <= public.size_bytes();
    if secrets.iter().all(fits) {
        return Ok(());
    }
    Err(Error::Inconsistent)
}
