//! Paths in the policy: to anything, or to what the repository holds.

use std::path::{Path, PathBuf};

use super::text::text_value;

/// A path to a file or folder; a relative one starts at the repository root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepoPath(String);

impl RepoPath {
    /// Takes a path.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.is_empty() {
            return Err(Error::Empty);
        }
        if text.contains('\0') {
            return Err(Error::Nul);
        }
        if text.starts_with("~/") || text == "~" {
            return Err(Error::Home);
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the path as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the path as seen from a repository root.
    #[must_use]
    pub fn below(&self, root: &Path) -> PathBuf {
        root.join(&self.0)
    }
}

/// A path to a file of the repository, so that its reviewers see what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InnerPath(RepoPath);

impl InnerPath {
    /// Takes a path that stays below the repository root.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let path = RepoPath::parse(text)?;
        let leaves = text.split(['/', '\\']).any(|part| part == "..");
        if leaves || text.starts_with(['/', '\\']) {
            return Err(Error::Outside(text.to_owned()));
        }
        Ok(Self(path))
    }

    /// Returns the path as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns the path as seen from a repository root.
    #[must_use]
    pub fn below(&self, root: &Path) -> PathBuf {
        self.0.below(root)
    }
}

/// Why a text is no path.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing was written.
    #[error("the path is empty")]
    Empty,

    /// No file system takes it.
    #[error("the path holds a zero byte")]
    Nul,

    /// Only a shell knows whose home is meant.
    #[error("a path cannot start with ~: write it out, or relative to the repository root")]
    Home,

    /// The reviewers of the repository could not see what lies there.
    #[error("\"{0}\" is outside the repository: write a path below its root, without ..")]
    Outside(String),
}

text_value!(RepoPath, "Path", { "minLength": 1 });
text_value!(InnerPath, "InnerPath", { "minLength": 1, "pattern": "^[^/\\\\~]", "not": { "pattern": "(^|[/\\\\])\\.\\.([/\\\\]|$)" } });
