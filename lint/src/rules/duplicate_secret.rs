//! A Secret has one file.

use std::collections::BTreeMap;

use crate::context::Context;
use crate::finding::Findings;
use crate::index::{Indexed, Repository, SealedEntry};
use crate::policy::Severity;
use crate::rule::{Check, Fixable, Rule};
use crate::text::shown;

pub(super) const RULE: Rule = Rule {
    name: "duplicate-secret",
    code: "SL105",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "a SealedSecret stands twice in the same environment",
    why: "Whichever is applied last wins, so a rotation of the other one has no effect.",
    how: "Delete the one that is out of date.",
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
-- envs/dev/sealed-secrets/airflow/sealed-db-new.yaml --
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
    checks: &[Check::Repository(check)],
};

/// What tells one Secret of an environment from another: a file without namespace stands for its folder's.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Identity<'a> {
    env: &'a str,
    namespace: &'a str,
    folder: &'a [u8],
    name: &'a str,
}

fn check(repository: &Repository<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let mut groups: BTreeMap<Identity<'_>, Vec<(&Indexed, &SealedEntry)>> = BTreeMap::new();
    for file in repository.files {
        for secret in &file.secrets {
            if let Some(identity) = identity(file, secret) {
                groups.entry(identity).or_default().push((file, secret));
            }
        }
    }
    for group in groups.values().filter(|group| group.len() > 1) {
        report(group, repository, findings);
    }
}

fn identity<'a>(file: &'a Indexed, secret: &'a SealedEntry) -> Option<Identity<'a>> {
    // Without a name it is no Secret at all, which `name-mismatch` says.
    if secret.name.is_empty() {
        return None;
    }
    let open = secret.namespace.is_empty();
    Some(Identity {
        env: &file.place.as_ref()?.env,
        namespace: &secret.namespace,
        folder: if open { file.path.folder() } else { &[] },
        name: &secret.name,
    })
}

/// Reports every one but the first, and the first when no other one is reported on.
fn report(
    group: &[(&Indexed, &SealedEntry)],
    repository: &Repository<'_>,
    findings: &mut Findings<'_>,
) {
    let is_reported = |(file, _): &(&Indexed, &SealedEntry)| (repository.reported)(&file.path);
    let later_ones = group[1..].iter().any(is_reported);
    for (index, (file, secret)) in group
        .iter()
        .enumerate()
        .filter(|(_, entry)| is_reported(entry))
    {
        if index == 0 && later_ones {
            continue;
        }
        let other = group[usize::from(index == 0)].0;
        let where_else = if other.path == file.path {
            "in this file".to_owned()
        } else {
            format!("in `{}`", other.path)
        };
        findings
            .add(
                &file.path,
                Some(secret.mark),
                format!("`{}` also stands {where_else}", shown(&secret.title())),
            )
            .note("whichever is applied last wins")
            .help("delete the one that is out of date")
            .about(secret.title(), "");
    }
}
