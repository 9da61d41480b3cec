//! Pods that keep a value from their start have to restart when it changes.

use crate::context::Context;
use crate::finding::Findings;
use crate::index::{Consumer, Repository};
use crate::namesakes::{Namesakes, Sealed};
use crate::policy::Severity;
use crate::rule::{Check, Fixable, Rule};
use crate::text::shown;

/// Workloads that run on and replace their pods when the template changes.
const LASTING: [&str; 4] = ["Deployment", "StatefulSet", "DaemonSet", "Rollout"];

pub(super) const RULE: Rule = Rule {
    name: "missing-checksum",
    code: "SL502",
    severity: Severity::Warning,
    fixable: Fixable::No,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "a workload keeps the old value of a Secret that changes, because nothing restarts its pods",
    why: "A pod reads its environment once. After a rotation it goes on with the old key until that is disabled, \
          and then gets 403.",
    how: "Put an annotation on the pod template that changes with the Secret, such as Helm's `checksum/secret`, \
          or let an operator restart it: `reloader.stakater.com/auto: \"true\"`. Only Secrets whose rule in \
          `sealsmith.yaml` says `restarts: true` are looked at.",
    bad: "\
-- sealsmith.yaml --
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem, fingerprints: ['SHA256:WPsQpmVQMeUGWVR3218FhDrNJm3lKvaH2lZZwecpLO8']}
secrets:
  - id: all
    match: {name: '*'}
    rotation: automated
    reason: these are made-up secrets of a test
    restarts: true
git: {base: origin/main}
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
-- apps/airflow/web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: airflow-dev}
spec:
  template:
    spec:
      containers: [{name: web, envFrom: [{secretRef: {name: db}}]}]
",
    good: "\
-- sealsmith.yaml --
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem, fingerprints: ['SHA256:WPsQpmVQMeUGWVR3218FhDrNJm3lKvaH2lZZwecpLO8']}
secrets:
  - id: all
    match: {name: '*'}
    rotation: automated
    reason: these are made-up secrets of a test
    restarts: true
git: {base: origin/main}
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
-- apps/airflow/web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: airflow-dev}
spec:
  template:
    metadata: {annotations: {checksum/secret: 5f0f8fad}}
    spec:
      containers: [{name: web, envFrom: [{secretRef: {name: db}}]}]
",
    checks: &[Check::Repository(check)],
};

fn check(repository: &Repository<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let consumers = repository
        .consumers()
        .filter(|(_, consumer)| keeps_values(consumer));
    let consumers: Vec<_> = consumers.collect();
    if consumers.is_empty() || !context.policy.secrets.iter().any(|rule| rule.restarts) {
        return;
    }
    let namesakes = Namesakes::of(repository, context);
    for (file, consumer) in consumers {
        let names = consumer.secrets.iter();
        let mut used =
            names.flat_map(|name| namesakes.meant(&file.path, &consumer.namespace, name));
        if let Some((_, secret)) = used.find(|sealed| asks_for_restart(sealed, context)) {
            findings
                .add(&file.path, Some(consumer.mark), format!(
                    "nothing restarts {} `{}` when Secret `{}` changes",
                    consumer.kind,
                    shown(&consumer.title()),
                    shown(&secret.title())
                ))
                .note("its pods keep the old value")
                .help("annotate the pod template with `checksum/secret`, or the workload with `reloader.stakater.com/auto: \"true\"`")
                .about(consumer.title(), "spec.template.metadata.annotations");
        }
    }
}

fn keeps_values(consumer: &Consumer) -> bool {
    !consumer.rolls && LASTING.contains(&consumer.kind.as_str())
}

fn asks_for_restart((file, secret): &Sealed<'_>, context: &Context<'_>) -> bool {
    let rule = file
        .place
        .as_ref()
        .and_then(|place| context.secret_rule(&secret.name, place));
    rule.is_some_and(|rule| rule.restarts)
}
