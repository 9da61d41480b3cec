//! What became of one file.

use std::path::Path;

use sealsmith_core::fingerprint::Fingerprint;
use sealsmith_core::manifest::tree::Position;
use sealsmith_core::reseal::{Value, Verdict};

use super::left::{Left, placed};
use crate::failure::Failure;
use crate::lock_file::Sealed;
use crate::ui::{Text, shown};

/// What became of one file.
pub(crate) struct FileReport {
    pub(crate) path: String,
    /// How many values were re-sealed, for each key they came from; none where nothing remembers it.
    pub(crate) resealed: Vec<(Option<Fingerprint>, usize)>,
    /// Values that were under the target key already.
    pub(crate) current: usize,
    /// Whether the file was written, or would be.
    pub(crate) changed: bool,
    /// Whether the controller could not be asked about it any more.
    pub(crate) unreached: bool,
    /// What was left behind, and why.
    pub(crate) left: Vec<Left>,
    /// The diff, when it is wanted.
    pub(crate) diff: Vec<Text>,
    /// What the lock file has to know.
    pub(crate) sealed: Sealed,
}

impl FileReport {
    /// Begins with nothing done.
    pub(crate) fn new(path: &Path) -> Self {
        Self {
            path: shown(path).to_string(),
            resealed: Vec::new(),
            current: 0,
            changed: false,
            unreached: false,
            left: Vec::new(),
            diff: Vec::new(),
            sealed: Sealed::default(),
        }
    }

    /// Leaves a file behind that could not be read.
    pub(crate) fn failed(mut self, file: &Path, failure: &Failure) -> Self {
        let (place, reason) = placed(&self.path, file, failure);
        self.left.push(Left {
            place,
            secret: None,
            key: None,
            reason,
            hint: failure.hints().first().cloned(),
        });
        self
    }

    /// Counts what became of a value.
    pub(crate) fn count(&mut self, value: Value) {
        match value.verdict {
            Verdict::Current => self.current += 1,
            Verdict::Resealed { from } => self.count_resealed(from),
            Verdict::Failed(problem) => {
                let place = self.place(Some(value.position));
                let left = Left::of(place, value.title, value.key, &problem);
                self.left.push(left);
            }
        }
    }

    /// Leaves the whole file behind.
    pub(crate) fn leave(&mut self, position: Option<Position>, reason: String) {
        self.left.push(Left {
            place: self.place(position),
            secret: None,
            key: None,
            reason,
            hint: None,
        });
    }

    /// `file:line:column`, or the file.
    pub(crate) fn place(&self, position: Option<Position>) -> String {
        match position {
            Some(position) => format!("{}:{position}", self.path),
            None => self.path.clone(),
        }
    }

    /// Counts a value that was re-sealed, by the key it came from.
    pub(crate) fn count_resealed(&mut self, from: Option<Fingerprint>) {
        match self.resealed.iter_mut().find(|(known, _)| *known == from) {
            Some((_, count)) => *count += 1,
            None => self.resealed.push((from, 1)),
        }
    }
}
