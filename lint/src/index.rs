//! What is kept of every file: small, so that rules which compare files need no texts in memory.

use sealsmith_core::scope::Scope;

use crate::finding::Mark;
use crate::layout::Place;
use crate::path::Path;
use crate::source::Mode;

/// All files of a run.
pub struct Repository<'a> {
    /// What is kept of each, sorted by path.
    pub files: &'a [Indexed],
    /// Which of them are reported on; the others are only there to compare with.
    pub reported: &'a dyn Fn(&Path) -> bool,
    /// Whether `files` is everything there is, so that a missing counterpart is really missing.
    pub complete: bool,
}

/// What is kept of one file.
#[derive(Clone, Debug)]
pub struct Indexed {
    /// Its path.
    pub path: Path,
    /// What git says it is.
    pub mode: Mode,
    /// What its path says, inside the layout.
    pub place: Option<Place>,
    /// Its SealedSecrets in order.
    pub secrets: Vec<SealedEntry>,
    /// Other objects that make a Secret.
    pub claims: Vec<Claim>,
    /// Workloads that use Secrets.
    pub consumers: Vec<Consumer>,
    /// Files that a generator makes Secrets of.
    pub taken: Vec<Taken>,
    /// Whether SOPS or another tool encrypted it.
    pub encrypted: bool,
    /// SHA-256 of the text with every sealed value left out: equal when only values changed. Of the
    /// policy, the pinned fingerprints are left out.
    pub frame: [u8; 32],
    /// Of the policy, what the frame leaves out.
    pub pins: Vec<Pins>,
}

/// The pinned fingerprints of one environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pins {
    /// The environment.
    pub environment: String,
    /// SHA-256 of their text.
    pub digest: [u8; 32],
}

/// What is kept of a SealedSecret.
#[derive(Clone, Debug)]
pub struct SealedEntry {
    /// `metadata.namespace`, empty when missing.
    pub namespace: String,
    /// `metadata.name`, empty when missing.
    pub name: String,
    /// The scope.
    pub scope: Scope,
    /// Where its name stands, or the object.
    pub mark: Mark,
    /// The sync wave of its own annotation.
    pub wave: Option<String>,
    /// Its values in order; the legacy `spec.data` is one of them.
    pub values: Vec<ValueEntry>,
    /// SHA-256 of `spec.template.data`, which makes values too.
    pub rendered: Option<[u8; 32]>,
}

/// What is kept of a sealed value.
#[derive(Clone, Debug)]
pub struct ValueEntry {
    /// The data key.
    pub key: String,
    /// Where the value stands.
    pub mark: Mark,
    /// SHA-256 of the ciphertext, which also names it in the lock file.
    pub digest: [u8; 32],
    /// The length of the plaintext in bytes, when the ciphertext is well formed.
    pub plain_len: Option<usize>,
}

/// An object other than a SealedSecret that makes a Secret.
#[derive(Clone, Debug)]
pub struct Claim {
    /// What makes it, as `ExternalSecret`.
    pub kind: String,
    /// The Secret's namespace, empty when the object does not say.
    pub namespace: String,
    /// The Secret's name.
    pub name: String,
    /// Where that stands.
    pub mark: Mark,
}

/// A file that a generator makes a Secret of.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Its path.
    pub path: Path,
    /// The Secret's name.
    pub object: String,
    /// Where the generator names the file.
    pub mark: Mark,
}

/// A workload whose pods use Secrets.
#[derive(Clone, Debug)]
pub struct Consumer {
    /// Its kind, as `Deployment`.
    pub kind: String,
    /// Its namespace, empty when it does not say.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The Secrets that its pods use.
    pub secrets: Vec<String>,
    /// Its sync wave.
    pub wave: Option<String>,
    /// Whether something rolls its pods when a Secret changes: a checksum or a reloader annotation.
    pub rolls: bool,
    /// Where its name stands.
    pub mark: Mark,
}

impl Indexed {
    /// Whether two versions of a file have the same values at the same places.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        let values = |file: &Self| {
            let values = file.secrets.iter().flat_map(|secret| &secret.values);
            let values = values.map(|value| (value.mark, value.digest));
            values.collect::<Vec<_>>()
        };
        self.frame == other.frame && self.pins == other.pins && values(self) == values(other)
    }
}

impl<'a> Repository<'a> {
    /// The workloads that are reported on, each with its file.
    pub fn consumers(&self) -> impl Iterator<Item = (&'a Indexed, &'a Consumer)> {
        let files = self.files.iter().filter(|file| (self.reported)(&file.path));
        files.flat_map(|file| file.consumers.iter().map(move |consumer| (file, consumer)))
    }

    /// The SealedSecrets inside the layout that are reported on, each with its file and place.
    pub fn judged(&self) -> impl Iterator<Item = (&'a Indexed, &'a Place, &'a SealedEntry)> {
        let files = self.files.iter().filter(|file| (self.reported)(&file.path));
        let placed = files.filter_map(|file| Some((file, file.place.as_ref()?)));
        placed
            .flat_map(|(file, place)| file.secrets.iter().map(move |secret| (file, place, secret)))
    }
}

impl Consumer {
    /// `namespace/name` for people.
    #[must_use]
    pub fn title(&self) -> String {
        title(&self.namespace, &self.name)
    }
}

impl Claim {
    /// `namespace/name` for people.
    #[must_use]
    pub fn title(&self) -> String {
        title(&self.namespace, &self.name)
    }
}

impl SealedEntry {
    /// `namespace/name` for people.
    #[must_use]
    pub fn title(&self) -> String {
        title(&self.namespace, &self.name)
    }
}

fn title(namespace: &str, name: &str) -> String {
    match namespace {
        "" => name.to_owned(),
        namespace => format!("{namespace}/{name}"),
    }
}
