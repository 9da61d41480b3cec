//! The state of the work tree, as an operation that rewrites it must know it.

use std::fs;
use std::path::Path as FilePath;
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
        let folder = self.folder();
        let unfinished = UNFINISHED.iter();
        let mut unfinished = unfinished.filter(|(file, _)| folder.join(file).exists());
        Ok(GitState {
            changed: status.changed,
            untracked: status.untracked,
            unmerged: status.unmerged,
            unfinished: unfinished.next().map(|(_, what)| (*what).to_owned()),
            index_locked: folder.join("index.lock").exists(),
            head: status.head,
            upstream: status.upstream.map(|(name, ahead, behind)| Upstream {
                name,
                ahead,
                behind,
                fetched_ago,
            }),
        })
    }
}

fn age(file: &FilePath) -> Option<i64> {
    let changed = fs::metadata(file).ok()?.modified().ok()?;
    let age = SystemTime::now().duration_since(changed);
    i64::try_from(age.unwrap_or(Duration::ZERO).as_secs()).ok()
}
