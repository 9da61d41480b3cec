//! The plan of a re-sealing as data: what it may touch, what was there before, what became of it.

use std::path::Path;

use sealsmith_lint::lock;
use sha2::{Digest as _, Sha256};

use serde::{Deserialize, Serialize};

use super::super::record::Record;
use crate::env::files;
use crate::env::git::publish::{Blob, Destination};
use crate::failure::Failure;
use crate::journal;
use crate::manifest_file::ManifestFile;
use crate::ui::printable;

/// Re-sealing, as the journal knows it.
pub(super) enum Resealing {}

impl journal::Operation for Resealing {
    const NAME: &'static str = "reseal";
    type Step = Step;
    type Plan = Plan;
}

/// How far a re-sealing is. Each piece of work lies between the step that announces it and the one that has it done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Step {
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

/// What a re-sealing is to do. Paths are relative to the work tree, digests are SHA-256 in hexadecimal.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Plan {
    /// The work tree.
    pub(super) root: String,
    /// The fingerprint of the key that values are sealed for.
    pub(super) key: String,
    /// The certificate of that key, which is public.
    pub(super) certificate: String,
    /// The fingerprints of the keys that values came from, as far as they are known.
    pub(super) old_keys: Vec<String>,
    /// Every file that may change; once all are written, those that did.
    pub(super) files: Vec<PlannedFile>,
    /// Whether the commit is made although some values were left behind.
    pub(super) partial: bool,
    /// Where the change goes.
    pub(super) git: PlannedGit,
}

/// A file that may change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PlannedFile {
    pub(super) path: String,
    /// Its digest before; nothing for a file that was not there.
    pub(super) before: Option<String>,
    /// Its digest afterwards, once that is known.
    pub(super) after: Option<String>,
    /// The name that git gives what was written.
    pub(super) blob: Option<String>,
}

/// Where the change goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PlannedGit {
    /// The branch that is checked out.
    pub(super) branch: String,
    /// The commit it was at.
    pub(super) base: String,
    /// The remote branch; nothing for a commit that stays here.
    pub(super) to: Option<Destination>,
    /// Our commit.
    pub(super) commit: Option<String>,
    /// The same on top of what others pushed, until the branch has moved there.
    pub(super) rebased: Option<String>,
}

/// What a planned file is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Now {
    /// As it was before.
    Before,
    /// As we wrote it.
    Ours,
    /// Neither: somebody else wrote it.
    Foreign,
}

impl Plan {
    /// The paths of all files.
    pub(super) fn paths(&self) -> Vec<String> {
        self.files.iter().map(|file| file.path.clone()).collect()
    }

    /// What the commit has to hold.
    pub(super) fn blobs(&self) -> Vec<Blob> {
        let blob = |file: &PlannedFile| {
            Some(Blob {
                path: file.path.clone(),
                id: file.blob.clone()?,
            })
        };
        self.files.iter().filter_map(blob).collect()
    }

    /// What each file is now.
    pub(super) fn now(&self, record: &Record) -> Result<Vec<(&PlannedFile, Now)>, Failure> {
        let root = Path::new(&self.root);
        let each = self.files.iter();
        each.map(|file| Ok((file, file.now(root, record)?)))
            .collect()
    }

    /// The files that somebody else wrote.
    pub(super) fn foreign(&self, record: &Record) -> Result<Vec<String>, Failure> {
        let now = self.now(record)?.into_iter();
        let foreign = now.filter(|(_, now)| *now == Now::Foreign);
        Ok(foreign
            .map(|(file, _)| printable(&file.path).into_owned())
            .collect())
    }
}

impl PlannedFile {
    /// Plans a file as it is now.
    pub(super) fn of(root: &Path, path: &str) -> Result<Self, Failure> {
        Ok(Self {
            path: path.to_owned(),
            before: digest_of(&root.join(path))?,
            after: None,
            blob: None,
        })
    }

    /// What the file is now.
    pub(super) fn now(&self, root: &Path, record: &Record) -> Result<Now, Failure> {
        let file = root.join(&self.path);
        let digest = digest_of(&file)?;
        if digest == self.before {
            return Ok(Now::Before);
        }
        if self.after.is_some() && digest == self.after {
            return Ok(Now::Ours);
        }
        // What was written right before a kill is in the record only.
        let is_noted = || match self.path.as_str() {
            lock::FILE => files::read(&file, files::LIMIT)
                .is_ok_and(|text| record.is_done(lock::FILE, &String::from_utf8_lossy(&text))),
            path => ManifestFile::read(&file)
                .is_ok_and(|found| record.is_done(path, found.stream().text())),
        };
        Ok(match self.after.is_none() && is_noted() {
            true => Now::Ours,
            false => Now::Foreign,
        })
    }
}

/// The digest of a file; nothing when it is not there.
pub(super) fn digest_of(path: &Path) -> Result<Option<String>, Failure> {
    if path.symlink_metadata().is_err() {
        return Ok(None);
    }
    files::read(path, files::LIMIT).map(|bytes| Some(digest(&bytes)))
}

/// SHA-256 in hexadecimal.
pub(super) fn digest(bytes: &[u8]) -> String {
    let bytes = Sha256::digest(bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
