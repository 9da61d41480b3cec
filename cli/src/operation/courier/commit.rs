//! The commit: exactly the planned files, exactly as they were written.

use super::super::change::{ALL_DIGESTS, Now, Stage, short};
use super::{Courier, Publishing};
use crate::failpoint;
use crate::failure::Failure;
use crate::journal::End;
use crate::ui::printable;

impl<O: Publishing> Courier<'_, O> {
    /// Finds a commit of this run that the journal does not know yet, or that was made anew since.
    pub(crate) fn find_commit(&mut self) -> Result<(), Failure> {
        let (publisher, run) = (&self.desk.publisher, self.journal.run());
        let git = &self.change().git;
        let Some(found) = publisher.commit_of_run(&git.base, run)? else {
            return self.refuse_lost();
        };
        if git.commit.as_ref() == Some(&found) {
            return Ok(());
        }
        self.adopt(found)
    }

    /// A commit that the journal knows and the branch does not is gone.
    fn refuse_lost(&self) -> Result<(), Failure> {
        let git = &self.change().git;
        let Some(commit) = &git.commit else {
            return Ok(());
        };
        let publisher = &self.desk.publisher;
        if publisher.is_ancestor(commit, &publisher.head()?)? {
            return Ok(());
        }
        Err(Failure::refused(format!(
            "the commit {} is no longer on the branch that is checked out",
            short(commit)
        ))
        .hint(format!(
            "check out {}, where it was made; or forget it: {} --abort",
            printable(&git.branch),
            self.desk.command
        )))
    }

    fn adopt(&mut self, commit: String) -> Result<(), Failure> {
        let parent = self.desk.publisher.parent(&commit)?;
        let git = &mut self.change_mut().git;
        git.commit = Some(commit);
        git.base = parent.unwrap_or_default();
        git.rebased = None;
        if self.is_before(Stage::Committed) {
            self.verify_commit()?;
            self.enter(Stage::Committed)?;
        }
        Ok(())
    }

    /// Commits what was written, unless a killed process did.
    pub(crate) fn commit_unless_done(&mut self) -> Result<(), Failure> {
        self.find_commit()?;
        if self.is_before(Stage::Committed) {
            self.commit()?;
        }
        Ok(())
    }

    /// Commits what was written.
    pub(crate) fn commit(&mut self) -> Result<(), Failure> {
        self.refuse_moved()?;
        self.refuse_changed()?;
        self.enter(Stage::Committing)?;
        let (run, plan) = (self.journal.run(), self.journal.plan());
        let message = O::message(self.desk.environment, run, plan);
        let made = self.desk.publisher.commit(&self.change().paths(), &message);
        failpoint::reach("commit-made");
        if let Err(failure) = made {
            return Err(self.not_committed(failure));
        }
        let head = self.desk.publisher.head()?;
        self.change_mut().git.commit = Some(head);
        self.verify_commit()?;
        self.enter(Stage::Committed)
    }

    /// Refuses when a file is not what was written any more.
    fn refuse_changed(&self) -> Result<(), Failure> {
        let changed = self.changed()?;
        if changed.is_empty() {
            return Ok(());
        }
        let failure = Failure::refused("files are no longer what was written");
        let failure = changed.into_iter().take(8).fold(failure, Failure::cause);
        Err(failure.hint(format!(
            "undo it and start again: {} --abort",
            self.desk.command
        )))
    }

    /// The files that are not what was written.
    fn changed(&self) -> Result<Vec<String>, Failure> {
        self.change().those(ALL_DIGESTS, |now| now != Now::Ours)
    }

    /// After a failed commit: a hook that rewrote our files gets them taken back, else they wait.
    fn not_committed(&mut self, failure: Failure) -> Failure {
        match self.changed() {
            Ok(changed) if !changed.is_empty() => self.roll_back(&changed).err().unwrap_or(failure),
            _ => {
                // The words of git and its hooks matter more than a journal that stays one step behind.
                let _ = self.enter(Stage::Edited);
                let command = &self.desk.command;
                failure
                    .hint(format!(
                        "the files are written; once that is put right: {command} --resume"
                    ))
                    .hint(format!("or undo it: {command} --abort"))
            }
        }
    }

    /// Makes sure that the commit holds what was written and nothing else, and that nothing is left over.
    fn verify_commit(&mut self) -> Result<(), Failure> {
        let plan = self.change();
        let commit = plan.git.commit.clone().unwrap_or_default();
        let blobs = plan.blobs();
        let deviations = self.desk.publisher.deviations(&commit, &blobs)?;
        if deviations.is_empty() {
            return Ok(());
        }
        let (publisher, git) = (&self.desk.publisher, &plan.git);
        if publisher.head()? == commit {
            publisher.reset_branch(&commit, &git.base, "take back a commit that a hook changed")?;
        }
        self.change_mut().git.commit = None;
        self.roll_back(&deviations)
    }

    /// Gives every file back what it was before the operation, and says that a hook is the reason.
    fn roll_back(&mut self, changed: &[String]) -> Result<(), Failure> {
        self.restore_all()?;
        let then = match O::without_files(self.journal.plan()) {
            Some(step) => {
                self.journal.enter(step)?;
                format!("go on: {} --resume", self.desk.command)
            }
            None => {
                self.journal.end(End::Aborted)?;
                "run this again".to_owned()
            }
        };
        let failure = Failure::refused("a git hook changed what was to be committed");
        let failure = changed
            .iter()
            .take(8)
            .fold(failure, |failure, text| failure.cause(text.as_str()));
        Err(failure
            .hint("every file is back to what it was before, and nothing is committed")
            .hint(format!("sealed files must stay byte for byte: exclude them from the hook that formats, then {then}")))
    }
}
