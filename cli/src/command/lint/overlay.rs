//! A tree in which some files have another content than they really have.

use std::collections::BTreeMap;

use sealsmith_lint::Path;
use sealsmith_lint::source::{Content, File, MAX_BYTES, Mode};

use crate::env::git::tree::{Entry, Sorted, Tree};
use crate::failure::Failure;

/// A tree in which some files have another content.
pub(super) struct Overlay<'a> {
    tree: &'a dyn Tree,
    entries: Vec<Entry>,
    contents: BTreeMap<Path, Vec<u8>>,
}

impl<'a> Overlay<'a> {
    /// Starts with the tree as it is.
    pub(super) fn new(tree: &'a dyn Tree) -> Self {
        Self {
            tree,
            entries: tree.entries().to_vec(),
            contents: BTreeMap::new(),
        }
    }

    /// Gives a file of the tree, or a new one, another content.
    pub(super) fn put(&mut self, path: Path, content: Vec<u8>) {
        let place = self.entries.binary_search_by(|entry| entry.path.cmp(&path));
        if let Err(place) = place {
            let entry = Entry {
                path: path.clone(),
                mode: Mode::Regular,
                id: None,
                skipped: false,
            };
            self.entries.insert(place, entry);
        }
        self.contents.insert(path, content);
    }
}

impl Tree for Overlay<'_> {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn sorted(&self) -> &dyn Sorted {
        &self.entries
    }

    fn file(&self, entry: &Entry) -> Result<Option<File>, Failure> {
        match self.contents.get(&entry.path) {
            Some(bytes) => Ok(Some(file(&entry.path, bytes))),
            None => self.tree.file(entry),
        }
    }

    fn at(&self, path: &Path) -> Result<Option<File>, Failure> {
        match self.contents.get(path) {
            Some(bytes) => Ok(Some(file(path, bytes))),
            None => self.tree.at(path),
        }
    }
}

fn file(path: &Path, bytes: &[u8]) -> File {
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    File {
        path: path.clone(),
        mode: Mode::Regular,
        content: match size > MAX_BYTES {
            true => Content::TooLarge(size),
            false => Content::Bytes(bytes.to_vec()),
        },
        tracked: true,
        attributes: Vec::new(),
        permissions: None,
    }
}
