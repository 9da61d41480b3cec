//! Why a policy was refused, and where.

use std::fmt;

use serde_saphyr::{Error as YamlError, MessageFormatter as _, UserMessageFormatter};

use super::located::Position;
use super::{FILE, frame, slack, suggest};

/// Why `sealsmith.yaml` was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file is larger than any policy.
    #[error("{FILE} has {size} bytes, the limit is {limit}")]
    TooLarge {
        /// The file's size in bytes.
        size: usize,
        /// The largest size that is read.
        limit: usize,
    },

    /// Something in the file is wrong.
    #[error("{0}")]
    Invalid(Problem),
}

/// What is wrong at which place of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    message: String,
    position: Option<Position>,
    suggestion: Option<String>,
    frame: Option<String>,
}

impl Error {
    /// Returns line and column, counted from one, when they are known.
    #[must_use]
    pub fn position(&self) -> Option<(usize, usize)> {
        match self {
            Self::TooLarge { .. } => None,
            Self::Invalid(problem) => problem.position.map(|at| (at.line, at.column)),
        }
    }

    /// Takes what the YAML reader said about a text.
    pub(super) fn from_yaml(error: &YamlError, text: &str) -> Self {
        Problem::from_yaml(error.without_snippet()).in_text(text)
    }
}

impl Problem {
    /// Describes a problem found after reading.
    pub(super) fn new(message: impl Into<String>, position: Option<Position>) -> Self {
        Self {
            message: message.into(),
            position,
            suggestion: None,
            frame: None,
        }
    }

    /// Adds the known name that was probably meant.
    pub(super) fn suggest<'a>(
        mut self,
        text: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let nearest = suggest::nearest(text, known);
        self.suggestion = nearest.map(|name| format!("did you mean `{name}`?"));
        self
    }

    /// Adds the line of the file.
    pub(super) fn in_text(mut self, text: &str) -> Error {
        // The line may hold a webhook address, which is a secret.
        if self.message != slack::LITERAL {
            let label = self.suggestion.as_deref();
            self.frame = self.position.and_then(|at| frame::draw(text, at, label));
        }
        Error::Invalid(self)
    }

    fn from_yaml(error: &YamlError) -> Self {
        let position = error.location().and_then(Position::of);
        match error {
            YamlError::SerdeUnknownField {
                field, expected, ..
            } => unknown("field", field, expected, position),
            YamlError::SerdeUnknownVariant {
                variant, expected, ..
            } => unknown("value", variant, expected, position),
            YamlError::MultipleDocuments { .. } => Self::new("more than one document", position),
            YamlError::Unexpected { expected, .. } => Self::new(plainly(expected), position),
            YamlError::InvalidScalar { ty, .. } => Self::new(plainly(ty), position),
            YamlError::AliasError { error, .. } => Self {
                position,
                ..Self::from_yaml(error)
            },
            other => Self::new(UserMessageFormatter.format_message(other), position),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(FILE)?;
        if let Some(Position { line, column, .. }) = self.position {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.message)?;
        match (&self.frame, &self.suggestion) {
            (Some(frame), _) => write!(f, "\n{frame}"),
            (None, Some(suggestion)) => write!(f, ", {suggestion}"),
            (None, None) => Ok(()),
        }
    }
}

fn unknown(
    what: &str,
    name: &str,
    expected: &[&'static str],
    position: Option<Position>,
) -> Problem {
    let list = match expected {
        [] => "nothing here".to_owned(),
        [one] => (*one).to_owned(),
        several => format!("one of {}", several.join(", ")),
    };
    let message = format!("unknown {what} `{name}`, expected {list}");
    Problem::new(message, position).suggest(name, expected.iter().copied())
}

// The reader names its own events and types; people know the shapes they write.
fn plainly(expected: &str) -> String {
    let shape = match expected {
        "mapping start" => "a mapping (names with values)",
        "sequence start" => "a list",
        "string scalar" => "a text",
        "u64" => "a whole number",
        other => other,
    };
    format!("expected {shape} here")
}
