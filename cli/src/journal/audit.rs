//! `audit.jsonl`: what was done when and by which run, one line an entry, only ever added to.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;

use serde_json::Value;

use crate::env::files;
use crate::failure::Failure;
use crate::ui::shown;

/// The audit file of a repository.
pub(crate) struct Audit {
    path: PathBuf,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It did what it was to do.
    Done,
    /// It was undone.
    Aborted,
}

impl End {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Aborted => "aborted",
        }
    }
}

impl Audit {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Adds an entry in one write, so that entries of several processes never mix.
    pub(crate) fn note(&self, entry: &Value) -> Result<(), Failure> {
        let cannot = |error| {
            Failure::could_not(format!("cannot write {}", shown(&self.path))).because(error)
        };
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        let mut file = files::open_private(&self.path, &mut options)?
            .ok_or_else(|| cannot(std::io::ErrorKind::NotFound.into()))?;
        file.write_all(format!("{entry}\n").as_bytes())
            .and_then(|()| file.sync_data())
            .map_err(cannot)
    }
}
