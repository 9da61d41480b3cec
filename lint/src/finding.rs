//! What a rule found, and where.

use std::ops::Range;

use sealsmith_core::manifest::tree::Position;

use crate::path::Path;
use crate::policy::Severity;
use crate::rule::Rule;

/// Something that a rule objects to.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// How serious it is, as the policy has it.
    pub severity: Severity,
    /// The file.
    pub path: Path,
    /// The place in the file; the file as a whole without it.
    pub mark: Option<Mark>,
    /// What is wrong, in one sentence without a full stop. Never a secret value.
    pub message: String,
    /// What the place means, to stand beside it.
    pub note: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// What it is about, to recognise it when lines have moved.
    pub subject: Subject,
    /// How it can be put right.
    pub fix: Option<Fix>,
}

/// A place in a text. Lines and columns count from 1, columns count characters; the end is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// The first line.
    pub line: u32,
    /// The first column.
    pub column: u32,
    /// The last line.
    pub end_line: u32,
    /// The column after the last character.
    pub end_column: u32,
}

impl Mark {
    /// The place between two positions.
    #[must_use]
    pub fn between(start: Position, end: Position) -> Self {
        let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        Self {
            line: number(start.line),
            column: number(start.column),
            end_line: number(end.line),
            end_column: number(end.column),
        }
    }
}

/// What a finding is about, independent of lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// `namespace/name` of an object.
    pub object: String,
    /// The field, as `spec.encryptedData.password`.
    pub field: String,
}

/// Changes of one file that put a finding right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Whether the meaning stays the same.
    pub safe: bool,
    /// What they do, in the imperative.
    pub summary: String,
    /// What replaces which bytes; they do not overlap.
    pub edits: Vec<Edit>,
}

/// One change of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go.
    pub range: Range<usize>,
    /// The text that comes.
    pub text: String,
}

impl Finding {
    /// Says what the place means.
    pub fn note(&mut self, note: impl Into<String>) -> &mut Self {
        self.note = Some(note.into());
        self
    }

    /// Says what to do.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Says what it is about: `namespace/name`, and a field.
    pub fn about(&mut self, object: impl Into<String>, field: impl Into<String>) -> &mut Self {
        self.subject = Subject {
            object: object.into(),
            field: field.into(),
        };
        self
    }

    /// Makes it less, or more, serious than its rule says; the policy still has the last word.
    pub fn severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = severity;
        self
    }

    /// Says how it can be put right.
    pub fn fix(&mut self, fix: Fix) -> &mut Self {
        self.fix = Some(fix);
        self
    }
}

/// Where the checks of one rule put what they find.
pub struct Findings<'a> {
    rule: &'static Rule,
    found: &'a mut Vec<Finding>,
}

impl<'a> Findings<'a> {
    /// Collects what a rule finds.
    pub(crate) fn of(rule: &'static Rule, found: &'a mut Vec<Finding>) -> Self {
        Self { rule, found }
    }

    /// Adds a finding about a place of a file, or about the file.
    pub fn add(
        &mut self,
        path: &Path,
        mark: Option<Mark>,
        message: impl Into<String>,
    ) -> &mut Finding {
        self.found.push(Finding {
            rule: self.rule,
            severity: self.rule.severity,
            path: path.clone(),
            mark,
            message: message.into(),
            note: None,
            help: None,
            subject: Subject::default(),
            fix: None,
        });
        self.found.last_mut().expect("it was just added")
    }
}
