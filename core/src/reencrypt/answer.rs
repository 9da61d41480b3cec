//! The answer of `/v1/rotate`: read as if an enemy had written it.

use std::collections::BTreeMap;

use super::Question;
use crate::manifest::json;
use crate::manifest::tree::{Error as ReadError, Node, NodeId, Stream};
use crate::public_key::PublicKey;
use crate::sealed::{self, SealedValue};

/// The most bytes of an answer: 16 MiB, many times what the API server stores of one object.
pub const MAX_ANSWER: usize = 16 << 20;

/// The new values of one SealedSecret, each of them looked at.
pub struct Answer {
    /// By the scalar that each takes the place of.
    pub(super) values: BTreeMap<NodeId, SealedValue>,
}

/// Why an answer is not believed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is too much of it.
    #[error("the answer is larger than {MAX_ANSWER} bytes")]
    TooLarge,
    /// It is something else, such as the page of a proxy.
    #[error("the answer is no JSON: {0}")]
    NotJson(String),
    /// It lacks what it should hold.
    #[error("the answer has {0}")]
    Shape(&'static str),
    /// It is about something else.
    #[error("the answer is about another SealedSecret: {field} is {found:?}, not {asked:?}")]
    Elsewhere {
        /// `metadata.name` or `metadata.namespace`.
        field: &'static str,
        /// What the answer says.
        found: String,
        /// What the question said.
        asked: String,
    },
    /// A value is not there.
    #[error("the answer leaves out key {0:?}")]
    Missing(String),
    /// There is a value that nobody asked for.
    #[error("the answer adds key {0:?}")]
    Extra(String),
    /// A value is no sealed value.
    #[error("the answer for key {key:?} is no sealed value: {error}")]
    NotSealed {
        /// Its data key.
        key: String,
        /// What is wrong with it.
        error: sealed::Error,
    },
    /// A value is an old one.
    #[error("the answer for key {0:?} is not newly encrypted")]
    Unchanged(String),
    /// Two values are one.
    #[error("the answers for keys {0:?} and {1:?} are the same")]
    Repeated(String, String),
    /// A value holds something else.
    #[error("the answer for key {key:?} holds {found} bytes, not {expected}")]
    Length {
        /// Its data key.
        key: String,
        /// Length of the new plaintext in bytes.
        found: usize,
        /// Length of the old one.
        expected: usize,
    },
    /// A value is sealed for another key than the one that was agreed on.
    #[error("the answer for key {0:?} is sealed for another key than the controller's certificate")]
    OtherKey(String),
}

impl Question<'_> {
    /// Takes the new values out of an answer: exactly those that were asked for, each newly sealed for `target`, as long
    /// as the old one, and nothing else.
    ///
    /// # Errors
    /// The first thing that is not as it should be; then no value of the answer is to be used.
    pub fn read(&self, answer: &[u8], target: &PublicKey) -> Result<Answer, Error> {
        if answer.len() > MAX_ANSWER {
            return Err(Error::TooLarge);
        }
        let text = std::str::from_utf8(answer).map_err(|_| not_json("it is not UTF-8"))?;
        let stream = json::parse(text).map_err(|(error, _)| reason(&error))?;
        let data = self.data(root(&stream)?)?;
        let mut found = texts(data)?;
        let mut values: BTreeMap<NodeId, (&str, SealedValue)> = BTreeMap::new();
        for held in self.asked() {
            let key = held.item.key;
            let text = found.remove(key).ok_or(Error::Missing(key.to_owned()))?;
            let new = self.value(key, &held.old, text, target)?;
            if let Some((other, _)) = values.values().find(|(_, other)| *other == new) {
                return Err(Error::Repeated((*other).to_owned(), key.to_owned()));
            }
            values.insert(held.item.scalar, (key, new));
        }
        match found.into_keys().next() {
            Some(key) => Err(Error::Extra(key.to_owned())),
            None => Ok(Answer {
                values: values
                    .into_iter()
                    .map(|(scalar, (_, new))| (scalar, new))
                    .collect(),
            }),
        }
    }

    /// `spec.encryptedData` of an answer about this SealedSecret.
    fn data<'a>(&self, root: Node<'a>) -> Result<Node<'a>, Error> {
        let kind = root.get("kind").map(|kind| kind.as_str());
        // Controllers up to 0.40 leave the kind out.
        if kind.is_some_and(|kind| kind != Some("SealedSecret")) {
            return Err(Error::Shape("another kind than SealedSecret"));
        }
        let field = |name: &str| root.get("metadata")?.get(name)?.as_str();
        let same = |name: &'static str, asked: &str| {
            let found = field(name).unwrap_or_default();
            (found == asked).then_some(()).ok_or(Error::Elsewhere {
                field: name,
                found: found.to_owned(),
                asked: asked.to_owned(),
            })
        };
        same("name", self.secret.name())?;
        same("namespace", &self.namespace)?;
        let data = root.get("spec").and_then(|spec| spec.get("encryptedData"));
        data.filter(|data| data.is_mapping())
            .ok_or(Error::Shape("no spec.encryptedData"))
    }

    fn value(
        &self,
        key: &str,
        old: &SealedValue,
        text: &str,
        target: &PublicKey,
    ) -> Result<SealedValue, Error> {
        let named = || key.to_owned();
        let new = SealedValue::parse(text).map_err(|error| Error::NotSealed {
            key: named(),
            error,
        })?;
        if self.values.iter().any(|held| held.old == new) {
            return Err(Error::Unchanged(named()));
        }
        if new.plaintext_len() != old.plaintext_len() {
            return Err(Error::Length {
                key: named(),
                found: new.plaintext_len(),
                expected: old.plaintext_len(),
            });
        }
        // One-sided: another key of the same size passes here, and is found out by the certificate served afterwards.
        if !target.may_have_wrapped(new.envelope().wrapped_key()) {
            return Err(Error::OtherKey(named()));
        }
        Ok(new)
    }
}

fn root(stream: &Stream) -> Result<Node<'_>, Error> {
    let mut documents = stream.documents();
    match (documents.next(), documents.next()) {
        (Some(document), None) => document
            .root()
            .filter(|root| root.is_mapping())
            .ok_or(Error::Shape("no object")),
        (None, _) => Err(Error::Shape("nothing in it")),
        (Some(_), Some(_)) => Err(Error::Shape("more than one object")),
    }
}

fn texts(data: Node<'_>) -> Result<BTreeMap<&str, &str>, Error> {
    data.entries()
        .map(|(key, value)| key.as_str().zip(value.as_str()))
        .collect::<Option<_>>()
        .ok_or(Error::Shape("a value that is no text"))
}

fn reason(error: &ReadError) -> Error {
    Error::NotJson(error.to_string())
}

fn not_json(why: &str) -> Error {
    Error::NotJson(why.to_owned())
}
