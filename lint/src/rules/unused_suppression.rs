//! A suppression that hides nothing only hides what comes later.

use crate::policy::Severity;
use crate::rule::{Check, Fixable, Rule};

pub(super) const RULE: Rule = Rule {
    name: "unused-suppression",
    code: "SL805",
    severity: Severity::Warning,
    fixable: Fixable::Safely,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "a suppression hides nothing",
    why: "It is no longer needed, and would hide the next real finding there.",
    how: "Remove the comment; `sealsmith lint --fix` does.",
    bad: "\
-- envs/dev/sealed-secrets/airflow/sealed-db.yaml --
# sealsmith: allow(sync-wave) until 2026-12-31 -- this chart has no waves yet, OPS-77
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
  name: db
  namespace: airflow-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {password: <sealed dev 12>}
  template: {metadata: {name: db, namespace: airflow-dev}}
",
    checks: &[Check::Weighing],
};
