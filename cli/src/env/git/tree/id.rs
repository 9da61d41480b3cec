//! The name of a git object.

use std::fmt;

const LONGEST: usize = 32;
const SHOWN: usize = 10;

/// The name of a git object: SHA-1 or SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Id {
    bytes: [u8; LONGEST],
    len: usize,
}

impl Id {
    /// Takes the bytes of a name.
    pub(crate) fn from_bytes(name: &[u8]) -> Option<Self> {
        let mut bytes = [0; LONGEST];
        bytes.get_mut(..name.len())?.copy_from_slice(name);
        let len = name.len();
        Some(Self { bytes, len })
    }

    /// Takes the hexadecimal digits that git prints.
    pub(crate) fn from_hex(digits: &[u8]) -> Option<Self> {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let pairs = digits.chunks(2).map(|pair| match pair {
            [high, low] => u8::try_from(digit(*high)? << 4 | digit(*low)?).ok(),
            _ => None,
        });
        Self::from_bytes(&pairs.collect::<Option<Vec<u8>>>()?)
    }

    /// The bytes of the name.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    /// The first hexadecimal digits, for people.
    pub(crate) fn short(&self) -> String {
        self.to_string()[..SHOWN].to_owned()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.as_bytes().iter();
        bytes.try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_git_prints_it() {
        for hex in ["0f".repeat(20), "a9".repeat(32)] {
            let id = Id::from_hex(hex.as_bytes()).unwrap();
            assert_eq!(id.to_string(), hex);
            assert_eq!(Id::from_bytes(id.as_bytes()), Some(id));
        }
        for wrong in ["0g".repeat(20), "0f0".to_owned(), "0f".repeat(33)] {
            assert_eq!(Id::from_hex(wrong.as_bytes()), None);
        }
    }
}
