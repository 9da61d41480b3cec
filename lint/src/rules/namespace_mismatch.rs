//! A SealedSecret says which namespace it is for, and that is the one of its place.

use sealsmith_core::manifest::sealed_secret::SealedSecret;
use sealsmith_core::manifest::tree::Node;
use sealsmith_core::name::Namespace;
use sealsmith_core::scope::Scope;

use crate::context::Context;
use crate::finding::{Findings, Mark};
use crate::layout::Place;
use crate::policy::Severity;
use crate::rule::{Check, Fixable, Rule};
use crate::source::Source;
use crate::text::shown;

pub(super) const RULE: Rule = Rule {
    name: "namespace-mismatch",
    code: "SL103",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "the namespace is missing, or not the one of this place or of the template",
    why: "Namespace and name are sealed into every value: under another namespace the controller cannot \
          decrypt it, and without one it depends on who applies the file.",
    how: "Move the file to the folder of its namespace, or seal the values again for this one: the \
          ciphertext is bound to the namespace that it was sealed for.",
    bad: "\
-- envs/dev/sealed-secrets/airflow/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: fastapi-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {password: <sealed dev 12>}
  template: {metadata: {name: db, namespace: fastapi-dev}}
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
    for (place, secret, _) in source.judged() {
        of_place(source, context, place, secret, findings);
        of_template(source, secret, findings);
    }
}

fn of_place(
    source: &Source<'_>,
    context: &Context<'_>,
    place: &Place,
    secret: SealedSecret<'_>,
    findings: &mut Findings<'_>,
) {
    let expected = context.layout.namespace(place);
    let namespace = secret.namespace();
    let node = secret
        .node()
        .get("metadata")
        .and_then(|metadata| metadata.get("namespace"));
    if namespace.is_empty() {
        // A cluster-wide value opens in any namespace, so the one who applies it may choose.
        if secret.scope() != Scope::ClusterWide {
            missing(source, secret, expected.as_deref(), findings);
        }
    } else if let Err(error) = Namespace::parse(namespace) {
        findings
            .add(source.path(), mark(source, secret, node), error.to_string())
            .note("Kubernetes has no namespace of that name")
            .help("write the name of the namespace that the values were sealed for")
            .about(secret.title(), "metadata.namespace");
    } else if let Some(expected) = expected.filter(|expected| expected != namespace) {
        findings
            .add(
                source.path(),
                mark(source, secret, node),
                format!(
                    "namespace `{}` is not `{}`, the one of this place",
                    shown(namespace),
                    shown(&expected)
                ),
            )
            .note(consequence(secret.scope()))
            .help(format!(
                "seal the values again for `{}`, or move the file to where it belongs",
                shown(&expected)
            ))
            .about(secret.title(), "metadata.namespace");
    }
}

fn missing(
    source: &Source<'_>,
    secret: SealedSecret<'_>,
    expected: Option<&str>,
    findings: &mut Findings<'_>,
) {
    let finding = findings.add(
        source.path(),
        source.mark_of_name(secret),
        "the namespace is missing",
    );
    finding
        .note("whoever applies the file chooses, and the values open in one namespace only")
        .about(secret.title(), "metadata.namespace");
    if let Some(expected) = expected {
        finding.help(format!(
            "write `namespace: {}`, when the values were sealed for it",
            shown(expected)
        ));
    }
}

fn of_template(source: &Source<'_>, secret: SealedSecret<'_>, findings: &mut Findings<'_>) {
    let metadata = secret
        .template()
        .and_then(|template| template.get("metadata"));
    let Some(node) = metadata.and_then(|metadata| metadata.get("namespace")) else {
        return;
    };
    let (inner, outer) = (node.as_str().unwrap_or_default(), secret.namespace());
    if !inner.is_empty() && inner != outer {
        findings
            .add(
                source.path(),
                mark(source, secret, Some(node)),
                format!(
                    "the template's namespace `{}` is not `{}`, the SealedSecret's own",
                    shown(inner),
                    shown(outer)
                ),
            )
            .note("the controller makes the Secret in the SealedSecret's own namespace")
            .help(
                "write the same namespace in both places: the one that the values were sealed for",
            )
            .about(secret.title(), "spec.template.metadata.namespace");
    }
}

fn mark(source: &Source<'_>, secret: SealedSecret<'_>, node: Option<Node<'_>>) -> Option<Mark> {
    let scalar = node.filter(|node| node.is_scalar());
    scalar.map_or_else(|| source.mark_of_name(secret), |node| source.mark_of(node))
}

fn consequence(scope: Scope) -> &'static str {
    match scope {
        Scope::Strict => {
            "strict scope: the values open under the namespace and name that they were sealed for only"
        }
        Scope::NamespaceWide => "the values open in the namespace that they were sealed for only",
        Scope::ClusterWide => "the Secret appears in another namespace than its place says",
    }
}
