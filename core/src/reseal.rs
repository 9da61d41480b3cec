//! Offline re-sealing: the values of a file under another key, everything else byte for byte.
//!
//! The label of every value is computed from the file itself and must be the one it was sealed
//! under; otherwise re-sealing would be a way to move a secret to another place (spec 1.2 and 4).

use std::collections::{BTreeMap, HashSet};

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::fingerprint::Fingerprint;
use crate::manifest::edit::{self, Change};
use crate::manifest::sealed_secret::{ALIAS_ELSEWHERE, Item, SealedSecret, sealed_secrets};
use crate::manifest::tree::{Error as ReadError, NodeId, Position, Stream};
use crate::scope::{Label, Scope};
use crate::seal::{self, SealingKey};
use crate::sealed::{self, SealedValue};
use crate::unseal::{self, Explanation, KeyRing};

/// The keys of a re-sealing.
pub struct Keys<'k> {
    /// The private keys that values may be sealed for now. If the target's own is among them, values
    /// that it opens stay untouched and new ones are opened again as a proof.
    pub ring: &'k KeyRing,
    /// The key to seal for.
    pub target: &'k SealingKey,
}

/// What became of one file.
pub struct Outcome {
    /// Every value in the order of the file.
    pub values: Vec<Value>,
    /// The new text: only when something changed and no value failed.
    pub text: Option<Zeroizing<String>>,
    /// Why the text could not be put together although every value could be re-sealed.
    pub edit_error: Option<edit::Error>,
}

/// What became of one value.
pub struct Value {
    /// `namespace/name` of its SealedSecret.
    pub title: String,
    /// Its data key; `spec.data` for the legacy format.
    pub key: String,
    /// Where it stands.
    pub position: Position,
    /// The verdict.
    pub verdict: Verdict,
}

/// The verdict on one value.
pub enum Verdict {
    /// It is sealed for the target already and was left alone.
    Current,
    /// It was re-sealed.
    Resealed {
        /// The key it was sealed for before; a controller that opens it does not tell.
        from: Option<Fingerprint>,
    },
    /// It stays as it is, and so does its file.
    Failed(Box<Problem>),
}

/// Why a value could not be re-sealed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// It is no sealed value at all.
    #[error(transparent)]
    Malformed(sealed::Error),
    /// No key at hand opens it under the label of its file.
    #[error("{error}")]
    NotOpened {
        /// What happened.
        error: unseal::Error,
        /// What the private keys tell about it.
        explanation: Explanation,
        /// For which place it was really sealed, when that is a known one.
        sealed_for: Option<Place>,
    },
    /// It is an alias to a text outside every `spec.encryptedData`.
    #[error("{ALIAS_ELSEWHERE}")]
    AliasElsewhere,
    /// The new value could not be made.
    #[error(transparent)]
    Seal(seal::Error),
    /// The new value does not open, or to something else: never written.
    #[error("the new value did not open to the same plaintext")]
    NotProven,
}

/// A namespace and name that a value may have been sealed for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The scope of the label that fits.
    pub scope: Scope,
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
}

/// Re-seals every value of a text that is not sealed for the target yet.
///
/// `known` are the namespaces and names of the repository, tried as answers to the question for
/// which place a value that does not open was sealed.
///
/// # Errors
/// Where the SealedSecrets of the text cannot be read. A value that fails is part of the outcome.
pub fn reseal<R: CryptoRng + ?Sized>(
    rng: &mut R,
    keys: &Keys<'_>,
    stream: &Stream,
    known: &[(String, String)],
) -> Result<Outcome, ReadError> {
    let mut work = Work {
        keys,
        rng,
        known,
        done: BTreeMap::new(),
        own: HashSet::new(),
    };
    let mut values = Vec::new();
    let secrets = sealed_secrets(stream)?;
    let items = secrets
        .iter()
        .map(|&secret| Ok((secret, secret.all_items()?)))
        .collect::<Result<Vec<_>, ReadError>>()?;
    work.own = items
        .iter()
        .flat_map(|(secret, _)| secret.own_scalars())
        .collect();
    for (secret, items) in items {
        for item in items {
            let verdict = work.value(secret, &item).unwrap_or_else(Verdict::Failed);
            values.push(Value {
                title: secret.title(),
                key: item.key.to_owned(),
                position: item.position,
                verdict,
            });
        }
    }
    Ok(work.finish(stream, values))
}

/// Says for which of the known places a value was sealed, by the hash of its label (spec 1.2).
#[must_use]
pub fn sealed_for(explanation: &Explanation, known: &[(String, String)]) -> Option<Place> {
    let hash = explanation.label_hash?;
    // The empty label is cluster-wide whatever the place, so that is asked first.
    let scopes = [Scope::ClusterWide, Scope::NamespaceWide, Scope::Strict];
    let nowhere = [(String::new(), String::new())];
    let places = known
        .iter()
        .chain(&nowhere)
        .flat_map(|place| scopes.map(|scope| (scope, place)));
    let mut fitting = places
        .filter(|(scope, (namespace, name))| hash.matches(&Label::new(*scope, namespace, name)));
    fitting.next().map(|(scope, (namespace, name))| Place {
        scope,
        namespace: namespace.clone(),
        name: name.clone(),
    })
}

struct Work<'a, R: ?Sized> {
    keys: &'a Keys<'a>,
    rng: &'a mut R,
    known: &'a [(String, String)],
    /// New texts by scalar: an alias shares its scalar, which is sealed once.
    done: BTreeMap<NodeId, (Label, Fingerprint, SealedValue)>,
    /// Scalars that stand in a `spec.encryptedData` themselves.
    own: HashSet<NodeId>,
}

impl<R: CryptoRng + ?Sized> Work<'_, R> {
    fn value(
        &mut self,
        secret: SealedSecret<'_>,
        item: &Item<'_>,
    ) -> Result<Verdict, Box<Problem>> {
        let value = SealedValue::parse(item.text);
        let label = self.label(secret, value.as_ref().ok());
        if let Some((_, from, _)) = self
            .done
            .get(&item.scalar)
            .filter(|(other, ..)| *other == label)
        {
            return Ok(Verdict::Resealed { from: Some(*from) });
        }
        if !self.own.contains(&item.scalar) {
            return Err(Box::new(Problem::AliasElsewhere));
        }
        let value = value.map_err(|error| Box::new(Problem::Malformed(error)))?;
        let opened = self
            .keys
            .ring
            .unseal(&label, &value)
            .map_err(|error| self.not_opened(error, &value))?;
        if opened.fingerprint == self.keys.target.fingerprint() {
            return Ok(Verdict::Current);
        }
        let new = self
            .keys
            .target
            .seal(self.rng, &label, opened.plaintext.expose())
            .map_err(|error| Box::new(Problem::Seal(error)))?;
        self.prove(&label, &new, &opened)?;
        self.done
            .insert(item.scalar, (label, opened.fingerprint, new));
        Ok(Verdict::Resealed {
            from: Some(opened.fingerprint),
        })
    }

    /// The label of the file; a file without a namespace is applied to one of the known ones (spec 4).
    fn label(&self, secret: SealedSecret<'_>, value: Option<&SealedValue>) -> Label {
        let (own, scope) = (secret.label(), secret.scope());
        let unknown = secret.namespace().is_empty() && scope != Scope::ClusterWide;
        let Some(value) = value.filter(|_| unknown && !self.known.is_empty()) else {
            return own;
        };
        let explanation = self.keys.ring.explain(value);
        let place = sealed_for(&explanation, self.known).filter(|place| {
            place.scope == scope && (scope != Scope::Strict || place.name == secret.name())
        });
        place.map_or(own, |place| {
            Label::new(scope, &place.namespace, &place.name)
        })
    }

    /// With the target's private key at hand the new value is opened again; its shape is checked always.
    fn prove(
        &self,
        label: &Label,
        new: &SealedValue,
        opened: &unseal::Opened,
    ) -> Result<(), Box<Problem>> {
        let target = self.keys.target.fingerprint();
        let proven = if self
            .keys
            .ring
            .fingerprints()
            .any(|fingerprint| fingerprint == target)
        {
            let again = self.keys.ring.unseal_with(target, label, new);
            again.is_some_and(|plaintext| plaintext.same_as(&opened.plaintext))
        } else {
            new.plaintext_len() == opened.plaintext.len()
        };
        if proven {
            Ok(())
        } else {
            Err(Box::new(Problem::NotProven))
        }
    }

    fn not_opened(&self, error: unseal::Error, value: &SealedValue) -> Box<Problem> {
        let explanation = self.keys.ring.explain(value);
        Box::new(Problem::NotOpened {
            error,
            explanation,
            sealed_for: sealed_for(&explanation, self.known),
        })
    }

    fn finish(self, stream: &Stream, values: Vec<Value>) -> Outcome {
        let failed = values
            .iter()
            .any(|value| matches!(value.verdict, Verdict::Failed(_)));
        if failed || self.done.is_empty() {
            return Outcome {
                values,
                text: None,
                edit_error: None,
            };
        }
        let change =
            |(scalar, (_, _, new)): (NodeId, (Label, Fingerprint, SealedValue))| Change::Replace {
                scalar,
                text: new.as_str().to_owned(),
            };
        let changes: Vec<_> = self.done.into_iter().map(change).collect();
        match edit::apply(stream, &changes) {
            Ok(text) => Outcome {
                values,
                text: Some(text),
                edit_error: None,
            },
            Err(error) => Outcome {
                values,
                text: None,
                edit_error: Some(error),
            },
        }
    }
}
