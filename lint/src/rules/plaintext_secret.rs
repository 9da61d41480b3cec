//! No Secret may stand in the repository in a form that anyone can read.

use crate::context::Context;
use crate::finding::Findings;
use crate::policy::Severity;
use crate::readable::{Readable, secrets};
use crate::rule::{Check, Fixable, Rule};
use crate::source::Source;
use crate::text::{listed, shown};

/// The most Secrets that are named in one file.
const MOST: usize = 50;

pub(super) const RULE: Rule = Rule {
    name: "plaintext-secret",
    code: "SL201",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: true,
    sensitive: true,
    since: "0.1.0",
    summary: "a Secret is in the repository, and everyone who can read it knows its values",
    why: "Base64 is no encryption: whoever can read the repository, now or in its history, has the values.",
    how: "Seal it with `sealsmith seal`, delete the file, and change the values: they count as known. Text \
          that a tool fills in, such as `${PASSWORD}` or `{{ .Values.password }}`, is not reported.",
    bad: "\
-- apps/airflow/db.yaml --
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: airflow-dev}
stringData:
  password: hunter2
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
-- charts/airflow/templates/db.yaml --
apiVersion: v1
kind: Secret
metadata: {name: {{ .Release.Name }}}
stringData:
  password: {{ .Values.password | quote }}
",
    checks: &[Check::File(check)],
};

fn check(source: &Source<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    if !source.file().tracked || context.layout.ignores(&source.path().lossy()) {
        return;
    }
    for secret in secrets(source).into_iter().take(MOST) {
        let finding = findings.add(
            source.path(),
            source.mark(secret.at.clone()),
            message(&secret),
        );
        finding
            .severity(secret.severity)
            .note("everyone who can read the repository knows this value")
            .help("seal it with `sealsmith seal`, delete it here, and change the value: it stays in the history")
            .about(secret.object, secret.fields.into_iter().next().unwrap_or_default());
    }
}

fn message(secret: &Readable) -> String {
    let name = match secret.object.as_str() {
        "" => "a Secret".to_owned(),
        object => format!("Secret `{}`", shown(object)),
    };
    let inside = match secret.severity {
        Severity::Error => "",
        _ => " inside a text",
    };
    match secret.fields.as_slice() {
        [] => format!("{name}{inside} holds readable values"),
        fields => format!(
            "{name}{inside} holds readable values: {}",
            listed(fields.iter().map(String::as_str))
        ),
    }
}
