//! The files of a commit, and of git's objects in general.

use sealsmith_lint::Path;
use sealsmith_lint::source::{Content, File, Mode};

use super::listing::Entry;
use super::object::{self, ItemKind};
use super::{Commit, Id, Object, Sorted, Store, Tree};
use crate::failure::Failure;

/// The files of a commit.
pub(crate) struct Snapshot<'a> {
    store: &'a dyn Store,
    entries: Vec<Entry>,
}

impl<'a> Snapshot<'a> {
    /// Takes the files of a commit.
    pub(crate) fn commit(store: &'a dyn Store, id: &Id) -> Result<Self, Failure> {
        let tree = commit(store, id)?.tree;
        let mut entries = Vec::new();
        list(store, &tree, &[], &mut entries)?;
        Ok(Self { store, entries })
    }
}

impl Tree for Snapshot<'_> {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn sorted(&self) -> &dyn Sorted {
        &self.entries
    }

    fn file(&self, entry: &Entry) -> Result<Option<File>, Failure> {
        file(self.store, entry).map(Some)
    }
}

/// Reads the file of an entry.
pub(crate) fn file(store: &dyn Store, entry: &Entry) -> Result<File, Failure> {
    let content = match (entry.mode, entry.id) {
        (Mode::Gitlink, _) | (_, None) => Content::Nothing,
        (_, Some(id)) => store.blob(&id)?,
    };
    Ok(File {
        path: entry.path.clone(),
        mode: entry.mode,
        content,
        tracked: true,
        attributes: Vec::new(),
        permissions: None,
    })
}

/// Reads a commit.
pub(crate) fn commit(store: &dyn Store, id: &Id) -> Result<Commit, Failure> {
    let commit = match store.read(id)? {
        Object::Commit(bytes) => Commit::parse(&bytes),
        _ => None,
    };
    commit.ok_or_else(|| Failure::could_not(format!("git's object {id} is no commit")))
}

/// Reads one file of a commit, without listing the others; nothing when it has none of that path.
pub(crate) fn file_of_commit(
    store: &dyn Store,
    id: &Id,
    path: &Path,
) -> Result<Option<File>, Failure> {
    let mut tree = commit(store, id)?.tree;
    let mut names = path.as_bytes().split(|byte| *byte == b'/').peekable();
    while let Some(name) = names.next() {
        let bytes = folder(store, &tree)?;
        let items = object::items(&bytes, tree.as_bytes().len()).ok_or_else(|| broken(&tree))?;
        let found = items.into_iter().find(|item| item.name == name);
        match found {
            Some(item) if item.kind == ItemKind::Folder => tree = item.id,
            Some(item) if names.peek().is_none() => {
                let entry = item.entry(path);
                return entry.map(|entry| file(store, &entry)).transpose();
            }
            _ => return Ok(None),
        }
    }
    Ok(None)
}

/// Adds every file of a tree.
pub(super) fn list(
    store: &dyn Store,
    tree: &Id,
    folder: &[u8],
    entries: &mut Vec<Entry>,
) -> Result<(), Failure> {
    let bytes = self::folder(store, tree)?;
    for item in object::items(&bytes, tree.as_bytes().len()).ok_or_else(|| broken(tree))? {
        let path = joined(folder, item.name);
        match item.kind {
            ItemKind::Folder => list(store, &item.id, &path, entries)?,
            ItemKind::File(_) => entries.extend(item.entry(&Path::new(path))),
        }
    }
    Ok(())
}

fn folder(store: &dyn Store, tree: &Id) -> Result<Vec<u8>, Failure> {
    match store.read(tree)? {
        Object::Tree(bytes) => Ok(bytes),
        _ => Err(broken(tree)),
    }
}

fn broken(tree: &Id) -> Failure {
    Failure::could_not(format!("git's object {tree} is no folder"))
}

/// The path of a name in a folder; the root is empty.
pub(super) fn joined(folder: &[u8], name: &[u8]) -> Vec<u8> {
    match folder {
        [] => name.to_vec(),
        folder => [folder, b"/", name].concat(),
    }
}
