//! The index as git wrote it (gitformat-index(5)), in which only what is asked for is looked at.
//!
//! libgit2 hashes the whole file and puts every entry into a map, which takes three times as long as all
//! that git itself does for a hook.

use std::io;
use std::path::Path as FilePath;

use gix_index::entry::{Flags, Stage};
use gix_index::extension::Tree as Folder;
use gix_index::hash::Kind;
use gix_index::{File, State, decode};
use sealsmith_lint::Path;

use super::Id;
use super::listing::{self, Entry, Listing};
use super::sorted::Sorted;

/// An index.
pub(crate) struct Index {
    file: File,
}

impl Index {
    /// Reads a file; nothing when it is one that only git itself can put together, as a sparse one.
    pub(super) fn read(file: &FilePath) -> io::Result<Option<Self>> {
        // Nothing was ever added.
        if !file.try_exists()? {
            let file = File::from_state(State::new(Kind::Sha1), file);
            return Ok(Some(Self { file }));
        }
        // A second thread costs more than it saves, and the digest is the affair of `git fsck`.
        let options = decode::Options {
            thread_limit: Some(1),
            ..decode::Options::default()
        };
        let file = File::at(file, Kind::Sha1, true, options).ok();
        let file = file.filter(|file| !file.is_sparse());
        Ok(file.map(|file| Self { file }))
    }

    /// Lists all of it.
    pub(super) fn listing(&self) -> Listing {
        Listing {
            entries: (0..self.len()).filter_map(|at| self.entry(at)).collect(),
            ..self.left_out()
        }
    }

    /// Lists what has no content yet, or several.
    pub(crate) fn left_out(&self) -> Listing {
        let mut listing = Listing::default();
        for (at, entry) in self.file.entries().iter().enumerate() {
            if entry.stage() != Stage::Unconflicted {
                listing.unmerged.push(Path::new(self.path(at)));
            } else if entry.flags.contains(Flags::INTENT_TO_ADD) {
                listing.announced.push(Path::new(self.path(at)));
            }
        }
        listing.unmerged.dedup();
        listing
    }
}

impl Sorted for Index {
    fn len(&self) -> usize {
        self.file.entries().len()
    }

    fn path(&self, at: usize) -> &[u8] {
        self.file.entry(at).path(&self.file)
    }

    fn blob(&self, at: usize) -> &[u8] {
        self.file.entry(at).id.as_bytes()
    }

    fn entry(&self, at: usize) -> Option<Entry> {
        let entry = self.file.entry(at);
        let left_out =
            entry.stage() != Stage::Unconflicted || entry.flags.contains(Flags::INTENT_TO_ADD);
        (!left_out).then(|| Entry {
            path: Path::new(self.path(at)),
            mode: listing::mode(entry.mode.bits()),
            id: Id::from_bytes(self.blob(at)),
            skipped: entry.flags.contains(Flags::SKIP_WORKTREE),
        })
    }

    fn named(&self) -> Option<&Folder> {
        self.file.tree()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::change::to_index;
    use super::super::made::Made;
    use super::super::{Git, commit, open};
    use super::*;
    use crate::env::git::Variables;
    use crate::env::git::tests::Sandbox;

    const FILES: [&str; 6] = ["a-b", "a.b/c", "a/b/c", "a/b0", "a/d/e", "z"];

    fn sandbox() -> (Sandbox, Git) {
        let sandbox = Sandbox::with_files(&FILES);
        let git = open(&sandbox.root(), Variables::Ignore).unwrap().unwrap();
        (sandbox, git)
    }

    fn index(git: &Git) -> Index {
        git.store().index_file().unwrap().unwrap()
    }

    #[test]
    fn each_version_of_the_file_says_the_same() {
        let (sandbox, git) = sandbox();
        for version in ["2", "3", "4"] {
            sandbox.git(&["update-index", "--index-version", version]);
            let entries = index(&git).listing().entries;
            let paths: Vec<_> = entries.iter().map(|entry| entry.path.to_string()).collect();
            assert_eq!(paths, FILES, "version {version}");
        }
    }

    #[test]
    fn what_git_has_named_is_as_what_is_named_anew() {
        let (sandbox, git) = sandbox();
        let head = git.store().resolve("HEAD").unwrap().unwrap();
        let head = commit(git.store(), &head).unwrap().tree;
        let named = |index: &Index| index.named().and_then(|named| named.num_entries);
        let whole = index(&git);
        assert_eq!(named(&whole), Some(6));
        assert_eq!(Made::root(&whole).unwrap().id(), head);
        assert_eq!(Made::root(&whole.listing().entries).unwrap().id(), head);
        sandbox.write("a/b/c", "new\n");
        sandbox.write("a/b/new", "new\n");
        sandbox.git(&["add", "--all"]);
        sandbox.write("a/b/announced", "");
        sandbox.git(&["add", "-N", "a/b/announced"]);
        let partly = index(&git);
        assert_eq!(named(&partly), None);
        let entries = partly.listing().entries;
        let anew = to_index(git.store(), Some(&head), &entries).unwrap();
        assert_eq!(anew.len(), 2);
        let found = to_index(git.store(), Some(&head), &partly).unwrap();
        assert_eq!(found, anew);
        assert_eq!(partly.left_out().announced, [Path::from("a/b/announced")]);
    }

    #[test]
    fn a_damaged_file_is_no_reason_to_panic() {
        let (sandbox, _) = sandbox();
        let bytes = fs::read(sandbox.root().join(".git/index")).unwrap();
        let file = sandbox.root().join("damaged");
        let look = |bytes: &[u8]| {
            fs::write(&file, bytes).unwrap();
            if let Some(index) = Index::read(&file).unwrap() {
                drop((index.listing(), Made::root(&index).map(|made| made.id())));
            }
        };
        for at in 0..bytes.len() {
            look(&bytes[..at]);
            for bit in [1, 0x80] {
                let mut damaged = bytes.clone();
                damaged[at] ^= bit;
                look(&damaged);
            }
        }
    }
}
