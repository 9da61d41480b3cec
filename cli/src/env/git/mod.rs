//! What git knows about the repository, read without changing it; and what `publish` changes, through git itself.

mod dirt;
mod guard;
mod hooks;
pub(crate) mod publish;
pub(crate) mod tree;

pub(crate) use dirt::Dirt;
pub(crate) use guard::Rules;
pub(crate) use hooks::{HooksFolder, Owner};

pub(crate) use sealsmith_lint::guard::Head;

use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::ui::shown;
use tree::Git;

/// A git work tree.
pub(crate) struct Repo {
    git: Git,
    root: PathBuf,
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
        let within = |failure: Failure| {
            failure.within(format!("cannot read the git repository of {}", shown(root)))
        };
        let git = tree::open(root, variables).map_err(within)?;
        let git = git.ok_or_else(|| within(Failure::could_not("there is none")))?;
        match git.root() {
            Some(top) if top == root => Ok(Self {
                root: root.to_owned(),
                git,
            }),
            Some(top) => Err(Failure::could_not(format!(
                "git's work tree is {}, not {}",
                shown(top),
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
        self.git.folder()
    }
}

#[cfg(test)]
pub(super) mod tests;
