//! Proposes a policy from what a repository already holds.
//!
//! Everything is a guess that a person confirms: where sealed secrets are, which environments there
//! are, and above all which secrets automation may touch. Whatever is not clearly safe is `manual`.

mod class;
mod environments;
mod paths;
mod write;

use std::collections::BTreeSet;

use sealsmith_core::fingerprint::Fingerprint;
use sealsmith_core::scope::Scope;

use crate::layout::{Layout, Place};
use crate::policy::{LayoutSettings, Policy, Rotation};

pub use class::ProposedSecret;
pub use environments::ProposedEnvironment;

/// A SealedSecret of the repository.
#[derive(Clone, Debug)]
pub struct Sighting {
    /// Its file, relative to the root.
    pub path: String,
    /// Its namespace, empty when missing.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its scope.
    pub scope: Scope,
    /// The type of the Secret it becomes.
    pub secret_type: String,
    /// Its data keys, each with the length of its plaintext where that can be read.
    pub keys: Vec<(String, Option<usize>)>,
}

/// A certificate of the repository.
#[derive(Clone, Debug)]
pub struct FoundCertificate {
    /// Its file, relative to the root.
    pub path: String,
    /// The fingerprint of its public key.
    pub fingerprint: Fingerprint,
}

/// A policy, still to be confirmed.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// `layout.allow`.
    pub allow: Vec<String>,
    /// `layout.namespace`, when one template fits every SealedSecret.
    pub namespace: Option<String>,
    /// `environments`.
    pub environments: Vec<ProposedEnvironment>,
    /// `secrets`, the narrower patterns first.
    pub secrets: Vec<ProposedSecret>,
    /// `git.base`.
    pub base: Option<String>,
}

/// Why nothing can be proposed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is nothing to look at.
    #[error("there is no SealedSecret in this repository yet")]
    NothingSealed,
    /// No part of a path is an environment.
    #[error("no part of `{0}` looks like an environment, such as dev or prod")]
    NoEnvironment(String),
}

/// Proposes a policy.
pub fn survey(
    sightings: &[Sighting],
    certificates: &[FoundCertificate],
) -> Result<Proposal, Error> {
    if sightings.is_empty() {
        return Err(Error::NothingSealed);
    }
    let allow = paths::patterns(sightings)?;
    let layout = Layout::new(&LayoutSettings {
        allow: allow
            .iter()
            .filter_map(|text| crate::layout::Pattern::parse(text).ok())
            .collect(),
        namespace: None,
        ignore: Vec::new(),
    });
    let located: Vec<Located<'_>> = sightings
        .iter()
        .filter_map(|seen| {
            Some(Located {
                seen,
                place: layout.locate(&seen.path)?,
            })
        })
        .collect();
    let names: BTreeSet<&str> = located.iter().map(|one| one.place.env.as_str()).collect();
    Ok(Proposal {
        namespace: paths::namespace(&located),
        environments: environments::propose(&located, certificates),
        secrets: class::propose(&located, &names),
        allow,
        base: None,
    })
}

impl Proposal {
    /// The text of `sealsmith.yaml`, with the evidence for each guess beside it.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        write::policy(self)
    }

    /// The policy that the text says.
    pub fn policy(&self) -> Result<Policy, crate::policy::Error> {
        Policy::parse(&self.to_yaml())
    }

    /// How many secrets automation would be allowed to touch.
    #[must_use]
    pub fn automated(&self) -> usize {
        let automated = |secret: &&ProposedSecret| secret.rotation == Rotation::Automated;
        self.secrets.iter().filter(automated).count()
    }
}

/// A SealedSecret with what its path says.
struct Located<'a> {
    seen: &'a Sighting,
    place: Place,
}
