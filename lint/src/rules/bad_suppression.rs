//! A suppression must say which rule, until when and why, and may not outlive its day.

use crate::policy::Severity;
use crate::rule::{Check, Fixable, Rule};

pub(super) const RULE: Rule = Rule {
    name: "bad-suppression",
    code: "SL804",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: true,
    sensitive: false,
    since: "0.1.0",
    summary: "a suppression is incomplete, expired, too long or not allowed",
    why: "A suppression without a reason and an end is a rule that is silently gone.",
    how: "Write `# sealsmith: allow(RULE) until 2027-03-31 -- why`, with a day at most 180 days ahead. Rules \
          about readable secrets are silenced only by `exceptions` in `sealsmith.yaml`, where someone else sees it.",
    bad: "\
-- envs/dev/sealed-secrets/airflow/sealed-db.yaml --
# sealsmith: allow(sync-wave)
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: airflow-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {password: <sealed dev 12>}
  template: {metadata: {name: db, namespace: airflow-dev}}
",
    good: "\
-- envs/dev/sealed-secrets/airflow/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  # sealsmith: allow(sync-wave) until 2026-12-31 -- this chart has no waves yet, OPS-77
  name: db
  namespace: airflow-dev
spec:
  encryptedData: {password: <sealed dev 12>}
  template: {metadata: {name: db, namespace: airflow-dev}}
",
    checks: &[Check::Weighing],
};
