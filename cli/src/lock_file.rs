//! `sealsmith.lock` on disk: kept by every command that seals into a repository with a `sealsmith.yaml`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sealsmith_core::fingerprint::Fingerprint;
use sealsmith_core::manifest::sealed_secret::sealed_secrets;
use sealsmith_core::manifest::tree::Stream;
use sealsmith_lint::lock::{Entry, FILE, ValueDigest, digest};
use sealsmith_lint::{Lock, lock};

use crate::env::{Workspace, clock, files};
use crate::failure::Failure;
use crate::ui::shown;

/// The lock file of a repository, as it was read and as it will be written.
pub(crate) struct LockFile {
    path: PathBuf,
    before: String,
    lock: Lock,
}

/// What a file's values were, and what they are now.
#[derive(Default)]
pub(crate) struct Sealed {
    /// Values that are no longer there.
    pub(crate) gone: BTreeSet<ValueDigest>,
    /// Values that are there and known to be for the key.
    pub(crate) here: BTreeSet<ValueDigest>,
}

impl LockFile {
    /// Reads the lock file; a repository without a policy keeps none.
    pub(crate) fn of(workspace: &Workspace) -> Result<Option<Self>, Failure> {
        let path = workspace.root().join(FILE);
        if workspace.policy().is_none() {
            return Ok(None);
        }
        let before = read(&path)?;
        let lock = Lock::parse(&before).map_err(|error| unusable(&path, error))?;
        Ok(Some(Self { path, before, lock }))
    }

    /// The text as it was read.
    pub(crate) fn text(&self) -> &str {
        &self.before
    }

    /// Takes what became of a file's values.
    pub(crate) fn take(&mut self, sealed: &Sealed, key: &Fingerprint) {
        let sealed_at = clock::now();
        for digest in sealed.gone.difference(&sealed.here) {
            self.lock.remove(digest);
        }
        for digest in &sealed.here {
            let known = self.lock.get(digest);
            if known.is_none_or(|known| known.fingerprint != *key) {
                let fingerprint = *key;
                self.lock.remove(digest);
                self.lock.add(
                    *digest,
                    Entry {
                        fingerprint,
                        sealed_at,
                    },
                );
            }
        }
    }

    /// The text to be written; nothing when the file is right as it is.
    pub(crate) fn changed(&self) -> Option<String> {
        let text = self.lock.to_string();
        let is_new = self.before.is_empty() && self.lock.is_empty();
        (text != self.before && !is_new).then_some(text)
    }

    /// Writes the file when it changed.
    pub(crate) fn write(&self) -> Result<(), Failure> {
        match self.changed() {
            Some(text) => files::replace(&self.path, text.as_bytes(), files::Access::Public),
            None => Ok(()),
        }
    }
}

impl Sealed {
    /// Compares the values of a file before and after.
    pub(crate) fn between(before: Option<&Stream>, after: &Stream) -> Self {
        Self {
            gone: before.map(digests).unwrap_or_default(),
            here: digests(after),
        }
    }
}

/// The names of a file's sealed values.
pub(crate) fn digests(stream: &Stream) -> BTreeSet<ValueDigest> {
    let secrets = sealed_secrets(stream).unwrap_or_default();
    let items = secrets
        .iter()
        .flat_map(|secret| secret.items().unwrap_or_default());
    items.map(|item| digest(item.text)).collect()
}

fn read(path: &Path) -> Result<String, Failure> {
    match path.symlink_metadata() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(String::new()),
        Ok(metadata) if metadata.is_symlink() => {
            let what = format!("{} is a symlink, which is not followed", shown(path));
            return Err(Failure::could_not(what));
        }
        _ => {}
    }
    let bytes = files::read(path, files::LIMIT)?;
    String::from_utf8(bytes).map_err(|_| {
        Failure::could_not(format!("cannot read {}", shown(path))).cause("it is not UTF-8 text")
    })
}

fn unusable(path: &Path, error: lock::Error) -> Failure {
    Failure::could_not(format!("cannot use {}", shown(path)))
        .because(error)
        .hint("git can merge it by itself: put `sealsmith.lock merge=union` into .gitattributes")
}
