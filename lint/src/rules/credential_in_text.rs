//! Nothing in the repository has the shape of a credential.

use std::collections::BTreeMap;

use crate::context::Context;
use crate::credential::{Form, Kind, Sighting, in_source};
use crate::finding::Findings;
use crate::policy::Severity;
use crate::private;
use crate::rule::{Check, Fixable, Rule};
use crate::source::Source;

/// The most places that are named in one file.
const MOST: usize = 50;

pub(super) const RULE: Rule = Rule {
    name: "credential-in-text",
    code: "SL203",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: true,
    sensitive: true,
    since: "0.1.0",
    summary: "a text has the fixed shape of a credential, as it is or behind base64",
    why: "Whoever can read the repository, now or in its history, can use the credential. Only shapes that \
          nothing else has are looked for: AWS keys, PEM private keys, age keys, Slack hooks and tokens, GitHub \
          and GitLab tokens.",
    how: "Revoke the credential, then seal its successor with `sealsmith seal` and refer to it by name. What \
          documentation uses in its place, such as `AKIAIOSFODNN7EXAMPLE`, is not reported.",
    bad: concat!(
        "\
-- apps/airflow/settings.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data:
  connection: aws://AKIA",
        "QX7PZ3MDL5RT2WVN@/?region_name=eu-west-1
"
    ),
    good: "\
-- apps/airflow/settings.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data:
  connection: aws://${AWS_ACCESS_KEY_ID}@/?region_name=eu-west-1
  documented: AKIAIOSFODNN7EXAMPLE
",
    checks: &[Check::File(check)],
};

fn check(source: &Source<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    if !source.file().tracked || context.layout.ignores(&source.path().lossy()) {
        return;
    }
    let found = in_source(source);
    if found.is_empty() || private::is_certain(source) {
        return;
    }
    let mut counts = BTreeMap::new();
    for Sighting { kind, at, form } in found.into_iter().take(MOST) {
        let count = counts.entry(kind).or_insert(0);
        *count += 1;
        findings
            .add(source.path(), source.mark(at), message(kind, form))
            .note("everyone who can read the repository can use it")
            .help("revoke it, then seal its successor with `sealsmith seal`")
            .about("", subject(kind, *count));
    }
}

fn message(kind: Kind, form: Form) -> String {
    let name = kind.name();
    match form {
        Form::Plain => format!("the text has the shape of {name}"),
        Form::Base64 => format!("behind this base64 is the shape of {name}"),
    }
}

/// What tells one credential of a file from another, without a line and without the credential.
fn subject(kind: Kind, count: usize) -> String {
    match count {
        1 => kind.name().to_owned(),
        count => format!("{} {count}", kind.name()),
    }
}
