//! What the local git knows about the revisions that Argo CD names.

use super::argocd::Lineage;
use crate::env::git::tree::{Git, Id};
use crate::failure::Failure;

/// The commit that should be deployed: that of the upstream branch, or of the checked-out one without it.
pub(crate) fn head(git: &Git) -> Result<Option<String>, Failure> {
    let upstream = git.store().resolve("@{upstream}").ok().flatten();
    let head = match upstream {
        Some(upstream) => Some(upstream),
        None => git.store().resolve("HEAD")?,
    };
    Ok(head.map(|id| id.to_string()))
}

/// Says whether a revision is a commit or has it among its ancestors.
pub(crate) fn of(git: &Git, commit: &str, revision: &str) -> Lineage {
    // A branch's name would mean another commit tomorrow.
    let known = Id::from_hex(revision.as_bytes())
        .filter(|id| matches!(id.as_bytes().len(), 20 | 32))
        .and_then(|_| git.store().resolve(revision).ok().flatten());
    let commit = git.store().resolve(commit).ok().flatten();
    match (known, commit) {
        (Some(known), Some(commit)) => match git.store().merge_base(&commit, &known) {
            Ok(Some(base)) if base == commit => Lineage::Contains,
            Ok(_) => Lineage::Lacks,
            Err(_) => Lineage::Unknown,
        },
        _ => Lineage::Unknown,
    }
}
