//! What a commit does to each SealedSecret, whatever happens to its file.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::change::Change;
use crate::finding::Mark;
use crate::index::{Indexed, SealedEntry};
use crate::path::Path;
use crate::policies::{Class, Policies};
use crate::text::listed;

/// A SealedSecret on one side of a commit.
#[derive(Clone, Copy)]
pub(crate) struct Side<'a> {
    pub(crate) file: &'a Indexed,
    pub(crate) secret: &'a SealedEntry,
}

/// One SealedSecret before and after a commit. At least one side is there.
pub(crate) struct Deed<'a> {
    pub(crate) before: Option<Side<'a>>,
    pub(crate) after: Option<Side<'a>>,
}

/// What tells one SealedSecret from another, so that it is found again in another file.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Identity<'a> {
    env: Option<String>,
    namespace: &'a str,
    /// Where the namespace is left open, the folder stands for it.
    folder: &'a [u8],
    name: &'a str,
}

/// Returns what changes do to each SealedSecret in the files they touch, those left as they are included.
pub(crate) fn deeds<'a>(changes: &'a [Change], policies: &Policies<'_>) -> Vec<Deed<'a>> {
    let mut earlier: BTreeMap<Identity<'_>, VecDeque<Side<'_>>> = BTreeMap::new();
    for side in sides(changes.iter().filter_map(|change| change.before.as_ref())) {
        let same = earlier.entry(side.identity(policies)).or_default();
        same.push_back(side);
    }
    let mut deeds = Vec::new();
    for side in sides(changes.iter().filter_map(|change| change.after.as_ref())) {
        let same = earlier.get_mut(&side.identity(policies));
        deeds.push(Deed {
            before: same.and_then(VecDeque::pop_front),
            after: Some(side),
        });
    }
    deeds.extend(earlier.into_values().flatten().map(|side| Deed {
        before: Some(side),
        after: None,
    }));
    deeds
}

fn sides<'a>(files: impl Iterator<Item = &'a Indexed>) -> impl Iterator<Item = Side<'a>> {
    files.flat_map(|file| file.secrets.iter().map(move |secret| Side { file, secret }))
}

impl<'a> Side<'a> {
    fn identity(self, policies: &Policies<'_>) -> Identity<'a> {
        let open = self.secret.namespace.is_empty();
        Identity {
            env: policies.env(&self.file.path),
            namespace: &self.secret.namespace,
            folder: if open { self.file.path.folder() } else { &[] },
            name: &self.secret.name,
        }
    }
}

impl<'a> Deed<'a> {
    /// `namespace/name` for people.
    pub(crate) fn title(&self) -> String {
        self.side().secret.title()
    }

    /// Its file, the new one for one that moved.
    pub(crate) fn path(&self) -> &'a Path {
        &self.side().file.path
    }

    /// The first place that changed, when the file still has it.
    pub(crate) fn mark(&self) -> Option<Mark> {
        let after = self.after?;
        let mark = self.keys().iter().find_map(|(_, mark)| *mark);
        Some(mark.unwrap_or(after.secret.mark))
    }

    /// The data keys that come, go or get another value, each with its place after the commit.
    pub(crate) fn keys(&self) -> Vec<(&'a str, Option<Mark>)> {
        let values = |side: Option<Side<'a>>| side.map_or(&[][..], |side| &side.secret.values);
        let (before, after) = (values(self.before), values(self.after));
        let same = |one: &str, digest: &[u8; 32]| {
            let mut before = before.iter();
            before.any(|value| value.key == one && value.digest == *digest)
        };
        let new = after
            .iter()
            .filter(|value| !same(&value.key, &value.digest));
        let new = new.map(|value| (value.key.as_str(), Some(value.mark)));
        let has = |key: &str| after.iter().any(|value| value.key == key);
        let gone = before.iter().filter(|value| !has(&value.key));
        new.chain(gone.map(|value| (value.key.as_str(), None)))
            .collect()
    }

    /// What happens to the Secret that it becomes, to stand behind its name; nothing when it stays as it is.
    pub(crate) fn what(&self) -> Option<String> {
        let (before, after) = match (self.before, self.after) {
            (Some(before), Some(after)) => (before.secret, after.secret),
            (None, _) => return Some("is new".to_owned()),
            (_, None) => return Some("is removed".to_owned()),
        };
        let keys = self.keys();
        if !keys.is_empty() {
            let keys = listed(keys.iter().map(|(key, _)| *key));
            return Some(format!("gets another value for {keys}"));
        }
        if before.rendered != after.rendered {
            return Some("renders other values from its template".to_owned());
        }
        (before.scope != after.scope).then(|| "gets another scope".to_owned())
    }

    /// What the policies say about it, before and after.
    pub(crate) fn class<'p>(&self, policies: &Policies<'p>) -> Class<'p> {
        let of = |side: Option<Side<'_>>| class(side, policies);
        of(self.before).and(of(self.after))
    }

    /// Whether it moves to where no rule makes it manual any more.
    pub(crate) fn escapes(&self, policies: &Policies<'_>) -> bool {
        let manual = |side| !class(side, policies).manual.is_empty();
        self.after.is_some() && manual(self.before) && !manual(self.after)
    }

    /// Whether its file stays where it is, and is none of those that do more than a re-seal.
    pub(crate) fn is_within(&self, beyond: &BTreeSet<&Path>) -> bool {
        let stays =
            self.before.map(|side| &side.file.path) == self.after.map(|side| &side.file.path);
        stays && !beyond.contains(self.path())
    }

    /// The side after the commit; the one before, when it is removed.
    pub(crate) fn side(&self) -> Side<'a> {
        let side = self.after.or(self.before);
        side.expect("a deed has a side, since it is made from one")
    }
}

fn class<'p>(side: Option<Side<'_>>, policies: &Policies<'p>) -> Class<'p> {
    side.map_or_else(Class::default, |side| {
        policies.class(&side.file.path, &side.secret.name)
    })
}
