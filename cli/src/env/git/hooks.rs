//! Where git looks for the hooks of a repository.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use super::tree::Git;
use crate::env::child;
use crate::failure::Failure;

/// The folder that git takes hooks from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HooksFolder {
    /// Where it is; it need not exist yet.
    pub(crate) path: PathBuf,
    /// Whose it is.
    pub(crate) owner: Owner,
}

/// Whose hooks a folder holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// This repository's on this machine: all its work trees share them.
    Repository,
    /// Everyone's who has the repository: the folder is part of the work tree.
    WorkTree,
    /// Maybe those of other repositories, too.
    Elsewhere,
}

impl HooksFolder {
    /// Asks git, which knows its configuration best; `root` is the top of the work tree.
    pub(crate) fn find(git: &Git, root: &Path) -> Result<Self, Failure> {
        let path = real(&root.join(configured(root)?));
        let owner = match () {
            () if path.starts_with(real(git.common_folder())) => Owner::Repository,
            () if path.starts_with(real(root)) => Owner::WorkTree,
            () => Owner::Elsewhere,
        };
        Ok(Self { path, owner })
    }
}

fn configured(root: &Path) -> Result<PathBuf, Failure> {
    let mut command = child::command("git");
    command
        .current_dir(root)
        .args(["rev-parse", "--git-path", "hooks"]);
    let output = command.output().map_err(|error| {
        Failure::could_not("cannot run git")
            .because(error)
            .hint("put git on the PATH")
    })?;
    let path = output.stdout.strip_suffix(b"\n").unwrap_or_default();
    // What git makes of an empty setting, with which it finds no hook.
    let path = if path == b"./" { b"" } else { path };
    if !output.status.success() || path.is_empty() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.lines().next().unwrap_or("core.hooksPath is empty");
        return Err(Failure::could_not("git does not say where its hooks are").cause(said));
    }
    Ok(PathBuf::from(OsStr::from_bytes(path)))
}

/// Follows symlinks as far as a path exists.
fn real(path: &Path) -> PathBuf {
    let there = path.ancestors().find_map(|ancestor| {
        let real = ancestor.canonicalize().ok()?;
        let rest = path.strip_prefix(ancestor).ok()?;
        Some(if rest.as_os_str().is_empty() {
            real
        } else {
            real.join(rest)
        })
    });
    there.unwrap_or_else(|| path.to_owned())
}
