//! The length of a value is public, so a wrong one shows without any key.

use sealsmith_core::manifest::sealed_secret::SealedSecret;

use crate::context::Context;
use crate::finding::Findings;
use crate::policy::{SecretRule, Severity};
use crate::rule::{Check, Fixable, Rule};
use crate::source::Source;
use crate::text::shown;
use crate::value::{LEGACY, Value};

pub(super) const RULE: Rule = Rule {
    name: "plain-length",
    code: "SL305",
    severity: Severity::Warning,
    fixable: Fixable::No,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "a value has another length than the policy knows, or is missing",
    why: "A sealed value shows the exact length of its plaintext. An AWS secret access key of 41 bytes ends with \
          a line break that every request will carry; a length of 0 means that something was emptied.",
    how: "Seal the value again without the extra byte, for example with `printf %s` instead of `echo`, or \
          correct `keys` in the policy.",
    bad: "\
-- sealsmith.yaml --
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem}
secrets:
  - id: aws
    match: {name: aws-*}
    rotation: automated
    reason: access keys rotate on a schedule
    keys: {AWS_ACCESS_KEY_ID: {bytes: [20]}, AWS_SECRET_ACCESS_KEY: {bytes: [40]}}
-- envs/dev/sealed-secrets/airflow/sealed-aws-credentials.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: aws-credentials
  namespace: airflow-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData:
    AWS_ACCESS_KEY_ID: <sealed dev 20>
    AWS_SECRET_ACCESS_KEY: <sealed dev 41>
  template: {metadata: {name: aws-credentials, namespace: airflow-dev}}
",
    good: "\
-- sealsmith.yaml --
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem}
secrets:
  - id: aws
    match: {name: aws-*}
    rotation: automated
    reason: access keys rotate on a schedule
    keys: {AWS_ACCESS_KEY_ID: {bytes: [20]}, AWS_SECRET_ACCESS_KEY: {bytes: [40]}}
-- envs/dev/sealed-secrets/airflow/sealed-aws-credentials.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: aws-credentials
  namespace: airflow-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData:
    AWS_ACCESS_KEY_ID: <sealed dev 20>
    AWS_SECRET_ACCESS_KEY: <sealed dev 40>
  template: {metadata: {name: aws-credentials, namespace: airflow-dev}}
",
    checks: &[Check::File(check)],
};

fn check(source: &Source<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    for (place, secret, values) in source.judged() {
        let Some(rule) = context.secret_rule(secret.name(), place) else {
            continue;
        };
        for value in values {
            length(source, secret, value, rule, findings);
        }
        // The deprecated format hides its keys.
        if values.iter().any(|value| value.key == LEGACY) {
            continue;
        }
        let missing = rule.keys.keys().filter(|key| !has(secret, values, key));
        for key in missing {
            let message = format!("`{}` has no `{}`", secret.title(), shown(key));
            findings
                .add(source.path(), source.mark_of_name(secret), message)
                .note(format!("`{}` in the policy lists it", rule.id.as_str()))
                .help("add the key, or take it out of the policy")
                .about(secret.title(), format!("spec.encryptedData.{key}"));
        }
    }
}

fn length(
    source: &Source<'_>,
    secret: SealedSecret<'_>,
    value: &Value<'_>,
    rule: &SecretRule,
    findings: &mut Findings<'_>,
) {
    let (Some(shape), Some(envelope)) = (rule.keys.get(value.key), value.envelope()) else {
        return;
    };
    let length = envelope.plaintext_len();
    if shape
        .bytes
        .iter()
        .any(|&bytes| usize::try_from(bytes) == Ok(length))
    {
        return;
    }
    let expected: Vec<_> = shape.bytes.iter().map(u64::to_string).collect();
    let message = format!(
        "`{}` is {length} bytes long, not {}",
        shown(value.key),
        expected.join(" or ")
    );
    let one_more = shape.bytes.iter().any(|&bytes| {
        usize::try_from(bytes).is_ok_and(|bytes| bytes.checked_add(1) == Some(length))
    });
    let finding = findings.add(source.path(), source.mark(value.range()), message);
    if length == 0 {
        finding.note("the value is empty");
    } else if one_more {
        finding.note("one byte more is mostly a line break at the end");
    }
    finding
        .help("seal the value again")
        .about(secret.title(), value.field());
}

/// Whether a data key is made in any way.
fn has(secret: SealedSecret<'_>, values: &[Value<'_>], key: &str) -> bool {
    let rendered = || {
        secret
            .template()
            .and_then(|template| template.get("data")?.get(key))
            .is_some()
    };
    values.iter().any(|value| value.key == key) || rendered()
}
