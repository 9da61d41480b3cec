//! A SealedSecret must be one for the API server too.

use sealsmith_core::manifest::tree::Node;

use crate::context::Context;
use crate::crd::{API_VERSION, violations};
use crate::finding::Findings;
use crate::policy::Severity;
use crate::rule::{Check, Fixable, Rule};
use crate::source::Source;
use crate::text::shown;

pub(super) const RULE: Rule = Rule {
    name: "schema",
    code: "SL308",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "the API server refuses a SealedSecret, or drops a part of it",
    why: "A misspelt field, a number where text belongs or a `status` shows only when the file is applied: it is \
          refused, or the field is dropped without a word and the Secret lacks it.",
    how: "Correct the field that is named. `spec` holds `encryptedData` and `template`; the template holds \
          `metadata`, `type`, `immutable` and `data`; values are texts.",
    bad: "\
-- envs/dev/sealed-secrets/airflow/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: airflow-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptdData: {password: <sealed dev 12>}
  template: {metadata: {name: db, namespace: airflow-dev}}
",
    good: "\
-- envs/dev/sealed-secrets/airflow/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  creationTimestamp: null
  name: db
  namespace: airflow-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {password: <sealed dev 12>}
  template:
    metadata: {creationTimestamp: null, name: db, namespace: airflow-dev}
    type: Opaque
",
    checks: &[Check::File(check), Check::File(version)],
};

fn check(source: &Source<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    for (_, secret, values) in source.judged() {
        for violation in violations(secret, values) {
            let finding = findings.add(source.path(), source.mark(violation.at), violation.message);
            finding
                .severity(violation.severity)
                .note(violation.note)
                .about(secret.title(), violation.field);
            if !violation.help.is_empty() {
                finding.help(violation.help);
            }
        }
    }
}

/// What is called a SealedSecret and is none, as nothing of that kind is in another API.
fn version(source: &Source<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if source.place().is_none() || !source.file().tracked {
        return;
    }
    for object in source.objects_of("SealedSecret") {
        let version = object.node.get("apiVersion");
        let message = match version.and_then(Node::as_str) {
            Some(version) => format!("`{}` has no SealedSecret", shown(version)),
            None => "a SealedSecret without `apiVersion`".to_owned(),
        };
        let at = version
            .or_else(|| object.node.get("kind"))
            .unwrap_or(object.node);
        findings
            .add(source.path(), source.mark_of(at), message)
            .note("the API server does not know it, and nothing else in it is checked")
            .help(format!("write `apiVersion: {API_VERSION}`"))
            .about("", "apiVersion");
    }
}
