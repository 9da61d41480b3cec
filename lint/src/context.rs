//! What every rule may ask besides the files: the policy, certificates, the lock file and the time.

use std::collections::BTreeMap;

use sealsmith_core::certificate::Certificate;
use sealsmith_core::public_key::PublicKey;

use crate::layout::{Layout, Place};
use crate::lock::Lock;
use crate::path::Path;
use crate::policy::{Environment, Policy, SecretRule};
use crate::rule::Rule;

/// What is known about a repository as a whole.
pub struct Context<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The policy's text, for rules about the policy itself; empty without a file.
    pub policy_text: &'a str,
    /// Where sealed secrets may be.
    pub layout: &'a Layout,
    /// The certificates of each environment that could be read, by its name.
    pub certificates: &'a BTreeMap<String, Vec<Certificate>>,
    /// Which key each value was sealed for, as far as it is known.
    pub lock: &'a Lock,
    /// When each file was last changed by a commit, in seconds since 1970; empty when nobody asked git.
    pub changed: &'a BTreeMap<Path, i64>,
    /// The policy of the other side of a comparison, when a change is judged.
    pub policy_before: Option<&'a Policy>,
    /// Whether an operation is about to rewrite files, and everything has to be safe for it.
    pub guarding: bool,
    /// Now, in seconds since 1970.
    pub now: i64,
}

impl<'a> Context<'a> {
    /// The settings of an environment.
    #[must_use]
    pub fn environment(&self, name: &str) -> Option<&'a Environment> {
        self.policy.environment(name)
    }

    /// The certificates of a place's environment.
    #[must_use]
    pub fn certificates(&self, place: &Place) -> &'a [Certificate] {
        self.certificates.get(&place.env).map_or(&[], Vec::as_slice)
    }

    /// The public keys that values at a place may be sealed for.
    pub fn public_keys(&self, place: &Place) -> impl Iterator<Item = &'a PublicKey> {
        self.certificates(place).iter().map(Certificate::public_key)
    }

    /// The first rule of `secrets` that matches a secret.
    #[must_use]
    pub fn secret_rule(&self, name: &str, place: &Place) -> Option<&'a SecretRule> {
        self.policy.secret_rule(name, place.app.as_deref())
    }

    /// An option of a rule, as the policy sets it.
    #[must_use]
    pub fn option(&self, rule: &Rule, name: &str) -> Option<&'a serde_json::Value> {
        self.policy.option(rule.name, name)
    }
}
