//! Plaintext that lies untracked beside sealed secrets: the next `git add -A` commits it.

use std::ops::Range;

use crate::context::Context;
use crate::credential;
use crate::finding::Findings;
use crate::policy::Severity;
use crate::private::materials;
use crate::readable::secrets;
use crate::rule::{Check, Fixable, Rule};
use crate::source::Source;

/// The bits of a mode that let others in.
const OTHERS: u32 = 0o077;

pub(super) const RULE: Rule = Rule {
    name: "stray-plaintext",
    code: "SL205",
    severity: Severity::Warning,
    fixable: Fixable::No,
    exceptions_only: false,
    sensitive: true,
    since: "0.1.0",
    summary: "a file that git does not track holds a readable secret",
    why: "The next `git add -A` commits it, and until then everyone on the machine who can read the file has the \
          value. Before an operation on the repository it is an error.",
    how: "Delete it when its value is sealed, or move it out of the repository with mode 0600.",
    bad: "\
-- untracked:envs/dev/sealed-secrets/airflow/db.yaml.bak --
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: airflow-dev}
stringData:
  password: hunter2
",
    good: "\
-- untracked:envs/dev/sealed-secrets/airflow/db.yaml.bak --
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: airflow-dev}
stringData:
  password: ${DB_PASSWORD}
",
    checks: &[Check::File(check)],
};

/// What a stray file holds.
struct Stray {
    what: String,
    at: Option<Range<usize>>,
    object: String,
    field: String,
}

fn check(source: &Source<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let file = source.file();
    if file.tracked || context.layout.ignores(&source.path().lossy()) {
        return;
    }
    let Some(stray) = stray(source) else {
        return;
    };
    let open = file.permissions.filter(|mode| mode & OTHERS != 0);
    let severity = if context.guarding {
        Severity::Error
    } else {
        Severity::Warning
    };
    findings
        .add(
            source.path(),
            stray.at.and_then(|at| source.mark(at)),
            message(&stray.what, open),
        )
        .severity(severity)
        .note("git does not track it, and the next `git add -A` commits it")
        .help(match open {
            Some(_) => "delete it, or `chmod 600` it and move it out of the repository",
            None => "delete it, or move it out of the repository",
        })
        .about(stray.object, stray.field);
}

/// The first thing in a file that must not be read by everyone.
fn stray(source: &Source<'_>) -> Option<Stray> {
    let secret = secrets(source).into_iter().next().map(|secret| Stray {
        what: "a readable Secret".to_owned(),
        at: Some(secret.at),
        object: secret.object,
        field: secret.fields.into_iter().next().unwrap_or_default(),
    });
    let material = || {
        materials(source).into_iter().next().map(|material| Stray {
            what: material.what,
            at: material.at,
            object: material.object,
            field: material.field,
        })
    };
    let credential = || {
        credential::in_source(source)
            .into_iter()
            .next()
            .map(|sighting| Stray {
                what: sighting.kind.name().to_owned(),
                at: Some(sighting.at),
                object: String::new(),
                field: sighting.kind.name().to_owned(),
            })
    };
    secret.or_else(material).or_else(credential)
}

fn message(what: &str, open: Option<u32>) -> String {
    match open {
        Some(mode) => format!(
            "{what} lies in the work tree, and its mode {:04o} lets others read it",
            mode & 0o7777
        ),
        None => format!("{what} lies in the work tree"),
    }
}
