//! The folders that an index would be committed as, each with the name that git would give it.
//!
//! Git keeps the names of folders that did not change since it last wrote them; naming another one takes
//! one digest of what the index says anyway. Folders of the last commit with the same name need not be
//! read, so that looking for what is staged costs what is staged.

use std::cell::OnceCell;
use std::ops::Range;
use std::rc::Rc;

use gix_index::extension::Tree as Folder;
use sealsmith_lint::source::Mode;
use sha2::{Digest as _, Sha256};

use super::Id;
use super::object::{Item, ItemKind};
use super::sorted::{Items, Place, Sorted, name};

/// A folder that an index would be committed as.
pub(super) struct Made<'a> {
    id: Id,
    at: At<'a>,
    inside: OnceCell<Option<Inside<'a>>>,
}

/// Where a folder stands in the index.
#[derive(Clone)]
struct At<'a> {
    files: &'a dyn Sorted,
    places: Range<usize>,
    /// How long the path of the folder is, with the slash after it.
    prefix: usize,
    /// What git knows of it.
    named: Option<&'a Folder>,
}

/// What is in a folder.
struct Inside<'a> {
    items: Vec<Item<'a>>,
    /// Those folders that had to be looked into for their names.
    folders: Vec<(&'a [u8], Rc<Made<'a>>)>,
}

impl<'a> Made<'a> {
    /// Makes the root folder; nothing when something in it has no name to go by.
    pub(super) fn root(files: &'a dyn Sorted) -> Option<Self> {
        Self::of(At {
            files,
            places: 0..files.len(),
            prefix: 0,
            named: files.named(),
        })
    }

    /// The name that git would give it.
    pub(super) fn id(&self) -> Id {
        self.id
    }

    /// What is in it, in git's order.
    pub(super) fn items(&self) -> &[Item<'a>] {
        self.inside().map_or(&[], |inside| &inside.items)
    }

    /// The folder of a name in it.
    pub(super) fn folder(&self, name: &[u8]) -> Option<Rc<Self>> {
        let folders = &self.inside()?.folders;
        if let Ok(at) = folders.binary_search_by(|(known, _)| (*known).cmp(name)) {
            return Some(Rc::clone(&folders[at].1));
        }
        let at = self.at.folder(name)?;
        Self::of(at).map(Rc::new)
    }

    fn of(at: At<'a>) -> Option<Self> {
        if let Some(id) = at.known() {
            let inside = OnceCell::new();
            return Some(Self { id, at, inside });
        }
        let inside = Inside::of(&at)?;
        Some(Self {
            id: digest(&inside.items)?,
            at,
            inside: OnceCell::from(Some(inside)),
        })
    }

    /// Whether it holds nothing; what git has a name for holds something.
    fn is_empty(&self) -> bool {
        matches!(self.inside.get(), Some(Some(inside)) if inside.items.is_empty())
    }

    fn inside(&self) -> Option<&Inside<'a>> {
        let inside = self.inside.get_or_init(|| Inside::of(&self.at));
        inside.as_ref()
    }
}

impl<'a> At<'a> {
    /// The name that git has kept, as long as it is for just these places.
    fn known(&self) -> Option<Id> {
        let named = self.named?;
        let count = usize::try_from(named.num_entries?).ok()?;
        (count == self.places.len()).then(|| Id::from_bytes(named.id.as_bytes()))?
    }

    /// The folder of a name in it.
    fn folder(&self, name: &[u8]) -> Option<Self> {
        let here = &self.files.path(self.places.start)[..self.prefix];
        let places = self.files.below(&[here, name, b"/"].concat());
        (!places.is_empty()).then(|| self.inner(name, places))
    }

    /// The folder in it that has these places.
    fn inner(&self, name: &[u8], places: Range<usize>) -> Self {
        let named = self.named.and_then(|named| {
            let children = &named.children;
            let found = children.binary_search_by(|child| child.name.as_slice().cmp(name));
            found.ok().map(|at| &children[at])
        });
        Self {
            files: self.files,
            places,
            prefix: self.prefix + name.len() + 1,
            named,
        }
    }
}

impl<'a> Inside<'a> {
    fn of(at: &At<'a>) -> Option<Self> {
        let (mut items, mut folders) = (Vec::new(), Vec::new());
        for place in Items::of(at.files, at.places.clone(), at.prefix) {
            match place {
                Place::File(place) => items.extend(file(at, place)?),
                Place::Folder(places) => {
                    let name = name(at.files.path(places.start), at.prefix);
                    let inner = at.inner(name, places);
                    let known = inner.known();
                    let made = match known {
                        Some(_) => None,
                        None => Some(Rc::new(Made::of(inner)?)),
                    };
                    // Git knows no empty folder; one of announced files only is none.
                    if made.as_ref().is_some_and(|made| made.is_empty()) {
                        continue;
                    }
                    let id = known.or_else(|| made.as_ref().map(|made| made.id))?;
                    let kind = ItemKind::Folder;
                    items.push(Item { name, id, kind });
                    folders.extend(made.map(|made| (name, made)));
                }
            }
        }
        folders.sort_by_key(|(name, _)| *name);
        Some(Self { items, folders })
    }
}

/// The item of a file; none for one that is left out, nothing for one without a name.
fn file<'a>(at: &At<'a>, place: usize) -> Option<Option<Item<'a>>> {
    let Some(entry) = at.files.entry(place) else {
        return Some(None);
    };
    Some(Some(Item {
        name: name(at.files.path(place), at.prefix),
        id: entry.id?,
        kind: ItemKind::File(entry.mode),
    }))
}

/// The name of a folder with these items (gitformat-pack(5), git-hash-object(1)).
fn digest(items: &[Item<'_>]) -> Option<Id> {
    let mut stored = Vec::new();
    for item in items {
        stored.extend_from_slice(mode(item.kind));
        stored.extend_from_slice(item.name);
        stored.push(0);
        stored.extend_from_slice(item.id.as_bytes());
    }
    if items
        .first()
        .is_some_and(|item| item.id.as_bytes().len() == 32)
    {
        let header = format!("tree {}\0", stored.len());
        let digest = Sha256::new().chain_update(header).chain_update(&stored);
        return Id::from_bytes(&digest.finalize());
    }
    let id = git2::Oid::hash_object(git2::ObjectType::Tree, &stored).ok()?;
    Id::from_bytes(id.as_bytes())
}

fn mode(kind: ItemKind) -> &'static [u8] {
    match kind {
        ItemKind::Folder => b"40000 ",
        ItemKind::File(Mode::Regular) => b"100644 ",
        ItemKind::File(Mode::Executable) => b"100755 ",
        ItemKind::File(Mode::Symlink) => b"120000 ",
        ItemKind::File(Mode::Gitlink) => b"160000 ",
    }
}

#[cfg(test)]
mod tests {
    use sealsmith_lint::Path;

    use super::super::Entry;
    use super::*;

    const SHA1: &str = "67bed4a385238b4324d25e500156758782868179";
    const SHA256: &str = "7426d820377000c9dd75b7951364f635fbee839421f80309ee44e8261f1b4aeb";

    fn entry(path: &str, mode: Mode, hex: &str) -> Entry {
        Entry {
            path: Path::from(path),
            mode,
            id: Id::from_hex(hex.as_bytes()),
            skipped: false,
        }
    }

    // The names are what `git write-tree` prints, in a repository of each kind.
    #[test]
    fn a_folder_has_the_name_that_git_gives_it() {
        for (empty, link, expected) in [
            (
                "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
                "0f9a92ad1d5be4e3f4c2ad0a3f9ab37e4f5a0a9a",
                SHA1,
            ),
            (
                "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
                "0f9a92ad1d5be4e3f4c2ad0a3f9ab37e4f5a0a9a0f9a92ad1d5be4e3f4c2ad0a",
                SHA256,
            ),
        ] {
            let entries = vec![
                entry("a-b", Mode::Regular, empty),
                entry("a.b/c", Mode::Executable, empty),
                entry("a/b/c", Mode::Symlink, empty),
                entry("a/b0", Mode::Regular, empty),
                entry("a0", Mode::Gitlink, link),
            ];
            let made = Made::root(&entries).unwrap();
            assert_eq!(made.id().to_string(), expected);
            let folder = made.folder(b"a").and_then(|folder| folder.folder(b"b"));
            assert_eq!(folder.unwrap().items().len(), 1);
            assert!(made.folder(b"a0").is_none());
        }
    }

    #[test]
    fn an_entry_without_a_name_makes_no_folder() {
        let entries = vec![entry("a", Mode::Regular, "nothing")];
        assert!(Made::root(&entries).is_none());
    }
}
