//! Opening the values of SealedSecrets and saying, for each, how it went.

use std::collections::BTreeSet;
use std::path::Path;

use sealsmith_core::fingerprint::Fingerprint;
use sealsmith_core::manifest::sealed_secret::{Item, SealedSecret};
use sealsmith_core::manifest::tree::{Error, Position, Stream};
use sealsmith_core::reseal::{Place, sealed_for};
use sealsmith_core::sealed::SealedValue;
use sealsmith_core::secret::SecretBytes;
use sealsmith_core::unseal::KeyRing;

use sealsmith_core::manifest::sealed_secret::sealed_secrets;

/// One value and how opening it went.
pub(crate) struct Opening {
    /// Its data key.
    pub(crate) key: String,
    /// Where it stands.
    pub(crate) position: Position,
    /// The plaintext and the key that opened it, or why nothing did.
    pub(crate) result: Result<(SecretBytes, Fingerprint), Closed>,
}

/// Why a value stayed closed.
pub(crate) struct Closed {
    /// The reason in one sentence.
    pub(crate) reason: String,
    /// The key it is sealed for, when that is at hand.
    pub(crate) fingerprint: Option<Fingerprint>,
    /// The place it is sealed for, when it is a known one.
    pub(crate) sealed_for: Option<Place>,
}

/// Opens every value of a SealedSecret with the keys at hand.
pub(crate) fn open(
    sealed: SealedSecret<'_>,
    ring: &KeyRing,
    known: &[(String, String)],
) -> Result<Vec<Opening>, Error> {
    let one = |item: Item<'_>| Opening {
        key: item.key.to_owned(),
        position: item.position,
        result: open_item(sealed, &item, ring, known),
    };
    Ok(sealed.items()?.into_iter().map(one).collect())
}

/// The places for which the values of a file may have been sealed: those that its SealedSecrets, their
/// templates and the file's name suggest, since moving or renaming one leaves the others behind.
pub(crate) fn places(path: &Path, stream: &Stream) -> Vec<(String, String)> {
    let secrets = sealed_secrets(stream).unwrap_or_default();
    let template = |secret: &SealedSecret<'_>, field: &str| {
        let metadata = secret.template()?.get("metadata")?;
        metadata.get(field)?.as_str().map(str::to_owned)
    };
    let mut namespaces = BTreeSet::from(["default".to_owned(), String::new()]);
    let mut names: BTreeSet<String> = names_of_file(path).collect();
    for secret in &secrets {
        namespaces.insert(secret.namespace().to_owned());
        namespaces.extend(template(secret, "namespace"));
        names.insert(secret.name().to_owned());
        names.extend(template(secret, "name"));
    }
    let pairs = |name: &String| {
        namespaces
            .iter()
            .map(|namespace| (namespace.clone(), name.clone()))
            .collect::<Vec<_>>()
    };
    names.iter().flat_map(pairs).collect()
}

/// `sealed-db.yaml` suggests `sealed-db` and `db`.
fn names_of_file(path: &Path) -> impl Iterator<Item = String> {
    let stem = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default();
    let short = stem.strip_prefix("sealed-");
    [Some(stem), short]
        .into_iter()
        .flatten()
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
}

fn open_item(
    sealed: SealedSecret<'_>,
    item: &Item<'_>,
    ring: &KeyRing,
    known: &[(String, String)],
) -> Result<(SecretBytes, Fingerprint), Closed> {
    let malformed = |reason: String| Closed {
        reason,
        fingerprint: None,
        sealed_for: None,
    };
    let value = SealedValue::parse(item.text).map_err(|error| malformed(error.to_string()))?;
    let opened = ring.unseal(&sealed.label(), &value);
    opened
        .map(|opened| (opened.plaintext, opened.fingerprint))
        .map_err(|error| {
            let explanation = ring.explain(&value);
            let place = sealed_for(&explanation, known);
            let reason = match (&place, explanation.label_hash) {
                (Some(place), _) if explanation.intact => format!(
                    "sealed for {}, not for {} ({})",
                    crate::explain::place(place),
                    sealed.title(),
                    sealed.scope()
                ),
                (None, Some(_)) if explanation.intact => {
                    "the key fits, but the value was sealed for another name, namespace or scope"
                        .to_owned()
                }
                _ => error.to_string(),
            };
            Closed {
                reason,
                fingerprint: explanation.fingerprint,
                sealed_for: place,
            }
        })
}
