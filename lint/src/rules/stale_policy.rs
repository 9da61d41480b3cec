//! What matches nothing any more will match something else one day.

use crate::context::Context;
use crate::finding::Findings;
use crate::index::Repository;
use crate::path::Path;
use crate::policy::{FILE, SecretRule, Severity};
use crate::policy_text::PolicyText;
use crate::rule::{Check, Fixable, Rule};
use crate::text::shown;

pub(super) const RULE: Rule = Rule {
    name: "stale-policy",
    code: "SL803",
    severity: Severity::Warning,
    fixable: Fixable::Safely,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "an entry of the policy or the baseline matches nothing any more",
    why: "An exception for what is long gone accepts the next finding at the same place, and a rule for a secret \
          that was renamed protects nothing while it reads as if it did.",
    how: "Remove the entry; `sealsmith lint --fix` removes exceptions, rules and lines of the baseline.",
    bad: "\
-- sealsmith.yaml --
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem}
secrets:
  - id: jwt
    match: {name: jwt}
    rotation: manual
    reason: every issued token becomes invalid at once
  - id: stripe
    match: {name: stripe-*}
    rotation: manual
    reason: the old token has to be revoked by hand
-- envs/dev/sealed-secrets/api/sealed-jwt.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: jwt
  namespace: api-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {JWT_SECRET: <sealed dev 32>}
  template: {metadata: {name: jwt, namespace: api-dev}}
",
    good: "\
-- sealsmith.yaml --
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem}
secrets:
  - id: jwt
    match: {name: jwt}
    rotation: manual
    reason: every issued token becomes invalid at once
-- envs/dev/sealed-secrets/api/sealed-jwt.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: jwt
  namespace: api-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {JWT_SECRET: <sealed dev 32>}
  template: {metadata: {name: jwt, namespace: api-dev}}
",
    checks: &[Check::Repository(rules), Check::Weighing],
};

/// Exceptions and the baseline are looked at while findings are weighed.
fn rules(repository: &Repository<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let all = &context.policy.secrets;
    if !repository.complete || !is_known(repository) {
        return;
    }
    let stale: Vec<_> = (0..all.len())
        .filter(|at| !matches_any(&all[*at], repository))
        .collect();
    let text = PolicyText::read(context.policy_text);
    for at in stale.iter().copied() {
        let id = all[at].id.as_str();
        let finding = findings.add(
            &Path::from(FILE),
            text.mark(&format!("secrets.{at}.id")),
            format!("rule `{}` matches no SealedSecret", shown(id)),
        );
        finding
            .help("remove it, or correct what it matches")
            .about("", format!("secrets.{id}"));
        let is_needed = context.policy.environments.iter();
        let mut keys = is_needed.filter_map(|(_, environment)| environment.aws.as_ref());
        if !keys.any(|aws| aws.secret.as_str() == id)
            && let Some(fix) = text.removal("secrets", at, &stale)
        {
            finding.fix(fix);
        }
    }
}

/// Whether every file of the layout could be read, and there is one: what it holds may be what a rule is for.
fn is_known(repository: &Repository<'_>) -> bool {
    let mut placed = repository
        .files
        .iter()
        .filter(|file| file.place.is_some())
        .peekable();
    placed.peek().is_some() && placed.all(|file| !file.secrets.is_empty())
}

fn matches_any(rule: &SecretRule, repository: &Repository<'_>) -> bool {
    let placed = repository
        .files
        .iter()
        .filter_map(|file| Some((file, file.place.as_ref()?)));
    let mut secrets =
        placed.flat_map(|(file, place)| file.secrets.iter().map(move |secret| (place, secret)));
    secrets.any(|(place, secret)| rule.matches.matches(&secret.name, place.app.as_deref()))
}
