//! What git knows about the repository, read without changing it; and what `publish` changes, through git itself.

mod dirt;
mod guard;
mod hooks;
pub(crate) mod publish;
pub(crate) mod tree;

pub(crate) use dirt::Dirt;
pub(crate) use guard::Rules;
pub(crate) use hooks::{HooksFolder, Owner};

use std::path::{Path, PathBuf};

use git2::{ErrorCode, Repository, RepositoryOpenFlags, RepositoryState};

use crate::failure::Failure;
use crate::ui::shown;

/// A git work tree.
pub(crate) struct Repo {
    repository: Repository,
    root: PathBuf,
}

/// What is checked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// A branch with at least one commit.
    Branch(String),
    /// A branch without a commit.
    Unborn,
    /// A commit that no branch names, by its first hex digits.
    Detached(String),
}

/// Whether git's own variables (`GIT_DIR`, `GIT_INDEX_FILE`, …) are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variables {
    /// As git does; a hook has to, since its index may be a temporary one.
    Follow,
    /// Only the folder counts.
    #[cfg(test)]
    Ignore,
}

impl Repo {
    /// Opens the work tree whose top folder is `root`.
    pub(crate) fn open(root: &Path, variables: Variables) -> Result<Self, Failure> {
        let repository = open(root, variables).map_err(|error| unreadable(root, error))?;
        let top = repository.workdir().and_then(|top| top.canonicalize().ok());
        match top {
            Some(top) if top == root => Ok(Self {
                repository,
                root: top,
            }),
            Some(top) => Err(Failure::could_not(format!(
                "git's work tree is {}, not {}",
                shown(&top),
                shown(root)
            ))
            .hint("unset GIT_DIR and GIT_WORK_TREE")),
            None => Err(Failure::could_not(format!(
                "the repository of {} has no work tree",
                shown(root)
            ))),
        }
    }

    /// Returns the top folder of the work tree.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the folder that holds git's own files.
    pub(crate) fn git_folder(&self) -> &Path {
        self.repository.path()
    }

    /// Returns what is checked out.
    pub(crate) fn head(&self) -> Result<Head, Failure> {
        let head = match self.repository.head() {
            Ok(head) => head,
            Err(error) if error.code() == ErrorCode::UnbornBranch => return Ok(Head::Unborn),
            Err(error) => return Err(self.cannot("find out what is checked out", error)),
        };
        let detached = self
            .repository
            .head_detached()
            .map_err(|error| self.cannot("read HEAD", error))?;
        let commit = head.target().map(|id| id.to_string()[..10].to_owned());
        Ok(match (detached, commit) {
            (true, Some(commit)) => Head::Detached(commit),
            _ => Head::Branch(String::from_utf8_lossy(head.shorthand_bytes()).into_owned()),
        })
    }

    /// Returns what git is in the middle of.
    pub(crate) fn state(&self) -> RepositoryState {
        self.repository.state()
    }

    /// Returns whether git ignores a path relative to the root.
    pub(crate) fn is_ignored(&self, path: &str) -> Result<bool, Failure> {
        self.repository
            .is_path_ignored(path)
            .map_err(|error| self.cannot("read the ignore rules", error))
    }

    /// Returns how many commits the checked-out branch lacks that its upstream has, and the upstream's name.
    ///
    /// Nothing is fetched: the answer is as old as the last fetch. A branch without upstream has no answer.
    pub(crate) fn behind(&self) -> Option<(usize, String)> {
        let head = self.repository.head().ok()?;
        let local = head.target()?;
        let upstream = git2::Branch::wrap(head).upstream().ok()?;
        let (_, behind) = self
            .repository
            .graph_ahead_behind(local, upstream.get().target()?)
            .ok()?;
        Some((
            behind,
            String::from_utf8_lossy(upstream.name_bytes().ok()?).into_owned(),
        ))
    }

    /// Returns the address that a remote is fetched from; nothing when there is no such remote.
    pub(crate) fn remote_url(&self, name: &str) -> Option<String> {
        let remote = self.repository.find_remote(name).ok()?;
        Some(String::from_utf8_lossy(remote.url_bytes()).into_owned())
    }

    fn cannot(&self, what: &str, error: git2::Error) -> Failure {
        Failure::could_not(format!("cannot {what} in {}", shown(&self.root))).because(error)
    }
}

fn open(root: &Path, variables: Variables) -> Result<Repository, git2::Error> {
    match variables {
        Variables::Follow if std::env::var_os("GIT_DIR").is_some() => Repository::open_from_env(),
        Variables::Follow => open_at(
            root,
            RepositoryOpenFlags::FROM_ENV | RepositoryOpenFlags::NO_SEARCH,
        ),
        #[cfg(test)]
        Variables::Ignore => open_at(root, RepositoryOpenFlags::NO_SEARCH),
    }
}

fn open_at(root: &Path, flags: RepositoryOpenFlags) -> Result<Repository, git2::Error> {
    Repository::open_ext(root, flags, std::iter::empty::<&Path>())
}

fn unreadable(root: &Path, error: git2::Error) -> Failure {
    let foreign = error.code() == ErrorCode::Owner;
    let failure = Failure::could_not(format!("cannot read the git repository of {}", shown(root)))
        .because(error);
    if foreign {
        failure.hint(format!(
            "another user owns it; if you trust it: git config --global --add safe.directory {}",
            shown(root)
        ))
    } else {
        failure.hint("SHA-256, split-index and sparse-index repositories cannot be read yet")
    }
}

#[cfg(test)]
pub(super) mod tests;
