//! What differs between two trees, or between a tree and the index.

use std::cmp::Ordering;
use std::iter::Peekable;
use std::rc::Rc;

use sealsmith_lint::Path;

use super::listing::Entry;
use super::made::Made;
use super::object::{self, Item, ItemKind};
use super::snapshot::joined;
use super::{Id, Object, Sorted, Store};
use crate::failure::Failure;

/// A file that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Changed {
    /// Its path.
    pub(crate) path: Path,
    /// What it was.
    pub(crate) before: Option<Entry>,
    /// What it is.
    pub(crate) after: Option<Entry>,
}

/// Lists the files that differ between two trees, sorted by path; folders that are equal are not opened.
pub(crate) fn between(
    store: &dyn Store,
    before: Option<&Id>,
    after: &Id,
) -> Result<Vec<Changed>, Failure> {
    compare(store, before, Side::Stored(*after))
}

/// Lists the files that differ between a tree and an index, sorted by path.
pub(crate) fn to_index(
    store: &dyn Store,
    before: Option<&Id>,
    index: &dyn Sorted,
) -> Result<Vec<Changed>, Failure> {
    let made = Made::root(index)
        .ok_or_else(|| Failure::could_not("the index names a file without content"))?;
    if before == Some(&made.id()) {
        return Ok(Vec::new());
    }
    compare(store, before, Side::Made(Rc::new(made)))
}

/// A folder on one side of a comparison.
enum Side<'a> {
    Nothing,
    Stored(Id),
    Made(Rc<Made<'a>>),
}

fn compare(
    store: &dyn Store,
    before: Option<&Id>,
    after: Side<'_>,
) -> Result<Vec<Changed>, Failure> {
    let mut found = Vec::new();
    let before = before.map_or(Side::Nothing, |id| Side::Stored(*id));
    folders(store, &before, &after, &[], &mut found)?;
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

fn folders(
    store: &dyn Store,
    before: &Side<'_>,
    after: &Side<'_>,
    folder: &[u8],
    found: &mut Vec<Changed>,
) -> Result<(), Failure> {
    let (old, new) = (before.stored(store)?, after.stored(store)?);
    let (old, new) = (before.items(&old)?, after.items(&new)?);
    for (one, other) in Pairs::new(old.into_iter(), new.into_iter(), |item| item.name) {
        if one == other {
            continue;
        }
        let Some(name) = other.as_ref().or(one.as_ref()).map(|item| item.name) else {
            continue;
        };
        let path = joined(folder, name);
        let (inside, outside) = (before.below(one.as_ref()), after.below(other.as_ref()));
        if !matches!((&inside, &outside), (Side::Nothing, Side::Nothing)) {
            folders(store, &inside, &outside, &path, found)?;
        }
        found.extend(changed(one, other, Path::new(path)));
    }
    Ok(())
}

fn changed(before: Option<Item<'_>>, after: Option<Item<'_>>, path: Path) -> Option<Changed> {
    let entry = |item: Option<Item<'_>>| item.and_then(|item| item.entry(&path));
    let (before, after) = (entry(before), entry(after));
    (before.is_some() || after.is_some()).then_some(Changed {
        path,
        before,
        after,
    })
}

impl<'a> Side<'a> {
    /// The folder as git stores it; nothing where it need not be read.
    fn stored(&self, store: &dyn Store) -> Result<Vec<u8>, Failure> {
        match self {
            Self::Nothing | Self::Made(_) => Ok(Vec::new()),
            Self::Stored(id) => match store.read(id)? {
                Object::Tree(bytes) => Ok(bytes),
                _ => Err(Failure::could_not("a folder of git is not one")),
            },
        }
    }

    // Git sorts a folder as if its name ended in a slash; pairs need one order for both kinds.
    fn items<'b>(&'b self, stored: &'b [u8]) -> Result<Vec<Item<'b>>, Failure> {
        let mut items = match self {
            Self::Nothing => Vec::new(),
            Self::Made(made) => made.items().to_vec(),
            Self::Stored(id) => object::items(stored, id.as_bytes().len())
                .ok_or_else(|| Failure::could_not("a folder of git is damaged"))?,
        };
        items.sort_by(|one, other| one.name.cmp(other.name));
        Ok(items)
    }

    /// The folder that an item of this one is.
    fn below(&self, item: Option<&Item<'_>>) -> Self {
        let folder = item.filter(|item| item.kind == ItemKind::Folder);
        match (self, folder) {
            (_, None) | (Self::Nothing, _) => Self::Nothing,
            (Self::Stored(_), Some(item)) => Self::Stored(item.id),
            (Self::Made(made), Some(item)) => {
                made.folder(item.name).map_or(Self::Nothing, Self::Made)
            }
        }
    }
}

/// Walks two sorted sequences together: what only one has stands alone.
struct Pairs<I: Iterator, J: Iterator, F> {
    one: Peekable<I>,
    other: Peekable<J>,
    key: F,
}

impl<T, K: Ord, I: Iterator<Item = T>, J: Iterator<Item = T>, F: Fn(&T) -> K> Pairs<I, J, F> {
    fn new(one: I, other: J, key: F) -> Self {
        let (one, other) = (one.peekable(), other.peekable());
        Self { one, other, key }
    }
}

impl<T, K: Ord, I: Iterator<Item = T>, J: Iterator<Item = T>, F: Fn(&T) -> K> Iterator
    for Pairs<I, J, F>
{
    type Item = (Option<T>, Option<T>);

    fn next(&mut self) -> Option<Self::Item> {
        let order = match (self.one.peek(), self.other.peek()) {
            (None, None) => return None,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(one), Some(other)) => (self.key)(one).cmp(&(self.key)(other)),
        };
        Some(match order {
            Ordering::Less => (self.one.next(), None),
            Ordering::Greater => (None, self.other.next()),
            Ordering::Equal => (self.one.next(), self.other.next()),
        })
    }
}
