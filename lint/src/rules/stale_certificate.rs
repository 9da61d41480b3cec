//! Values must be sealed for a key that is still in use, with a certificate that is still good.

use sealsmith_core::certificate::{Certificate, Validity};
use sealsmith_core::fingerprint::Fingerprint;
use sealsmith_core::manifest::sealed_secret::SealedSecret;

use crate::context::Context;
use crate::finding::Findings;
use crate::layout::Place;
use crate::path::Path;
use crate::policy::{Environment, Severity};
use crate::rule::{Check, Fixable, Rule};
use crate::source::Source;
use crate::text::listed;
use crate::value::Value;

pub(super) const RULE: Rule = Rule {
    name: "stale-certificate",
    code: "SL309",
    severity: Severity::Warning,
    fixable: Fixable::No,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "a value is sealed for a key that is no longer current, or a certificate runs out",
    why: "After a change of the controller's key every value has to be sealed again before the old key can go; \
          what was forgotten cannot be opened from that day on. And nobody can seal with a certificate that has expired. \
          In a protected environment this is an error.",
    how: "Run `sealsmith reseal`. Fetch the controller's current certificate with `sealsmith cert`, and put \
          its fingerprint first in `environments.<name>.fingerprints`.",
    bad: "\
-- sealsmith.lock --
<digest dev 12 #1> SHA256:BL8Q3ZLPw+4ZUFhp+mdJexqgkRq5fKsapGw1haj5VZQ 2026-01-10T09:00:00Z
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
",
    good: "\
-- sealsmith.lock --
<digest dev 12 #1> SHA256:WPsQpmVQMeUGWVR3218FhDrNJm3lKvaH2lZZwecpLO8 2026-11-24T09:00:00Z
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
",
    checks: &[Check::File(values), Check::Policy(certificates)],
};

/// How long before its end a certificate is reported.
const DAYS_LEFT: i64 = 30;

/// How far the clocks of two machines may differ, in seconds.
const CLOCKS: i64 = 3_600;

/// The keys that values of an environment may be sealed for.
struct Current {
    fingerprints: Vec<Fingerprint>,
    /// When the first of them came up, where every certificate is there to say so.
    since: Option<i64>,
}

fn values(source: &Source<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(place) = source.place() else {
        return;
    };
    let current = Current::of(place, context);
    if current.fingerprints.is_empty() {
        return;
    }
    for (place, secret, values) in source.judged() {
        let sealed_for_others = values
            .iter()
            .filter(|value| current.excludes(value, context));
        let others: Vec<_> = sealed_for_others.collect();
        let unknown = values.iter().filter(|value| is_unknown(value, context));
        if !others.is_empty() {
            let note = "sealsmith.lock names another key than those of the environment";
            stale(source, place, secret, &others, context, note, findings);
        } else if current.are_younger_than(source.path(), context) {
            let note = "the file has not changed since before the certificate was made";
            stale(
                source,
                place,
                secret,
                &unknown.collect::<Vec<_>>(),
                context,
                note,
                findings,
            );
        }
    }
}

fn stale(
    source: &Source<'_>,
    place: &Place,
    secret: SealedSecret<'_>,
    values: &[&Value<'_>],
    context: &Context<'_>,
    note: &str,
    findings: &mut Findings<'_>,
) {
    let Some(first) = values.first() else {
        return;
    };
    let keys = listed(values.iter().map(|value| value.key));
    let message = format!(
        "`{}` is not sealed for the current key of {}: {keys}",
        secret.title(),
        place.env
    );
    findings
        .add(source.path(), source.mark(first.range()), message)
        .severity(severity(&place.env, context))
        .note(note)
        .help(format!("run `sealsmith reseal {}`", place.env))
        .about(secret.title(), first.field());
}

impl Current {
    /// The pinned keys, or those of the certificates where none is pinned.
    fn of(place: &Place, context: &Context<'_>) -> Self {
        let certificates = context.certificates(place);
        let pins = context
            .environment(&place.env)
            .map_or(&[][..], |environment| &environment.fingerprints);
        let fingerprints: Vec<_> = match pins {
            [] => certificates.iter().map(Certificate::fingerprint).collect(),
            pins => pins.iter().map(|pin| pin.fingerprint()).collect(),
        };
        // A pinned key without its certificate may be of any age.
        let since = fingerprints.iter().map(|wanted| {
            let mut certificates = certificates.iter();
            let certificate =
                certificates.find(|certificate| certificate.fingerprint() == *wanted)?;
            Some(certificate.not_before())
        });
        let since = since.collect::<Option<Vec<_>>>();
        Self {
            since: since.and_then(|since| since.into_iter().min()),
            fingerprints,
        }
    }

    /// Whether the lock file says that a value is for another key.
    fn excludes(&self, value: &Value<'_>, context: &Context<'_>) -> bool {
        if context.lock.is_empty() {
            return false;
        }
        let entry = context.lock.get(&value.digest());
        entry.is_some_and(|entry| !self.fingerprints.contains(&entry.fingerprint))
    }

    /// Whether a file is older than all of these keys.
    fn are_younger_than(&self, path: &Path, context: &Context<'_>) -> bool {
        match (self.since, context.changed.get(path)) {
            (Some(since), Some(changed)) => *changed < since - CLOCKS,
            _ => false,
        }
    }
}

/// Whether the lock file says nothing of a value.
fn is_unknown(value: &Value<'_>, context: &Context<'_>) -> bool {
    context.lock.is_empty() || context.lock.get(&value.digest()).is_none()
}

fn certificates(context: &Context<'_>, findings: &mut Findings<'_>) {
    for (name, environment) in context.policy.environments.iter() {
        let first = context
            .certificates
            .get(name.as_str())
            .and_then(|all| all.first());
        let (Some(certificate), Some(path)) = (first, &environment.certificate) else {
            continue;
        };
        let path = Path::from(path.as_str());
        let problems = [
            ending(certificate, context.now),
            unpinned(certificate, environment),
        ];
        for problem in problems.into_iter().flatten() {
            problem.report(name.as_str(), &path, context, findings);
        }
    }
}

/// What is wrong with a certificate.
struct Problem {
    message: String,
    note: &'static str,
    help: &'static str,
}

impl Problem {
    fn report(self, env: &str, path: &Path, context: &Context<'_>, findings: &mut Findings<'_>) {
        let message = format!("the certificate of {env} {}", self.message);
        findings
            .add(path, None, message)
            .severity(severity(env, context))
            .note(self.note)
            .help(self.help)
            .about("", format!("environments.{env}.certificate"));
    }
}

fn ending(certificate: &Certificate, now: i64) -> Option<Problem> {
    let message = match certificate.validity(now) {
        Validity::Expired { .. } => "has expired".to_owned(),
        Validity::Valid { days_left: 0 } => "expires today".to_owned(),
        Validity::Valid { days_left: 1 } => "expires tomorrow".to_owned(),
        Validity::Valid { days_left } if days_left < DAYS_LEFT => {
            format!("expires in {days_left} days")
        }
        Validity::Valid { .. } | Validity::NotYetValid { .. } => return None,
    };
    Some(Problem {
        message,
        note: "nothing can be sealed with an expired certificate; what is sealed can still be opened",
        help: "rotate the controller's key: `sealsmith rotate controller-key`",
    })
}

/// The first certificate of the file is the one that everything is sealed with.
fn unpinned(certificate: &Certificate, environment: &Environment) -> Option<Problem> {
    let expected = environment.fingerprints.first()?.fingerprint();
    let found = certificate.fingerprint();
    (found != expected).then(|| Problem {
        message: format!("is for the key {found}, and the first pinned one is {expected}"),
        note: "new values are sealed for the key of the certificate",
        help: "fetch the controller's current certificate, or put its fingerprint first",
    })
}

fn severity(env: &str, context: &Context<'_>) -> Severity {
    match context.policy.is_protected(env) {
        true => Severity::Error,
        false => RULE.severity,
    }
}
