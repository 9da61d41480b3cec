//! The folders that an index would be committed as, each with the name that git would give it.
//!
//! Naming a folder takes one digest of what the index says anyway. Folders of the last commit with the
//! same name need not be read, so that looking for what is staged costs what is staged.

use sealsmith_lint::source::Mode;
use sha2::{Digest as _, Sha256};

use super::Id;
use super::listing::Entry;
use super::object::{Item, ItemKind};

/// A folder that an index would be committed as.
pub(super) struct Made<'a> {
    id: Id,
    items: Vec<Item<'a>>,
    folders: Vec<(&'a [u8], Self)>,
}

impl<'a> Made<'a> {
    /// Makes the root folder of sorted entries; nothing when one of them has no name to go by.
    pub(super) fn root(entries: &'a [Entry]) -> Option<Self> {
        Self::of(entries, 0)
    }

    /// The name that git would give it.
    pub(super) fn id(&self) -> Id {
        self.id
    }

    /// What is in it, in git's order.
    pub(super) fn items(&self) -> &[Item<'a>] {
        &self.items
    }

    /// The folder of a name in it.
    pub(super) fn folder(&self, name: &[u8]) -> Option<&Self> {
        let mut folders = self.folders.iter();
        folders
            .find(|(known, _)| *known == name)
            .map(|(_, made)| made)
    }

    /// Makes the folder whose path is the first `prefix` bytes of every entry.
    fn of(mut rest: &'a [Entry], prefix: usize) -> Option<Self> {
        let (mut items, mut folders) = (Vec::new(), Vec::new());
        while let Some(first) = rest.first() {
            let path = first.path.as_bytes();
            let below = path.get(prefix..)?;
            let Some(end) = below.iter().position(|byte| *byte == b'/') else {
                items.push(Item {
                    name: below,
                    id: first.id?,
                    kind: ItemKind::File(first.mode),
                });
                rest = &rest[1..];
                continue;
            };
            let (name, folder) = (&below[..end], &path[..=prefix + end]);
            let inside = rest.partition_point(|entry| entry.path.as_bytes().starts_with(folder));
            let made = Self::of(&rest[..inside.max(1)], folder.len())?;
            items.push(Item {
                name,
                id: made.id,
                kind: ItemKind::Folder,
            });
            folders.push((name, made));
            rest = &rest[inside.max(1)..];
        }
        Some(Self {
            id: named(&items)?,
            items,
            folders,
        })
    }
}

/// The name of a folder with these items (gitformat-pack(5), git-hash-object(1)).
fn named(items: &[Item<'_>]) -> Option<Id> {
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
            let entries = [
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
        let entries = [entry("a", Mode::Regular, "nothing")];
        assert!(Made::root(&entries).is_none());
    }
}
