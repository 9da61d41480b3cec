//! The name of an environment.

use std::fmt;

use super::text::text_value;

/// An environment's name, which is one part of a path: letters, digits, `-`, `_`, `.`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EnvironmentName(String);

impl EnvironmentName {
    /// Takes a name that can be a folder.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if starts && text.len() <= 63 && text.chars().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error(text.to_owned()))
        }
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for EnvironmentName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EnvironmentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A text that cannot name an environment.
#[derive(Debug, thiserror::Error)]
#[error(
    "\"{0}\" cannot name an environment: use letters, digits, -, _ and ., starting with a letter or digit"
)]
pub struct Error(String);

text_value!(EnvironmentName, "EnvironmentName", {
    "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$"
});
