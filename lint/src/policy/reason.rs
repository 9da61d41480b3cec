//! Why something is so: written for the person who asks months later.

use super::text::text_value;

const SHORTEST: usize = 10;

/// A reason, at least ten characters long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// Takes a reason that says something.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        match text.chars().count() {
            0 => Err(Error::Empty),
            got if got < SHORTEST => Err(Error::TooShort { got }),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// Returns the reason's words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is no reason.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing was written.
    #[error("the reason is empty")]
    Empty,

    /// Too little was written to help anyone.
    #[error("the reason has {got} characters, and needs at least {SHORTEST}")]
    TooShort {
        /// How many characters there are.
        got: usize,
    },
}

text_value!(Reason, "Reason", { "minLength": 10 });
