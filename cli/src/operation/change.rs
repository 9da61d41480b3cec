//! A change of files as data: what it may touch, what was there before, what became of it, where it goes.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::env::files;
use crate::env::git::publish::{Blob, Destination};
use crate::failure::Failure;
use crate::ui::printable;

/// How far a change is. Each piece of work lies between the stage that announces it and the one that has it done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Stage {
    /// Nothing is written yet.
    Planned,
    /// Files are being written.
    Editing,
    /// Every file is written.
    Edited,
    /// The commit is being made.
    Committing,
    /// The commit is there, on this machine.
    Committed,
    /// The commit may have reached the remote.
    Pushing,
    /// The commit is at the remote.
    Pushed,
}

/// A change of files. Paths are relative to the work tree, digests are SHA-256 in hexadecimal.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Change {
    /// The work tree.
    pub(crate) root: String,
    /// Every file that may change; once all are written, those that did.
    pub(crate) files: Vec<PlannedFile>,
    /// Where the change goes.
    pub(crate) git: PlannedGit,
}

/// A file that may change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PlannedFile {
    /// Its path.
    pub(crate) path: String,
    /// Its digest before; nothing for a file that was not there.
    pub(crate) before: Option<String>,
    /// Its digest afterwards, once that is known.
    pub(crate) after: Option<String>,
    /// The name that git gives what was written.
    pub(crate) blob: Option<String>,
}

/// Where the change goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PlannedGit {
    /// The branch that is checked out.
    pub(crate) branch: String,
    /// The commit it was at.
    pub(crate) base: String,
    /// The remote branch; nothing for a commit that stays here.
    pub(crate) to: Option<Destination>,
    /// Our commit.
    pub(crate) commit: Option<String>,
    /// The same on top of what others pushed, until the branch has moved there.
    pub(crate) rebased: Option<String>,
}

/// What a planned file is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Now {
    /// As it was before.
    Before,
    /// As we wrote it.
    Ours,
    /// Neither: somebody else wrote it.
    Foreign,
}

/// Says whether a file, by its path in the work tree and its place, is one that we wrote without noting its digest.
pub(crate) type Noted<'a> = &'a dyn Fn(&str, &Path) -> bool;

/// Nothing is written without its digest being noted first.
pub(crate) const ALL_DIGESTS: Noted<'static> = &|_, _| false;

impl Change {
    /// The paths of all files.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.files.iter().map(|file| file.path.clone()).collect()
    }

    /// What the commit has to hold.
    pub(crate) fn blobs(&self) -> Vec<Blob> {
        let blob = |file: &PlannedFile| {
            Some(Blob {
                path: file.path.clone(),
                id: file.blob.clone()?,
            })
        };
        self.files.iter().filter_map(blob).collect()
    }

    /// What each file is now.
    pub(crate) fn now(&self, noted: Noted<'_>) -> Result<Vec<(&PlannedFile, Now)>, Failure> {
        let root = Path::new(&self.root);
        let each = self.files.iter();
        each.map(|file| Ok((file, file.now(root, noted)?)))
            .collect()
    }

    /// The files that are something now, in words for people.
    pub(crate) fn those(
        &self,
        noted: Noted<'_>,
        are: impl Fn(Now) -> bool,
    ) -> Result<Vec<String>, Failure> {
        let now = self.now(noted)?.into_iter();
        Ok(now
            .filter(|(_, now)| are(*now))
            .map(|(file, _)| printable(&file.path).into_owned())
            .collect())
    }

    /// Our commit, on top of what others pushed where it is there already.
    pub(crate) fn newest(&self) -> String {
        let commit = self.git.rebased.as_ref().or(self.git.commit.as_ref());
        commit.cloned().unwrap_or_default()
    }
}

impl PlannedFile {
    /// Plans a file as it is now.
    pub(crate) fn of(root: &Path, path: &str) -> Result<Self, Failure> {
        Ok(Self {
            path: path.to_owned(),
            before: digest_of(&root.join(path))?,
            after: None,
            blob: None,
        })
    }

    fn now(&self, root: &Path, noted: Noted<'_>) -> Result<Now, Failure> {
        let file = root.join(&self.path);
        let digest = digest_of(&file)?;
        if digest == self.before {
            return Ok(Now::Before);
        }
        if self.after.is_some() && digest == self.after {
            return Ok(Now::Ours);
        }
        Ok(match self.after.is_none() && noted(&self.path, &file) {
            true => Now::Ours,
            false => Now::Foreign,
        })
    }
}

/// The digest of a file; nothing when it is not there.
pub(crate) fn digest_of(path: &Path) -> Result<Option<String>, Failure> {
    if path.symlink_metadata().is_err() {
        return Ok(None);
    }
    files::read(path, files::LIMIT).map(|bytes| Some(digest(&bytes)))
}

/// SHA-256 in hexadecimal.
pub(crate) fn digest(bytes: &[u8]) -> String {
    let bytes = Sha256::digest(bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The first digits of a commit's name.
pub(crate) fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}
