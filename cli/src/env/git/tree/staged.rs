//! The files of the commit in progress, in which only what is asked for is looked at.

use std::cell::OnceCell;

use sealsmith_lint::source::File;

use super::index::Index;
use super::listing::{Entry, Listing};
use super::{Sorted, Store, Tree, snapshot};
use crate::failure::Failure;

/// The files of the index that git's variables name.
pub(crate) struct Staged<'a> {
    store: &'a dyn Store,
    /// The index as git wrote it; nothing where git had to list it.
    written: Option<Index>,
    /// What has no content yet, or several.
    left_out: Listing,
    all: OnceCell<Vec<Entry>>,
}

impl<'a> Staged<'a> {
    /// Reads the index.
    pub(crate) fn read(store: &'a dyn Store) -> Result<Self, Failure> {
        let written = store.index_file()?;
        let (left_out, all) = match &written {
            Some(index) => (index.left_out(), OnceCell::new()),
            None => {
                let mut listing = store.index()?;
                let all = std::mem::take(&mut listing.entries);
                (listing, OnceCell::from(all))
            }
        };
        Ok(Self {
            store,
            written,
            left_out,
            all,
        })
    }

    /// What the index names and cannot be judged.
    pub(crate) fn left_out(&self) -> &Listing {
        &self.left_out
    }
}

impl Staged<'_> {
    fn all(&self) -> &Vec<Entry> {
        let list = || self.written.as_ref().map(|index| index.listing().entries);
        self.all.get_or_init(|| list().unwrap_or_default())
    }
}

impl Tree for Staged<'_> {
    fn entries(&self) -> &[Entry] {
        self.all()
    }

    fn sorted(&self) -> &dyn Sorted {
        match &self.written {
            Some(index) => index,
            None => self.all(),
        }
    }

    fn file(&self, entry: &Entry) -> Result<Option<File>, Failure> {
        snapshot::file(self.store, entry).map(Some)
    }
}
