//! Back to where it began: the old key active and everywhere, the new one gone.

use super::Work;
use super::consumers::Having;
use super::create::id_of;
use super::plan::Step;
use super::seal::{of_commit, put};
use super::warrant::{Warrant, Withdrawn};
use crate::command::Ending;
use crate::failpoint;
use crate::failure::Failure;
use crate::operation::change::{ALL_DIGESTS, Change, PlannedFile, Stage, digest, short};
use crate::operation::checks;
use crate::operation::driver::{Flow, Worker as _};
use crate::operation::merged_back;
use sealsmith_lint::lock;

impl Work<'_> {
    /// Settles how far the rotation came, and what there is to undo.
    pub(super) fn begin_undo(&mut self) -> Result<(), Failure> {
        if self.step() >= Step::Undoing {
            return Ok(());
        }
        if self.step() >= Step::Deleting {
            return Err(Failure::refused(
                "the old key is deleted, or may be: there is no way back",
            )
            .hint(format!(
                "go on to the end: {} --resume",
                self.courier.desk.command
            )));
        }
        if self.step() == Step::Creating {
            // Whatever the lost call made is found now: it is adopted here to be withdrawn below, or deleted at once.
            self.take_up_created()?;
        }
        if !self.courier.is_published()? {
            self.courier.undo(ALL_DIGESTS)?;
            failpoint::reach("taken-back");
            return self.enter(Step::Returned);
        }
        if self.courier.is_before(Stage::Pushed) {
            // It is there: this notes so, and moves the branch where it was put on top of others' commits.
            self.courier.push()?;
        }
        let undo = self.way_back()?;
        self.plan_mut().undo = Some(undo);
        self.enter(Step::Undoing)
    }

    /// The change that gives every file what it was before ours.
    fn way_back(&self) -> Result<Change, Failure> {
        let (change, desk) = (self.courier.change(), self.courier.desk);
        let git = checks::route(desk, true)?;
        if let Some(to) = &git.to {
            checks::up_to_date(&desk.publisher, &git.base, to)?;
        }
        let root = desk.publisher.root();
        let ours = change.newest();
        let mut files = Vec::new();
        for file in &change.files {
            let mut back = PlannedFile::of(root, &file.path)?;
            if file.path != lock::FILE && back.before != file.after {
                return Err(Failure::refused(format!(
                    "{} is no longer what commit {} made it",
                    file.path,
                    short(&ours)
                ))
                .hint("somebody changed it since: undo that first, or bring the old values back by hand"));
            }
            back.after = Some(digest(&self.content_before(change, &file.path, &git.base)?));
            files.push(back);
        }
        Ok(Change {
            root: change.root.clone(),
            files,
            git,
        })
    }

    /// What a file was before ours; of the lock file only our own lines are taken back.
    fn content_before(&self, change: &Change, path: &str, head: &str) -> Result<Vec<u8>, Failure> {
        let desk = self.courier.desk;
        let before = || of_commit(desk, &change.git.base, path);
        if path != lock::FILE {
            return before();
        }
        let ours = change.newest();
        let base = desk.publisher.parent(&ours)?.unwrap_or_default();
        merged_back(&desk.publisher, &ours, &base, head)
    }

    /// Makes the old key active, where it was made inactive.
    pub(super) fn revive(&mut self) -> Result<Flow, Failure> {
        let old = id_of(&self.plan().old)?;
        if self.old()?.is_none() {
            return Err(
                Failure::refused(format!("the old key {} is gone", old.masked()))
                    .cause("somebody deleted it meanwhile: there is no way back")
                    .hint("every application has the new key; it stays"),
            );
        }
        self.account.activate(&self.plan().user, &old)?;
        failpoint::reach("revived");
        Ok(Flow::On)
    }

    /// Brings the files back in the work tree.
    pub(super) fn edit_back(&mut self) -> Result<Flow, Failure> {
        self.courier.refuse_moved()?;
        self.courier.refuse_foreign(ALL_DIGESTS)?;
        self.courier.enter(Stage::Editing)?;
        let (ours, undo) = (self.plan().change.clone(), self.courier.change().clone());
        for file in &undo.files {
            let content = self.content_before(&ours, &file.path, &undo.git.base)?;
            if Some(digest(&content)) != file.after {
                return Err(Failure::refused(format!("cannot bring {} back", file.path))
                    .cause("the commit before ours holds something else than it did"));
            }
            put(&undo.root, &file.path, &content)?;
            failpoint::reach("file-brought-back");
        }
        self.courier.settle(ALL_DIGESTS)?;
        Ok(Flow::On)
    }

    /// Waits until every consumer has the old key again.
    pub(super) fn wait_for_return(&mut self) -> Result<Flow, Failure> {
        let old = id_of(&self.plan().old)?;
        let having = Having::Id(&old);
        let report = self.arrival(&having)?;
        if let Flow::Stop(ending) = self.arrived(&report)? {
            return Ok(Flow::Stop(ending));
        }
        match self.wait_until_all_have(&having)? {
            Ok(_) => Ok(Flow::On),
            Err(missing) => Ok(self.still_missing(&missing)),
        }
    }

    /// Says who does not have the old key again, and ends the run: the new one stays.
    fn still_missing(&self, missing: &[String]) -> Flow {
        let desk = self.courier.desk;
        for line in missing {
            desk.ui.warning(line);
        }
        desk.hint_next(&[(
            "to restart what uses the Secrets, and look again",
            "--abort --rollout-restart",
        )]);
        Flow::Stop(Ending::No)
    }

    /// Deletes the new key, which nobody has any more.
    pub(super) fn withdraw(&mut self) -> Result<Flow, Failure> {
        let Some(new) = self.plan().new.clone() else {
            return Ok(Flow::On);
        };
        let new = id_of(&new)?;
        let withdrawn = match self.plan().undo.is_some() {
            false => Withdrawn::unpublished(&new),
            true => {
                let old = id_of(&self.plan().old)?;
                let proof = match self.consumers(&Having::Id(&old))? {
                    Ok(proof) => proof,
                    Err(missing) => return Ok(self.still_missing(&missing)),
                };
                Withdrawn::given_back(&new, &proof)
                    .ok_or_else(|| Failure::refused("the new key is the old one"))?
            }
        };
        self.enter(Step::Withdrawing)?;
        self.become_the_operator()?;
        let warrant = Warrant::Withdrawn(&withdrawn);
        self.account
            .delete_key(&self.plan().user, withdrawn.id(), &warrant)?;
        failpoint::reach("new-key-deleted");
        Ok(Flow::On)
    }

    /// Signs with the operator's own credentials again: a key should not delete itself.
    fn become_the_operator(&mut self) -> Result<(), Failure> {
        let (plan, desk) = (self.courier.journal.plan(), self.courier.desk);
        self.account = super::start::account_of(self.args, self.settings, plan, desk)?;
        Ok(())
    }

    /// Removes the copy of the new key, which opens nothing any more.
    pub(super) fn forget_new(&self) -> Result<(), Failure> {
        let Some(new) = &self.plan().new else {
            return Ok(());
        };
        match self.store.access_key(new)? {
            Some(found) => found.wipe(),
            None => Ok(()),
        }
    }
}
