//! Secrets in the cluster, before and after an operation: the same data, in the same object, with the same owner?
//!
//! Nothing of a value is kept. What is compared is a digest keyed with randomness of this run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use getrandom::rand_core::Rng as _;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::Api;
use super::api::Problem;
use super::expected::Place;
use super::many::each;
use crate::env::random;
use crate::failure::Failure;

/// What values are compared with; it goes with the run.
pub(crate) struct DigestKey(Zeroizing<[u8; 32]>);

type EntryDigest = [u8; 32];

/// A Secret as it was seen, without its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Tells an object from a later one of the same name.
    pub(crate) uid: String,
    /// Grows with each change of the object.
    pub(crate) version: String,
    /// Who owns it: kind and name, sorted.
    pub(crate) owners: Vec<(String, String)>,
    /// When its data was last written, as the API server noted it.
    pub(crate) written: Option<Timestamp>,
    entries: BTreeMap<String, EntryDigest>,
}

/// What reading a Secret came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// It is there.
    There(Seen),
    /// It is not.
    Absent,
    /// The permission to read it is missing.
    Forbidden,
}

/// How a Secret differs from what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Nothing changed, not even the version: the normal case of a re-seal.
    None,
    /// The data is the same, but the object was written.
    Rewritten,
    /// These entries have other values, are new, or are gone.
    Data(Vec<String>),
    /// It is another object of the same name; its data is the same.
    Replaced,
    /// Somebody else owns it now.
    Owner(Vec<(String, String)>),
    /// It is new.
    New,
    /// It is gone.
    Gone,
    /// It could not be read.
    Unknown,
}

/// Secrets as they were at one moment.
pub(crate) struct Snapshot {
    key: Arc<DigestKey>,
    readings: BTreeMap<Place, Reading>,
}

/// What entries of Secrets have to hold, without the values themselves.
pub(crate) struct Wanted {
    key: DigestKey,
    entries: BTreeMap<String, EntryDigest>,
}

/// How a Secret stands to what it has to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// Every entry holds what it has to.
    All,
    /// These entries hold something else, or are missing.
    Others(Vec<String>),
    /// There is no such Secret.
    Absent,
    /// It could not be read.
    Unknown,
}

#[derive(Deserialize)]
struct Raw<'a> {
    metadata: Metadata,
    // Borrowed from a text that wipes itself, so that no copy of a value is made. Base64 needs no escapes.
    #[serde(borrow, default)]
    data: Option<BTreeMap<String, &'a str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    uid: String,
    resource_version: String,
    #[serde(default)]
    owner_references: Vec<Owner>,
    #[serde(default)]
    managed_fields: Vec<Managed>,
}

#[derive(Deserialize)]
struct Owner {
    kind: String,
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Managed {
    #[serde(default, deserialize_with = "super::time::optional")]
    time: Option<Timestamp>,
    #[serde(default)]
    fields_v1: Value,
}

impl DigestKey {
    /// Draws a key.
    pub(crate) fn new() -> Result<Self, Failure> {
        let mut key = Zeroizing::new([0; 32]);
        random::system()?.fill_bytes(key.as_mut());
        Ok(Self(key))
    }

    // The key comes first and the digest is told to nobody, so that SHA-256 serves without HMAC's second pass.
    fn digest(&self, value: &str) -> EntryDigest {
        Sha256::new()
            .chain_update(*self.0)
            .chain_update(value)
            .finalize()
            .into()
    }
}

impl Snapshot {
    /// Reads Secrets as they are now.
    pub(crate) async fn take(api: &Api, places: &[Place]) -> Result<Self, Failure> {
        let key = Arc::new(DigestKey::new()?);
        let readings = each(places.to_vec(), |place| {
            let (api, key) = (api.clone(), Arc::clone(&key));
            async move {
                let reading = read(&api, &place, &key).await;
                (place, reading)
            }
        });
        let mut known = BTreeMap::new();
        for (place, reading) in readings.await {
            let reading =
                reading.map_err(|problem| problem.explain(&format!("read Secret {place}")))?;
            known.insert(place, reading);
        }
        Ok(Self {
            key,
            readings: known,
        })
    }

    /// Reads a Secret again and says how it differs.
    pub(crate) async fn compare(&self, api: &Api, place: &Place) -> Result<Change, Problem> {
        let now = read(api, place, &self.key).await?;
        let before = self.readings.get(place).unwrap_or(&Reading::Forbidden);
        Ok(change(before, &now))
    }
}

impl Wanted {
    /// Takes what each entry has to hold.
    pub(crate) fn new<'v>(
        entries: impl IntoIterator<Item = (&'v str, &'v [u8])>,
    ) -> Result<Self, Failure> {
        let key = DigestKey::new()?;
        let digest = |value: &[u8]| key.digest(&Zeroizing::new(BASE64.encode(value)));
        let entries = entries
            .into_iter()
            .map(|(name, value)| (name.to_owned(), digest(value)))
            .collect();
        Ok(Self { key, entries })
    }

    /// Reads a Secret and says what it holds.
    pub(crate) async fn compare(&self, api: &Api, place: &Place) -> Result<Held, Problem> {
        Ok(match read(api, place, &self.key).await? {
            Reading::Absent => Held::Absent,
            Reading::Forbidden => Held::Unknown,
            Reading::There(seen) => self.held(&seen),
        })
    }

    fn held(&self, seen: &Seen) -> Held {
        let differs =
            |(name, digest): &(&String, &EntryDigest)| seen.entries.get(*name) != Some(*digest);
        let others: Vec<_> = self.entries.iter().filter(differs).collect();
        match others.is_empty() {
            true => Held::All,
            false => Held::Others(others.into_iter().map(|(name, _)| name.clone()).collect()),
        }
    }
}

impl Held {
    /// Whether nothing is missing; what cannot be read is taken for it where the controller said that it is done.
    pub(crate) fn is_right(&self) -> bool {
        matches!(self, Self::All | Self::Unknown)
    }

    /// Says it in a few words.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::All => "holds the new values".to_owned(),
            Self::Others(names) => format!("holds something else: {}", names.join(", ")),
            Self::Absent => "not in the cluster".to_owned(),
            Self::Unknown => "not compared: no permission to read it".to_owned(),
        }
    }
}

/// Reads a Secret.
pub(crate) async fn read(api: &Api, place: &Place, key: &DigestKey) -> Result<Reading, Problem> {
    match api.text(&place.secret()).await {
        Ok(text) => Ok(Reading::There(parse(&text, key)?)),
        Err(problem) if problem.status() == Some(404) => Ok(Reading::Absent),
        Err(problem) if problem.is_forbidden() => Ok(Reading::Forbidden),
        Err(problem) => Err(problem),
    }
}

/// Reads one entry of a Secret; nothing when the Secret or the entry is not there, or may not be read.
pub(crate) async fn entry(
    api: &Api,
    place: &Place,
    name: &str,
) -> Result<Option<Zeroizing<Vec<u8>>>, Problem> {
    let text = match api.text(&place.secret()).await {
        Ok(text) => text,
        Err(problem) if problem.status() == Some(404) || problem.is_forbidden() => return Ok(None),
        Err(problem) => return Err(problem),
    };
    let raw: Raw<'_> = serde_json::from_str(&text)?;
    let value = raw.data.iter().flatten().find(|(known, _)| *known == name);
    Ok(value.and_then(|(_, value)| BASE64.decode(value).ok().map(Zeroizing::new)))
}

fn parse(text: &str, key: &DigestKey) -> Result<Seen, serde_json::Error> {
    let raw: Raw<'_> = serde_json::from_str(text)?;
    let data = raw.data.iter().flatten();
    let mut owners: Vec<_> = raw
        .metadata
        .owner_references
        .into_iter()
        .map(|owner| (owner.kind, owner.name))
        .collect();
    owners.sort();
    Ok(Seen {
        entries: data
            .map(|(name, value)| (name.clone(), key.digest(value)))
            .collect(),
        written: written(&raw.metadata.managed_fields),
        uid: raw.metadata.uid,
        version: raw.metadata.resource_version,
        owners,
    })
}

/// The last time that somebody wrote data, which the API server notes for each writer.
fn written(managed: &[Managed]) -> Option<Timestamp> {
    let of_data = managed
        .iter()
        .filter(|managed| managed.fields_v1.get("f:data").is_some());
    of_data.filter_map(|managed| managed.time).max()
}

impl Seen {
    /// The names of its entries.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }
}

/// Says how a Secret differs from what it was; the gravest difference counts.
fn change(before: &Reading, now: &Reading) -> Change {
    match (before, now) {
        (Reading::Forbidden, _) | (_, Reading::Forbidden) => Change::Unknown,
        (Reading::Absent, Reading::Absent) => Change::None,
        (Reading::Absent, Reading::There(_)) => Change::New,
        (Reading::There(_), Reading::Absent) => Change::Gone,
        (Reading::There(before), Reading::There(now)) => difference(before, now),
    }
}

fn difference(before: &Seen, now: &Seen) -> Change {
    let names: BTreeSet<_> = before.entries.keys().chain(now.entries.keys()).collect();
    let differs = |name: &&String| before.entries.get(*name) != now.entries.get(*name);
    let changed: Vec<_> = names.into_iter().filter(differs).cloned().collect();
    if !changed.is_empty() {
        Change::Data(changed)
    } else if before.owners != now.owners {
        Change::Owner(now.owners.clone())
    } else if before.uid != now.uid {
        Change::Replaced
    } else if before.version != now.version {
        Change::Rewritten
    } else {
        Change::None
    }
}

impl Change {
    /// Whether a re-seal may end like this: every reader has what it had.
    pub(crate) fn keeps_data(&self) -> bool {
        match self {
            Self::None | Self::Rewritten | Self::Unknown => true,
            Self::Data(_) | Self::Replaced | Self::Owner(_) | Self::New | Self::Gone => false,
        }
    }

    /// Says it in a few words.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::None => "unchanged".to_owned(),
            Self::Rewritten => "the same data, written again".to_owned(),
            Self::Data(entries) => format!("other data: {}", entries.join(", ")),
            Self::Replaced => "the same data in a new object: it was deleted in between".to_owned(),
            Self::Owner(owners) => match owners.as_slice() {
                [] => "it has no owner any more".to_owned(),
                owners => format!("it belongs to {} now", named(owners)),
            },
            Self::New => "new: it was not there before".to_owned(),
            Self::Gone => "gone: it was there before".to_owned(),
            Self::Unknown => "not compared: no permission to read it".to_owned(),
        }
    }
}

/// `SealedSecret db, Job x`.
pub(crate) fn named(owners: &[(String, String)]) -> String {
    let names: Vec<_> = owners
        .iter()
        .map(|(kind, name)| format!("{kind} {name}"))
        .collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(uid: &str, version: &str, owner: &str, data: &Value) -> String {
        json!({
            "kind": "Secret", "apiVersion": "v1",
            "metadata": {
                "name": "db", "namespace": "app", "uid": uid, "resourceVersion": version,
                "ownerReferences": [{"apiVersion": "bitnami.com/v1alpha1", "kind": owner, "name": "db",
                    "uid": "1", "controller": true}],
                "managedFields": [
                    {"manager": "controller", "operation": "Update", "apiVersion": "v1", "time": "2026-11-27T01:02:03Z",
                     "fieldsType": "FieldsV1", "fieldsV1": {"f:data": {".": {}, "f:password": {}}, "f:type": {}}},
                    {"manager": "kubectl", "operation": "Update", "apiVersion": "v1", "time": "2026-11-27T09:00:00Z",
                     "fieldsType": "FieldsV1", "fieldsV1": {"f:metadata": {"f:labels": {}}}},
                ],
            },
            "data": data, "type": "Opaque",
        })
        .to_string()
    }

    fn seen(key: &DigestKey, uid: &str, version: &str, owner: &str, data: &Value) -> Reading {
        Reading::There(parse(&object(uid, version, owner, data), key).unwrap())
    }

    #[test]
    fn every_difference_is_told_and_the_gravest_counts() {
        let key = DigestKey::new().unwrap();
        let data = json!({"password": "b25l", "token": "dHdv"});
        let before = seen(&key, "1", "7", "SealedSecret", &data);
        let after = |uid, version, owner, data: &Value| {
            change(&before, &seen(&key, uid, version, owner, data))
        };
        assert_eq!(after("1", "7", "SealedSecret", &data), Change::None);
        assert_eq!(after("1", "8", "SealedSecret", &data), Change::Rewritten);
        assert_eq!(after("2", "8", "SealedSecret", &data), Change::Replaced);
        let other = vec![("ExternalSecret".to_owned(), "db".to_owned())];
        assert_eq!(
            after("2", "8", "ExternalSecret", &data),
            Change::Owner(other)
        );
        let changed = json!({"password": "b25l", "more": "eA=="});
        let names = vec!["more".to_owned(), "token".to_owned()];
        assert_eq!(
            after("1", "8", "SealedSecret", &changed),
            Change::Data(names)
        );
        assert_eq!(change(&before, &Reading::Absent), Change::Gone);
        assert_eq!(change(&Reading::Absent, &before), Change::New);
        assert_eq!(change(&before, &Reading::Forbidden), Change::Unknown);
    }

    #[test]
    fn a_secret_holds_what_it_has_to_entry_by_entry() {
        let wanted = Wanted::new([("id", b"AKIA".as_slice()), ("secret", b"new")]).unwrap();
        let seen = |data: Value| {
            let text = object("1", "7", "SealedSecret", &data);
            wanted.held(&parse(&text, &wanted.key).unwrap())
        };
        let (id, secret) = (BASE64.encode("AKIA"), BASE64.encode("new"));
        let whole = json!({"id": id, "secret": secret, "region": "eA=="});
        assert_eq!(seen(whole), Held::All);
        let half = json!({"id": id, "secret": BASE64.encode("old")});
        assert_eq!(seen(half), Held::Others(vec!["secret".to_owned()]));
        assert!(!seen(json!({"id": id})).is_right());
    }

    #[test]
    fn a_digest_tells_nothing_without_its_key() {
        let (one, other) = (DigestKey::new().unwrap(), DigestKey::new().unwrap());
        assert_eq!(one.digest("b25l"), one.digest("b25l"));
        assert_ne!(one.digest("b25l"), other.digest("b25l"));
    }

    #[test]
    fn data_was_written_when_the_api_server_says_so_whatever_else_was() {
        let key = DigestKey::new().unwrap();
        let text = object("1", "7", "SealedSecret", &json!({"password": "b25l"}));
        let seen = parse(&text, &key).unwrap();
        assert_eq!(seen.written.unwrap().to_string(), "2026-11-27T01:02:03Z");
        assert_eq!(seen.entries().collect::<Vec<_>>(), ["password"]);
    }

    #[test]
    fn a_secret_without_data_has_no_entries() {
        let key = DigestKey::new().unwrap();
        let text = json!({"metadata": {"uid": "1", "resourceVersion": "7"}}).to_string();
        assert_eq!(parse(&text, &key).unwrap().entries().count(), 0);
    }
}
