//! What a commit changes.

use crate::index::Indexed;
use crate::path::Path;

/// A commit, or the one that is about to be made.
#[derive(Clone, Debug, Default)]
pub struct Commit {
    /// Its id, abbreviated; nothing for the one that is about to be made.
    pub id: Option<String>,
    /// The addresses of author and committer.
    pub people: Vec<String>,
    /// Its message; nothing while it is not written yet.
    pub message: Option<String>,
    /// Whether the environment says that automation makes it.
    pub by_automation: bool,
    /// Every file it adds, changes or removes.
    pub changes: Vec<Change>,
}

/// A file before and after.
#[derive(Clone, Debug)]
pub struct Change {
    /// The path, the new one for a renamed file.
    pub path: Path,
    /// What it held before; nothing for a new file.
    pub before: Option<Indexed>,
    /// What it holds after; nothing for a removed file.
    pub after: Option<Indexed>,
}
