//! A Secret has one owner.

use crate::context::Context;
use crate::finding::{Findings, Mark};
use crate::index::{Indexed, Repository, SealedEntry};
use crate::namesakes::Namesakes;
use crate::policy::Severity;
use crate::rule::{Check, Fixable, Rule};
use crate::text::shown;

pub(super) const RULE: Rule = Rule {
    name: "competing-owner",
    code: "SL503",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "a Secret is made by a SealedSecret and by something else as well",
    why: "Two controllers write the same Secret in turn, or one refuses to touch what the other owns, so that a \
          new value never arrives.",
    how: "Keep one of the two. To move a Secret to another owner, one at a time and without a gap, use \
          `sealsmith migrate eso`. A Secret that is shared on purpose says so with the annotation \
          `sealedsecrets.bitnami.com/managed` or `sealedsecrets.bitnami.com/patch`, an ExternalSecret with \
          `creationPolicy: Merge`.",
    bad: "\
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
-- apps/airflow/db.yaml --
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: db, namespace: airflow-dev}
spec:
  secretStoreRef: {name: aws, kind: ClusterSecretStore}
  dataFrom: [{extract: {key: airflow/db}}]
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
-- apps/airflow/s3.yaml --
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: s3, namespace: airflow-dev}
spec:
  secretStoreRef: {name: aws, kind: ClusterSecretStore}
  dataFrom: [{extract: {key: airflow/s3}}]
",
    checks: &[Check::Repository(check)],
};

fn check(repository: &Repository<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let claims = repository
        .files
        .iter()
        .flat_map(|file| file.claims.iter().map(move |claim| (file, claim)));
    let claims: Vec<_> = claims
        .filter(|(file, _)| !context.layout.ignores(&file.path.lossy()))
        .collect();
    if claims.is_empty() {
        return;
    }
    let namesakes = Namesakes::of(repository, context);
    for (file, claim) in claims {
        let sealed = namesakes.meant(&file.path, &claim.namespace, &claim.name);
        if (repository.reported)(&file.path) {
            if let Some((other, secret)) = sealed.first() {
                let what = format!("{} makes", a(&claim.kind));
                report(
                    file,
                    claim.mark,
                    &what,
                    ("the SealedSecret", other),
                    secret,
                    findings,
                );
            }
            continue;
        }
        // Only the other side of the pair has changed.
        for (other, secret) in sealed
            .into_iter()
            .filter(|(other, _)| (repository.reported)(&other.path))
        {
            report(
                other,
                secret.mark,
                "this SealedSecret makes",
                (&a(&claim.kind), file),
                secret,
                findings,
            );
        }
    }
}

fn report(
    file: &Indexed,
    mark: Mark,
    what: &str,
    (owner, other): (&str, &Indexed),
    secret: &SealedEntry,
    findings: &mut Findings<'_>,
) {
    let title = shown(&secret.title());
    findings
        .add(
            &file.path,
            Some(mark),
            format!(
                "{what} Secret `{title}`, and so does {owner} in `{}`",
                other.path
            ),
        )
        .note("the two overwrite each other, or one of them never gets to write")
        .help("keep one of the two")
        .about(secret.title(), "");
}

/// A kind with its article.
fn a(kind: &str) -> String {
    match kind {
        "secretGenerator" => "Kustomize's `secretGenerator`".to_owned(),
        kind if kind.starts_with(['A', 'E', 'I', 'O', 'U']) => format!("an `{kind}`"),
        kind => format!("a `{kind}`"),
    }
}
