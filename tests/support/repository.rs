//! A real git repository in a temporary folder.

use super::program::Program;
use std::path::{Path, PathBuf};

/// A repository that vanishes with the value.
pub(crate) struct Repository {
    folder: tempfile::TempDir,
}

impl Repository {
    /// Makes an empty repository on branch `main`.
    pub(crate) fn new() -> Self {
        Self::of_kind([])
    }

    /// The same, of another kind: `git init` takes these options as well.
    pub(crate) fn of_kind<const N: usize>(options: [&str; N]) -> Self {
        let folder = tempfile::tempdir().expect("the temporary folder is writable");
        let repository = Self { folder };
        let init = Program::new("git").dir(repository.path());
        let init = init.args(["init", "--quiet", "--initial-branch=main"]);
        init.args(options).output();
        repository
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the absolute path of a file in it.
    pub(crate) fn file(&self, path: impl AsRef<Path>) -> PathBuf {
        self.path().join(path)
    }

    /// Writes a file and the folders above it.
    pub(crate) fn write(&self, path: impl AsRef<Path>, content: impl AsRef<[u8]>) {
        let file = self.file(path);
        std::fs::create_dir_all(file.parent().expect("a file is in a folder"))
            .expect("the folder is writable");
        std::fs::write(file, content).expect("the folder is writable");
    }

    pub(crate) fn read(&self, path: impl AsRef<Path>) -> Vec<u8> {
        std::fs::read(self.file(path)).expect("the file was written before")
    }

    /// Copies a whole folder into the repository's root.
    pub(crate) fn copy_from(&self, folder: &Path) {
        Program::new("cp")
            .arg("-r")
            .arg(folder.join("."))
            .arg(self.path())
            .output();
    }

    /// Commits everything there is.
    pub(crate) fn commit(&self, message: &str) {
        self.git(["add", "--all"]);
        self.git(["commit", "--quiet", "--allow-empty", "-m", message]);
    }

    /// Runs git in the repository and returns what it prints.
    pub(crate) fn git<const N: usize>(&self, args: [&str; N]) -> String {
        Program::new("git").dir(self.path()).args(args).text()
    }

    /// Runs a git command that stops halfway, such as a merge with a conflict.
    pub(crate) fn stopped<const N: usize>(&self, args: [&str; N]) {
        let outcome = Program::new("git").dir(self.path()).args(args).run();
        assert_ne!(outcome.code, Some(0), "git {args:?} came to its end");
    }

    /// Runs the binary under test in the repository.
    pub(crate) fn sealsmith(&self) -> Program {
        Program::sealsmith().dir(self.path())
    }
}
