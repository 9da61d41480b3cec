//! The files of an index or a commit.

use sealsmith_lint::Path;
use sealsmith_lint::source::{Content, File, Mode};

use super::listing::{Entry, Listing};
use super::object::{self, ItemKind};
use super::{Commit, Id, Object, Store, Tree};
use crate::failure::Failure;

/// The files of an index or a commit, whose content git has.
pub(crate) struct Snapshot<'a> {
    store: &'a dyn Store,
    listing: Listing,
}

impl<'a> Snapshot<'a> {
    /// Takes the index that git's variables name.
    pub(crate) fn index(store: &'a dyn Store) -> Result<Self, Failure> {
        let listing = store.index()?;
        Ok(Self { store, listing })
    }

    /// Takes the files of a commit.
    pub(crate) fn commit(store: &'a dyn Store, id: &Id) -> Result<Self, Failure> {
        let tree = commit(store, id)?.tree;
        let mut entries = Vec::new();
        list(store, &tree, &[], &mut entries)?;
        let listing = Listing {
            entries,
            ..Listing::default()
        };
        Ok(Self { store, listing })
    }

    /// What the index lists.
    pub(crate) fn listing(&self) -> &Listing {
        &self.listing
    }
}

impl Tree for Snapshot<'_> {
    fn entries(&self) -> &[Entry] {
        &self.listing.entries
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

fn list(
    store: &dyn Store,
    tree: &Id,
    folder: &[u8],
    entries: &mut Vec<Entry>,
) -> Result<(), Failure> {
    let broken = || Failure::could_not(format!("git's object {tree} is no folder"));
    let Object::Tree(bytes) = store.read(tree)? else {
        return Err(broken());
    };
    for item in object::items(&bytes, tree.as_bytes().len()).ok_or_else(broken)? {
        let path = joined(folder, item.name);
        match item.kind {
            ItemKind::Folder => list(store, &item.id, &path, entries)?,
            ItemKind::File(mode) => entries.push(Entry {
                path: Path::new(path),
                mode,
                id: Some(item.id),
                skipped: false,
            }),
        }
    }
    Ok(())
}

fn joined(folder: &[u8], name: &[u8]) -> Vec<u8> {
    match folder {
        [] => name.to_vec(),
        folder => [folder, b"/", name].concat(),
    }
}
