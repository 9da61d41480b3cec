//! `sealsmith.lock` on disk: kept by every command that seals into a repository with a `sealsmith.yaml`.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

use sealsmith_core::fingerprint::Fingerprint;
use sealsmith_core::manifest::sealed_secret::sealed_secrets;
use sealsmith_core::manifest::tree::Stream;
use sealsmith_lint::Lock;
use sealsmith_lint::lock::{self, FILE, ValueDigest, digest};

use crate::env::{Workspace, clock, files};
use crate::failure::Failure;
use crate::ui::shown;

/// The lock file of a repository, as it was read and as it will be written.
pub(crate) struct LockFile {
    path: PathBuf,
    before: String,
    lock: Lock,
}

/// What a file's values were, and what they are now. One is kept for every file of a run, so it is small.
#[derive(Default)]
pub(crate) struct Sealed {
    /// Values that are no longer there.
    gone: Digests,
    /// Values that are there and known to be for the key.
    here: Digests,
}

/// Names of sealed values, sorted.
#[derive(Default)]
struct Digests(Box<[ValueDigest]>);

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

    /// What it says.
    pub(crate) fn lock(&self) -> &Lock {
        &self.lock
    }

    /// The text as it was read.
    pub(crate) fn text(&self) -> &str {
        &self.before
    }

    /// The key that a sealed value is for, where that is remembered.
    pub(crate) fn key_of(&self, value: &str) -> Option<Fingerprint> {
        let entry = self.lock.get(&digest(value))?;
        Some(entry.fingerprint)
    }

    /// Takes what became of a file's values.
    pub(crate) fn take(&mut self, sealed: &Sealed, key: &Fingerprint) {
        let sealed_at = clock::now();
        for digest in &sealed.gone.0 {
            self.lock.remove(digest);
        }
        for digest in &sealed.here.0 {
            let known = self.lock.get(digest);
            if known.is_none_or(|known| known.fingerprint != *key) {
                let fingerprint = *key;
                self.lock.remove(digest);
                self.lock.add(
                    *digest,
                    lock::Entry {
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

/// The lock files of every repository that a command seals into.
#[derive(Default)]
pub(crate) struct LockFiles {
    by_root: BTreeMap<PathBuf, Option<LockFile>>,
}

impl LockFiles {
    /// Takes what sealing for a key changes in a file; a file outside a layout is nobody's to remember.
    ///
    /// Called before anything is written, so that a lock file that cannot be used stops everything.
    pub(crate) fn take(
        &mut self,
        file: &Path,
        before: Option<&Stream>,
        after: &str,
        key: &Fingerprint,
    ) -> Result<(), Failure> {
        let folder = file
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let workspace = Workspace::around(folder.unwrap_or(Path::new(".")))?;
        let Ok(after) = Stream::parse(after) else {
            return Ok(());
        };
        if workspace.place(file).is_err() {
            return Ok(());
        }
        let lock = match self.by_root.entry(workspace.root().to_owned()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(LockFile::of(&workspace)?),
        };
        if let Some(lock) = lock {
            lock.take(&Sealed::edited(before, &after), key);
        }
        Ok(())
    }

    /// Writes every lock file that changed.
    pub(crate) fn write(&self) -> Result<(), Failure> {
        self.by_root
            .values()
            .flatten()
            .try_for_each(LockFile::write)
    }
}

impl Sealed {
    /// What an edit of single values changes: the others keep what is known of them.
    pub(crate) fn edited(before: Option<&Stream>, after: &Stream) -> Self {
        let (before, after) = (
            before.map(Digests::of).unwrap_or_default(),
            Digests::of(after),
        );
        Self {
            gone: before.without(&after),
            here: after.without(&before),
        }
    }

    /// Compares the values of a file before and after.
    pub(crate) fn between(before: Option<&Stream>, after: &Stream) -> Self {
        let before = before.map(Digests::of).unwrap_or_default();
        let here = Digests::of(after);
        Self {
            gone: before.without(&here),
            here,
        }
    }
}

impl Digests {
    /// The names of a file's sealed values.
    fn of(stream: &Stream) -> Self {
        let secrets = sealed_secrets(stream).unwrap_or_default();
        let items = secrets
            .iter()
            .flat_map(|secret| secret.items().unwrap_or_default());
        let mut names: Vec<_> = items.map(|item| digest(item.text)).collect();
        names.sort_unstable();
        names.dedup();
        Self(names.into_boxed_slice())
    }

    fn without(&self, others: &Self) -> Self {
        let new = |name: &&ValueDigest| others.0.binary_search(name).is_err();
        Self(self.0.iter().filter(new).copied().collect())
    }
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
