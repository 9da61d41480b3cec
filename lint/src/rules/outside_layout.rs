//! A SealedSecret must be where the layout allows it.

use crate::context::Context;
use crate::finding::Findings;
use crate::policy::Severity;
use crate::rule::{Check, Fixable, Rule};
use crate::source::Source;

pub(super) const RULE: Rule = Rule {
    name: "outside-layout",
    code: "SL101",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "a SealedSecret is outside the layout",
    why: "Re-sealing and rotation only touch files inside the layout, so this one would keep its old key \
          and stop working when the controller's key is retired.",
    how: "Move the file with `git mv` to a path that `layout.allow` names, or add a pattern for its place.",
    bad: "\
-- apps/airflow/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: db, namespace: airflow-dev}
spec: {encryptedData: {password: <sealed dev 12>}}
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
    checks: &[Check::File(check)],
};

fn check(source: &Source<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let ignored = context.layout.ignores(&source.path().lossy());
    if source.place().is_some() || ignored || !source.file().tracked {
        return;
    }
    let patterns: Vec<_> = context
        .layout
        .patterns()
        .map(|pattern| format!("`{pattern}`"))
        .collect();
    for secret in source.sealed_secrets() {
        let kind = secret.node().get("kind").unwrap_or(secret.node());
        findings
            .add(
                source.path(),
                source.mark_of(kind),
                format!("SealedSecret `{}` is outside the layout", secret.title()),
            )
            .note("re-sealing and rotation do not look here")
            .help(format!(
                "`git mv` it to a path like {}",
                patterns.join(" or ")
            ))
            .about(secret.title(), "");
    }
}
