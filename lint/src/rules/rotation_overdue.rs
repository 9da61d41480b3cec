//! A value does not grow older than the policy lets it.

use crate::context::Context;
use crate::finding::Findings;
use crate::index::{Indexed, Repository, SealedEntry, ValueEntry};
use crate::path::Path;
use crate::policy::{FILE, SecretRule, Severity};
use crate::rule::{Check, Fixable, Rule};
use crate::text::{listed, shown};

pub(super) const RULE: Rule = Rule {
    name: "rotation-overdue",
    code: "SL606",
    severity: Severity::Warning,
    fixable: Fixable::No,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "a value is older than `max-age` allows",
    why: "A credential that is never changed is in every backup and every former colleague's head.",
    how: "Rotate it: `sealsmith rotate aws` for an access key, `sealsmith replace` for a manual secret. The age \
          counts from the date in `sealsmith.lock`, without one from the last commit that changed the file. \
          Both start anew with a re-seal, so a value may be older than it seems, never younger.",
    bad: "\
-- sealsmith.yaml --
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem}
secrets:
  - id: db
    match: {name: db}
    rotation: manual
    reason: the server side must change in the same window
    max-age: 365d
-- envs/dev/sealed-secrets/api/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: api-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {password: <sealed dev 12 #1>}
  template: {metadata: {name: db, namespace: api-dev}}
-- sealsmith.lock --
<digest dev 12 #1> SHA256:WPsQpmVQMeUGWVR3218FhDrNJm3lKvaH2lZZwecpLO8 2025-10-20T09:00:00Z
",
    good: "\
-- sealsmith.yaml --
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem}
secrets:
  - id: db
    match: {name: db}
    rotation: manual
    reason: the server side must change in the same window
    max-age: 365d
-- envs/dev/sealed-secrets/api/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: api-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {password: <sealed dev 12 #1>}
  template: {metadata: {name: db, namespace: api-dev}}
-- sealsmith.lock --
<digest dev 12 #1> SHA256:WPsQpmVQMeUGWVR3218FhDrNJm3lKvaH2lZZwecpLO8 2026-10-25T09:00:00Z
",
    checks: &[Check::Repository(check)],
};

const DAY: i64 = 86_400;

fn check(repository: &Repository<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut unknown = 0;
    for (file, place, secret) in repository.judged() {
        let rule = context.secret_rule(&secret.name, place);
        let Some((rule, limit)) = rule.and_then(|rule| Some((rule, rule.max_age?))) else {
            continue;
        };
        let limit = i64::try_from(limit.as_seconds()).unwrap_or(i64::MAX);
        let ages = secret
            .values
            .iter()
            .map(|value| (value, age(file, value, context)));
        let ages: Vec<_> = ages.collect();
        unknown += usize::from(ages.iter().any(|(_, age)| age.is_none()));
        let old = ages
            .into_iter()
            .filter_map(|(value, age)| Some((value, age?)));
        let old: Vec<_> = old.filter(|(_, age)| *age > limit).collect();
        report(file, secret, rule, &old, findings);
    }
    // Whoever looks at a part of the files did not ask git.
    if unknown > 0 && repository.complete {
        say_unknown(unknown, findings);
    }
}

/// How many seconds a value has certainly been there; nothing when nobody knows.
fn age(file: &Indexed, value: &ValueEntry, context: &Context<'_>) -> Option<i64> {
    let sealed = context.lock.get(&value.digest).map(|entry| entry.sealed_at);
    let since = sealed.or_else(|| context.changed.get(&file.path).copied())?;
    Some(context.now.saturating_sub(since))
}

fn report(
    file: &Indexed,
    secret: &SealedEntry,
    rule: &SecretRule,
    old: &[(&ValueEntry, i64)],
    findings: &mut Findings<'_>,
) {
    let Some((value, age)) = old.iter().max_by_key(|(_, age)| *age) else {
        return;
    };
    let (keys, title) = (
        listed(old.iter().map(|(value, _)| value.key.as_str())),
        secret.title(),
    );
    let limit = rule
        .max_age
        .map(|limit| limit.to_string())
        .unwrap_or_default();
    let message = format!(
        "{keys} of `{}` was sealed {} days ago, and `{}` allows {limit}",
        shown(&title),
        age / DAY,
        shown(&rule.id)
    );
    findings
        .add(&file.path, Some(value.mark), message)
        .help("rotate it, or give `max-age` another length with a reason that holds")
        .about(title, "");
}

fn say_unknown(count: usize, findings: &mut Findings<'_>) {
    let message = match count {
        1 => "the age of 1 SealedSecret is unknown".to_owned(),
        count => format!("the age of {count} SealedSecrets is unknown"),
    };
    findings
        .add(&Path::from(FILE), None, message)
        .severity(Severity::Info)
        .note("neither sealsmith.lock nor a commit at hand says when they were sealed")
        .help("a shallow clone lacks the commits: git fetch --unshallow, or fetch-depth: 0 in actions/checkout")
        .about("", "secrets.max-age");
}
