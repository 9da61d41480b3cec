//! The state of the work tree, as an operation that rewrites it must know it.

use std::fs;
use std::path::{Path as FilePath, PathBuf};
use std::time::{Duration, SystemTime};

use sealsmith_lint::guard::{GitState, Upstream};

use super::Git;
use crate::failure::Failure;

/// What git leaves in its folder while something is unfinished.
const UNFINISHED: [(&str, &str); 6] = [
    ("MERGE_HEAD", "merge"),
    ("rebase-merge", "rebase"),
    ("rebase-apply", "rebase"),
    ("CHERRY_PICK_HEAD", "cherry-pick"),
    ("REVERT_HEAD", "revert"),
    ("BISECT_LOG", "bisect"),
];

impl Git {
    /// Tells the state of the work tree; untracked files everywhere.
    pub(crate) fn state(&self) -> Result<GitState, Failure> {
        let status = self.store().status()?;
        let fetched_ago = age(&self.common_folder().join("FETCH_HEAD"));
        Ok(GitState {
            changed: status.changed,
            untracked: status.untracked,
            unmerged: status.unmerged,
            unfinished: self.unfinished().map(str::to_owned),
            index_locked: self.index_lock().exists(),
            head: status.head,
            upstream: status.upstream.map(|(name, ahead, behind)| Upstream {
                name,
                ahead,
                behind,
                fetched_ago,
            }),
        })
    }

    /// Tells what git is in the middle of, as `merge` or `rebase`.
    pub(crate) fn unfinished(&self) -> Option<&'static str> {
        let mut found = UNFINISHED.iter();
        let found = found.find(|(file, _)| self.folder().join(file).exists());
        found.map(|(_, what)| *what)
    }

    /// The file that is there while another git holds the index.
    pub(crate) fn index_lock(&self) -> PathBuf {
        self.folder().join("index.lock")
    }
}

fn age(file: &FilePath) -> Option<i64> {
    let changed = fs::metadata(file).ok()?.modified().ok()?;
    let age = SystemTime::now().duration_since(changed);
    i64::try_from(age.unwrap_or(Duration::ZERO).as_secs()).ok()
}
