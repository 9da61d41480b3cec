//! The files of an index or a tree, without their content.

use sealsmith_lint::Path;
use sealsmith_lint::source::Mode;

use super::Id;

/// A file without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its path below the root.
    pub(crate) path: Path,
    /// What git says it is.
    pub(crate) mode: Mode,
    /// The blob that holds its content; nothing for a file that git does not track.
    pub(crate) id: Option<Id>,
    /// Whether git leaves it out of the work tree, as in a sparse checkout.
    pub(crate) skipped: bool,
}

/// What an index or a tree lists.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listing {
    /// The files, sorted by path.
    pub(crate) entries: Vec<Entry>,
    /// Files that a merge left unresolved, sorted.
    pub(crate) unmerged: Vec<Path>,
    /// Files that `git add -N` announced, which have no content yet.
    pub(crate) announced: Vec<Path>,
}

impl Listing {
    /// Sorts by the bytes of the paths: with `core.ignoreCase` libgit2 sorts otherwise.
    pub(super) fn sort(&mut self) {
        self.entries.sort_by(|one, other| one.path.cmp(&other.path));
        self.unmerged.sort();
        self.unmerged.dedup();
    }
}

/// What the mode bits of git say.
pub(super) fn mode(bits: u32) -> Mode {
    match bits {
        0o120_000 => Mode::Symlink,
        0o160_000 => Mode::Gitlink,
        bits if bits & 0o111 != 0 => Mode::Executable,
        _ => Mode::Regular,
    }
}
