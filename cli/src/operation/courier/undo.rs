//! Undoing what can be undone, and saying what cannot.

use super::super::change::{ALL_DIGESTS, Noted, Now, PlannedFile, short};
use super::{Courier, Publishing, Stage};
use crate::env::git::publish::Destination;
use crate::failpoint;
use crate::failure::Failure;

impl<O: Publishing> Courier<'_, O> {
    /// Takes back commit and files: everything is as it was before, or nothing changes and the reason is said.
    ///
    /// What the remote has is refused: others may have it by now.
    pub(crate) fn undo(&mut self, noted: Noted<'_>) -> Result<(), Failure> {
        self.find_own()?;
        match self.change().git.commit.clone() {
            Some(commit) => self.take_back(&commit),
            None => self.bring_back(noted),
        }
    }

    /// Whether the remote has the commit, or may have it.
    pub(crate) fn is_published(&mut self) -> Result<bool, Failure> {
        self.find_own()?;
        match self.change().git.commit.clone() {
            Some(commit) => self.has_arrived(&commit),
            None => Ok(false),
        }
    }

    /// Finds a commit of this run that the journal does not know yet, or that was made anew since.
    fn find_own(&mut self) -> Result<(), Failure> {
        let (publisher, run) = (&self.desk.publisher, self.journal.run());
        let git = &self.change().git;
        let found = publisher.commit_of_run(&git.base, run)?;
        if let Some(found) = found.filter(|found| git.commit.as_ref() != Some(found)) {
            let parent = publisher.parent(&found)?.unwrap_or_default();
            let git = &mut self.change_mut().git;
            (git.commit, git.base) = (Some(found), parent);
        }
        Ok(())
    }

    /// Takes back a commit that nobody else has.
    fn take_back(&self, commit: &str) -> Result<(), Failure> {
        let publisher = &self.desk.publisher;
        let head = publisher.head()?;
        self.refuse_pushed(commit)?;
        if !publisher.is_ancestor(commit, &head)? {
            // Somebody took it off the branch by hand; what is left is to forget it.
            return Ok(());
        }
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
        let base = &self.change().git.base;
        publisher
            .move_branch(commit, base, &format!("take back {}", O::NAME))
            .map_err(|failure| failure.within("the commit cannot be taken back"))
    }

    fn refuse_pushed(&self, commit: &str) -> Result<(), Failure> {
        let Some(to) = self.change().git.to.as_ref() else {
            return Ok(());
        };
        if !self.has_arrived(commit)? {
            return Ok(());
        }
        let newest = self.change().newest();
        let (command, newest) = (&self.desk.command, short(&newest));
        Err(
            Failure::refused(format!("commit {newest} is at {to} already, and cannot be undone here"))
                .hint(format!("undo it with a commit of its own: git revert {newest} && git push; the old key has to be there still"))
                .hint(format!("to end the operation as it is: {command} --resume")),
        )
    }

    fn has_arrived(&self, commit: &str) -> Result<bool, Failure> {
        let git = &self.change().git;
        let Some(to) = &git.to else {
            return Ok(false);
        };
        if !self.is_before(Stage::Pushed) {
            return Ok(true);
        }
        Ok(self.is_at(to, commit)?
            || match &git.rebased {
                Some(rebased) => self.is_at(to, rebased)?,
                None => false,
            })
    }

    fn is_at(&self, to: &Destination, commit: &str) -> Result<bool, Failure> {
        let publisher = &self.desk.publisher;
        match publisher.tip(to) {
            Ok(Some(tip)) => publisher.is_ancestor(commit, &tip),
            Ok(None) => Ok(false),
            // It was never sent by us; whether the user pushed it, git has noted.
            Err(_) if self.is_before(Stage::Pushing) => publisher.is_known_at_a_remote(commit),
            Err(failure) => Err(failure.within("cannot find out whether the push arrived")),
        }
    }

    /// Refuses to publish a commit whose undoing was killed: it is there still, but its files are what they were before.
    pub(super) fn refuse_half_undone(&self) -> Result<(), Failure> {
        let now = self.change().now(ALL_DIGESTS)?;
        if now.is_empty() || now.iter().any(|(_, now)| *now != Now::Before) {
            return Ok(());
        }
        let command = &self.desk.command;
        Err(
            Failure::refused("undoing this was begun: the files are what they were before")
                .hint(format!("finish that: {command} --abort")),
        )
    }

    /// Brings files back that are not committed; what somebody else wrote since is refused first.
    fn bring_back(&self, noted: Noted<'_>) -> Result<(), Failure> {
        let change = self.change();
        let foreign = change.those(noted, |now| now == Now::Foreign)?;
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
                short(&change.git.base)
            ))
            .hint("and run this again"))
    }

    /// Gives every planned file its content of the base commit; one that was not there goes.
    pub(crate) fn restore_all(&self) -> Result<(), Failure> {
        let change = self.change();
        let (old, new): (Vec<&PlannedFile>, Vec<&PlannedFile>) =
            change.files.iter().partition(|file| file.before.is_some());
        let paths = |files: Vec<&PlannedFile>| -> Vec<String> {
            files.into_iter().map(|file| file.path.clone()).collect()
        };
        self.desk.publisher.restore(&change.git.base, &paths(old))?;
        failpoint::reach("files-restored");
        self.desk.publisher.discard(&paths(new))
    }
}
