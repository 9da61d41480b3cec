//! Brings a change from the work tree to the remote: one commit, one push, safe to repeat from every stage.
//!
//! What a killed process had done is seen from the world itself: files by digest, the commit by the trailer with the
//! name of the run, the push by asking the remote.

mod commit;
mod push;
mod race;
mod undo;

pub(crate) use race::merged_back;

use std::path::Path;

use super::Desk;
use super::change::{Change, Noted, Now, Stage, digest_of, short};
use crate::failure::Failure;
use crate::journal::{Journal, Operation};
use crate::ui::Text;

/// An operation that publishes a change.
pub(crate) trait Publishing: Operation<Step: PartialOrd> {
    /// Whether files that came into the environment meanwhile should have been part of it.
    const WHOLE_ENVIRONMENT: bool;

    /// The change that is on its way.
    fn change(plan: &Self::Plan) -> &Change;

    /// The same, to take what became of it.
    fn change_mut(plan: &mut Self::Plan) -> &mut Change;

    /// The step at which that change is at a stage.
    fn step(plan: &Self::Plan, stage: Stage) -> Self::Step;

    /// The step to go on from when a git hook changed the files and they were brought back; nothing where that is the end.
    fn without_files(plan: &Self::Plan) -> Option<Self::Step>;

    /// The message of the commit, with trailers that lint and auditors read.
    fn message(environment: &str, run: &str, plan: &Self::Plan) -> String;
}

/// A change on its way, with the journal that remembers it.
pub(crate) struct Courier<'a, O: Publishing> {
    pub(crate) desk: &'a Desk<'a>,
    pub(crate) journal: Journal<O>,
}

impl<'a, O: Publishing> Courier<'a, O> {
    pub(crate) fn new(desk: &'a Desk<'a>, journal: Journal<O>) -> Self {
        Self { desk, journal }
    }

    /// The change.
    pub(crate) fn change(&self) -> &Change {
        O::change(self.journal.plan())
    }

    /// The change, to take what became of it; it reaches the disk with the next step.
    pub(crate) fn change_mut(&mut self) -> &mut Change {
        O::change_mut(self.journal.plan_mut())
    }

    /// Enters a stage of the change.
    pub(crate) fn enter(&mut self, stage: Stage) -> Result<(), Failure> {
        let step = O::step(self.journal.plan(), stage);
        self.journal.enter(step)
    }

    /// Whether the change has not come to a stage yet.
    pub(crate) fn is_before(&self, stage: Stage) -> bool {
        *self.journal.step() < O::step(self.journal.plan(), stage)
    }

    /// Refuses when the branch is no longer where the plan found it.
    pub(crate) fn refuse_moved(&self) -> Result<(), Failure> {
        let (plan, publisher) = (&self.change().git, &self.desk.publisher);
        let (branch, head) = (publisher.branch()?, publisher.head()?);
        if branch == plan.branch && head == plan.base {
            return Ok(());
        }
        Err(
            Failure::refused("the branch is not where it was when the operation began")
                .cause(format!("{} was at {}", plan.branch, short(&plan.base)))
                .cause(format!("{branch} is at {}", short(&head)))
                .hint(format!(
                    "go back there, or undo what was begun: {} --abort",
                    self.desk.command
                )),
        )
    }

    /// Refuses to write over what somebody else wrote since.
    pub(crate) fn refuse_foreign(&self, noted: Noted<'_>) -> Result<(), Failure> {
        let foreign = self.change().those(noted, |now| now == Now::Foreign)?;
        if foreign.is_empty() {
            return Ok(());
        }
        let failure = Failure::refused(format!(
            "{} changed since the operation began",
            crate::ui::count(foreign.len(), "file")
        ));
        let failure = foreign.into_iter().take(8).fold(failure, Failure::cause);
        Err(failure.hint(
            "put your changes aside, with `git diff > FILE` and `git restore`, and run this again",
        ))
    }

    /// Keeps the files that changed in the plan, with what they became; says whether there are any.
    pub(crate) fn settle(&mut self, noted: Noted<'_>) -> Result<bool, Failure> {
        self.refuse_foreign(noted)?;
        let change = self.change();
        let ours = change.now(noted)?.into_iter();
        let ours = ours.filter(|(_, now)| *now == Now::Ours);
        let mut files: Vec<_> = ours.map(|(file, _)| file.clone()).collect();
        if files.is_empty() {
            return Ok(false);
        }
        let paths: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
        let blobs = self.desk.publisher.blobs(&paths)?;
        for (file, blob) in files.iter_mut().zip(blobs) {
            file.after = digest_of(&Path::new(&change.root).join(&file.path))?;
            file.blob = Some(blob.id);
        }
        self.change_mut().files = files;
        self.enter(Stage::Edited)?;
        Ok(true)
    }

    fn say(&self, text: impl Into<Text>) {
        self.desk.say(text);
    }
}
