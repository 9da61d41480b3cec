//! What a commit changes.

use crate::finding::Mark;
use crate::index::Indexed;
use crate::path::Path;

/// A commit, or the one that is about to be made.
#[derive(Clone, Debug, Default)]
pub struct Commit {
    /// Its id, abbreviated; nothing for the one that is about to be made.
    pub id: Option<String>,
    /// The addresses of author and committer, the author's first.
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

/// All commits of a run together.
#[derive(Clone, Copy, Debug)]
pub struct Range<'a> {
    /// What single commits did, in the order in which they were judged.
    pub steps: &'a [Step],
    /// What differs between both ends, where that is known. Merges can leave out what no commit takes back.
    pub net: Option<&'a [Change]>,
}

/// What one commit did to one SealedSecret.
#[derive(Clone, Debug)]
pub struct Step {
    /// The file, the new one for a renamed file.
    pub path: Path,
    /// Where the first changed value stands, while the file still has it there.
    pub mark: Option<Mark>,
    /// The environment, inside the layout.
    pub env: Option<String>,
    /// The application, when the layout names it.
    pub app: Option<String>,
    /// The SealedSecret's name.
    pub name: String,
    /// Its `namespace/name` for people.
    pub title: String,
    /// The data keys that came, went or got another value.
    pub changed: Vec<String>,
    /// The data keys that kept theirs.
    pub kept: Vec<String>,
    /// What kind of change it was.
    pub kind: StepKind,
}

/// A kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// The SealedSecret is new.
    New,
    /// The commit says that it re-seals, and no more can be seen.
    Resealed,
    /// Anything else.
    Changed,
}

impl Commit {
    /// What to call it in a sentence: ` in commit 0123456789`; nothing for the one that is about to be made.
    #[must_use]
    pub fn place(&self) -> String {
        let id = self.id.as_ref();
        id.map_or_else(String::new, |id| format!(" in commit {id}"))
    }
}
