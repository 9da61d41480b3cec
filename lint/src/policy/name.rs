//! The name of an environment.

use std::fmt;

use super::text::text_value;

/// An environment's name, which becomes a part of paths, namespaces and Kubernetes names: a DNS label.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EnvironmentName(String);

impl EnvironmentName {
    /// Takes a name that can be all of that.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let ends = text.starts_with(plain) && text.ends_with(plain);
        if ends && text.len() <= 63 && text.chars().all(|c| plain(c) || c == '-') {
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
    "\"{0}\" cannot name an environment: use up to 63 of a-z, 0-9 and -, with a letter or digit at each end"
)]
pub struct Error(String);

text_value!(EnvironmentName, "EnvironmentName", {
    "pattern": "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
});
