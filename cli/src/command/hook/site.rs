//! Where the hooks of a repository are, and what is there now.

use std::path::{Path, PathBuf};

use super::script::{Hook, is_ours};
use crate::env::git::{HooksFolder, Owner};
use crate::env::{Env, files};
use crate::failure::Failure;
use crate::ui::shown;

/// What a hook is called that was there before ours.
const BEFORE: &str = ".before-sealsmith";

/// The hooks of a repository.
pub(super) struct Site {
    pub(super) root: PathBuf,
    pub(super) folder: HooksFolder,
}

/// What has the name of a hook.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// No file.
    Nothing,
    /// A hook of ours, with its text.
    Ours(Vec<u8>),
    /// Anything else.
    Other,
}

impl Site {
    /// Finds the hooks of the repository around the current folder.
    pub(super) fn find(env: &Env) -> Result<Self, Failure> {
        let git = env.git()?.ok_or_else(|| {
            Failure::could_not("there is no git repository here, and so no hooks")
                .hint("run this inside of one, or make one: git init")
        })?;
        let root = git.root().ok_or_else(|| {
            Failure::could_not("this repository has no work tree, and so no commits to check")
        })?;
        Ok(Self {
            folder: HooksFolder::find(&git, root)?,
            root: root.to_owned(),
        })
    }

    /// Refuses a folder whose hooks other repositories may run, too.
    pub(super) fn refuse_elsewhere(&self) -> Result<(), Failure> {
        if self.folder.owner != Owner::Elsewhere {
            return Ok(());
        }
        Err(Failure::refused(format!(
            "git takes hooks from {}, outside of this repository",
            shown(&self.folder.path)
        ))
        .cause("core.hooksPath says so, and other repositories may run the same hooks")
        .hint("hooks for this repository alone: git config --local core.hooksPath \"$(git rev-parse --path-format=absolute --git-common-dir)/hooks\"")
        .hint("--force installs them there all the same"))
    }

    /// The file of a hook.
    pub(super) fn file(&self, hook: Hook) -> PathBuf {
        self.folder.path.join(hook.name())
    }

    /// The file of the hook that was there before ours.
    pub(super) fn before(&self, hook: Hook) -> PathBuf {
        self.folder.path.join(format!("{}{BEFORE}", hook.name()))
    }

    /// What has the name of a hook now.
    pub(super) fn content(&self, hook: Hook) -> Result<Content, Failure> {
        let file = self.file(hook);
        if !is_there(&file) {
            return Ok(Content::Nothing);
        }
        if file.is_dir() {
            return Err(Failure::could_not(format!("{} is a folder", shown(&file)))
                .hint("git can run no hook of that name: remove the folder"));
        }
        // A link that leads nowhere, or a program too large for a script, is somebody's hook too.
        Ok(match files::read(&file, files::LIMIT) {
            Ok(bytes) if is_ours(&bytes) && !file.is_symlink() => Content::Ours(bytes),
            Ok(_) | Err(_) => Content::Other,
        })
    }
}

/// Whether something has this name, be it a link that leads nowhere.
pub(super) fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}
