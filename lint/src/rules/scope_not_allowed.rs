//! How far a value may move is for the environment to say.

use sealsmith_core::manifest::sealed_secret::SealedSecret;
use sealsmith_core::scope::Scope;

use crate::annotations::Side;
use crate::context::Context;
use crate::finding::{Findings, Mark};
use crate::policy::{AllowedScope, Severity};
use crate::rule::{Check, Fixable, Rule};
use crate::source::Source;

pub(super) const RULE: Rule = Rule {
    name: "scope-not-allowed",
    code: "SL307",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "a SealedSecret has a scope that its environment does not allow",
    why: "Whoever may create objects in any namespace of the cluster can open a cluster-wide value there and \
          read it; a namespace-wide one opens under any name in its namespace. A strict value opens in one place.",
    how: "Seal the values again with a scope that `environments.<name>.scopes` lists, and take the annotation \
          away, from the template too.",
    bad: "\
-- envs/prod/sealed-secrets/airflow/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: airflow-prod
  annotations:
    argocd.argoproj.io/sync-wave: \"-1\"
    sealedsecrets.bitnami.com/cluster-wide: \"true\"
spec:
  encryptedData: {password: <sealed prod 12>}
  template:
    metadata:
      name: db
      namespace: airflow-prod
      annotations: {sealedsecrets.bitnami.com/cluster-wide: \"true\"}
",
    good: "\
-- envs/prod/sealed-secrets/airflow/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: airflow-prod
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {password: <sealed prod 12>}
  template: {metadata: {name: db, namespace: airflow-prod}}
",
    checks: &[Check::File(check)],
};

fn check(source: &Source<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    for (place, secret, _) in source.judged() {
        let (scope, env) = (secret.scope(), &place.env);
        let Some(scopes) = context
            .environment(env)
            .and_then(|environment| environment.scopes.as_deref())
        else {
            continue;
        };
        if !scopes.iter().any(|allowed| allowed.scope() == scope) {
            findings
                .add(
                    source.path(),
                    mark(source, secret),
                    format!(
                        "`{}` is {scope}, and {env} allows {}",
                        secret.title(),
                        listed(scopes)
                    ),
                )
                .note(reach(scope))
                .help(format!("seal the values again as {}", listed(scopes)))
                .about(secret.title(), "metadata.annotations");
        }
    }
}

/// The annotation that decides, or the name where none does.
fn mark(source: &Source<'_>, secret: SealedSecret<'_>) -> Option<Mark> {
    let name = secret.scope().annotation();
    let decides = name.and_then(|name| Side::Own.annotation(secret, name));
    decides.map_or_else(|| source.mark_of_name(secret), |node| source.mark_of(node))
}

fn listed(scopes: &[AllowedScope]) -> String {
    let scopes: Vec<_> = scopes
        .iter()
        .map(|allowed| allowed.scope().to_string())
        .collect();
    scopes.join(" or ")
}

fn reach(scope: Scope) -> &'static str {
    match scope {
        Scope::Strict => "strict: the values open under one namespace and name only",
        Scope::NamespaceWide => "namespace-wide: the values open under any name in this namespace",
        Scope::ClusterWide => "cluster-wide: the values open in any namespace of the cluster",
    }
}
