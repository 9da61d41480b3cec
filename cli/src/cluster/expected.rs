//! What the repository says that the cluster should have: its SealedSecrets, by place and content.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use sealsmith_core::manifest::sealed_secret::{SealedSecret, sealed_secrets};
use sealsmith_core::manifest::tree::Node;
use sealsmith_core::name::{Namespace, SecretName};
use sealsmith_lint::Layout;
use sealsmith_lint::lock::{ValueDigest, digest};

use crate::env::Site;
use crate::failure::Failure;
use crate::manifest_file::{ManifestFile, unreadable};

/// Where a SealedSecret and its Secret are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// The namespace of both.
    pub(crate) namespace: Namespace,
    /// The name of both.
    pub(crate) name: SecretName,
}

/// A SealedSecret of the repository.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    /// Where it is in the cluster.
    pub(crate) place: Place,
    /// Its file, relative to the root.
    pub(crate) path: String,
    /// The digest of each sealed value, by data key.
    pub(crate) values: BTreeMap<String, ValueDigest>,
    /// The entries that its Secret has to have: those sealed, and those of the template.
    pub(crate) entries: BTreeSet<String>,
}

/// The SealedSecrets of some files, and what could not be taken for one.
#[derive(Debug, Default)]
pub(crate) struct Repository {
    /// Each SealedSecret once, sorted by place.
    pub(crate) expected: Vec<Expected>,
    /// `file: why` of those whose place is not known.
    pub(crate) left_out: Vec<String>,
}

impl Repository {
    /// Reads the SealedSecrets of files.
    pub(crate) fn read(sites: &[Site], layout: &Layout) -> Result<Self, Failure> {
        let mut found = Self::default();
        for site in sites {
            found.take(site, layout)?;
        }
        found
            .expected
            .sort_by(|one, other| one.place.cmp(&other.place));
        Ok(found)
    }

    fn take(&mut self, site: &Site, layout: &Layout) -> Result<(), Failure> {
        let file = ManifestFile::read(&site.file)?;
        let unreadable = |error| unreadable(file.path(), &error);
        let namespace = layout.namespace(&site.place);
        for sealed in sealed_secrets(file.stream()).map_err(unreadable)? {
            match place_of(sealed, namespace.as_deref()) {
                Ok(place) => {
                    let expected =
                        Expected::of(sealed, place, site.path.clone()).map_err(unreadable)?;
                    self.expected.push(expected);
                }
                Err(why) => self.left_out.push(format!("{}: {why}", site.path)),
            }
        }
        Ok(())
    }
}

impl Expected {
    fn of(
        sealed: SealedSecret<'_>,
        place: Place,
        path: String,
    ) -> Result<Self, sealsmith_core::manifest::tree::Error> {
        let items = sealed.items()?;
        let values = items
            .iter()
            .map(|item| (item.key.to_owned(), digest(item.text)))
            .collect();
        let sealed_entries = items.iter().map(|item| item.key.to_owned());
        let entries = sealed_entries.chain(of_template(sealed)).collect();
        Ok(Self {
            place,
            path,
            values,
            entries,
        })
    }
}

/// `spec.template.data` is rendered into entries of their own.
fn of_template(sealed: SealedSecret<'_>) -> impl Iterator<Item = String> {
    let data = sealed.template().and_then(|template| template.get("data"));
    data.into_iter()
        .flat_map(Node::entries)
        .filter_map(|(key, _)| key.scalar().map(str::to_owned))
}

fn place_of(sealed: SealedSecret<'_>, fallback: Option<&str>) -> Result<Place, String> {
    let namespace = match (sealed.namespace(), fallback) {
        ("", None) => {
            return Err(format!(
                "{} names no namespace, and layout.namespace gives none",
                sealed.title()
            ));
        }
        ("", Some(fallback)) => fallback,
        (own, _) => own,
    };
    Ok(Place {
        namespace: Namespace::parse(namespace).map_err(|error| error.to_string())?,
        name: SecretName::parse(sealed.name()).map_err(|error| error.to_string())?,
    })
}

impl Place {
    /// The API path of the SealedSecret.
    pub(crate) fn sealed_secret(&self) -> String {
        format!(
            "/apis/bitnami.com/v1alpha1/namespaces/{}/sealedsecrets/{}",
            self.namespace, self.name
        )
    }

    /// The API path of the Secret.
    pub(crate) fn secret(&self) -> String {
        format!(
            "/api/v1/namespaces/{}/secrets/{}",
            self.namespace, self.name
        )
    }
}

/// As people write it: `namespace/name`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}
