//! The size of the key that a value is for stands in front of it.

use std::collections::BTreeSet;

use crate::context::Context;
use crate::finding::Findings;
use crate::layout::Place;
use crate::policy::Severity;
use crate::rule::{Check, Fixable, Rule};
use crate::source::Source;
use crate::text::shown;
use crate::value::RSA_BYTES;

pub(super) const RULE: Rule = Rule {
    name: "wrong-key-size",
    code: "SL302",
    severity: Severity::Error,
    fixable: Fixable::No,
    exceptions_only: false,
    sensitive: false,
    since: "0.1.0",
    summary: "a value is sealed for a key of another size than the environment's",
    why: "A sealed value shows the size of the key that opens it. Where no certificate of the environment has \
          that size, its controller certainly cannot open the value; keys below 2048 bits can be broken.",
    how: "Seal the value again with the environment's certificate, or run `sealsmith reseal`.",
    bad: "\
-- envs/dev/sealed-secrets/airflow/sealed-db.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: db
  namespace: airflow-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {password: <sealed 2048 12>}
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
    checks: &[Check::File(each), Check::File(mixed)],
};

/// Keys of 2048 bits.
const SAFE_BYTES: usize = 256;

fn each(source: &Source<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    for (place, secret, values) in source.judged() {
        let known = sizes(place, context);
        for value in values {
            let Some(bytes) = value
                .envelope()
                .map(|envelope| envelope.wrapped_key().len())
            else {
                continue;
            };
            let foreign = !known.is_empty() && !known.contains(&bytes);
            // What no key makes is said by `malformed-ciphertext`.
            let is_size = known.contains(&bytes) || RSA_BYTES.contains(&bytes);
            if is_size && (foreign || bytes < SAFE_BYTES) {
                let bits = bytes * 8;
                let message = format!("`{}` is sealed for a key of {bits} bits", shown(value.key));
                let note = match foreign {
                    true => format!("{} has a key of {} bits", place.env, in_bits(&known)),
                    false => "a key this short can be broken".to_owned(),
                };
                findings
                    .add(source.path(), source.mark(value.range()), message)
                    .note(note)
                    .help(format!("seal it with the certificate of {}", place.env))
                    .about(secret.title(), value.field());
            }
        }
    }
}

/// During a renewal both sizes are right, and a file that has both was only half re-sealed.
fn mixed(source: &Source<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut first: Option<usize> = None;
    for (place, secret, values) in source.judged() {
        let known = sizes(place, context);
        for value in values {
            let Some(bytes) = value
                .envelope()
                .map(|envelope| envelope.wrapped_key().len())
            else {
                continue;
            };
            let said = bytes < SAFE_BYTES || (!known.is_empty() && !known.contains(&bytes));
            let first = *first.get_or_insert(bytes);
            if first != bytes && !said {
                let message = format!(
                    "this file holds values for keys of {} and {} bits",
                    first * 8,
                    bytes * 8
                );
                findings
                    .add(source.path(), source.mark(value.range()), message)
                    .severity(Severity::Warning)
                    .note("they are not all sealed for the same key")
                    .help("run `sealsmith reseal` on it")
                    .about(secret.title(), value.field());
                return;
            }
        }
    }
}

fn sizes(place: &Place, context: &Context<'_>) -> BTreeSet<usize> {
    context
        .public_keys(place)
        .map(|key| key.size_bytes())
        .collect()
}

fn in_bits(sizes: &BTreeSet<usize>) -> String {
    let bits: Vec<_> = sizes.iter().map(|bytes| (bytes * 8).to_string()).collect();
    bits.join(" or ")
}
