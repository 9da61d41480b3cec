//! What commits change, as rules judge it.

use std::collections::HashMap;

use sealsmith_lint::change::{Change, Commit};
use sealsmith_lint::index::Indexed;
use sealsmith_lint::run::indexed;
use sealsmith_lint::{Context, Path};

use crate::env::git::tree::{self, Changed, Entry, Id, Store};
use crate::failure::Failure;

/// Reads both sides of changes; a version that several commits touch is read once.
pub(super) struct Versions<'a> {
    store: &'a dyn Store,
    context: &'a Context<'a>,
    known: HashMap<(Path, Id), Indexed>,
}

impl<'a> Versions<'a> {
    /// Starts without any.
    pub(super) fn new(store: &'a dyn Store, context: &'a Context<'a>) -> Self {
        Self {
            store,
            context,
            known: HashMap::new(),
        }
    }

    /// Reads both sides of what a commit changes; a file that only moved is one change.
    pub(super) fn changes(&mut self, changed: Vec<Changed>) -> Result<Vec<Change>, Failure> {
        let changed = with_renames(changed).into_iter();
        changed
            .map(|changed| {
                Ok(Change {
                    before: self.version(changed.before.as_ref())?,
                    after: self.version(changed.after.as_ref())?,
                    path: changed.path,
                })
            })
            .collect()
    }

    fn version(&mut self, entry: Option<&Entry>) -> Result<Option<Indexed>, Failure> {
        let Some((entry, id)) = entry.and_then(|entry| Some((entry, entry.id?))) else {
            return Ok(None);
        };
        let key = (entry.path.clone(), id);
        if let Some(known) = self.known.get(&key) {
            return Ok(Some(known.clone()));
        }
        let version = indexed(&tree::file(self.store, entry)?, self.context);
        self.known.insert(key, version.clone());
        Ok(Some(version))
    }
}

/// Takes what a commit in history says of itself.
pub(super) fn of_history(id: &Id, commit: tree::Commit, changes: Vec<Change>) -> Commit {
    Commit {
        id: Some(id.short()),
        people: vec![commit.author.address, commit.committer.address],
        message: Some(commit.message),
        by_automation: false,
        changes,
    }
}

/// Keeps the changes that every list has: what a merge itself does. Before it is the first parent.
pub(super) fn in_all(mut lists: Vec<Vec<Changed>>) -> Vec<Changed> {
    if lists.is_empty() {
        return Vec::new();
    }
    let mut first = lists.remove(0);
    for list in lists {
        first.retain(|changed| {
            let found = list.binary_search_by(|other| other.path.cmp(&changed.path));
            found.is_ok()
        });
    }
    first
}

// Only an exact move counts as one, so that both back ends agree without a measure of likeness.
fn with_renames(changed: Vec<Changed>) -> Vec<Changed> {
    let (gone, mut rest): (Vec<_>, Vec<_>) = changed
        .into_iter()
        .partition(|changed| changed.after.is_none());
    let blob = |entry: &Option<Entry>| entry.as_ref().and_then(|entry| entry.id);
    for gone in gone {
        let new = rest
            .iter_mut()
            .find(|changed| changed.before.is_none() && blob(&changed.after) == blob(&gone.before));
        match new {
            Some(new) => new.before = gone.before,
            None => rest.push(gone),
        }
    }
    rest.sort_by(|one, other| one.path.cmp(&other.path));
    rest
}

#[cfg(test)]
mod tests {
    use sealsmith_lint::source::Mode;

    use super::*;

    fn changed(path: &str, before: Option<u8>, after: Option<u8>) -> Changed {
        let entry = |blob: u8| Entry {
            path: Path::from(path),
            mode: Mode::Regular,
            id: Id::from_bytes(&[blob; 20]),
            skipped: false,
        };
        Changed {
            path: Path::from(path),
            before: before.map(entry),
            after: after.map(entry),
        }
    }

    #[test]
    fn a_moved_file_is_one_change() {
        let found = with_renames(vec![
            changed("dev/a", Some(1), None),
            changed("dev/b", Some(2), None),
            changed("prod/a", None, Some(1)),
        ]);
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].path, Path::from("prod/a"));
        assert_eq!(found[1].before.as_ref().unwrap().path, Path::from("dev/a"));
    }

    #[test]
    fn a_merge_itself_changes_what_differs_from_every_parent() {
        let ours = vec![
            changed("a", Some(1), Some(3)),
            changed("b", Some(1), Some(2)),
        ];
        let theirs = vec![changed("a", Some(2), Some(3))];
        assert_eq!(in_all(vec![ours, theirs]).len(), 1);
    }
}
