//! Go's `text/template` with Sprig, as far as the controller's results can be foretold offline.
//!
//! The controller renders each entry of `spec.template.data` with the decrypted items as a map of
//! strings (spec 1.4). What it computes from time, randomness or keys is named and refused here,
//! never guessed.

mod ast;
mod eval;
mod format;
mod functions;
mod lexer;
mod literal;
mod number;
mod parser;
mod text;
mod unicode;
mod value;

use std::collections::BTreeMap;
use std::fmt;

use crate::secret::SecretBytes;

/// The longest template that is read, in bytes.
const MAX_SOURCE: usize = 1 << 20;
/// The longest result, and the longest string in between, in bytes.
const MAX_TEXT: usize = 16 << 20;
/// How much work one template may cause; a loop that does nothing costs three steps a round.
const MAX_STEPS: u64 = 1_000_000;
/// How deep templates, pipelines and values may nest: each level costs stack.
const MAX_DEPTH: usize = 100;

/// Why a template was not rendered, and where. It never holds a value.
#[derive(Debug, thiserror::Error)]
#[error("template {key:?}, {at}: {problem}")]
pub struct Error {
    /// The key of `spec.template.data`.
    pub key: String,
    /// The place in the template.
    pub at: Position,
    /// What is wrong there.
    pub problem: Problem,
}

/// A place in a template, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

/// What is wrong with a template.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The controller cannot parse it either.
    #[error("{0}")]
    Syntax(String),
    /// The controller has no such function and would refuse the SealedSecret.
    #[error(
        "function {0:?} is not defined: the controller does not have it either and would refuse this SealedSecret"
    )]
    UnknownFunction(String),
    /// The controller can do this, Sealsmith cannot.
    #[error("{what} is not supported offline: {why}")]
    Unsupported {
        /// The function or feature.
        what: String,
        /// The reason.
        why: &'static str,
    },
    /// The controller would fail here too.
    #[error("{0}")]
    Execution(String),
    /// The template gave up itself; the text it gave may hold a value.
    #[error("fail was called")]
    FailCalled,
    /// Rendering would take more than Sealsmith grants.
    #[error("it needs more than {0}")]
    Limit(&'static str),
}

/// Renders a template as the controller does.
///
/// `name` is the key of `spec.template.data`, `data` the decrypted items.
pub fn render(
    name: &str,
    source: &str,
    data: &BTreeMap<String, SecretBytes>,
) -> Result<SecretBytes, Error> {
    rendered(name, source, data).map_err(|fault| fault.located(name, source))
}

fn rendered(
    name: &str,
    source: &str,
    data: &BTreeMap<String, SecretBytes>,
) -> Result<SecretBytes, Fault> {
    if source.len() > MAX_SOURCE {
        return Err(Problem::Limit("1 MiB of template").at(0));
    }
    let templates = parser::parse(name, source)?;
    eval::execute(name, &templates, data)
}

/// A problem at a byte of the template.
struct Fault {
    at: usize,
    problem: Problem,
}

impl Fault {
    fn located(self, key: &str, source: &str) -> Error {
        let before = source.get(..self.at).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Error {
            key: key.to_owned(),
            at: Position {
                line: 1 + before.matches('\n').count(),
                column: 1 + before[line_start..].chars().count(),
            },
            problem: self.problem,
        }
    }
}

impl Problem {
    fn at(self, at: usize) -> Fault {
        Fault { at, problem: self }
    }

    fn syntax(why: impl Into<String>) -> Self {
        Self::Syntax(why.into())
    }

    fn execution(why: impl Into<String>) -> Self {
        Self::Execution(why.into())
    }

    fn unsupported(what: impl Into<String>, why: &'static str) -> Self {
        let what = what.into();
        Self::Unsupported { what, why }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}
