//! Opening the values of SealedSecrets and saying, for each, how it went.

use std::collections::BTreeSet;
use std::path::Path;

use sealsmith_core::fingerprint::Fingerprint;
use sealsmith_core::manifest::sealed_secret::{Item, SealedSecret, sealed_secrets};
use sealsmith_core::manifest::tree::{Error, Position, Stream};
use sealsmith_core::reseal::{Place, sealed_for};
use sealsmith_core::scope::{Label, Scope};
use sealsmith_core::sealed::SealedValue;
use sealsmith_core::secret::SecretBytes;
use sealsmith_core::unseal::{self, KeyRing};
use sealsmith_lint::Layout;

/// One value and how opening it went.
pub(crate) struct Opening {
    /// Its data key.
    pub(crate) key: String,
    /// Where it stands.
    pub(crate) position: Position,
    /// The plaintext and the key that opened it, or why nothing did.
    pub(crate) result: Result<(SecretBytes, Fingerprint), Box<Closed>>,
}

/// Why a value stayed closed.
pub(crate) struct Closed {
    /// The reason in one sentence.
    pub(crate) reason: String,
    /// What to try.
    pub(crate) hint: Option<String>,
    /// The key it is sealed for, when that is at hand.
    pub(crate) fingerprint: Option<Fingerprint>,
    /// The place it is sealed for, when it is a known one.
    pub(crate) sealed_for: Option<Place>,
}

/// What values are opened with.
#[derive(Clone, Copy)]
pub(crate) struct Opener<'a> {
    /// The keys at hand.
    pub(crate) ring: &'a KeyRing,
    /// Namespaces and names for which values may have been sealed.
    pub(crate) known: &'a [(String, String)],
    /// Where a SealedSecret that names no namespace is applied.
    pub(crate) namespace: Option<&'a str>,
}

impl Opener<'_> {
    /// Opens every value of a SealedSecret, the deprecated `spec.data` included.
    pub(crate) fn open(&self, sealed: SealedSecret<'_>) -> Result<Vec<Opening>, Error> {
        let items = sealed.items()?.into_iter().chain(legacy(sealed));
        let one = |item: Item<'_>| Opening {
            key: item.key.to_owned(),
            position: item.position,
            result: self.open_item(sealed, &item),
        };
        Ok(items.map(one).collect())
    }

    /// The label that the values of a SealedSecret open with.
    pub(crate) fn label(&self, sealed: SealedSecret<'_>) -> Label {
        Label::new(sealed.scope(), self.namespace_of(sealed), sealed.name())
    }

    /// The namespace that a SealedSecret names, or is applied to.
    pub(crate) fn namespace_of<'s>(&'s self, sealed: SealedSecret<'s>) -> &'s str {
        match sealed.namespace() {
            "" => self.namespace.unwrap_or_default(),
            own => own,
        }
    }

    fn open_item(
        &self,
        sealed: SealedSecret<'_>,
        item: &Item<'_>,
    ) -> Result<(SecretBytes, Fingerprint), Box<Closed>> {
        let value = SealedValue::parse(item.text).map_err(|error| {
            Box::new(Closed {
                reason: error.to_string(),
                hint: None,
                fingerprint: None,
                sealed_for: None,
            })
        })?;
        self.ring
            .unseal(&self.label(sealed), &value)
            .map(|opened| (opened.plaintext, opened.fingerprint))
            .map_err(|error| Box::new(self.closed(sealed, &value, &error)))
    }

    fn closed(
        &self,
        sealed: SealedSecret<'_>,
        value: &SealedValue,
        error: &unseal::Error,
    ) -> Closed {
        let explanation = self.ring.explain(value);
        let place = sealed_for(&explanation, self.known);
        let is_elsewhere = explanation.intact && explanation.label_hash.is_some();
        let (reason, hint) = if is_elsewhere {
            self.elsewhere(sealed, place.as_ref())
        } else {
            (error.to_string(), None)
        };
        Closed {
            reason,
            hint,
            fingerprint: explanation.fingerprint,
            sealed_for: place,
        }
    }

    /// What to say about a value whose key fits and whose place does not.
    fn elsewhere(
        &self,
        sealed: SealedSecret<'_>,
        place: Option<&Place>,
    ) -> (String, Option<String>) {
        let nowhere = sealed.scope() != Scope::ClusterWide && self.namespace_of(sealed).is_empty();
        let (name, scope) = (sealed.name(), sealed.scope());
        match place {
            Some(place) if nowhere && is_applied_to(place, name, scope) => (
                format!(
                    "sealed for {}, and the file names no namespace",
                    crate::explain::place(place)
                ),
                Some(format!(
                    "add metadata.namespace to the file, or pass --namespace {}",
                    place.namespace
                )),
            ),
            Some(place) => (
                format!(
                    "sealed for {}, not for {} ({scope})",
                    crate::explain::place(place),
                    self.title(sealed)
                ),
                None,
            ),
            None => (
                "the key fits, but the value was sealed for another name, namespace or scope"
                    .to_owned(),
                nowhere.then(|| {
                    "add metadata.namespace to the file, or pass --namespace with the one it is applied to"
                        .to_owned()
                }),
            ),
        }
    }

    fn title(&self, sealed: SealedSecret<'_>) -> String {
        match self.namespace_of(sealed) {
            "" => sealed.name().to_owned(),
            namespace => format!("{namespace}/{}", sealed.name()),
        }
    }
}

/// The places for which the values of a file may have been sealed: those that its SealedSecrets, their
/// templates and the file's name suggest, since moving or renaming one leaves the others behind; and
/// the namespaces that its place in the repository suggests, since a file need not name one.
pub(crate) fn places(
    path: &Path,
    stream: &Stream,
    namespaces_of_path: &[String],
) -> Vec<(String, String)> {
    let secrets = sealed_secrets(stream).unwrap_or_default();
    let template = |secret: &SealedSecret<'_>, field: &str| {
        let metadata = secret.template()?.get("metadata")?;
        metadata.get(field)?.as_str().map(str::to_owned)
    };
    let mut namespaces = BTreeSet::from(["default".to_owned(), String::new()]);
    namespaces.extend(namespaces_of_path.iter().cloned());
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

/// The namespaces that the path of a file suggests: the one that the layout asks for, and the usual ones.
pub(crate) fn namespaces_of(layout: &Layout, path: &str) -> Vec<String> {
    let Some(place) = layout.locate(path) else {
        return Vec::new();
    };
    let env = &place.env;
    let usual = place
        .app
        .iter()
        .flat_map(|app| [app.clone(), format!("{app}-{env}"), format!("{env}-{app}")]);
    let asked = layout.namespace(&place);
    asked
        .into_iter()
        .chain(usual)
        .chain([env.clone()])
        .collect()
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

/// Whether a name and scope would be right at a place, so that only the namespace is open.
fn is_applied_to(place: &Place, name: &str, scope: Scope) -> bool {
    place.scope == scope && (scope != Scope::Strict || place.name == name)
}

/// The deprecated format: a whole Secret sealed as one value under the same label.
fn legacy(sealed: SealedSecret<'_>) -> Option<Item<'_>> {
    let node = sealed.legacy_data()?;
    Some(Item {
        key: "spec.data",
        // What is no text is no sealed value either.
        text: node.scalar().unwrap_or_default(),
        scalar: node.resolved().id(),
        position: node.position(),
    })
}
