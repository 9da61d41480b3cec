//! Someone has to decide who may change a secret.

use crate::context::Context;
use crate::finding::Findings;
use crate::index::Repository;
use crate::path::Path;
use crate::policy::{FILE, Severity};
use crate::rule::{Check, Fixable, Rule};
use crate::source::Source;
use crate::text::shown;

pub(super) const RULE: Rule = Rule {
    name: "unclassified-secret",
    code: "SL601",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "no rule of the policy says who may change a secret",
    why: "Whether automation may rotate a secret, or only a person may change it, is a decision with a reason. \
          Until someone makes it, automation stays away from the secret and nobody knows what breaks.",
    how: "Add an entry to `secrets` in `sealsmith.yaml` whose `match` names it, with `rotation: manual` or \
          `rotation: automated` and a reason.",
    bad: "\
-- sealsmith.yaml --
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem}
secrets:
  - id: db
    match: {name: db-*}
    rotation: manual
    reason: the server side must change in the same window
-- envs/dev/sealed-secrets/shop/sealed-secrets.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db-password
  namespace: shop-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {password: <sealed dev 12>}
  template: {metadata: {name: db-password, namespace: shop-dev}}
---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: stripe
  namespace: shop-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {token: <sealed dev 32>}
  template: {metadata: {name: stripe, namespace: shop-dev}}
",
    good: "\
-- sealsmith.yaml --
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem}
secrets:
  - id: db
    match: {name: db-*}
    rotation: manual
    reason: the server side must change in the same window
  - id: stripe
    match: {name: stripe}
    rotation: manual
    reason: the old token has to be revoked by hand
-- envs/dev/sealed-secrets/shop/sealed-secrets.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db-password
  namespace: shop-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {password: <sealed dev 12>}
  template: {metadata: {name: db-password, namespace: shop-dev}}
---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: stripe
  namespace: shop-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {token: <sealed dev 32>}
  template: {metadata: {name: stripe, namespace: shop-dev}}
",
    checks: &[Check::File(secrets), Check::Repository(policy)],
};

fn secrets(source: &Source<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    if context.policy.secrets.is_empty() {
        return;
    }
    for (place, secret, _) in source.judged() {
        if context.secret_rule(secret.name(), place).is_none() {
            let title = secret.title();
            let message = format!("no rule of {FILE} says who may change `{}`", shown(&title));
            findings
                .add(source.path(), source.mark_of_name(secret), message)
                .note("automation stays away from it")
                .help(format!(
                    "add an entry to `secrets` in {FILE}: `manual` or `automated`, and why"
                ))
                .about(title, "");
        }
    }
}

/// A policy that classifies nothing is one omission, not one for each secret.
fn policy(repository: &Repository<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    if !context.policy.secrets.is_empty() || context.policy_text.is_empty() {
        return;
    }
    let count = repository.judged().count();
    if count > 0 {
        findings
            .add(&Path::from(FILE), None, format!("`secrets` is empty, so that nobody has said who may change {count} SealedSecrets"))
            .note("automation stays away from them")
            .help("add an entry for each kind of secret: `manual` or `automated`, and why; `sealsmith init` proposes them in a repository without a policy")
            .about("", "secrets");
    }
}
