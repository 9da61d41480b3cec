//! A file of the layout holds SealedSecrets and nothing else.

use sealsmith_core::manifest::document::{Kind, Object};

use crate::context::Context;
use crate::finding::Findings;
use crate::manifest_like::{is_lfs_pointer, is_manifest};
use crate::policy::Severity;
use crate::rule::{Check, Fixable, Rule};
use crate::source::Source;
use crate::text::shown;

pub(super) const RULE: Rule = Rule {
    name: "mixed-file",
    code: "SL102",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: false,
    sensitive: true,
    since: "0.1.0",
    summary: "a file of the layout holds something other than SealedSecrets",
    why: "Automation rewrites and commits these files as a whole, and reviewers wave such commits through.",
    how: "Move the other object to a file of its own outside the layout.",
    bad: "\
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
---
apiVersion: v1
kind: ConfigMap
metadata: {name: db, namespace: airflow-dev}
data: {host: db.example}
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
-- apps/airflow/db.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: db, namespace: airflow-dev}
data: {host: db.example}
",
    checks: &[Check::File(check)],
};

fn check(source: &Source<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let is_read = source
        .stream()
        .is_some_and(|stream| !is_lfs_pointer(stream.text()));
    let policed = source.place().is_some() && source.file().tracked && is_manifest(source.path());
    if !is_read || !policed || source.ambiguity().is_some() {
        return;
    }
    if source.objects().is_empty() {
        findings
            .add(source.path(), None, "the file holds no SealedSecret")
            .help("delete it: automation expects SealedSecrets here");
    }
    for object in source.objects().iter().filter(|object| is_foreign(object)) {
        let place = object.node.get("kind").unwrap_or(object.node);
        let start = place.range().start;
        let range = if place.is_scalar() {
            place.range()
        } else {
            start..start
        };
        findings
            .add(
                source.path(),
                source.mark(range),
                format!("{} does not belong in a file of the layout", what(object)),
            )
            .note("automation rewrites and commits this file as a whole")
            .help("move it to a file of its own outside the layout")
            .about(title(object), "");
    }
}

/// Whether an object is of another kind; a SealedSecret of another `apiVersion` is for `schema` to name.
fn is_foreign(object: &Object<'_>) -> bool {
    !matches!(
        object.kind,
        Kind::SealedSecret | Kind::Other("SealedSecret")
    )
}

/// `namespace/name`, as far as the object says.
fn title(object: &Object<'_>) -> String {
    let field = |name| object.node.get("metadata")?.get(name)?.as_str();
    match (field("namespace"), field("name").unwrap_or_default()) {
        (Some(namespace), name) => format!("{namespace}/{name}"),
        (None, name) => name.to_owned(),
    }
}

fn what(object: &Object<'_>) -> String {
    match object.kind {
        Kind::Other(kind) => format!("a `{}`", shown(kind)),
        Kind::Secret => "a `Secret`".to_owned(),
        Kind::SealedSecret | Kind::Unknown => "something without a kind".to_owned(),
    }
}
