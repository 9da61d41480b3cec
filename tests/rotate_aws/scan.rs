//! Looks for secret access keys wherever they must not be.

use std::path::Path;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};

use crate::side_by_side::desk::{Desk, entries, is_backup};
use crate::support::program::Program;

/// The forms in which a secret could be somewhere.
pub(crate) fn forms(secret: &str) -> Vec<String> {
    let url: String = secret
        .chars()
        .map(|letter| match letter {
            '+' => "%2B".to_owned(),
            '/' => "%2F".to_owned(),
            '=' => "%3D".to_owned(),
            other => other.to_string(),
        })
        .collect();
    let whole = BASE64_STANDARD.encode(secret);
    vec![
        secret[..20].to_owned(),
        url,
        // Without its end, which depends on what follows.
        whole[..50].to_owned(),
        BASE64_URL_SAFE_NO_PAD.encode(secret)[..50].to_owned(),
    ]
}

impl Desk {
    /// No secret is in anything that was said, in a file of the state folder, the temporary folder or the work tree, nor
    /// in an object of git.
    pub(crate) fn no_secret_is_out(&self) {
        let needles: Vec<String> = self
            .secrets()
            .iter()
            .flat_map(|secret| forms(secret))
            .collect();
        let clean = |place: &str, bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes);
            let found = needles.iter().any(|needle| text.contains(needle.as_str()));
            assert!(!found, "a secret access key is in {place}");
        };
        for said in self.said.lock().expect("nobody panics with it").iter() {
            clean("the output", said.as_bytes());
        }
        for folder in [
            self.place("state"),
            self.place("tmp"),
            self.clone.path().to_owned(),
        ] {
            every_file(&folder, &mut |path, bytes| {
                clean(&path.display().to_string(), bytes);
            });
        }
        for folder in [self.clone.file(".git"), self.place("origin.git")] {
            // The remote may be away.
            if folder.exists() {
                let git = Program::new("git").arg("--git-dir").arg(&folder);
                let objects = git
                    .args(["cat-file", "--batch", "--batch-all-objects"])
                    .output();
                clean("an object of git", &objects);
            }
        }
        let leftovers = self.backup_files().into_iter();
        for path in leftovers.filter(|path| !is_backup(path)) {
            // What a kill left half written is private, and gone with the next run.
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            assert!(
                !self.journals().is_empty(),
                "{name} is left in the backup folder"
            );
        }
    }
}

fn every_file(folder: &Path, look: &mut dyn FnMut(&Path, &[u8])) {
    for path in entries(folder) {
        if path.is_dir() {
            every_file(&path, look);
        } else if let Ok(bytes) = std::fs::read(&path) {
            look(&path, &bytes);
        }
    }
}
