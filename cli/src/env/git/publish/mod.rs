//! Commit and push, through the user's own `git`: hooks, signing, ssh and credential helpers are as they set them up.
//!
//! Only plumbing and porcelain formats are read. Nothing here forces anything: branches move from the commit
//! that was looked at, files from the content that was looked at, and a push is a fast-forward.

mod commit;
mod program;
mod push;
mod rebase;
mod remote;
mod undo;

pub(crate) use commit::Blob;
pub(crate) use push::Push;
pub(crate) use remote::Destination;

use std::path::{Path, PathBuf};

use super::tree::Git;
use crate::failure::Failure;
use program::Program;

/// Git, about to change a repository.
pub(crate) struct Publisher {
    program: Program,
    root: PathBuf,
}

impl Publisher {
    /// Takes an open repository, which has to have a work tree.
    pub(crate) fn new(git: &Git) -> Result<Self, Failure> {
        let root = git
            .root()
            .ok_or_else(|| Failure::could_not("this repository has no work tree"))?;
        Ok(Self {
            program: Program::new(root, git.folder()),
            root: root.to_owned(),
        })
    }

    /// The top folder of the work tree.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The commit that is checked out.
    pub(crate) fn head(&self) -> Result<String, Failure> {
        self.line(&["rev-parse", "--verify", "HEAD^{commit}"], "find HEAD")
    }

    /// The branch that is checked out, without `refs/heads/`.
    pub(crate) fn branch(&self) -> Result<String, Failure> {
        let what = "find the branch that is checked out";
        self.line(&["symbolic-ref", "--quiet", "--short", "HEAD"], what)
    }

    /// Whether the first commit is the second, or an ancestor of it.
    pub(crate) fn is_ancestor(&self, one: &str, other: &str) -> Result<bool, Failure> {
        let said = self
            .program
            .run(&["merge-base", "--is-ancestor", one, other], b"")?;
        match said.code {
            Some(0) => Ok(true),
            Some(1) => Ok(false),
            _ => Err(said.failure("compare commits")),
        }
    }

    /// How many commits the second has that the first has not.
    pub(crate) fn count(&self, from: &str, to: &str) -> Result<usize, Failure> {
        let range = format!("{from}..{to}");
        let number = self.line(&["rev-list", "--count", &range], "count commits")?;
        Ok(number.parse().unwrap_or(usize::MAX))
    }

    /// The paths that two commits differ in, and a rename in both of its names.
    pub(crate) fn differing(&self, one: &str, other: &str) -> Result<Vec<String>, Failure> {
        let arguments = ["diff-tree", "-r", "-z", "--no-renames", "--name-only"];
        let output = self.program.output(
            &[&arguments[..], &[one, other]].concat(),
            b"",
            "compare commits",
        )?;
        Ok(names(&output))
    }

    /// The content of a file in a commit; nothing when it has none.
    pub(crate) fn file_of(&self, commit: &str, path: &str) -> Result<Option<Vec<u8>>, Failure> {
        let name = format!("{commit}:{path}");
        let said = self.program.run(&["cat-file", "blob", &name], b"")?;
        Ok((said.code == Some(0)).then_some(said.stdout))
    }

    fn line(&self, arguments: &[&str], what: &str) -> Result<String, Failure> {
        let output = self.program.output(arguments, b"", what)?;
        Ok(String::from_utf8_lossy(output.trim_ascii()).into_owned())
    }
}

/// Names as `-z` separates them.
fn names(output: &[u8]) -> Vec<String> {
    output
        .split(|byte| *byte == 0)
        .filter(|name| !name.is_empty())
        .map(|name| String::from_utf8_lossy(name).into_owned())
        .collect()
}

/// Names as `--pathspec-file-nul` takes them.
fn separated(paths: &[String]) -> Vec<u8> {
    paths
        .iter()
        .flat_map(|path| path.bytes().chain([0]))
        .collect()
}
