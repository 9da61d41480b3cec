//! The files of a work tree: what git tracks, as the disk has it, and what lies untracked beside sealed secrets.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path as FilePath, PathBuf};

use sealsmith_lint::source::{File, Mode};
use sealsmith_lint::{Layout, Path};

use super::folder::{self, on_disk};
use super::listing::{Entry, Listing};
use super::{Sorted, Store, Tree, snapshot};
use crate::failure::Failure;

/// The files of a work tree.
pub(crate) struct WorkTree<'a> {
    store: &'a dyn Store,
    root: PathBuf,
    listing: Listing,
}

impl<'a> WorkTree<'a> {
    /// Lists what git tracks.
    pub(crate) fn new(store: &'a dyn Store, root: &FilePath) -> Result<Self, Failure> {
        let mut listing = store.index()?;
        // The disk has a file for each of them, whatever the index lacks.
        let tracked = listing.unmerged.iter().chain(&listing.announced);
        let entries: Vec<_> = tracked.cloned().map(on_disk_only).collect();
        listing.entries.extend(entries);
        listing.sort();
        Ok(Self {
            store,
            root: root.to_owned(),
            listing,
        })
    }

    /// What the index lists.
    pub(crate) fn listing(&self) -> &Listing {
        &self.listing
    }

    /// Counts files in, at or below a path, that git does not track yet, as if they were added.
    pub(crate) fn add(&mut self, path: &[u8]) {
        let mut found = BTreeSet::new();
        let at = self.root.join(OsStr::from_bytes(path));
        match at.symlink_metadata() {
            Ok(metadata) if metadata.is_dir() => folder::list(&self.root, path, &mut found),
            Ok(_) => drop(found.insert(Path::new(path))),
            Err(_) => {}
        }
        found.retain(|path| self.find(path).is_none());
        let entries = found.into_iter().map(on_disk_only);
        self.listing.entries.extend(entries);
        self.listing.sort();
    }

    /// Reads every file that git does not track where the layout has sealed secrets.
    pub(crate) fn untracked<'b>(
        &'b self,
        layout: &Layout,
        environments: &BTreeSet<String>,
    ) -> impl Iterator<Item = Result<File, Failure>> + use<'a, 'b> {
        let mut found = BTreeSet::new();
        for root in environments.iter().flat_map(|env| layout.roots(env)) {
            // Patterns that fix no folder would make this a walk over everything that is ignored.
            if !root.is_empty() {
                folder::list(&self.root, root.as_bytes(), &mut found);
            }
        }
        let new = found.into_iter().filter(|path| self.find(path).is_none());
        new.filter_map(|path| on_disk(&self.root, &path, false).transpose())
    }
}

fn on_disk_only(path: Path) -> Entry {
    Entry {
        path,
        mode: Mode::Regular,
        id: None,
        skipped: false,
    }
}

impl Tree for WorkTree<'_> {
    fn entries(&self) -> &[Entry] {
        &self.listing.entries
    }

    fn sorted(&self) -> &dyn Sorted {
        &self.listing.entries
    }

    fn file(&self, entry: &Entry) -> Result<Option<File>, Failure> {
        if entry.mode == Mode::Gitlink {
            return snapshot::file(self.store, entry).map(Some);
        }
        match on_disk(&self.root, &entry.path, true)? {
            None if entry.skipped => snapshot::file(self.store, entry).map(Some),
            found => Ok(found),
        }
    }

    // The policy and what it names count from the moment they are written.
    fn at(&self, path: &Path) -> Result<Option<File>, Failure> {
        match self.find(path) {
            Some(entry) => self.file(&entry),
            None => on_disk(&self.root, path, false),
        }
    }
}
