//! Paths whose content in the work tree is not what the last commit has.

use git2::{IndexEntryExtendedFlag, IndexEntryFlag, Status, StatusOptions};

use super::Repo;
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
    pub(crate) fn dirt(&self, paths: &[&str]) -> Result<Vec<Dirt>, Failure> {
        let mut found = self.changed(paths)?;
        found.extend(self.hidden(paths)?);
        for path in paths {
            if self.root.join(path).is_file() && self.is_ignored(path)? && !self.is_tracked(path)? {
                found.push(Dirt {
                    path: (*path).to_owned(),
                    matter: Matter::Ignored,
                });
            }
        }
        found.sort();
        Ok(found)
    }

    fn changed(&self, paths: &[&str]) -> Result<Vec<Dirt>, Failure> {
        let mut options = StatusOptions::new();
        options
            .include_untracked(true)
            .recurse_untracked_dirs(true)
            .exclude_submodules(true)
            .no_refresh(false);
        // The paths are names, so a star in one is a star.
        options.disable_pathspec_match(true);
        for path in paths {
            options.pathspec(*path);
        }
        let statuses = self.repository.statuses(Some(&mut options));
        let statuses = statuses.map_err(|error| self.cannot("compare files with git", error))?;
        let dirt = |entry: git2::StatusEntry<'_>| {
            let path = String::from_utf8_lossy(entry.path_bytes()).into_owned();
            let leftover = crate::env::files::is_leftover(path.as_ref());
            matter(entry.status())
                .filter(|_| !leftover)
                .map(|matter| Dirt { path, matter })
        };
        Ok(statuses.iter().filter_map(dirt).collect())
    }

    // Git reports such an entry as unchanged without looking at the file.
    fn hidden(&self, paths: &[&str]) -> Result<Vec<Dirt>, Failure> {
        let index = self
            .repository
            .index()
            .map_err(|error| self.cannot("read the index", error))?;
        let is_hidden = |entry: &git2::IndexEntry| {
            entry.flags & IndexEntryFlag::VALID.bits() != 0
                || entry.flags_extended & IndexEntryExtendedFlag::SKIP_WORKTREE.bits() != 0
        };
        let entries = index.iter().filter(is_hidden);
        let entries = entries.map(|entry| String::from_utf8_lossy(&entry.path).into_owned());
        let below = |path: &String| {
            paths.is_empty() || paths.iter().any(|folder| is_at_or_below(path, folder))
        };
        let present = |path: &String| self.root.join(path).exists();
        Ok(entries
            .filter(below)
            .filter(present)
            .map(|path| Dirt {
                path,
                matter: Matter::Hidden,
            })
            .collect())
    }

    fn is_tracked(&self, path: &str) -> Result<bool, Failure> {
        let index = self
            .repository
            .index()
            .map_err(|error| self.cannot("read the index", error))?;
        Ok(index.get_path(path.as_ref(), 0).is_some())
    }
}

fn is_at_or_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn matter(status: Status) -> Option<Matter> {
    let staged = Status::INDEX_NEW
        | Status::INDEX_MODIFIED
        | Status::INDEX_DELETED
        | Status::INDEX_RENAMED
        | Status::INDEX_TYPECHANGE;
    let changed = Status::WT_MODIFIED
        | Status::WT_DELETED
        | Status::WT_TYPECHANGE
        | Status::WT_RENAMED
        | Status::WT_UNREADABLE;
    match status {
        _ if status.is_conflicted() => Some(Matter::Conflicted),
        _ if status.intersects(staged) && status.intersects(changed) => {
            Some(Matter::StagedAndChanged)
        }
        _ if status.intersects(staged) => Some(Matter::Staged),
        _ if status.intersects(changed) => Some(Matter::Changed),
        _ if status.contains(Status::WT_NEW) => Some(Matter::Untracked),
        _ => None,
    }
}
