//! Paths whose content in the work tree is not what the last commit has.

use std::collections::BTreeSet;

use sealsmith_lint::Path;

use super::Repo;
use super::tree::Status;
use crate::failure::Failure;

/// A path that is not clean.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Dirt {
    /// The path relative to the root, lossy where it is no UTF-8.
    pub(crate) path: String,
    /// What is the matter with it.
    pub(crate) matter: Matter,
}

/// Why a path is not clean, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Matter {
    /// A merge left it unresolved.
    Conflicted,
    /// Staged and changed again.
    StagedAndChanged,
    /// Staged, not committed.
    Staged,
    /// Changed, not staged.
    Changed,
    /// Not known to git.
    Untracked,
    /// Ignored by git, so git has no copy of it.
    Ignored,
    /// Kept from git's sight by `update-index`, so a change would not be seen.
    Hidden,
}

impl Matter {
    /// Returns the words for a message: "x.yaml is …".
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Conflicted => "unresolved after a merge",
            Self::StagedAndChanged => "staged, and changed since",
            Self::Staged => "staged but not committed",
            Self::Changed => "changed but not committed",
            Self::Untracked => "not known to git",
            Self::Ignored => "ignored by git",
            Self::Hidden => "hidden from git by update-index",
        }
    }

    /// Returns what makes such a path clean.
    pub(crate) fn cure(self, path: &str) -> String {
        match self {
            Self::Conflicted => format!("resolve it, then: git add {path} && git commit"),
            Self::StagedAndChanged | Self::Staged | Self::Changed => {
                "commit the changes, or put them aside with: git stash".to_owned()
            }
            Self::Untracked => format!("commit it first: git add {path} && git commit"),
            Self::Ignored => format!(
                "git cannot bring it back; to keep it in git: git add --force {path} && git commit"
            ),
            Self::Hidden => {
                format!("git update-index --no-assume-unchanged --no-skip-worktree {path}")
            }
        }
    }
}

impl Repo {
    /// Lists what is not clean at or below the given paths; without any, in the whole work tree.
    ///
    /// An ignored file counts only when it is named itself. Our own temporary files never count.
    pub(super) fn dirt(&self, status: &Status, paths: &[&str]) -> Result<Vec<Dirt>, Failure> {
        let counts =
            |path: &str| paths.is_empty() || paths.iter().any(|at| is_at_or_below(path, at));
        let mut found = changed(status);
        found.extend(self.hidden()?);
        found.retain(|dirt| {
            counts(&dirt.path) && !crate::env::files::is_leftover(dirt.path.as_ref())
        });
        for path in paths {
            if self.root.join(path).is_file() && self.git.store().ignores(path)? {
                found.push(Dirt {
                    path: (*path).to_owned(),
                    matter: Matter::Ignored,
                });
            }
        }
        found.sort();
        Ok(found)
    }

    // Git reports such an entry as unchanged without looking at the file.
    fn hidden(&self) -> Result<Vec<Dirt>, Failure> {
        let hidden = self.git.store().hidden()?.into_iter();
        let hidden = hidden.map(|path| Dirt {
            path: path.lossy().into_owned(),
            matter: Matter::Hidden,
        });
        Ok(hidden
            .filter(|dirt| self.root.join(&dirt.path).exists())
            .collect())
    }
}

fn changed(status: &Status) -> Vec<Dirt> {
    let edited: BTreeSet<&Path> = status.edited.iter().collect();
    let staged: BTreeSet<&Path> = status.staged.iter().collect();
    let matter = |path: &Path| match (staged.contains(path), edited.contains(path)) {
        (true, true) => Matter::StagedAndChanged,
        (true, false) => Matter::Staged,
        (false, _) => Matter::Changed,
    };
    let dirt = |path: &Path, matter| Dirt {
        path: path.lossy().into_owned(),
        matter,
    };
    let conflicted = status
        .unmerged
        .iter()
        .map(|path| dirt(path, Matter::Conflicted));
    let untracked = status
        .untracked
        .iter()
        .map(|path| dirt(path, Matter::Untracked));
    let differing = status.changed.iter().map(|path| dirt(path, matter(path)));
    conflicted.chain(differing).chain(untracked).collect()
}

fn is_at_or_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
