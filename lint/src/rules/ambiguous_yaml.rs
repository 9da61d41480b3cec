//! What Kubernetes reads must be what a reviewer reads.

use sealsmith_core::manifest::tree::{Error, Position, Problem};

use crate::ambiguity::{Ambiguity, in_stream, in_text};
use crate::context::Context;
use crate::finding::{Findings, Mark};
use crate::manifest_like::{could_be_object, is_manifest};
use crate::policy::Severity;
use crate::rule::{Check, Fixable, Rule};
use crate::source::{Reading, Source};

/// The most places that are named in one file.
const MOST: usize = 50;

pub(super) const RULE: Rule = Rule {
    name: "ambiguous-yaml",
    code: "SL002",
    severity: Severity::Error,
    fixable: Fixable::Safely,
    exceptions_only: false,
    sensitive: true,
    since: "0.1.0",
    summary: "Kubernetes reads a manifest differently than people or other tools",
    why: "A Secret can hide behind a character that no editor shows, a key that stands twice or an alias; a \
          number where text belongs is refused only when it is deployed.",
    how: "Write every key once and `kind`, `apiVersion` and `metadata` out, separate documents with a line \
          `---`, and quote annotations that look like numbers or booleans; `sealsmith lint --fix` quotes them.",
    bad: "\
-- apps/airflow/settings.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {mode: fast}
kind: Job
",
    good: "\
-- apps/airflow/settings.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, annotations: {replicas: \"2\"}}
data: {mode: fast}
",
    checks: &[Check::File(check)],
};

fn check(source: &Source<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let file = source.file();
    if !file.tracked
        || !is_manifest(source.path())
        || context.layout.ignores(&source.path().lossy())
    {
        return;
    }
    let places = match source.reading() {
        Reading::Manifests(stream) => in_stream(stream),
        Reading::Text { text, problem } => {
            if let Some(error) = problem {
                refused(source, text, error, findings);
            }
            in_text(text)
        }
        Reading::Unread(_) => return,
    };
    for place in places.into_iter().take(MOST) {
        add(source, place, findings);
    }
}

fn add(source: &Source<'_>, place: Ambiguity, findings: &mut Findings<'_>) {
    let finding = findings.add(source.path(), source.mark(place.at), place.message);
    finding.note(place.note);
    if let Some(fix) = place.fix {
        finding.fix(fix);
    }
}

/// What the parser itself refuses, because readers disagree about it.
fn refused(source: &Source<'_>, text: &str, error: &Error, findings: &mut Findings<'_>) {
    let (length, note) = match &error.problem {
        Problem::DuplicateKey { key, .. } => (
            key.chars().count(),
            "most readers take the last one, some the first",
        ),
        Problem::ContentAfterMarker | Problem::ContentAfterEnd => {
            (3, "some readers lose what stands there")
        }
        _ => return,
    };
    let mark = on_one_line(text, error.position, length);
    let harmless = source.place().is_none() && !could_be_object(text);
    findings
        .add(source.path(), Some(mark), error.problem.to_string())
        .note(note)
        .severity(if harmless {
            Severity::Warning
        } else {
            Severity::Error
        });
}

/// Marks so many characters from a position on, as far as its line goes.
fn on_one_line(text: &str, start: Position, length: usize) -> Mark {
    let line = text.split('\n').nth(start.line - 1).unwrap_or_default();
    let last = line.chars().count() + 1;
    let end = Position {
        column: (start.column + length).min(last).max(start.column),
        ..start
    };
    Mark::between(start, end)
}
