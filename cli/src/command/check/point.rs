//! The points of the checklist, for people and scripts.

use serde_json::{Value, json};

use crate::failure::{Failure, Kind};
use crate::ui::{Table, Text, Ui};

/// How many details of a point people are shown; scripts get all.
const SHOWN: usize = 8;

/// One point of the checklist.
pub(in crate::command) struct Point {
    name: &'static str,
    pub(in crate::command) outcome: Outcome,
    says: String,
    details: Vec<String>,
    hint: Option<String>,
}

/// How a point came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::command) enum Outcome {
    /// It is as it should be.
    Pass,
    /// It is not.
    Fail,
    /// It does not apply to this environment.
    Skipped,
    /// It could not be looked at.
    Unknown,
}

impl Point {
    pub(in crate::command) fn pass(name: &'static str, says: impl Into<String>) -> Self {
        Self::new(name, Outcome::Pass, says.into())
    }

    pub(in crate::command) fn fail(name: &'static str, says: impl Into<String>) -> Self {
        Self::new(name, Outcome::Fail, says.into())
    }

    pub(in crate::command) fn skipped(name: &'static str, says: impl Into<String>) -> Self {
        Self::new(name, Outcome::Skipped, says.into())
    }

    pub(in crate::command) fn unknown(name: &'static str, says: impl Into<String>) -> Self {
        Self::new(name, Outcome::Unknown, says.into())
    }

    /// A failure that is the answer: what was asked about does not work, or whoever asks may not know.
    pub(in crate::command) fn failed(name: &'static str, failure: &Failure) -> Self {
        let outcome = match failure.kind() {
            Kind::Forbidden => Outcome::Unknown,
            Kind::Refused | Kind::CouldNot | Kind::ReaderGone => Outcome::Fail,
        };
        Self::new(name, outcome, failure.message().to_owned())
            .details(failure.causes().to_vec())
            .hint(failure.hints().join("; "))
    }

    /// Adds what the point is about, one line each.
    #[must_use]
    pub(in crate::command) fn details(mut self, details: Vec<String>) -> Self {
        self.details = details;
        self
    }

    /// Adds what helps; an empty text is none.
    #[must_use]
    pub(in crate::command) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into()).filter(|hint| !hint.is_empty());
        self
    }

    fn new(name: &'static str, outcome: Outcome, says: String) -> Self {
        Self {
            name,
            outcome,
            says,
            details: Vec::new(),
            hint: None,
        }
    }

    fn as_json(&self) -> Value {
        json!({"point": self.name, "result": self.outcome.word(), "says": self.says, "details": self.details,
            "hint": self.hint})
    }
}

impl Outcome {
    fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Skipped => "skipped",
            Self::Unknown => "unknown",
        }
    }

    fn text(self) -> Text {
        match self {
            Self::Pass => Text::new().good(self.word()),
            Self::Fail => Text::new().bad(self.word()),
            Self::Skipped => Text::new().dim(self.word()),
            Self::Unknown => Text::new().warn(self.word()),
        }
    }
}

/// Prints the points for people: a line each, and below it what it is about.
pub(in crate::command) fn print(points: &[Point], ui: &Ui) -> Result<(), Failure> {
    let mut table = Table::new();
    for point in points {
        table.row([
            point.outcome.text(),
            Text::new().bold(point.name),
            Text::new().plain(&point.says),
        ]);
        let more = point.details.len().saturating_sub(SHOWN);
        let more = (more > 0).then(|| format!("and {more} more"));
        for detail in point.details.iter().take(SHOWN).chain(more.as_ref()) {
            let blank = || Text::new().plain("");
            table.row([blank(), blank(), Text::new().plain("  ").dim(detail)]);
        }
    }
    ui.table(&table)?;
    let hints = points.iter().filter_map(|point| {
        let hint = point.hint.as_ref()?;
        Some(Text::new().accent(point.name).plain(": ").plain(hint))
    });
    hints.for_each(|hint| ui.hint(hint));
    Ok(())
}

/// The points for scripts.
pub(in crate::command) fn as_json(environment: &str, points: &[Point]) -> Value {
    let points: Vec<_> = points.iter().map(Point::as_json).collect();
    json!({"version": 1, "environment": environment, "points": points})
}
