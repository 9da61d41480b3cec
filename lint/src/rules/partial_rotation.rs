//! A credential is rotated as a whole.

use std::collections::{BTreeMap, BTreeSet};

use crate::change::{Range, Step, StepKind};
use crate::context::Context;
use crate::finding::Findings;
use crate::policy::{Aws, AwsKeys, Severity};
use crate::rule::{Check, Fixable, Rule};
use crate::text::{listed, shown};

pub(super) const RULE: Rule = Rule {
    name: "partial-rotation",
    code: "SL605",
    severity: Severity::Warning,
    fixable: Fixable::No,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "only a part of an AWS access key changes, or only some of its copies do",
    why: "An id without its secret opens nothing, and an application that was left out fails on the day the old \
          key is deleted.",
    how: "Seal both parts for every application that `aws.apps` names, within the same commits; \
          `sealsmith rotate aws` does.",
    bad: "\
-- HEAD:envs/dev/sealed-secrets/airflow/sealed-aws.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: aws
  namespace: airflow-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData:
    AWS_ACCESS_KEY_ID: <sealed dev 20 #1>
    AWS_SECRET_ACCESS_KEY: <sealed dev 40 #1>
  template: {metadata: {name: aws, namespace: airflow-dev}}
-- envs/dev/sealed-secrets/airflow/sealed-aws.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: aws
  namespace: airflow-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData:
    AWS_ACCESS_KEY_ID: <sealed dev 20 #2>
    AWS_SECRET_ACCESS_KEY: <sealed dev 40 #1>
  template: {metadata: {name: aws, namespace: airflow-dev}}
-- commit --
ops@example.com
airflow: new access key
",
    good: "\
-- HEAD:envs/dev/sealed-secrets/airflow/sealed-aws.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: aws
  namespace: airflow-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData:
    AWS_ACCESS_KEY_ID: <sealed dev 20 #1>
    AWS_SECRET_ACCESS_KEY: <sealed dev 40 #1>
  template: {metadata: {name: aws, namespace: airflow-dev}}
-- envs/dev/sealed-secrets/airflow/sealed-aws.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: aws
  namespace: airflow-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData:
    AWS_ACCESS_KEY_ID: <sealed dev 20 #2>
    AWS_SECRET_ACCESS_KEY: <sealed dev 40 #2>
  template: {metadata: {name: aws, namespace: airflow-dev}}
-- commit --
ops@example.com
airflow: new access key
",
    checks: &[Check::Range(check)],
};

fn check(range: &Range<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut secrets: BTreeMap<(&str, &str), Rotated<'_>> = BTreeMap::new();
    let rotations = range
        .steps
        .iter()
        .filter(|step| step.kind == StepKind::Changed);
    for step in rotations {
        let Some(env) = step.env.as_deref() else {
            continue;
        };
        let rotated = secrets.entry((env, &step.title)).or_default();
        rotated
            .changed
            .extend(step.changed.iter().map(String::as_str));
        rotated.last = Some(step);
    }
    for ((env, _), rotated) in &secrets {
        half(rotated, &keys(context, env), findings);
    }
    for (env, environment) in context.policy.environments.iter() {
        if let Some(aws) = &environment.aws {
            let of_env = secrets
                .iter()
                .filter(|((name, _), _)| *name == env.as_str());
            copies(of_env.map(|(_, rotated)| rotated), aws, context, findings);
        }
    }
}

/// What all commits did to one SealedSecret.
#[derive(Default)]
struct Rotated<'a> {
    changed: BTreeSet<&'a str>,
    last: Option<&'a Step>,
}

fn keys(context: &Context<'_>, env: &str) -> AwsKeys {
    let environment = context.environment(env);
    let aws = environment.and_then(|environment| environment.aws.as_ref());
    aws.map(|aws| aws.keys.clone()).unwrap_or_default()
}

fn half(rotated: &Rotated<'_>, keys: &AwsKeys, findings: &mut Findings<'_>) {
    let Some(step) = rotated.last else {
        return;
    };
    for (one, other) in [(&keys.id, &keys.secret), (&keys.secret, &keys.id)] {
        let stays = step.kept.contains(other) && !rotated.changed.contains(other.as_str());
        if rotated.changed.contains(one.as_str()) && stays {
            let message = format!(
                "`{}` gets another `{}`, and `{}` stays",
                shown(&step.title),
                shown(one),
                shown(other)
            );
            findings
                .add(&step.path, step.mark, message)
                .note("neither works without the other")
                .help("seal both parts of the new key")
                .about(step.title.clone(), format!("spec.encryptedData.{other}"));
        }
    }
}

/// Compares what was rotated with the applications that hold the same key.
fn copies<'a>(
    rotated: impl Iterator<Item = &'a Rotated<'a>>,
    aws: &Aws,
    context: &Context<'_>,
    findings: &mut Findings<'_>,
) {
    let steps = rotated.filter_map(|rotated| {
        let parts = [aws.keys.id.as_str(), aws.keys.secret.as_str()];
        let both = parts.iter().all(|part| rotated.changed.contains(part));
        rotated
            .last
            .filter(|step| both && is_copy(step, aws, context))
    });
    let steps: Vec<_> = steps.collect();
    let has = |app: &&String| {
        steps
            .iter()
            .any(|step| step.app.as_deref() == Some(app.as_str()))
    };
    let lacking: Vec<&str> = aws
        .apps
        .iter()
        .filter(|app| !has(app))
        .map(String::as_str)
        .collect();
    let Some(step) = steps.first().filter(|_| !lacking.is_empty()) else {
        return;
    };
    let message = format!(
        "`{}` gets a new access key, and {} did not",
        shown(&step.title),
        listed(lacking)
    );
    findings
        .add(&step.path, step.mark, message)
        .note("what still holds the old key fails when it is deleted")
        .help("seal the new key for every application that `aws.apps` names")
        .about(step.title.clone(), "spec.encryptedData");
}

fn is_copy(step: &Step, aws: &Aws, context: &Context<'_>) -> bool {
    let app = step.app.as_deref();
    let rule = context.policy.secret_rule(&step.name, app);
    let listed = app.is_some_and(|app| aws.apps.iter().any(|known| known == app));
    listed && rule.is_some_and(|rule| *rule.id == *aws.secret)
}
