//! Names that Kubernetes accepts: a value of these types is valid.

use std::fmt;

/// The name of a namespace (a DNS-1123 label).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Namespace(String);

/// The name of a Secret and of its SealedSecret (a DNS-1123 subdomain).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretName(String);

/// The name of one entry of a Secret, for example `tls.key`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DataKey(String);

impl Namespace {
    /// Reads a namespace.
    pub fn parse(text: &str) -> Result<Self, Error> {
        check_length("namespace", text, 63)?;
        check_dns_label("namespace", text, text)?;
        Ok(Self(text.to_owned()))
    }
}

impl SecretName {
    /// Reads the name of a Secret.
    pub fn parse(text: &str) -> Result<Self, Error> {
        check_length("name", text, 253)?;
        for label in text.split('.') {
            check_dns_label("name", text, label)?;
        }
        Ok(Self(text.to_owned()))
    }
}

impl DataKey {
    /// Reads the key of a Secret's entry.
    pub fn parse(text: &str) -> Result<Self, Error> {
        check_length("key", text, 253)?;
        // The entry becomes a file name in a volume, so it must not climb out of its folder.
        let climbs = text == "." || text.starts_with("..");
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if climbs || !text.chars().all(allowed) {
            return Err(Error::DataKey(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}

macro_rules! text_of {
    ($($name:ident)*) => {$(
        impl $name {
            /// Returns the name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    )*};
}

text_of!(Namespace SecretName DataKey);

/// Why a text is no valid name.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no text.
    #[error("{kind} is empty")]
    Empty {
        /// What the text should have named.
        kind: &'static str,
    },

    /// The text is longer than Kubernetes allows.
    #[error("{kind} is {length} characters long, at most {limit} are allowed")]
    TooLong {
        /// What the text should have named.
        kind: &'static str,
        /// How long it is.
        length: usize,
        /// How long it may be.
        limit: usize,
    },

    /// The text is no DNS name.
    #[error(
        "{kind} {text:?} is not a valid DNS name: only a-z, 0-9 and \"-\" are allowed, with a letter or digit at each end"
    )]
    Dns {
        /// What the text should have named.
        kind: &'static str,
        /// The text.
        text: String,
    },

    /// The text is no key of a Secret.
    #[error(
        "key {0:?} is not a valid Secret key: only letters, digits, \"-\", \"_\" and \".\" are allowed, and not \".\" or \"..\" in front"
    )]
    DataKey(String),
}

fn check_length(kind: &'static str, text: &str, limit: usize) -> Result<(), Error> {
    match text.chars().count() {
        0 => Err(Error::Empty { kind }),
        length if length > limit => Err(Error::TooLong {
            kind,
            length,
            limit,
        }),
        _ => Ok(()),
    }
}

fn check_dns_label(kind: &'static str, text: &str, label: &str) -> Result<(), Error> {
    let inner = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-';
    let outer = |b: Option<&u8>| b.is_some_and(|b| *b != b'-');
    let bytes = label.as_bytes();
    if bytes.iter().all(inner) && outer(bytes.first()) && outer(bytes.last()) {
        return Ok(());
    }
    Err(Error::Dns {
        kind,
        text: text.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_yaml_would_misread_are_valid() {
        for text in ["n", "y", "no", "on", "1e3", "0x1", "null"] {
            assert!(Namespace::parse(text).is_ok(), "{text}");
            assert!(SecretName::parse(text).is_ok(), "{text}");
            assert!(DataKey::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_namespace_has_no_dot_and_at_most_63_characters() {
        assert!(Namespace::parse(&"n".repeat(63)).is_ok());
        assert!(Namespace::parse(&"n".repeat(64)).is_err());
        for text in ["", "a.b", "A", "-a", "a-", "a_b", "a/b", "ä", "a\n"] {
            assert!(Namespace::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_secret_name_may_have_dots_between_labels() {
        assert!(SecretName::parse("a.b-c.d0").is_ok());
        assert!(SecretName::parse(&"a".repeat(253)).is_ok());
        assert!(SecretName::parse(&"a".repeat(254)).is_err());
        for text in ["", ".a", "a.", "a..b", "a.-b", "A.b", "a b"] {
            assert!(SecretName::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_data_key_is_a_file_name_that_cannot_climb() {
        for text in ["tls.key", "A_b-9", ".dockerconfigjson", "a..b"] {
            assert!(DataKey::parse(text).is_ok(), "{text}");
        }
        for text in ["", ".", "..", "..a", "a/b", "a b", "ä", "a\n"] {
            assert!(DataKey::parse(text).is_err(), "{text:?}");
        }
    }
}
