//! Hooks of git that have a test in them.

use sealsmith_test_cluster::{Repository, Result, Seen, until};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// A pre-commit hook of the operator that waits for the test.
pub(crate) struct Waiting {
    script: PathBuf,
    reached: PathBuf,
    go: PathBuf,
}

impl Waiting {
    /// Holds up the commits that are made in a clone.
    pub(crate) fn put(repository: &Repository) -> Self {
        let folder = repository.path().join(".git");
        let (reached, go) = (folder.join("hook-reached"), folder.join("hook-go"));
        let script = format!(
            ": > '{}'\nuntil [ -e '{}' ]; do sleep 0.1; done",
            reached.display(),
            go.display()
        );
        Self {
            script: write(&folder, "pre-commit", &script),
            reached,
            go,
        }
    }

    /// Waits until a commit is held up.
    pub(crate) fn is_reached(&self) -> Result<()> {
        until("a commit at its hook", || {
            Ok(if self.reached.exists() {
                Seen::There(())
            } else {
                Seen::Else("no commit yet".to_owned())
            })
        })
    }

    /// Lets it and all others pass.
    pub(crate) fn goes_on(self) {
        std::fs::write(&self.go, "").unwrap();
        std::fs::remove_file(&self.script).unwrap();
    }
}

/// Has the next push meet a branch that moves after the remote said where it is and before the push is taken: to this
/// commit, which the remote has.
pub(crate) fn overtakes_once(repository: &Repository, commit: &str) {
    // Git keeps what it receives apart until its hooks have agreed, and lets no branch move from in there.
    let script = format!(
        "rm \"$0\"\nunset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\n\
         exec git update-ref refs/heads/main {commit}"
    );
    write(repository.shared(), "pre-receive", &script);
}

fn write(git: &Path, name: &str, script: &str) -> PathBuf {
    let path = git.join("hooks").join(name);
    std::fs::create_dir_all(git.join("hooks")).unwrap();
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}
