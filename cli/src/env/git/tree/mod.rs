//! What git has of every file: the index, a commit's tree, the work tree. Nothing here takes a lock or writes.

mod attributes;
mod change;
mod folder;
mod history;
mod id;
mod index;
mod libgit;
mod listing;
mod made;
mod object;
mod open;
mod program;
mod snapshot;
mod sorted;
mod staged;
mod state;
mod status;
mod work_tree;

pub(crate) use attributes::Attributes;
pub(crate) use change::{Changed, between, to_index};
pub(crate) use folder::Folder;
pub(crate) use history::last_changes;
pub(crate) use id::Id;
pub(crate) use listing::{Entry, Listing};
pub(crate) use object::{Commit, Object};
pub(crate) use open::{Git, open};
pub(crate) use snapshot::{Snapshot, commit, file, file_of_commit};
pub(crate) use sorted::Sorted;
pub(crate) use staged::Staged;
pub(crate) use work_tree::WorkTree;

use sealsmith_lint::Path;
use sealsmith_lint::source::{Content, File};

use crate::failure::Failure;
use index::Index;
pub(crate) use status::Status;

/// Files as one moment has them: an index, a commit, a folder.
pub(crate) trait Tree {
    /// Every file that counts, sorted by path.
    fn entries(&self) -> &[Entry];

    /// Reads a file; one above [`sealsmith_lint::source::MAX_BYTES`] is only measured. Nothing when it
    /// is gone, as one that was deleted but is still tracked.
    fn file(&self, entry: &Entry) -> Result<Option<File>, Failure>;

    /// The same files, to find some of them without looking at each.
    fn sorted(&self) -> &dyn Sorted;

    /// Finds a file by its path.
    fn find(&self, path: &Path) -> Option<Entry> {
        self.sorted().find(path)
    }

    /// Reads the file that a path names, as [`Tree::file`] does.
    fn at(&self, path: &Path) -> Result<Option<File>, Failure> {
        self.find(path).map_or(Ok(None), |entry| self.file(&entry))
    }
}

/// A git repository as a store of objects, read by libgit2 or by git itself.
pub(crate) trait Store {
    /// Reads an object; a blob above [`sealsmith_lint::source::MAX_BYTES`] is only measured.
    fn read(&self, id: &Id) -> Result<Object, Failure>;

    /// Lists the index that git's variables name.
    fn index(&self) -> Result<Listing, Failure>;

    /// The same index as git wrote it; nothing where only git itself can put it together.
    fn index_file(&self) -> Result<Option<Index>, Failure> {
        Ok(None)
    }

    /// Finds the commit that a revision names.
    fn resolve(&self, revision: &str) -> Result<Option<Id>, Failure>;

    /// Finds the best common ancestor of two commits.
    fn merge_base(&self, one: &Id, other: &Id) -> Result<Option<Id>, Failure>;

    /// Lists the commits that the second has and the first has not, parents before children.
    fn commits(&self, from: &Id, to: &Id) -> Result<Vec<Id>, Failure>;

    /// The address that commits are made with, as far as git's settings say.
    fn address(&self) -> Option<String>;

    /// Compares the work tree with the last commit.
    fn status(&self) -> Result<Status, Failure>;

    /// Lists files that `update-index` keeps from git's sight, so that it does not look whether they changed.
    fn hidden(&self) -> Result<Vec<Path>, Failure>;

    /// Tells whether git ignores a file and does not track it either.
    fn ignores(&self, path: &str) -> Result<bool, Failure>;

    /// Reads a blob.
    fn blob(&self, id: &Id) -> Result<Content, Failure> {
        match self.read(id)? {
            Object::Blob(content) => Ok(content),
            _ => Err(Failure::could_not(format!("git's object {id} is no file"))),
        }
    }
}
