//! Undoing what can be undone, and saying what cannot.

use super::super::record::Record;
use super::Work;
use super::edit::short;
use super::plan::{Now, PlannedFile, Step};
use crate::command::Ending;
use crate::env::git::publish::Destination;
use crate::failure::Failure;
use crate::journal::End;
use crate::ui::printable;

impl Work<'_> {
    /// Undoes the operation: everything is as it was before, or nothing changes and the reason is said.
    pub(super) fn abort(mut self) -> Result<Ending, Failure> {
        let (publisher, run) = (&self.desk.publisher, self.journal.run());
        let git = &self.journal.plan().git;
        let found = publisher.commit_of_run(&git.base, run)?;
        if let Some(found) = found.filter(|found| git.commit.as_ref() != Some(found)) {
            let parent = publisher.parent(&found)?.unwrap_or_default();
            let git = &mut self.journal.plan_mut().git;
            (git.commit, git.base) = (Some(found), parent);
        }
        match self.journal.plan().git.commit.clone() {
            Some(commit) => self.take_back(&commit)?,
            None => self.bring_back()?,
        }
        self.say("undone: every file is what it was before the operation");
        self.journal.close(End::Aborted)?;
        Ok(Ending::Done)
    }

    /// Takes back a commit that nobody else has.
    fn take_back(&self, commit: &str) -> Result<(), Failure> {
        let publisher = &self.desk.publisher;
        let head = publisher.head()?;
        if !publisher.is_ancestor(commit, &head)? {
            // Somebody took it off the branch by hand; what is left is to forget it.
            return self.refuse_pushed(commit);
        }
        self.refuse_pushed(commit)?;
        if head != commit {
            return Err(Failure::refused(format!(
                "there are commits on top of {}, which this would take back",
                short(commit)
            ))
            .hint(format!(
                "undo it with a commit of its own: git revert {}",
                short(commit)
            )));
        }
        let base = &self.journal.plan().git.base;
        publisher
            .move_branch(commit, base, "take back a re-sealing")
            .map_err(|failure| failure.within("the commit cannot be taken back"))
    }

    /// Refuses once the remote has the commit: others may have it by now.
    fn refuse_pushed(&self, commit: &str) -> Result<(), Failure> {
        let git = &self.journal.plan().git;
        let Some(to) = &git.to else {
            return Ok(());
        };
        let step = *self.journal.step();
        let is_there = match step {
            Step::Pushed => true,
            _ => {
                self.is_at(to, commit)?
                    || match &git.rebased {
                        Some(rebased) => self.is_at(to, rebased)?,
                        None => false,
                    }
            }
        };
        if !is_there {
            return Ok(());
        }
        let newest = self.newest();
        let (environment, newest) = (self.desk.environment, short(&newest));
        Err(
            Failure::refused(format!("commit {newest} is at {to} already, and cannot be undone here"))
                .hint(format!("undo it with a commit of its own: git revert {newest} && git push; the old key has to be there still"))
                .hint(format!("to end the operation as it is: sealsmith reseal {environment} --resume")),
        )
    }

    fn is_at(&self, to: &Destination, commit: &str) -> Result<bool, Failure> {
        let publisher = &self.desk.publisher;
        match publisher.tip(to) {
            Ok(Some(tip)) => publisher.is_ancestor(commit, &tip),
            Ok(None) => Ok(false),
            // It was never sent by us; whether the user pushed it, git has noted.
            Err(_) if *self.journal.step() <= Step::Committed => {
                publisher.is_known_at_a_remote(commit)
            }
            Err(failure) => Err(failure.within("cannot find out whether the push arrived")),
        }
    }

    /// Brings files back that are not committed; what somebody else wrote since is refused first.
    fn bring_back(&self) -> Result<(), Failure> {
        let plan = self.journal.plan();
        let key = plan
            .key
            .parse()
            .map_err(|error| Failure::refused("the journal names no key").because(error))?;
        let git = self.desk.env.workspace()?.repo()?;
        let record = Record::read(git.as_ref().map(|repo| repo.git_folder()), &key);
        let now = plan.now(&record)?;
        let foreign: Vec<String> = now
            .iter()
            .filter(|(_, now)| *now == Now::Foreign)
            .map(|(file, _)| printable(&file.path).into_owned())
            .collect();
        if foreign.is_empty() {
            return self.restore_all();
        }
        let failure = Failure::refused(
            "files changed since the operation wrote them; undoing it would lose that",
        );
        let failure = foreign.into_iter().take(8).fold(failure, Failure::cause);
        Err(failure
            .hint(format!(
                "keep what you need of them, then bring them back: git restore --source={} FILE",
                short(&plan.git.base)
            ))
            .hint("and run this again"))
    }

    /// Gives every planned file its content of the base commit; one that was not there goes.
    pub(super) fn restore_all(&self) -> Result<(), Failure> {
        let plan = self.journal.plan();
        let (old, new): (Vec<&PlannedFile>, Vec<&PlannedFile>) =
            plan.files.iter().partition(|file| file.before.is_some());
        let paths = |files: Vec<&PlannedFile>| -> Vec<String> {
            files.into_iter().map(|file| file.path.clone()).collect()
        };
        self.desk.publisher.restore(&plan.git.base, &paths(old))?;
        self.desk.publisher.discard(&paths(new))
    }
}
