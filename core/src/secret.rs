//! Secret bytes: wiped on drop, never printed, never copied by accident.

use std::hint::black_box;

use zeroize::Zeroizing;

/// Plaintext or key material.
///
/// It has no `Debug`, `Display`, `Clone`, `PartialEq` or `Serialize` on purpose, and its memory is
/// overwritten when it is dropped.
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// Takes ownership of secret bytes.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Returns the bytes; the name marks every place that looks at a secret.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Returns how many bytes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Says whether there are no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Compares two secrets in time that depends on their lengths only.
    #[must_use]
    pub fn same_as(&self, other: &Self) -> bool {
        // The lengths are public (FORMAT.md, F2); the bytes are looked at all, whatever differs first.
        self.len() == other.len() && difference(self.expose(), other.expose()) == 0
    }
}

impl From<Zeroizing<Vec<u8>>> for SecretBytes {
    fn from(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }
}

fn difference(left: &[u8], right: &[u8]) -> u8 {
    let pairs = left.iter().zip(right);
    // `black_box` keeps the optimiser from turning this into an early return.
    pairs.fold(0, |sum, (a, b)| black_box(sum | (a ^ b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretBytes {
        SecretBytes::new(text.into())
    }

    #[test]
    fn equal_secrets_are_the_same() {
        assert!(secret("s3cret").same_as(&secret("s3cret")));
        assert!(secret("").same_as(&secret("")));
    }

    #[test]
    fn secrets_that_differ_anywhere_are_not_the_same() {
        for other in ["S3cret", "s3creT", "s3cre", "s3crett", ""] {
            assert!(!secret("s3cret").same_as(&secret(other)));
        }
    }
}
