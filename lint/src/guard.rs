//! The state of the work tree, as an operation that rewrites it must know it.

use crate::path::Path;

/// What git says about the work tree.
#[derive(Clone, Debug, Default)]
pub struct GitState {
    /// Tracked files that differ from the last commit.
    pub changed: Vec<Path>,
    /// Files inside the layout that git does not track.
    pub untracked: Vec<Path>,
    /// Files with unresolved conflicts.
    pub unmerged: Vec<Path>,
    /// What git is in the middle of, as `merge` or `rebase`.
    pub unfinished: Option<String>,
    /// Whether another git holds the index.
    pub index_locked: bool,
    /// What is checked out.
    pub head: Head,
    /// The branch that ours follows.
    pub upstream: Option<Upstream>,
}

/// What is checked out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Head {
    /// A branch without a commit.
    #[default]
    Unborn,
    /// A branch.
    Branch(String),
    /// A commit that no branch names.
    Detached(String),
}

/// A remote branch, as it was last fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    /// Its name, as `origin/main`.
    pub name: String,
    /// Commits that only ours has.
    pub ahead: usize,
    /// Commits that only it has.
    pub behind: usize,
    /// Seconds since it was last fetched, when that is known.
    pub fetched_ago: Option<i64>,
}

/// What findings about the repository as a whole are about: its root folder.
pub(crate) fn root() -> Path {
    Path::from(".")
}
