//! Trees and commits as git stores them (gitformat-pack(5), git-cat-file(1)).

use sealsmith_lint::Path;
use sealsmith_lint::source::{Content, Mode};

use super::Id;
use super::listing::{self, Entry};

/// A git object.
#[derive(Debug)]
pub(crate) enum Object {
    /// A file's content.
    Blob(Content),
    /// A folder, as stored.
    Tree(Vec<u8>),
    /// A commit, as stored.
    Commit(Vec<u8>),
}

/// One line of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item<'a> {
    pub(super) name: &'a [u8],
    pub(super) id: Id,
    pub(super) kind: ItemKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ItemKind {
    Folder,
    File(Mode),
}

/// What a commit says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Commit {
    /// The root folder.
    pub(crate) tree: Id,
    /// The commits before it.
    pub(crate) parents: Vec<Id>,
    /// The address and time of who wrote it.
    pub(crate) author: Person,
    /// The address and time of who committed it.
    pub(crate) committer: Person,
    /// The message.
    pub(crate) message: String,
}

/// Who did something, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    /// The e-mail address.
    pub(crate) address: String,
    /// Seconds since 1970.
    pub(crate) time: i64,
}

impl Item<'_> {
    /// The entry of a file; nothing for a folder.
    pub(super) fn entry(&self, path: &Path) -> Option<Entry> {
        match self.kind {
            ItemKind::Folder => None,
            ItemKind::File(mode) => Some(Entry {
                path: path.clone(),
                mode,
                id: Some(self.id),
                skipped: false,
            }),
        }
    }
}

/// Splits a tree into its lines; names have as many bytes as the tree's own.
pub(super) fn items(tree: &[u8], id_len: usize) -> Option<Vec<Item<'_>>> {
    let mut items = Vec::new();
    let mut rest = tree;
    while !rest.is_empty() {
        let blank = rest.iter().position(|byte| *byte == b' ')?;
        let end = rest.iter().position(|byte| *byte == 0)?;
        let bits = std::str::from_utf8(&rest[..blank]).ok()?;
        let kind = match u32::from_str_radix(bits, 8).ok()? {
            0o40_000 => ItemKind::Folder,
            bits => ItemKind::File(listing::mode(bits)),
        };
        let id = rest.get(end + 1..end + 1 + id_len)?;
        items.push(Item {
            name: rest.get(blank + 1..end)?,
            id: Id::from_bytes(id)?,
            kind,
        });
        rest = &rest[end + 1 + id_len..];
    }
    Some(items)
}

impl Commit {
    /// Reads a commit as stored.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes);
        let (headers, message) = text.split_once("\n\n").unwrap_or((&text, ""));
        let all = |name: &'static str| {
            let lines = headers.lines();
            lines.filter_map(move |line| line.strip_prefix(name)?.strip_prefix(' '))
        };
        let ids = |name| all(name).map(|hex| Id::from_hex(hex.as_bytes()));
        Some(Self {
            tree: ids("tree").next()??,
            parents: ids("parent").collect::<Option<_>>()?,
            author: Person::parse(all("author").next()?),
            committer: Person::parse(all("committer").next()?),
            message: message.to_owned(),
        })
    }
}

impl Person {
    // `Name <address> 1767323045 +0000`; hand-made commits leave parts out.
    fn parse(text: &str) -> Self {
        let (before, after) = text.rsplit_once('>').unwrap_or((text, ""));
        let address = before.rsplit_once('<').map_or("", |(_, address)| address);
        let time = after.split_whitespace().next();
        Self {
            address: address.to_owned(),
            time: time.and_then(|time| time.parse().ok()).unwrap_or(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_has_names_of_any_bytes() {
        let tree = [
            b"100644 a\xff b\0".as_slice(),
            &[7; 20],
            b"40000 c\0",
            &[8; 20],
        ]
        .concat();
        let items = items(&tree, 20).unwrap();
        assert_eq!(items[0].name, b"a\xff b");
        assert_eq!(items[0].kind, ItemKind::File(Mode::Regular));
        assert_eq!(
            (items[1].kind, items[1].id),
            (ItemKind::Folder, Id::from_bytes(&[8; 20]).unwrap())
        );
    }

    #[test]
    fn a_cut_tree_is_no_tree() {
        assert_eq!(items(b"100644 a\x00123", 20), None);
    }

    #[test]
    fn a_commit_has_parents_people_and_a_message() {
        let id = "0f".repeat(20);
        let text = format!(
            "tree {id}\nparent {id}\nparent {id}\nauthor A <a@b> 5 +0100\ncommitter C <c@d> 6 +0000\ngpgsig x\n tree y\n\nsubject\n\nparent of all\n"
        );
        let commit = Commit::parse(text.as_bytes()).unwrap();
        assert_eq!(commit.parents.len(), 2);
        assert_eq!(
            (commit.author.address.as_str(), commit.committer.time),
            ("a@b", 6)
        );
        assert_eq!(commit.message, "subject\n\nparent of all\n");
    }
}
