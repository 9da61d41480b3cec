//! The one error type of the command: a fact, its causes and a next step.
//!
//! Libraries raise small typed errors. A command turns one into a [`Failure`] with the words a person
//! needs: the message says what could not be done, each cause says why, each hint says what to try.

use std::error::Error;

/// What a run that did not succeed means to the caller; it decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The check said no, or a dry run found something to do: exit code 1.
    Refused,
    /// The command could not run: exit code 2.
    CouldNot,
    /// Whoever runs it may not do what it takes: exit code 2.
    Forbidden,
    /// The reader of standard output went away, which is no failure: exit code 0, nothing printed.
    ReaderGone,
}

/// Why a command stopped.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    kind: Kind,
    message: String,
    causes: Vec<String>,
    hints: Vec<String>,
}

impl Failure {
    /// Makes a failure that exits with 1: the command ran, and the answer is no.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self::new(Kind::Refused, message.into())
    }

    /// Makes a failure that exits with 2: the command could not do its work.
    pub(crate) fn could_not(message: impl Into<String>) -> Self {
        Self::new(Kind::CouldNot, message.into())
    }

    /// Makes a failure that exits with 2: whoever runs the command lacks a permission, so nothing was learned.
    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(Kind::Forbidden, message.into())
    }

    /// Makes the silent end after standard output was closed.
    pub(crate) fn reader_gone() -> Self {
        Self::new(Kind::ReaderGone, "standard output was closed".to_owned())
    }

    /// Adds an error and everything below it as causes, each text once.
    #[must_use]
    pub(crate) fn because(mut self, error: impl Error) -> Self {
        self.add_cause(error.to_string());
        let mut source = error.source();
        while let Some(error) = source {
            self.add_cause(error.to_string());
            source = error.source();
        }
        self
    }

    /// Adds a cause in words, for a fact that no error type carries.
    #[must_use]
    pub(crate) fn cause(mut self, text: impl Into<String>) -> Self {
        self.add_cause(text.into());
        self
    }

    /// Adds a next step.
    #[must_use]
    pub(crate) fn hint(mut self, text: impl Into<String>) -> Self {
        self.hints.push(text.into());
        self
    }

    /// Puts a larger message above this failure, whose own message becomes the first cause.
    #[must_use]
    pub(crate) fn within(mut self, message: impl Into<String>) -> Self {
        let inner = std::mem::replace(&mut self.message, message.into());
        self.causes.insert(0, inner);
        self
    }

    /// Returns what kind of end this is.
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns what failed, in one sentence.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Returns why, outermost first.
    pub(crate) fn causes(&self) -> &[String] {
        &self.causes
    }

    /// Returns what to try.
    pub(crate) fn hints(&self) -> &[String] {
        &self.hints
    }

    /// Returns the exit code of the process.
    pub(crate) fn exit_code(&self) -> u8 {
        match self.kind {
            Kind::ReaderGone => 0,
            Kind::Refused => 1,
            Kind::CouldNot | Kind::Forbidden => 2,
        }
    }

    fn new(kind: Kind, message: String) -> Self {
        Self {
            kind,
            message,
            causes: Vec::new(),
            hints: Vec::new(),
        }
    }

    fn add_cause(&mut self, text: String) {
        let said = self.causes.last().unwrap_or(&self.message);
        if !text.is_empty() && !said.ends_with(&text) {
            self.causes.push(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("cannot read it")]
    struct Outer(#[source] std::io::Error);

    #[test]
    fn causes_follow_the_source_chain() {
        let inner = std::io::Error::other("disk on fire");
        let failure = Failure::could_not("no backup").because(Outer(inner));
        assert_eq!(failure.causes(), ["cannot read it", "disk on fire"]);
    }

    #[test]
    fn a_text_said_once_is_not_said_again() {
        let error = std::io::Error::other("disk on fire");
        let failure = Failure::could_not("no backup: disk on fire").because(error);
        assert!(failure.causes().is_empty());
    }

    #[test]
    fn a_larger_message_keeps_the_smaller_one_as_cause() {
        let failure = Failure::refused("too old")
            .cause("by a day")
            .within("cannot seal");
        assert_eq!(failure.message(), "cannot seal");
        assert_eq!(failure.causes(), ["too old", "by a day"]);
    }

    #[test]
    fn the_kind_decides_the_exit_code() {
        assert_eq!(Failure::refused("x").exit_code(), 1);
        assert_eq!(Failure::could_not("x").exit_code(), 2);
        assert_eq!(Failure::reader_gone().exit_code(), 0);
    }
}
