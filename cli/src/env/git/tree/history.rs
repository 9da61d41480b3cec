//! When files were last changed, along the first parents.

use std::collections::{BTreeMap, BTreeSet};

use sealsmith_lint::Path;

use super::{Id, Store, between, commit};
use crate::failure::Failure;

/// Returns when the main line last changed each of these files, in seconds since 1970.
///
/// What a shallow clone does not tell stays out: its last commit seems to add every file.
pub(crate) fn last_changes(
    store: &dyn Store,
    head: &Id,
    files: impl IntoIterator<Item = Path>,
    shallow: &BTreeSet<Id>,
) -> Result<BTreeMap<Path, i64>, Failure> {
    let mut wanted: BTreeSet<Path> = files.into_iter().collect();
    let mut found = BTreeMap::new();
    let mut next = Some(*head);
    while let Some(id) = next.filter(|id| !wanted.is_empty() && !shallow.contains(id)) {
        let this = commit(store, &id)?;
        next = this.parents.first().copied();
        let before = next.map(|parent| commit(store, &parent)).transpose()?;
        let before = before.map(|before| before.tree);
        for changed in between(store, before.as_ref(), &this.tree)? {
            if wanted.remove(&changed.path) {
                found.insert(changed.path, this.committer.time);
            }
        }
    }
    Ok(found)
}
