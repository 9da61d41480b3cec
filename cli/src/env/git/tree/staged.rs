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
    files: Files,
    /// What has no content yet, or several.
    left_out: Listing,
    all: OnceCell<Vec<Entry>>,
}

/// An index as git wrote it, or as git listed it.
enum Files {
    Written(Index),
    Listed(Vec<Entry>),
}

impl<'a> Staged<'a> {
    /// Reads the index.
    pub(crate) fn read(store: &'a dyn Store) -> Result<Self, Failure> {
        let (files, left_out) = match store.index_file()? {
            Some(index) => {
                let left_out = index.left_out();
                (Files::Written(index), left_out)
            }
            None => {
                let mut listing = store.index()?;
                (Files::Listed(std::mem::take(&mut listing.entries)), listing)
            }
        };
        Ok(Self {
            store,
            files,
            left_out,
            all: OnceCell::new(),
        })
    }

    /// What the index names, and what can not be judged.
    pub(crate) fn left_out(&self) -> &Listing {
        &self.left_out
    }
}

impl Tree for Staged<'_> {
    fn entries(&self) -> &[Entry] {
        match &self.files {
            Files::Written(index) => self.all.get_or_init(|| index.listing().entries),
            Files::Listed(entries) => entries,
        }
    }

    fn sorted(&self) -> &dyn Sorted {
        match &self.files {
            Files::Written(index) => index,
            Files::Listed(entries) => entries,
        }
    }

    fn file(&self, entry: &Entry) -> Result<Option<File>, Failure> {
        snapshot::file(self.store, entry).map(Some)
    }
}
