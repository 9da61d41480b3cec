//! The same sealed value in two places opens in one of them at most.

use std::collections::HashMap;

use sealsmith_core::scope::Label;

use crate::change::{Change, Commit};
use crate::context::Context;
use crate::finding::{Finding, Findings};
use crate::index::{Indexed, Repository, SealedEntry, ValueEntry};
use crate::layout::Place;
use crate::policy::Severity;
use crate::rule::{Check, Fixable, Rule};
use crate::text::shown;

pub(super) const RULE: Rule = Rule {
    name: "repeated-ciphertext",
    code: "SL304",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "the same sealed value stands in places that cannot both open it",
    why: "Sealing draws a new key each time, so equal values are copies. A strict value opens under one \
          namespace and name of one environment only; the copy fails when it is applied.",
    how: "Seal the value anew for each place. A copy within its scope (the same name; the same namespace when it \
          is namespace-wide; the same environment when it is cluster-wide) is no finding.",
    bad: "\
-- envs/dev/sealed-secrets/airflow/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: airflow-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {password: <sealed dev 12 #1>}
  template: {metadata: {name: db, namespace: airflow-dev}}
-- envs/prod/sealed-secrets/airflow/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: airflow-prod
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {password: <sealed dev 12 #1>}
  template: {metadata: {name: db, namespace: airflow-prod}}
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
  encryptedData: {password: <sealed dev 12 #1>}
  template: {metadata: {name: db, namespace: airflow-dev}}
-- envs/prod/sealed-secrets/airflow/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: airflow-prod
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {password: <sealed prod 12 #2>}
  template: {metadata: {name: db, namespace: airflow-prod}}
",
    checks: &[Check::Repository(check), Check::Commit(moved)],
};

#[derive(Clone, Copy)]
struct Occurrence<'a> {
    file: &'a Indexed,
    place: &'a Place,
    secret: &'a SealedEntry,
    value: &'a ValueEntry,
}

fn check(repository: &Repository<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let mut all = occurrences(repository);
    all.sort_by_key(|occurrence| &occurrence.value.digest);
    let repeated = all
        .chunk_by(|one, other| one.value.digest == other.value.digest)
        .filter(|group| group.len() > 1);
    for group in repeated {
        for here in group
            .iter()
            .filter(|here| (repository.reported)(&here.file.path))
        {
            if let Some(there) = group.iter().find(|there| !here.opens_with(there)) {
                report(here, there, findings);
            }
        }
    }
}

/// A file that was renamed or edited and kept its values: what they were sealed for is no longer there.
fn moved(commit: &Commit, _: &Context<'_>, findings: &mut Findings<'_>) {
    let before = sides(commit, |change| change.before.as_ref());
    let after = sides(commit, |change| change.after.as_ref());
    let (old, new) = (by_digest(&before), by_digest(&after));
    for here in &after {
        let Some(known) = old.get(&here.value.digest) else {
            continue;
        };
        // What is still there is found by the comparison of all files.
        let stays = |there: &Occurrence<'_>| {
            new[&there.value.digest]
                .iter()
                .any(|one| one.opens_with(there))
        };
        let was_there = known.iter().any(|there| here.opens_with(there));
        if let Some(there) = known.iter().find(|there| !was_there && !stays(there)) {
            carried(here, there, findings);
        }
    }
}

fn carried(here: &Occurrence<'_>, there: &Occurrence<'_>, findings: &mut Findings<'_>) {
    let finding = report(here, there, findings);
    finding.note("it kept its value, and was sealed for what the file said before");
    if here.place.env == there.place.env {
        // Whoever corrects a wrong name does the same, and is right.
        finding.severity(Severity::Warning);
    }
}

fn by_digest<'o, 'a>(all: &'o [Occurrence<'a>]) -> HashMap<[u8; 32], Vec<&'o Occurrence<'a>>> {
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for occurrence in all {
        found
            .entry(occurrence.value.digest)
            .or_default()
            .push(occurrence);
    }
    found
}

fn sides(commit: &Commit, side: fn(&Change) -> Option<&Indexed>) -> Vec<Occurrence<'_>> {
    commit
        .changes
        .iter()
        .filter_map(side)
        .flat_map(of_file)
        .collect()
}

fn report<'f>(
    here: &Occurrence<'_>,
    there: &Occurrence<'_>,
    findings: &'f mut Findings<'_>,
) -> &'f mut Finding {
    let (key, other) = (shown(&here.value.key), shown(&there.value.key));
    let message = format!(
        "`{key}` is the same sealed value as `{other}` in {}",
        there.file.path
    );
    findings
        .add(&here.file.path, Some(here.value.mark), message)
        .note("at most one of the two can be opened")
        .help("seal it anew for each place")
        .about(
            here.secret.title(),
            format!("spec.encryptedData.{}", here.value.key),
        )
}

fn occurrences<'a>(repository: &Repository<'a>) -> Vec<Occurrence<'a>> {
    repository.files.iter().flat_map(of_file).collect()
}

/// The well-formed values of a file inside the layout.
fn of_file(file: &Indexed) -> impl Iterator<Item = Occurrence<'_>> {
    let placed = file.place.as_ref().into_iter();
    let secrets = placed.flat_map(|place| file.secrets.iter().map(move |secret| (place, secret)));
    let values = secrets.flat_map(|(place, secret)| {
        secret
            .values
            .iter()
            .map(move |value| (place, secret, value))
    });
    let well_formed = values.filter(|(_, _, value)| value.plain_len.is_some());
    well_formed.map(move |(place, secret, value)| Occurrence {
        file,
        place,
        secret,
        value,
    })
}

impl Occurrence<'_> {
    /// Whether one value can be right in both places.
    fn opens_with(&self, other: &Self) -> bool {
        self.place.env == other.place.env && self.label() == other.label()
    }

    fn label(&self) -> Label {
        Label::new(self.secret.scope, &self.secret.namespace, &self.secret.name)
    }
}
