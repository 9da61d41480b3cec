//! Re-encryption by a running controller: what it is asked, and what is believed of its answer.
//!
//! The object that `/v1/rotate` answers with has lost comments, labels, annotations and templates, so nothing of it is
//! taken but the new values, and those only when they are what was asked for. A question holds no template, because the
//! controller would render it.

mod answer;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};

use zeroize::Zeroizing;

use crate::fingerprint::Fingerprint;
use crate::manifest::edit::{self, Change};
use crate::manifest::sealed_secret::{ALIAS_ELSEWHERE, Item, SealedSecret, sealed_secrets};
use crate::manifest::tree::{Error as ReadError, NodeId, Position, Stream};
use crate::manifest::value::Value;
use crate::scope::Scope;
use crate::sealed::{self, SealedValue};

pub use answer::{Answer, Error, MAX_ANSWER};

/// What a controller is asked about one SealedSecret.
pub struct Question<'s> {
    secret: SealedSecret<'s>,
    namespace: String,
    values: Vec<Held<'s>>,
}

/// One value of the SealedSecret.
struct Held<'s> {
    item: Item<'s>,
    old: SealedValue,
    from: Option<Fingerprint>,
    part: Part,
}

/// What a value is to the question.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// It is sealed for the target already.
    Current,
    /// It is to be re-encrypted.
    Asked,
    /// It is the text of an earlier value of the same SealedSecret, and follows that one.
    Follows,
}

/// Why the values of a SealedSecret cannot be asked about. Nothing of its file changes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// A value is no sealed value at all.
    #[error("key {key:?}: {error}")]
    Malformed {
        /// Its data key.
        key: String,
        /// What is wrong with it.
        error: sealed::Error,
    },
    /// A value is an alias to a text elsewhere.
    #[error("key {key:?}: {ALIAS_ELSEWHERE}")]
    AliasElsewhere {
        /// Its data key.
        key: String,
    },
    /// The SealedSecret is of the deprecated kind.
    #[error(
        "`spec.data` is the deprecated format, which a controller does not re-encrypt; re-seal it with the private key"
    )]
    Legacy,
    /// The SealedSecret has no name.
    #[error("the SealedSecret has no name")]
    NoName,
}

/// A question, or why there is none, with the place of its SealedSecret.
pub struct Asking<'s> {
    /// `namespace/name` for people.
    pub title: String,
    /// Where the SealedSecret stands.
    pub position: Position,
    /// The question.
    pub question: Result<Question<'s>, Problem>,
}

/// Returns what to ask about each SealedSecret of a text.
///
/// `namespace` is where those that name none are applied. `known` says which key a value is sealed for, where that is
/// known; those of `target` are current and are not asked about.
///
/// # Errors
/// Where the SealedSecrets of the text cannot be read.
pub fn questions<'s>(
    stream: &'s Stream,
    namespace: Option<&str>,
    target: Fingerprint,
    known: impl Fn(&str) -> Option<Fingerprint>,
) -> Result<Vec<Asking<'s>>, ReadError> {
    let secrets = sealed_secrets(stream)?;
    let own: HashSet<NodeId> = secrets
        .iter()
        .flat_map(|secret| secret.own_scalars())
        .collect();
    let part = |item: &Item<'s>| {
        let from = known(item.text);
        let is_own = own.contains(&item.scalar);
        is_own.then_some((from, from == Some(target)))
    };
    all(secrets, namespace, part)
}

/// Returns what to ask about each SealedSecret of a text when nothing is to change, for `/v1/verify`.
///
/// # Errors
/// As [`questions`].
pub fn checks<'s>(
    stream: &'s Stream,
    namespace: Option<&str>,
) -> Result<Vec<Asking<'s>>, ReadError> {
    all(sealed_secrets(stream)?, namespace, |_| Some((None, false)))
}

/// `part` gives the key of a value and whether it is current; nothing for a text that is not the file's to change.
fn all<'s>(
    secrets: Vec<SealedSecret<'s>>,
    namespace: Option<&str>,
    part: impl Fn(&Item<'s>) -> Option<(Option<Fingerprint>, bool)>,
) -> Result<Vec<Asking<'s>>, ReadError> {
    let one = |secret: SealedSecret<'s>| {
        Ok(Asking {
            title: secret.title(),
            position: secret.position(),
            question: question(secret, namespace, &part)?,
        })
    };
    secrets.into_iter().map(one).collect()
}

fn question<'s>(
    secret: SealedSecret<'s>,
    namespace: Option<&str>,
    part: &impl Fn(&Item<'s>) -> Option<(Option<Fingerprint>, bool)>,
) -> Result<Result<Question<'s>, Problem>, ReadError> {
    let items = secret.items()?;
    if secret.legacy_data().is_some() {
        return Ok(Err(Problem::Legacy));
    }
    if secret.name().is_empty() {
        return Ok(Err(Problem::NoName));
    }
    let mut values: Vec<Held<'s>> = Vec::with_capacity(items.len());
    for item in items {
        let key = || item.key.to_owned();
        let Some((from, is_current)) = part(&item) else {
            return Ok(Err(Problem::AliasElsewhere { key: key() }));
        };
        let old = match SealedValue::parse(item.text) {
            Ok(old) => old,
            Err(error) => return Ok(Err(Problem::Malformed { key: key(), error })),
        };
        let follows = values.iter().any(|value| value.item.scalar == item.scalar);
        let part = match (is_current, follows) {
            (true, _) => Part::Current,
            (false, true) => Part::Follows,
            (false, false) => Part::Asked,
        };
        values.push(Held {
            item,
            old,
            from,
            part,
        });
    }
    let namespace = match secret.namespace() {
        "" => namespace.unwrap_or_default(),
        own => own,
    };
    Ok(Ok(Question {
        namespace: namespace.to_owned(),
        secret,
        values,
    }))
}

impl Question<'_> {
    /// Whether there is anything to ask: a SealedSecret may be current, or empty.
    #[must_use]
    pub fn is_needed(&self) -> bool {
        self.asked().next().is_some()
    }

    /// Whether there is a value at all.
    #[must_use]
    pub fn has_values(&self) -> bool {
        !self.values.is_empty()
    }

    /// How many values are sealed for the target already.
    #[must_use]
    pub fn current(&self) -> usize {
        let current = |value: &&Held<'_>| value.part == Part::Current;
        self.values.iter().filter(current).count()
    }

    /// For each value that is asked about, the key it was sealed for, where that is known.
    pub fn from(&self) -> impl Iterator<Item = Option<Fingerprint>> {
        let changing = |value: &&Held<'_>| value.part != Part::Current;
        self.values.iter().filter(changing).map(|value| value.from)
    }

    /// The body for `/v1/rotate`: JSON with the values that are asked about, and nothing else of the SealedSecret but
    /// what decides whether they open.
    #[must_use]
    pub fn body(&self) -> Zeroizing<String> {
        self.object(
            self.asked()
                .map(|value| (value.item.key, value.old.as_str())),
        )
    }

    /// The body for `/v1/verify` before anything changed: every value as it stands.
    #[must_use]
    pub fn unchanged(&self) -> Zeroizing<String> {
        let values = self.values.iter();
        self.object(values.map(|value| (value.item.key, value.old.as_str())))
    }

    /// The body for `/v1/verify` with the new values: every value as it will stand.
    #[must_use]
    pub fn changed(&self, answer: &Answer) -> Zeroizing<String> {
        let texts = self.values.iter().map(|value| {
            let new = answer.values.get(&value.item.scalar);
            (value.item.key, new.unwrap_or(&value.old).as_str())
        });
        self.object(texts)
    }

    fn asked(&self) -> impl Iterator<Item = &Held<'_>> {
        let asked = |value: &&Held<'_>| value.part == Part::Asked;
        self.values.iter().filter(asked)
    }

    fn object<'v>(&self, values: impl Iterator<Item = (&'v str, &'v str)>) -> Zeroizing<String> {
        let map = |entries: Vec<(&str, Value)>| {
            let own = |(key, value): (&str, Value)| (key.to_owned(), value);
            Value::Map(entries.into_iter().map(own).collect())
        };
        let mut metadata = vec![("name", Value::text(self.secret.name()))];
        if !self.namespace.is_empty() {
            metadata.push(("namespace", Value::text(&self.namespace)));
        }
        if let Some(annotation) = self.scope().annotation() {
            metadata.push(("annotations", Value::texts([(annotation, "true")])));
        }
        map(vec![
            ("apiVersion", Value::text("bitnami.com/v1alpha1")),
            ("kind", Value::text("SealedSecret")),
            ("metadata", map(metadata)),
            ("spec", map(vec![("encryptedData", Value::texts(values))])),
        ])
        .to_json()
    }

    fn scope(&self) -> Scope {
        self.secret.scope()
    }
}

/// Puts the new values of all SealedSecrets into their text, where everything else stays byte for byte.
///
/// # Errors
/// As [`edit::apply`]; also when two SealedSecrets share a text through an alias, which each would change differently.
pub fn splice(stream: &Stream, answers: &[Answer]) -> Result<Zeroizing<String>, edit::Error> {
    let mut texts: BTreeMap<NodeId, &SealedValue> = BTreeMap::new();
    for (scalar, new) in answers.iter().flat_map(|answer| &answer.values) {
        if texts.insert(*scalar, new).is_some_and(|other| other != new) {
            return Err(edit::Error::Conflict {
                position: stream.node(*scalar).position(),
            });
        }
    }
    let change = |(scalar, new): (NodeId, &SealedValue)| Change::Replace {
        scalar,
        text: new.as_str().to_owned(),
    };
    let changes: Vec<_> = texts.into_iter().map(change).collect();
    edit::apply(stream, &changes)
}
