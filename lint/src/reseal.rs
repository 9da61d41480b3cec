//! The proof that a commit does no more than a re-seal may: other ciphertexts of the same lengths, and for
//! another key the certificate and its pins.
//!
//! That a new ciphertext holds the same value cannot be shown without the private key. What can be shown
//! is that it is new: no value that stood elsewhere was put in its place.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::change::{Change, Commit};
use crate::finding::Mark;
use crate::index::{Indexed, SealedEntry, ValueEntry};
use crate::path::Path;
use crate::policies::Policies;
use crate::text::shown;
use crate::{lock, policy};

/// Something that a re-seal does not do.
pub(crate) struct Excess<'a> {
    /// The file.
    pub(crate) path: &'a Path,
    /// The value, when it is about one.
    pub(crate) mark: Option<Mark>,
    /// What, in a sentence.
    pub(crate) what: String,
    /// `namespace/name` of the SealedSecret, when it is about a value.
    pub(crate) object: String,
    /// The field, when it is about a value.
    pub(crate) field: String,
}

/// A value's name.
type Digest = [u8; 32];

/// A commit, seen as a re-seal.
pub(crate) struct Reseal<'a> {
    commit: &'a Commit,
    policies: &'a Policies<'a>,
    /// Every value before the commit.
    known: HashSet<&'a Digest>,
    /// The values in whose place a new one stands; more than one where several became one.
    origins: HashMap<&'a Digest, HashSet<&'a Digest>>,
    /// The environments of the values that changed.
    environments: BTreeSet<String>,
}

impl<'a> Reseal<'a> {
    /// Looks at a commit.
    pub(crate) fn of(commit: &'a Commit, policies: &'a Policies<'a>) -> Self {
        let mut reseal = Self {
            commit,
            policies,
            known: HashSet::new(),
            origins: HashMap::new(),
            environments: BTreeSet::new(),
        };
        for change in &commit.changes {
            reseal.take(change);
        }
        reseal
    }

    /// What the commit does beyond re-sealing.
    pub(crate) fn excesses(&self) -> Vec<Excess<'a>> {
        let changes = self.commit.changes.iter();
        changes.flat_map(|change| self.excess(change)).collect()
    }

    /// The files to which more is done than re-sealing.
    pub(crate) fn paths_beyond(&self) -> BTreeSet<&'a Path> {
        let excesses = self.excesses().into_iter();
        excesses.map(|excess| excess.path).collect()
    }

    fn take(&mut self, change: &'a Change) {
        let secrets = change.before.iter().flat_map(|file| &file.secrets);
        let values = secrets.flat_map(|secret| &secret.values);
        self.known.extend(values.map(|value| &value.digest));
        let mut changed = false;
        for (_, before, after) in pairs(change) {
            if before.digest != after.digest {
                let origins = self.origins.entry(&after.digest).or_default();
                origins.insert(&before.digest);
                changed = true;
            }
        }
        if changed {
            self.environments.extend(self.policies.env(&change.path));
        }
    }

    fn excess(&self, change: &'a Change) -> Vec<Excess<'a>> {
        let path = change.path.as_bytes();
        let whole = if path == lock::FILE.as_bytes() {
            change.after.is_none().then(|| "is removed".to_owned())
        } else if path == policy::FILE.as_bytes() {
            self.of_policy(change)
        } else {
            let environments = self.environments_of_certificate(&change.path);
            match environments.is_empty() {
                true => self.of_file(change),
                false => self.of_certificate(change, &environments),
            }
        };
        match whole {
            Some(what) => vec![Excess::of_file(change, what)],
            None => self.of_values(change),
        }
    }

    /// The environments whose certificate a file is.
    fn environments_of_certificate(&self, path: &Path) -> BTreeSet<String> {
        let environments = self.policies.each();
        let environments = environments.flat_map(|policy| policy.environments.iter());
        let named = environments.filter(|(_, environment)| {
            let certificate = environment.certificate.as_ref();
            certificate.is_some_and(|known| known.as_str().as_bytes() == path.as_bytes())
        });
        named.map(|(name, _)| name.as_str().to_owned()).collect()
    }

    fn of_certificate(&self, change: &Change, environments: &BTreeSet<String>) -> Option<String> {
        if change.after.is_none() {
            return Some("is removed".to_owned());
        }
        let none = self.environments.is_disjoint(environments);
        none.then(|| "changes, and no value of its environment does".to_owned())
    }

    fn of_policy(&self, change: &Change) -> Option<String> {
        let (Some(before), Some(after)) = (&change.before, &change.after) else {
            return Some("comes or goes".to_owned());
        };
        if before.frame != after.frame || before.path != after.path || before.mode != after.mode {
            return Some("changes in more than pinned fingerprints".to_owned());
        }
        let mut repinned = after.pins.iter().filter(|pin| !before.pins.contains(pin));
        let other = repinned.find(|pin| !self.environments.contains(&pin.environment))?;
        let environment = shown(&other.environment);
        Some(format!(
            "gets other pins for {environment}, and no value of it changes"
        ))
    }

    /// What happens to a file around its values.
    fn of_file(&self, change: &Change) -> Option<String> {
        let what = match (&change.before, &change.after) {
            (None, _) => "is new",
            (_, None) => "is removed",
            (Some(before), Some(after)) if before.path != after.path => "moves",
            (Some(before), Some(after)) if !is_framed_alike(before, after) => {
                "changes in more than sealed values"
            }
            (Some(_), Some(after)) if self.policies.env(&after.path).is_none() => {
                "changes, outside the layout"
            }
            (Some(_), Some(_)) => return None,
        };
        Some(what.to_owned())
    }

    fn of_values(&self, change: &'a Change) -> Vec<Excess<'a>> {
        let excesses = pairs(change).filter_map(|(secret, before, after)| {
            let what = self.of_value(before, after)?;
            Some(Excess::of_value(change, secret, after, &what))
        });
        excesses.collect()
    }

    fn of_value(&self, before: &ValueEntry, after: &ValueEntry) -> Option<String> {
        if before.digest == after.digest {
            return None;
        }
        match (before.plain_len, after.plain_len) {
            (_, None) => return Some("becomes no sealed value".to_owned()),
            (None, Some(_)) => return Some("was no sealed value before".to_owned()),
            (Some(was), Some(is)) if was != is => {
                return Some(format!("is {is} bytes long, and was {was}"));
            }
            (Some(_), Some(_)) => {}
        }
        if self.known.contains(&after.digest) {
            return Some("is a value that stood elsewhere".to_owned());
        }
        let origins = self.origins.get(&after.digest);
        let several = origins.is_some_and(|origins| origins.len() > 1);
        several.then(|| "is one value in place of several".to_owned())
    }
}

impl<'a> Excess<'a> {
    fn of_file(change: &'a Change, what: String) -> Self {
        Self {
            path: &change.path,
            mark: None,
            what: format!("`{}` {what}", change.path),
            object: String::new(),
            field: String::new(),
        }
    }

    fn of_value(change: &'a Change, secret: &SealedEntry, value: &ValueEntry, what: &str) -> Self {
        let (key, title) = (shown(&value.key), shown(&secret.title()));
        Self {
            path: &change.path,
            mark: Some(value.mark),
            what: format!("`{key}` of `{title}` {what}"),
            object: secret.title(),
            field: format!("spec.encryptedData.{}", value.key),
        }
    }
}

/// Whether all around the values is the same, so that they can be compared one by one.
fn is_framed_alike(before: &Indexed, after: &Indexed) -> bool {
    let keys = |file: &Indexed| {
        let secrets = file.secrets.iter().map(|secret| {
            let keys = secret.values.iter().map(|value| value.key.clone());
            keys.collect::<Vec<_>>()
        });
        secrets.collect::<Vec<_>>()
    };
    before.frame == after.frame && before.mode == after.mode && keys(before) == keys(after)
}

/// The values of a file whose text around them is the same, before and after.
fn pairs(change: &Change) -> impl Iterator<Item = (&SealedEntry, &ValueEntry, &ValueEntry)> {
    let both = change.before.as_ref().zip(change.after.as_ref());
    let both = both.filter(|(before, after)| is_framed_alike(before, after));
    let secrets = both.into_iter();
    let secrets = secrets.flat_map(|(before, after)| before.secrets.iter().zip(&after.secrets));
    secrets.flat_map(|(before, after)| {
        let values = before.values.iter().zip(&after.values);
        values.map(move |(old, new)| (after, old, new))
    })
}
