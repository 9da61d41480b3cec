//! A SealedSecret has one name, a valid one, and not that of another environment.

use sealsmith_core::manifest::sealed_secret::SealedSecret;
use sealsmith_core::name::SecretName;

use crate::context::Context;
use crate::environment_name::{foreign_suffix, stem};
use crate::finding::Findings;
use crate::layout::Place;
use crate::policy::Severity;
use crate::rule::{Check, Fixable, Rule};
use crate::source::Source;
use crate::text::shown;

pub(super) const RULE: Rule = Rule {
    name: "name-mismatch",
    code: "SL104",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "the name is not valid, not the template's, or ends in another environment",
    why: "Namespace and name are sealed into every value, and a file that ends in `-dev` below `prod` is \
          how a copy between environments looks.",
    how: "Rename the file and the object for this environment, and seal the values again: the ciphertext is \
          bound to the name that it was sealed for.",
    bad: "\
-- envs/prod/sealed-secrets/airflow/sealed-db-dev-secret.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db-dev-secret
  namespace: airflow-prod
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {password: <sealed prod 12>}
  template: {metadata: {name: db-dev-secret, namespace: airflow-prod}}
",
    good: "\
-- envs/prod/sealed-secrets/airflow/sealed-db-prod-secret.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db-prod-secret
  namespace: airflow-prod
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {password: <sealed prod 12>}
  template: {metadata: {name: db-prod-secret, namespace: airflow-prod}}
",
    checks: &[Check::File(check)],
};

fn check(source: &Source<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let environments: Vec<_> = context.policy.environments.names().collect();
    let place = source
        .place()
        .filter(|_| source.file().tracked && !source.sealed_secrets().is_empty());
    if let Some(place) = place {
        file_name(source, place, &environments, findings);
    }
    for (place, secret, _) in source.judged() {
        let name = secret.name();
        if let Err(error) = SecretName::parse(name) {
            add(source, secret, error.to_string(), findings);
        } else if let Some(other) = foreign_suffix(name, &place.env, &environments) {
            add(
                source,
                secret,
                foreign("name", name, other, place),
                findings,
            );
        }
        of_template(source, secret, findings);
    }
}

fn file_name(
    source: &Source<'_>,
    place: &Place,
    environments: &[&str],
    findings: &mut Findings<'_>,
) {
    let name = String::from_utf8_lossy(source.path().file_name());
    if let Some(other) = foreign_suffix(stem(&name), &place.env, environments) {
        findings
            .add(
                source.path(),
                None,
                foreign("file name", &name, other, place),
            )
            .note("this is how a copy from another environment looks")
            .help("rename the file, and seal its values for this environment");
    }
}

fn foreign(what: &str, name: &str, other: &str, place: &Place) -> String {
    format!(
        "the {what} `{}` ends in `{other}`, and this is `{}`",
        shown(name),
        shown(&place.env)
    )
}

fn add(
    source: &Source<'_>,
    secret: SealedSecret<'_>,
    message: String,
    findings: &mut Findings<'_>,
) {
    findings
        .add(source.path(), source.mark_of_name(secret), message)
        .note("strict scope: the values open under the name that they were sealed for only")
        .help("give it the right name, and seal the values again for it")
        .about(secret.title(), "metadata.name");
}

fn of_template(source: &Source<'_>, secret: SealedSecret<'_>, findings: &mut Findings<'_>) {
    let metadata = secret
        .template()
        .and_then(|template| template.get("metadata"));
    let Some(node) = metadata.and_then(|metadata| metadata.get("name")) else {
        return;
    };
    let (inner, outer) = (node.as_str().unwrap_or_default(), secret.name());
    if !inner.is_empty() && inner != outer {
        findings
            .add(
                source.path(),
                source.mark_of(node),
                format!(
                    "the template's name `{}` is not `{}`, the SealedSecret's own",
                    shown(inner),
                    shown(outer)
                ),
            )
            .note("the controller names the Secret after the SealedSecret")
            .help("write the same name in both places: the one that the values were sealed for")
            .about(secret.title(), "spec.template.metadata.name");
    }
}
