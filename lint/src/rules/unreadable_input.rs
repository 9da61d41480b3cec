//! A file that is not read is not checked, so it must not pass.

use sealsmith_core::manifest::tree::{Error, Problem};

use crate::context::Context;
use crate::finding::{Findings, Mark};
use crate::limits;
use crate::manifest_like::{could_be_object, is_lfs_pointer, is_manifest, is_template};
use crate::policy::Severity;
use crate::readable::hides_meaning;
use crate::rule::{Check, Fixable, Rule};
use crate::source::{Reading, Source, Unread};

pub(super) const RULE: Rule = Rule {
    name: "unreadable-input",
    code: "SL001",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: false,
    sensitive: true,
    since: "0.1.0",
    summary: "a manifest cannot be read, so nothing in it is checked",
    why: "Kubernetes tools may still read the file, or fail on it only when it is deployed.",
    how: "Correct the place that is named. Save files as UTF-8, resolve conflicts, fetch what git LFS keeps, \
          and split files that are too large.",
    bad: "\
-- envs/dev/sealed-secrets/airflow/sealed-db.yaml --
<<<<<<< HEAD
apiVersion: bitnami.com/v1alpha1
=======
apiVersion: bitnami.com/v1alpha2
>>>>>>> topic
kind: SealedSecret
",
    good: "\
-- envs/dev/sealed-secrets/airflow/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: airflow-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {password: <sealed dev 12>}
  template: {metadata: {name: db, namespace: airflow-dev}}
",
    checks: &[Check::File(check)],
};

fn check(source: &Source<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let policed = source.place().is_some() || is_manifest(source.path());
    if !policed || !source.file().tracked || context.layout.ignores(&source.path().lossy()) {
        return;
    }
    match source.reading() {
        Reading::Unread(unread) => not_read(source, unread, findings),
        Reading::Text {
            text,
            problem: Some(error),
        } => not_parsed(source, text, error, findings),
        Reading::Text { text, .. } => pointer(source, text, findings),
        Reading::Manifests(stream) => pointer(source, stream.text(), findings),
    }
}

fn not_read(source: &Source<'_>, unread: &Unread, findings: &mut Findings<'_>) {
    let (severity, help) = match unread {
        // Symlinks and submodules are what `irregular-file` is about.
        Unread::Irregular => return,
        // Kubernetes tools do read these, and nothing at all is known about them.
        Unread::TooLarge(_) => (
            Severity::Error,
            "split the file, or name it in `layout.ignore` when it is no manifest",
        ),
        Unread::NotUtf8(_) | Unread::Utf16 | Unread::Binary => {
            (outside(source, Severity::Warning), "save it as UTF-8")
        }
    };
    let message = format!("the file cannot be read: {unread}");
    findings
        .add(source.path(), None, message)
        .severity(severity)
        .help(help);
}

fn not_parsed(source: &Source<'_>, text: &str, error: &Error, findings: &mut Findings<'_>) {
    let conflict = conflict(text);
    let severity = match &error.problem {
        // These are read, but differently: `ambiguous-yaml` says so.
        Problem::DuplicateKey { .. } | Problem::ContentAfterMarker | Problem::ContentAfterEnd => {
            return;
        }
        Problem::TooManyNodes | Problem::TooDeep => Severity::Error,
        _ if conflict.is_some() => outside(source, Severity::Warning),
        _ if source.place().is_none() && is_template(source) => return,
        _ if hides_meaning(text) => Severity::Error,
        _ if could_be_object(text) => outside(source, Severity::Warning),
        _ => outside(source, Severity::Info),
    };
    let (mark, message, help) = match conflict {
        Some(at) => (
            source.mark(at..at + 7),
            "a merge conflict is not resolved".to_owned(),
            "keep one side and remove the markers",
        ),
        None => (
            Some(Mark::between(error.position, error.position)),
            problem(&error.problem),
            "correct it here",
        ),
    };
    findings
        .add(source.path(), mark, message)
        .severity(severity)
        .help(help);
}

fn problem(problem: &Problem) -> String {
    match problem {
        Problem::TooManyNodes => format!(
            "it expands to more than {} nodes or {} MiB",
            limits::MAX_NODES,
            limits::MAX_EXPANSION >> 20
        ),
        other => other.to_string(),
    }
}

fn pointer(source: &Source<'_>, text: &str, findings: &mut Findings<'_>) {
    if is_lfs_pointer(text) {
        findings
            .add(
                source.path(),
                None,
                "git LFS keeps the content elsewhere, here is only a pointer to it",
            )
            .severity(outside(source, Severity::Warning))
            .help("take the file out of git LFS: `git lfs untrack`, then add it again");
    }
}

/// How serious something is that only matters inside the layout.
fn outside(source: &Source<'_>, severity: Severity) -> Severity {
    match source.place() {
        Some(_) => Severity::Error,
        None => severity,
    }
}

/// Where git marked a conflict.
fn conflict(text: &str) -> Option<usize> {
    let mut start = 0;
    text.split_inclusive('\n').find_map(|line| {
        let at = start;
        start += line.len();
        let side = line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ");
        side.then_some(at)
    })
}
