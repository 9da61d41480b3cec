//! A value that the controller cannot even take apart.

use crate::context::Context;
use crate::finding::{Findings, Fix};
use crate::layout::Place;
use crate::policy::Severity;
use crate::rule::{Check, Fixable, Rule};
use crate::source::Source;
use crate::splice::rewrite;
use crate::text::shown;
use crate::value::{RSA_BYTES, Undecoded, Value};
use sealsmith_core::sealed::SealedValue;

pub(super) const RULE: Rule = Rule {
    name: "malformed-ciphertext",
    code: "SL301",
    severity: Severity::Error,
    fixable: Fixable::Safely,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "a sealed value is damaged",
    why: "The controller says no more than `no key could decrypt secret`, and the Secret keeps its old value or \
          never appears. A value that YAML folds over several lines gets blanks, which its base64 reader refuses.",
    how: "Write the value on one line, or as a `|` block, which keeps line breaks instead of blanks; \
          `sealsmith lint --fix` joins the lines. If something is missing, seal the value again.",
    bad: "\
-- envs/dev/sealed-secrets/airflow/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: airflow-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData:
    password: >-
      <sealed dev 12 folded>
  template: {metadata: {name: db, namespace: airflow-dev}}
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
  encryptedData:
    password: |-
      <sealed dev 12 folded>
  template: {metadata: {name: db, namespace: airflow-dev}}
",
    checks: &[Check::File(check)],
};

fn check(source: &Source<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    for (place, secret, values) in source.judged() {
        for value in values {
            let Some(problem) = problem(value, place, context) else {
                continue;
            };
            let message = format!("`{}` is no sealed value: {problem}", shown(value.key));
            let finding = findings.add(source.path(), source.mark(value.range()), message);
            finding
                .note("the controller cannot open it")
                .help("seal the value again, or copy it again in full")
                .about(secret.title(), value.field());
            if let Some(fix) = joined(value) {
                finding.help("write it on one line").fix(fix);
            }
        }
    }
}

fn problem(value: &Value<'_>, place: &Place, context: &Context<'_>) -> Option<String> {
    match &value.bytes {
        // Said by `schema`.
        Err(Undecoded::NoText) => None,
        Err(Undecoded::Malformed(error)) => Some(error.to_string()),
        Ok(_) => {
            let bytes = value.envelope()?.wrapped_key().len();
            let known = context
                .public_keys(place)
                .any(|key| key.size_bytes() == bytes);
            (!known && !RSA_BYTES.contains(&bytes)).then(|| {
                format!(
                    "its header says {bytes} bytes for the session key, and no RSA key makes that"
                )
            })
        }
    }
}

/// Takes out the blanks that YAML puts where lines were folded, when that is all that is wrong.
fn joined(value: &Value<'_>) -> Option<Fix> {
    let text = value.node.scalar().filter(|_| value.own)?;
    let whole: String = text.split_ascii_whitespace().collect();
    SealedValue::parse(&whole)
        .ok()
        .filter(|_| whole.len() < text.len())?;
    Some(Fix {
        safe: true,
        summary: "join the lines of the value".to_owned(),
        edits: vec![rewrite(value.node, &whole)?],
    })
}
