//! A path in the policy.

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
}

text_value!(RepoPath, "Path", { "minLength": 1 });
