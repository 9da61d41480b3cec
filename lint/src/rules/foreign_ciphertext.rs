//! A proof without any key: a number that is too large for the environment's modulus.

use crate::context::Context;
use crate::finding::Findings;
use crate::layout::Place;
use crate::policy::Severity;
use crate::rule::{Check, Fixable, Rule};
use crate::source::Source;
use crate::text::shown;
use crate::value::Value;

pub(super) const RULE: Rule = Rule {
    name: "foreign-ciphertext",
    code: "SL303",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "a value is certainly sealed for another key than the environment's",
    why: "RSA makes a number below the key's modulus. The one in this value is not below the modulus of any \
          certificate of the environment, so the value was sealed for another controller, as when a file is \
          copied from `dev` to `prod`. The reverse is no proof: most foreign values cannot be told.",
    how: "Seal the value with the certificate of its own environment.",
    bad: "\
-- envs/dev/sealed-secrets/airflow/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: airflow-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {password: <sealed elsewhere 12>}
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
    checks: &[Check::File(check)],
};

fn check(source: &Source<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    for (place, secret, values) in source.judged() {
        for value in values
            .iter()
            .filter(|value| is_foreign(value, place, context))
        {
            let (key, env) = (shown(value.key), &place.env);
            findings
                .add(
                    source.path(),
                    source.mark(value.range()),
                    format!("`{key}` is not sealed for {env}"),
                )
                .note(format!("no certificate of {env} can have made this value"))
                .help(format!("seal it with the certificate of {env}"))
                .about(secret.title(), value.field());
        }
    }
}

fn is_foreign(value: &Value<'_>, place: &Place, context: &Context<'_>) -> bool {
    let Some(envelope) = value.envelope() else {
        return false;
    };
    let wrapped = envelope.wrapped_key();
    // Another size is said by `wrong-key-size`.
    let mut keys = context
        .public_keys(place)
        .filter(|key| key.size_bytes() == wrapped.len())
        .peekable();
    keys.peek().is_some()
        && keys.all(|key| !key.may_have_wrapped(wrapped))
        && !is_pinned(value, place, context)
}

/// Whether the lock file names a key that the policy pins: one whose certificate is no longer there.
fn is_pinned(value: &Value<'_>, place: &Place, context: &Context<'_>) -> bool {
    let entry = context.lock.get(&value.digest());
    let pins = context
        .environment(&place.env)
        .map_or(&[][..], |environment| &environment.fingerprints);
    let own = |fingerprint| {
        context
            .public_keys(place)
            .any(|key| key.fingerprint() == fingerprint)
    };
    entry.is_some_and(|entry| {
        !own(entry.fingerprint)
            && pins
                .iter()
                .any(|pin| pin.fingerprint() == entry.fingerprint)
    })
}
