//! A git repository as Argo CD and people use it: a bare one they share, and one clone.

use crate::error::{Error, Result};
use crate::file;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A bare repository and a clone of it on branch `main`.
#[derive(Debug, Clone)]
pub struct Repository {
    shared: PathBuf,
    clone: PathBuf,
}

impl Repository {
    /// Makes both in a folder, with an empty first commit.
    ///
    /// # Errors
    /// When git fails. The same holds for the functions below.
    pub fn new(folder: &Path, name: &str) -> Result<Self> {
        let repository = Self {
            shared: folder.join(format!("git/{name}.git")),
            clone: folder.join(format!("git/{name}")),
        };
        std::fs::create_dir_all(&repository.clone).map_err(file::at(&repository.clone))?;
        repository.git(&[
            "init",
            "--quiet",
            "--bare",
            "--initial-branch=main",
            text(&repository.shared),
        ])?;
        repository.git(&["clone", "--quiet", text(&repository.shared), "."])?;
        repository.git(&["commit", "--quiet", "--allow-empty", "--message=start"])?;
        repository.git(&["push", "--quiet", "origin", "HEAD:main"])?;
        Ok(repository)
    }

    /// Another clone of the same, for somebody else.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn cloned(&self, name: &str) -> Result<Self> {
        let other = Self {
            shared: self.shared.clone(),
            clone: self.clone.with_file_name(name),
        };
        std::fs::create_dir_all(&other.clone).map_err(file::at(&other.clone))?;
        other.git(&["clone", "--quiet", text(&other.shared), "."])?;
        Ok(other)
    }

    /// The address of the shared repository.
    #[must_use]
    pub fn url(&self) -> String {
        format!("file://{}", self.shared.display())
    }

    /// The folder of the shared repository.
    #[must_use]
    pub fn shared(&self) -> &Path {
        &self.shared
    }

    /// The folder of the clone.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.clone
    }

    /// Writes a file of the clone and the folders above it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) -> Result<PathBuf> {
        file::write(self.clone.join(path), content)
    }

    /// Commits everything in the clone and returns the commit.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn commit(&self, message: &str) -> Result<String> {
        self.git(&["add", "--all"])?;
        self.git(&["commit", "--quiet", "--message", message])?;
        self.git(&["rev-parse", "HEAD"])
    }

    /// Commits everything in the clone, pushes it and returns the commit.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn push(&self, message: &str) -> Result<String> {
        let commit = self.commit(message)?;
        self.git(&["push", "--quiet", "origin", "HEAD:main"])?;
        Ok(commit)
    }

    /// Runs git in the clone and returns what it printed.
    ///
    /// # Errors
    /// When it fails.
    pub fn git(&self, args: &[&str]) -> Result<String> {
        let mut command = Command::new("git");
        command.args(args).current_dir(&self.clone).env_clear();
        command.envs(environment());
        let output = command.output().map_err(|source| Error::Start {
            program: "git".to_owned(),
            source,
        })?;
        printed(args, &output)
    }
}

// Nothing of the person who runs the tests: neither name nor signing key nor hooks.
fn environment() -> [(&'static str, String); 8] {
    let search = std::env::var("PATH").unwrap_or_default();
    [
        ("PATH", search),
        ("HOME", "/nonexistent".to_owned()),
        ("GIT_CONFIG_NOSYSTEM", "1".to_owned()),
        ("GIT_AUTHOR_NAME", "Test".to_owned()),
        ("GIT_AUTHOR_EMAIL", "test@example.com".to_owned()),
        ("GIT_COMMITTER_NAME", "Test".to_owned()),
        ("GIT_COMMITTER_EMAIL", "test@example.com".to_owned()),
        ("LC_ALL", "C".to_owned()),
    ]
}

fn printed(args: &[&str], output: &Output) -> Result<String> {
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned());
    }
    Err(Error::Failed {
        command: format!("git {}", args.join(" ")),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

fn text(path: &Path) -> &str {
    path.to_str()
        .expect("folders of the tests have plain names")
}
