//! Remembers in the git folder which files are re-sealed for which key.
//!
//! A sealed value does not say for which key it is. Without this record, a run that was killed could
//! not tell its own finished files from uncommitted changes, nor its new values from unreadable ones.
//! An entry counts only while the file is exactly what was written.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sealsmith_core::fingerprint::Fingerprint;
use sealsmith_lint::lock;
use sha2::{Digest as _, Sha256};

use crate::env::files;
use crate::failure::Failure;
use crate::manifest_file::ManifestFile;
use crate::ui::shown;

/// The record's name in the git folder.
const NAME: &str = "sealsmith-resealed";

/// What is known to be done, and where more is noted.
pub(super) struct Record {
    path: Option<PathBuf>,
    target: String,
    /// Digest of the finished text by path.
    done: BTreeMap<String, String>,
    file: Mutex<Option<File>>,
}

impl Record {
    /// Reads the record of a git folder; without a folder nothing is known and nothing is noted.
    pub(super) fn read(git_folder: Option<&Path>, target: &Fingerprint) -> Self {
        let path = git_folder.map(|folder| folder.join(NAME));
        let target = target.to_string();
        // A record that cannot be read only costs what it would have saved.
        let bytes = path
            .as_ref()
            .and_then(|path| files::read(path, files::LIMIT).ok());
        let text = String::from_utf8(bytes.unwrap_or_default()).unwrap_or_default();
        let entry = |line: &str| {
            let mut parts = line.splitn(3, ' ');
            let of_target = parts.next()? == target;
            let (digest, path) = (parts.next()?, parts.next()?);
            of_target.then(|| (path.to_owned(), digest.to_owned()))
        };
        let done = text.lines().filter_map(entry).collect();
        Self {
            path,
            target,
            done,
            file: Mutex::new(None),
        }
    }

    /// Starts noting; entries of other keys are dropped.
    pub(super) fn open(&self) -> Result<(), Failure> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        let lines = self.done.iter();
        let text: String = lines
            .map(|(path, digest)| self.line(path, digest))
            .collect();
        files::replace(path, text.as_bytes(), files::Access::Private)?;
        let opened = OpenOptions::new().append(true).mode(0o600).open(path);
        let file = opened.map_err(|error| cannot_note(path, error))?;
        *self.lock() = Some(file);
        Ok(())
    }

    /// Says whether there is an entry for a path at all.
    pub(super) fn knows(&self, path: &str) -> bool {
        self.done.contains_key(path)
    }

    /// Says whether a file is exactly what was written for this key.
    pub(super) fn is_done(&self, path: &str, text: &str) -> bool {
        self.done
            .get(path)
            .is_some_and(|known| *known == digest(text))
    }

    /// Says whether a file, by its path in the work tree and its place, is exactly what was written for this key.
    pub(super) fn is_ours(&self, path: &str, file: &Path) -> bool {
        if path == lock::FILE {
            return files::read(file, files::LIMIT)
                .is_ok_and(|text| self.is_done(path, &String::from_utf8_lossy(&text)));
        }
        ManifestFile::read(file).is_ok_and(|found| self.is_done(path, found.stream().text()))
    }

    /// Notes a text before it takes its file's place, so that no finished file is unknown.
    pub(super) fn note(&self, path: &str, text: &str) -> Result<(), Failure> {
        let line = self.line(path, &digest(text));
        let written = match self.lock().as_mut() {
            // One write, so that lines of several threads never mix.
            Some(file) => file.write_all(line.as_bytes()),
            None => Ok(()),
        };
        let record = self.path.as_deref().unwrap_or(Path::new(NAME));
        written.map_err(|error| cannot_note(record, error))
    }

    fn line(&self, path: &str, digest: &str) -> String {
        format!("{} {digest} {path}\n", self.target)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<File>> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn digest(text: &str) -> String {
    let bytes = Sha256::digest(text.as_bytes());
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn cannot_note(path: &Path, error: io::Error) -> Failure {
    Failure::could_not(format!("cannot write {}", shown(path))).because(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "SHA256:YQM5AFklQZ8z+ZeuLV6UvERGCXurx2OqVLZrHN7MHDI";
    const OTHER: &str = "SHA256:BL8Q3ZLPw+4ZUFhp+mdJexqgkRq5fKsapGw1haj5VZQ";

    #[test]
    fn an_entry_counts_for_its_key_and_its_exact_text() {
        let folder = tempfile::tempdir().unwrap();
        let (key, other) = (KEY.parse().unwrap(), OTHER.parse().unwrap());
        let record = Record::read(Some(folder.path()), &key);
        record.open().unwrap();
        record.note("a b.yaml", "new").unwrap();
        let again = Record::read(Some(folder.path()), &key);
        assert!(again.is_done("a b.yaml", "new"));
        assert!(!again.is_done("a b.yaml", "newer") && !again.is_done("b.yaml", "new"));
        assert!(!Record::read(Some(folder.path()), &other).is_done("a b.yaml", "new"));
    }

    #[test]
    fn without_a_git_folder_nothing_is_noted() {
        let record = Record::read(None, &KEY.parse().unwrap());
        record.open().unwrap();
        record.note("a.yaml", "new").unwrap();
        assert!(!record.is_done("a.yaml", "new"));
    }
}
