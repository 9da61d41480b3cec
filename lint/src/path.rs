//! Paths as git has them: bytes with `/`, which need not be text.

use std::fmt::{self, Write as _};

/// A path relative to the repository root.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    bytes: Vec<u8>,
}

impl Path {
    /// Takes the bytes that git has.
    #[must_use]
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            bytes: bytes.into(),
        }
    }

    /// The bytes, as git has them.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The path as text, as patterns match it; bytes that are no UTF-8 become U+FFFD.
    #[must_use]
    pub fn lossy(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }

    /// What follows the last `/`.
    #[must_use]
    pub fn file_name(&self) -> &[u8] {
        self.bytes
            .rsplit(|byte| *byte == b'/')
            .next()
            .unwrap_or(&[])
    }

    /// What precedes the last `/`, empty at the root.
    #[must_use]
    pub fn folder(&self) -> &[u8] {
        let slash = self.bytes.iter().rposition(|byte| *byte == b'/');
        &self.bytes[..slash.unwrap_or(0)]
    }

    /// Whether the name ends in one of these, each with its dot.
    #[must_use]
    pub fn ends_with(&self, endings: &[&str]) -> bool {
        endings
            .iter()
            .any(|ending| self.bytes.ends_with(ending.as_bytes()))
    }

    /// The path as a relative URI reference (RFC 3986), with every other byte percent-encoded.
    #[must_use]
    pub fn to_uri(&self) -> String {
        self.bytes.iter().fold(String::new(), |mut uri, &byte| {
            if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
                uri.push(char::from(byte));
            } else {
                let _ = write!(uri, "%{byte:02X}");
            }
            uri
        })
    }
}

/// Shows the path in one line: control characters and bytes that are no UTF-8 are escaped.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.bytes.utf8_chunks() {
            for c in chunk.valid().chars() {
                match c {
                    '\\' => f.write_str("\\\\")?,
                    c if c.is_control() => write!(f, "{}", c.escape_default())?,
                    c => f.write_char(c)?,
                }
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

impl From<&str> for Path {
    fn from(path: &str) -> Self {
        Self::new(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_are_shown_in_one_line_and_as_a_uri() {
        let path = Path::new(b"envs/a\nb \xff\"\xc3\xa9.yaml".to_vec());
        assert_eq!(path.to_string(), "envs/a\\nb \\xff\"é.yaml");
        assert_eq!(path.to_uri(), "envs/a%0Ab%20%FF%22%C3%A9.yaml");
    }

    #[test]
    fn a_path_has_a_folder_and_a_name() {
        let path = Path::from("a/b/c.yaml");
        assert_eq!(
            (path.folder(), path.file_name()),
            (&b"a/b"[..], &b"c.yaml"[..])
        );
        let path = Path::from("c.yaml");
        assert_eq!(
            (path.folder(), path.file_name()),
            (&b""[..], &b"c.yaml"[..])
        );
    }
}
