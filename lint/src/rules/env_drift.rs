//! Environments with parity hold the same Secrets with the same keys.

use std::collections::{BTreeMap, BTreeSet};

use crate::context::Context;
use crate::environment_name::without;
use crate::finding::Findings;
use crate::index::{Indexed, Repository, SealedEntry};
use crate::policy::Severity;
use crate::rule::{Check, Fixable, Rule};
use crate::text::shown;

pub(super) const RULE: Rule = Rule {
    name: "env-drift",
    code: "SL106",
    severity: Severity::Warning,
    fixable: Fixable::No,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "a Secret or a data key is missing in another environment with `parity`",
    why: "What works in one environment fails in the next one on the day it is deployed there.",
    how: "Seal the value for the other environment too, or record in `exceptions` why it is not needed there.",
    bad: "\
-- sealsmith.yaml --
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem, parity: true}
  prod: {certificate: certs/prod.pem, parity: true}
secrets:
  - {id: all, match: {name: '*'}, rotation: automated, reason: these are made-up secrets of a test}
git: {base: origin/main}
-- envs/dev/sealed-secrets/airflow/sealed-jwt.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: jwt
  namespace: airflow-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {JWT: <sealed dev 12>, JWT_PREV: <sealed dev 12>}
  template: {metadata: {name: jwt, namespace: airflow-dev}}
-- envs/prod/sealed-secrets/airflow/sealed-jwt.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: jwt
  namespace: airflow-prod
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {JWT: <sealed prod 12>}
  template: {metadata: {name: jwt, namespace: airflow-prod}}
",
    good: "\
-- sealsmith.yaml --
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem, parity: true}
  prod: {certificate: certs/prod.pem, parity: true}
secrets:
  - {id: all, match: {name: '*'}, rotation: automated, reason: these are made-up secrets of a test}
git: {base: origin/main}
-- envs/dev/sealed-secrets/airflow/sealed-jwt-dev.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: jwt-dev
  namespace: airflow-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {JWT: <sealed dev 12>}
  template: {metadata: {name: jwt-dev, namespace: airflow-dev}}
-- envs/prod/sealed-secrets/airflow/sealed-jwt-prod.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: jwt-prod
  namespace: airflow-prod
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {JWT: <sealed prod 12>}
  template: {metadata: {name: jwt-prod, namespace: airflow-prod}}
",
    checks: &[Check::Repository(check)],
};

/// Where one Secret stands in an environment.
type Entry<'a> = (&'a Indexed, &'a SealedEntry);

/// One Secret in every environment, by environment.
type Group<'a> = BTreeMap<&'a str, Entry<'a>>;

fn check(repository: &Repository<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let environments = context.policy.environments.iter();
    let equal: Vec<_> = environments
        .filter(|(_, env)| env.parity)
        .map(|(name, _)| name.as_str())
        .collect();
    // Without every file, what is missing may only be out of sight.
    if !repository.complete || equal.len() < 2 {
        return;
    }
    for group in groups(repository, &equal).values() {
        for (env, entry) in group
            .iter()
            .filter(|(_, (file, _))| (repository.reported)(&file.path))
        {
            missing_secret(env, *entry, group, &equal, findings);
            missing_keys(env, *entry, group, findings);
        }
    }
}

/// Secrets that are one, whatever their environment is called in their names.
fn groups<'a>(
    repository: &Repository<'a>,
    equal: &[&str],
) -> BTreeMap<(String, String), Group<'a>> {
    let mut groups: BTreeMap<_, Group<'_>> = BTreeMap::new();
    for file in repository.files {
        let Some(place) = file
            .place
            .as_ref()
            .filter(|place| equal.contains(&place.env.as_str()))
        else {
            continue;
        };
        for secret in &file.secrets {
            // The folder says it best: namespaces of two environments may have nothing in common.
            let group = place.app.as_deref().unwrap_or(&secret.namespace);
            let identity = (
                without(group, &place.env),
                without(&secret.name, &place.env),
            );
            groups
                .entry(identity)
                .or_default()
                .entry(place.env.as_str())
                .or_insert((file, secret));
        }
    }
    groups
}

fn missing_secret(
    env: &str,
    (file, secret): Entry<'_>,
    group: &Group<'_>,
    equal: &[&str],
    findings: &mut Findings<'_>,
) {
    let lacking: Vec<_> = equal
        .iter()
        .filter(|other| !group.contains_key(**other))
        .copied()
        .collect();
    if !lacking.is_empty() {
        let message = format!(
            "`{}` is in {env}, and not in {}",
            shown(&secret.title()),
            lacking.join(", ")
        );
        findings
            .add(&file.path, Some(secret.mark), message)
            .help(format!(
                "seal it for {} too, or record why not in `exceptions`",
                lacking.join(", ")
            ))
            .about(secret.title(), "");
    }
}

fn missing_keys(
    env: &str,
    (file, secret): Entry<'_>,
    group: &Group<'_>,
    findings: &mut Findings<'_>,
) {
    let others: Vec<_> = group
        .iter()
        .filter(|(other, _)| **other != env)
        .map(|(other, entry)| (other, keys(entry.1)))
        .collect();
    for value in &secret.values {
        let lacking = others
            .iter()
            .filter(|(_, keys)| !keys.contains(value.key.as_str()));
        let lacking: Vec<_> = lacking.map(|(other, _)| **other).collect();
        if !lacking.is_empty() {
            let key = shown(&value.key);
            let message = format!(
                "data key `{key}` of `{}` is in {env}, and not in {}",
                shown(&secret.title()),
                lacking.join(", ")
            );
            findings
                .add(&file.path, Some(value.mark), message)
                .help(format!(
                    "seal it for {} too, or record why not in `exceptions`",
                    lacking.join(", ")
                ))
                .about(secret.title(), format!("spec.encryptedData.{}", value.key));
        }
    }
}

fn keys(secret: &SealedEntry) -> BTreeSet<&str> {
    secret
        .values
        .iter()
        .map(|value| value.key.as_str())
        .collect()
}
