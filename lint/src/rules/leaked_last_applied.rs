//! Plaintext that travels in a SealedSecret's template.

use sealsmith_core::manifest::sealed_secret::SealedSecret;
use sealsmith_core::manifest::tree::Node;

use crate::context::Context;
use crate::finding::{Findings, Fix};
use crate::policy::Severity;
use crate::removal::remove;
use crate::rule::{Check, Fixable, Rule};
use crate::secret_like::{assigns_secret, is_secret};
use crate::source::Source;
use crate::text::shown;

pub(super) const RULE: Rule = Rule {
    name: "leaked-last-applied",
    code: "SL206",
    severity: Severity::Error,
    fixable: Fixable::Safely,
    exceptions_only: false,
    sensitive: true,
    since: "0.1.0",
    summary: "a template carries a copy of the Secret that anyone can read",
    why: "`kubectl apply` keeps all of a Secret, base64 and nothing more, in the annotation \
          `last-applied-configuration`; sealed from the cluster, it stands in the template beside the sealed \
          values. What `template.data` holds outside of `{{ }}` is just as readable.",
    how: "Remove the annotation and `managedFields`; `sealsmith lint --fix` does. Seal a literal as a value of \
          its own and write `{{ .key }}` in its place. Then change the values: they stay in the history.",
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
  template:
    metadata:
      name: db
      namespace: airflow-dev
      annotations:
        kubectl.kubernetes.io/last-applied-configuration: |
          {\"data\":{\"password\":\"aHVudGVyMjI=\"},\"metadata\":{\"name\":\"db\"}}
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
  template:
    metadata: {name: db, namespace: airflow-dev}
    data:
      settings.ini: |
        user = airflow
        password = {{ .password }}
",
    checks: &[Check::File(metadata), Check::File(data)],
};

/// Annotations in which tools keep the whole object.
const LAST_APPLIED: [&str; 2] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    "kubecfg.ksonnet.io/last-applied-configuration",
];

fn metadata(source: &Source<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    for (_, secret, _) in source.judged() {
        let Some(metadata) = secret
            .template()
            .and_then(|template| template.get("metadata"))
        else {
            continue;
        };
        for name in LAST_APPLIED {
            carried(
                source,
                secret,
                metadata,
                &["annotations", name],
                VALUES,
                findings,
            );
        }
        carried(source, secret, metadata, &["managedFields"], KEYS, findings);
    }
}

/// What something shows, and what to do about it.
type Says = (&'static str, &'static str);

const VALUES: Says = (
    "it holds the values as they were applied, and base64 is no encryption",
    "remove it, and change the values that it shows: they stay in the history",
);
const KEYS: Says = (
    "it says which keys the Secret has and who changed them, and the cluster writes its own",
    "remove it",
);

fn carried(
    source: &Source<'_>,
    secret: SealedSecret<'_>,
    metadata: Node<'_>,
    path: &[&str],
    (note, help): Says,
    findings: &mut Findings<'_>,
) {
    let Some(key) = key_at(metadata, path) else {
        return;
    };
    let name = path.last().copied().unwrap_or_default();
    let finding = findings.add(
        source.path(),
        source.mark_of(key),
        format!("the template of `{}` carries `{name}`", secret.title()),
    );
    finding.note(note).help(help).about(
        secret.title(),
        format!("spec.template.metadata.{}", path.join(".")),
    );
    if let Some(edit) = remove(metadata, path) {
        finding.fix(Fix {
            safe: true,
            summary: format!("remove `{name}`"),
            edits: vec![edit],
        });
    }
}

/// The last key of a path, when something stands there.
fn key_at<'a>(mapping: Node<'a>, path: &[&str]) -> Option<Node<'a>> {
    let (first, rest) = path.split_first()?;
    let (key, value) = mapping
        .entries()
        .find(|(key, _)| key.scalar() == Some(first))?;
    match rest {
        [] => (!value.is_null()).then_some(key),
        rest => key_at(value, rest),
    }
}

fn data(source: &Source<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    for (_, secret, _) in source.judged() {
        let data = secret.template().and_then(|template| template.get("data"));
        let literals = data
            .into_iter()
            .flat_map(Node::entries)
            .filter(|(key, value)| is_literal(*key, *value));
        for (key, _) in literals {
            let name = key.scalar().unwrap_or_default();
            findings
                .add(source.path(), source.mark_of(key), format!("`{}` in the template holds a readable secret", shown(name)))
                .note("everyone who can read the repository knows it")
                .help("seal it as a value of its own, write `{{ .key }}` in its place, and change it: it stays in the history")
                .about(secret.title(), format!("spec.template.data.{name}"));
        }
    }
}

fn is_literal(key: Node<'_>, value: Node<'_>) -> bool {
    let text = value.as_str().unwrap_or_default();
    is_secret(key.scalar().unwrap_or_default(), value) || text.lines().any(assigns_secret)
}
