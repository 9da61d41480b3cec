//! Which environments there are, and what their files have in common.

use std::collections::{BTreeMap, BTreeSet};

use sealsmith_core::fingerprint::Fingerprint;
use sealsmith_core::scope::Scope;

use super::class::without_environment;
use super::{FoundCertificate, Located};

/// An environment, still to be confirmed.
#[derive(Clone, Debug)]
pub struct ProposedEnvironment {
    /// Its name.
    pub name: String,
    /// Its certificate and the fingerprint of that, when one was found.
    pub certificate: Option<(String, Fingerprint)>,
    /// The scopes that its SealedSecrets have.
    pub scopes: BTreeSet<String>,
    /// Whether it has the same secrets as the other environments.
    pub parity: bool,
    /// How many SealedSecrets it has.
    pub count: usize,
}

/// Proposes every environment, in the order of names.
pub(super) fn propose(
    located: &[Located<'_>],
    certificates: &[FoundCertificate],
) -> Vec<ProposedEnvironment> {
    let mut by_name: BTreeMap<&str, Vec<&Located<'_>>> = BTreeMap::new();
    for one in located {
        by_name.entry(&one.place.env).or_default().push(one);
    }
    let all: BTreeSet<&str> = by_name.keys().copied().collect();
    let sets: Vec<_> = by_name
        .values()
        .map(|secrets| secret_set(secrets, &all))
        .collect();
    let same = sets.len() > 1 && sets.windows(2).all(|pair| pair[0] == pair[1]);
    let environments = by_name
        .into_iter()
        .map(|(name, secrets)| ProposedEnvironment {
            name: name.to_owned(),
            certificate: certificate(name, certificates),
            scopes: secrets
                .iter()
                .map(|one| one.seen.scope)
                .chain([Scope::Strict])
                .map(|scope| scope.to_string())
                .collect(),
            parity: same,
            count: secrets.len(),
        });
    environments.collect()
}

/// What secrets an environment has, without its own name in them.
fn secret_set(
    secrets: &[&Located<'_>],
    all: &BTreeSet<&str>,
) -> BTreeSet<(String, String, String)> {
    let key = |one: &&Located<'_>| {
        let name = without_environment(&one.seen.name, all);
        let keys: BTreeSet<&str> = one.seen.keys.iter().map(|(key, _)| key.as_str()).collect();
        let keys: Vec<&str> = keys.into_iter().collect();
        (
            one.place.app.clone().unwrap_or_default(),
            name,
            keys.join(" "),
        )
    };
    secrets.iter().map(key).collect()
}

/// The only certificate whose path has the environment's name as a word.
fn certificate(env: &str, certificates: &[FoundCertificate]) -> Option<(String, Fingerprint)> {
    let named = |found: &&FoundCertificate| {
        found
            .path
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| word == env)
    };
    let mut named = certificates.iter().filter(named);
    match (named.next(), named.next()) {
        (Some(one), None) => Some((one.path.clone(), one.fingerprint)),
        _ => None,
    }
}
