//! A policy that cannot be read protects nothing.

use crate::context::Context;
use crate::finding::{Findings, Mark};
use crate::policy::{Error, FILE, Policy, Severity};
use crate::rule::{Check, Fixable, Rule};
use crate::source::Source;

pub(super) const RULE: Rule = Rule {
    name: "invalid-policy",
    code: "SL801",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: true,
    sensitive: false,
    since: "0.1.0",
    summary: "sealsmith.yaml cannot be read",
    why: "With an unknown field, a missing reason or a bad pattern nobody knows what the file was meant to forbid. \
          So nothing is judged by it: every command ends with exit code 2.",
    how: "Put right what the message points at; `sealsmith policy check` repeats it, and the JSON Schema of \
          `sealsmith policy schema` lets an editor say it while you type. As a finding this shows up only where \
          another policy judges, with `--policy-from`.",
    bad: "\
-- sealsmith.yaml --
version: v1
secrets:
  - id: jwt
    match: {name: jwt}
    rotaton: manual
    reason: every issued token becomes invalid at once
",
    good: "\
-- sealsmith.yaml --
version: v1
git: {base: origin/main}
",
    checks: &[Check::File(check)],
};

fn check(source: &Source<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let is_policy = source.file().tracked && source.path().as_bytes() == FILE.as_bytes();
    let Some(text) = source.text().filter(|_| is_policy) else {
        return;
    };
    // What is judged by was read before anything is judged.
    if text == context.policy_text {
        return;
    }
    if let Err(error) = Policy::parse(text) {
        findings
            .add(source.path(), mark(&error), message(&error))
            .note("every command that reads it ends with exit code 2")
            .help(
                "`sealsmith policy check` says the same; `sealsmith policy schema` is for editors",
            )
            .about("", "");
    }
}

fn mark(error: &Error) -> Option<Mark> {
    let (line, column) = error.position()?;
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    let (line, column) = (number(line), number(column));
    Some(Mark {
        line,
        column,
        end_line: line,
        end_column: column.saturating_add(1),
    })
}

/// The words of the error without its place and lines, which a finding has itself.
fn message(error: &Error) -> String {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    let place = error
        .position()
        .map(|(line, column)| format!("{FILE}:{line}:{column}: "));
    let first = place
        .and_then(|place| first.strip_prefix(&place))
        .unwrap_or(first);
    format!("the policy cannot be read: {first}")
}
