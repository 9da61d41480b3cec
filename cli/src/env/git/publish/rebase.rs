//! One commit of ours on top of what others pushed meanwhile, without a checkout: dirty files stay as they are.

use std::path::Path;

use super::program::Said;
use super::{Blob, Publisher};
use crate::failure::Failure;

impl Publisher {
    /// Makes the same commit on top of another one: its message, author and signature, its changes by path.
    ///
    /// A path in `merged` gets that content instead of ours. No branch moves, no file changes. As in a rebase of
    /// git's own, hooks of commits do not run again.
    pub(crate) fn rebuilt(
        &self,
        commit: &str,
        onto: &str,
        merged: &[Blob],
    ) -> Result<String, Failure> {
        let folder = tempfile::Builder::new()
            .prefix("sealsmith-")
            .tempdir_in(self.program.folder())
            .map_err(|error| {
                Failure::could_not("cannot make a folder beside git's own files").because(error)
            })?;
        let index = folder.path().join("index");
        self.on(&index, &["read-tree", onto], b"")?;
        let changes = self.changes(commit, merged)?;
        self.on(&index, &["update-index", "-z", "--index-info"], &changes)?;
        let tree = trimmed(&self.on(&index, &["write-tree"], b"")?);
        self.commit_tree(commit, &tree, onto)
    }

    /// Keeps a content in git's store and returns its name.
    pub(crate) fn keep(&self, content: &[u8]) -> Result<String, Failure> {
        let arguments = ["hash-object", "-w", "-t", "blob", "--stdin"];
        let output = self.program.output(&arguments, content, "keep a file")?;
        Ok(trimmed(&output))
    }

    /// Whether the checked-out branch could move: no file in between has changes that are not committed.
    pub(crate) fn could_move(&self, from: &str, to: &str) -> Result<(), Failure> {
        self.refresh()?;
        let said = self
            .program
            .run(&["read-tree", "--dry-run", "-m", "-u", from, to], b"")?;
        moved(&said)
    }

    /// Moves the checked-out branch with its files; staged and changed files elsewhere stay what they are.
    ///
    /// Safe to repeat after a kill in the middle: what has moved already is left alone.
    pub(crate) fn move_branch(&self, from: &str, to: &str, why: &str) -> Result<(), Failure> {
        self.refresh()?;
        moved(
            &self
                .program
                .run(&["read-tree", "-m", "-u", from, to], b"")?,
        )?;
        crate::failpoint::reach("files-moved");
        self.reset_branch(from, to, why)
    }

    /// Points the checked-out branch at another commit, and touches neither index nor files.
    pub(crate) fn reset_branch(&self, from: &str, to: &str, why: &str) -> Result<(), Failure> {
        let why = format!("sealsmith: {why}");
        let arguments = ["update-ref", "-m", &why, "HEAD", to, from];
        self.program.output(&arguments, b"", "move the branch")?;
        Ok(())
    }

    /// Lets git look at the files again, whose times it would otherwise take for changes.
    fn refresh(&self) -> Result<(), Failure> {
        // Its exit code says whether files differ, which the caller finds out by name.
        self.program
            .run(&["update-index", "-q", "--refresh"], b"")
            .map(|_| ())
    }

    fn on(&self, index: &Path, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, Failure> {
        let said = self.program.run_with_index(index, arguments, input)?;
        said.succeeded("put the commit on top of the remote branch")
    }

    /// The changes of a commit as `update-index --index-info` takes them.
    fn changes(&self, commit: &str, merged: &[Blob]) -> Result<Vec<u8>, Failure> {
        let parent = format!("{commit}^");
        let arguments = ["diff-tree", "-r", "-z", "--no-renames", &parent, commit];
        let output = self.program.output(&arguments, b"", "read the commit")?;
        let output = String::from_utf8_lossy(&output).into_owned();
        let mut fields = output.split('\0');
        let mut lines = Vec::new();
        while let (Some(about), Some(path)) = (fields.next(), fields.next()) {
            let mut words = about.split(' ');
            let (mode, id) = (
                words.nth(1).unwrap_or_default(),
                words.nth(1).unwrap_or_default(),
            );
            let other = merged.iter().find(|blob| blob.path == path);
            let id = other.map_or(id, |blob| &blob.id);
            lines.extend(format!("{mode} {id}\t{path}\0").into_bytes());
        }
        Ok(lines)
    }

    fn commit_tree(&self, like: &str, tree: &str, parent: &str) -> Result<String, Failure> {
        let message = ["log", "-1", "--no-show-signature", "--format=%B", like];
        let message = self.program.output(&message, b"", "read the commit")?;
        let author = [
            "log",
            "-1",
            "--no-show-signature",
            "--date=raw",
            "--format=%an%n%ae%n%ad",
            like,
        ];
        let author = self.line(&author, "read the commit")?;
        let mut author = author.lines().map(str::to_owned);
        let mut next = |name| (name, author.next().unwrap_or_default());
        let variables = [
            next("GIT_AUTHOR_NAME"),
            next("GIT_AUTHOR_EMAIL"),
            next("GIT_AUTHOR_DATE"),
        ];
        let mut arguments = vec!["commit-tree", "-p", parent, "-F", "-"];
        if self.is_signed(like)? {
            arguments.push("-S");
        }
        arguments.push(tree);
        let said = self
            .program
            .run_with(&variables, &arguments, message.trim_ascii_end())?;
        said.succeeded("put the commit on top of the remote branch")
            .map(|output| trimmed(&output))
    }

    fn is_signed(&self, commit: &str) -> Result<bool, Failure> {
        let output =
            self.program
                .output(&["cat-file", "commit", commit], b"", "read the commit")?;
        let head = output.split(|byte| *byte == b'\n');
        let mut head = head.take_while(|line| !line.is_empty());
        Ok(head.any(|line| line.starts_with(b"gpgsig")))
    }
}

fn moved(said: &Said) -> Result<(), Failure> {
    if said.code == Some(0) {
        return Ok(());
    }
    let failure = Failure::refused("files that are not committed are in the way");
    Err(said
        .explain(failure)
        .hint("commit them, or put them aside with: git stash"))
}

fn trimmed(output: &[u8]) -> String {
    String::from_utf8_lossy(output.trim_ascii()).into_owned()
}
