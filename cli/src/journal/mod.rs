//! What an operation has done so far, on disk: after a kill at any instant it can be resumed or undone.
//!
//! One JSON document for each operation and environment lies in the user's state folder, never in the
//! work tree, and holds no secret: paths, digests, names of commits and keys. It is replaced as a whole
//! before and after each step. A journal that is not provably ours is refused, never guessed at.

mod audit;
mod document;
mod folder;
mod guard;

pub(crate) use audit::{Audit, End};
pub(crate) use document::{Operation, Summary};
pub(crate) use folder::StateFolder;
pub(crate) use guard::Guard;

use std::path::PathBuf;

use document::Document;

use crate::env::{clock, files};
use crate::failpoint;
use crate::failure::Failure;

/// The journal of an operation at work; no other operation runs in the repository meanwhile.
pub(crate) struct Journal<O: Operation> {
    path: PathBuf,
    audit: Audit,
    document: Document<O>,
    _guard: Guard,
}

impl<O: Operation> Journal<O> {
    /// Starts a journal; one of an unfinished run of the same kind is refused.
    pub(crate) fn begin(
        folder: &StateFolder,
        guard: Guard,
        environment: &str,
        step: O::Step,
        plan: O::Plan,
    ) -> Result<Self, Failure> {
        let path = folder.journal(O::NAME, environment);
        let document = Document::new(folder, environment, step, plan)?;
        files::write_new_private(&path, document.text()?.as_bytes())?;
        let journal = Self {
            path,
            audit: folder.audit(),
            document,
            _guard: guard,
        };
        journal.note(None)?;
        Ok(journal)
    }

    /// Takes up what an earlier run left; nothing when it left nothing.
    pub(crate) fn resume(
        folder: &StateFolder,
        guard: Guard,
        environment: &str,
    ) -> Result<Option<Self>, Failure> {
        let path = folder.journal(O::NAME, environment);
        let Some(document) = document::read::<O>(&path, folder)? else {
            return Ok(None);
        };
        Ok(Some(Self {
            path,
            audit: folder.audit(),
            document: document.taken_over(),
            _guard: guard,
        }))
    }

    /// The step that was entered last.
    pub(crate) fn step(&self) -> &O::Step {
        &self.document.step
    }

    /// The name of the run, which its commit carries too.
    pub(crate) fn run(&self) -> &str {
        &self.document.run
    }

    /// The plan.
    pub(crate) fn plan(&self) -> &O::Plan {
        &self.document.plan
    }

    /// The plan, to be changed; it reaches the disk with the next step.
    pub(crate) fn plan_mut(&mut self) -> &mut O::Plan {
        &mut self.document.plan
    }

    /// Enters a step: it is on the disk before this returns.
    pub(crate) fn enter(&mut self, step: O::Step) -> Result<(), Failure> {
        self.document.enter(step)?;
        let name = self.document.step_name()?;
        failpoint::reach(&format!("before-{name}"));
        let text = self.document.text()?;
        files::replace(&self.path, text.as_bytes(), files::Access::Private)?;
        self.note(None)?;
        failpoint::reach(&format!("after-{name}"));
        Ok(())
    }

    /// Ends the run: the audit record says how, and the journal is gone.
    pub(crate) fn close(self, end: End) -> Result<(), Failure> {
        self.end(end)
    }

    /// As [`Journal::close`], for who still has something to say about the run.
    pub(crate) fn end(&self, end: End) -> Result<(), Failure> {
        self.note(Some(end))?;
        failpoint::reach("closing");
        files::remove(&self.path)
    }

    fn note(&self, end: Option<End>) -> Result<(), Failure> {
        self.audit.note(&self.document.record(clock::now(), end)?)
    }
}

#[cfg(test)]
mod tests;
