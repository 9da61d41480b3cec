//! The end of the old key: inactive, watched, deleted. Each needs a proof of this process, and a failed check brings it back.

use super::Work;
use super::consumers::Proof;
use super::plan::Step;
use super::warrant::Warrant;
use crate::aws::{AccessKey, AccessKeyId, Status};
use crate::command::Ending;
use crate::env::clock;
use crate::failpoint;
use crate::failure::Failure;
use crate::operation::driver::{Flow, Worker as _};

impl Work<'_> {
    /// Makes the old key inactive once every consumer has the new one, and makes sure that everything works without it.
    pub(super) fn deactivate(&mut self) -> Result<Flow, Failure> {
        let Some(old) = self.old()? else {
            return self.gone_already();
        };
        if old.status == Status::Inactive {
            // A process that was killed did it, or a person; either way somebody may be without a key now.
            self.fetch_key()?;
            return self.look_without_old(&old);
        }
        let Some(proof) = self.wait_for_consumers()? else {
            return Ok(Flow::Stop(Ending::No));
        };
        self.refuse_used(&old)?;
        self.enter(Step::Deactivating)?;
        self.account
            .deactivate(&self.plan().user, &old.id, &proof)?;
        failpoint::reach("deactivated");
        self.look_without_old(&old)
    }

    /// Makes sure that everything works without the old key, or brings it back.
    fn look_without_old(&mut self, old: &AccessKey) -> Result<Flow, Failure> {
        if let Err(reasons) = self.checked()? {
            return self.bring_back(&old.id, &reasons);
        }
        self.plan_mut().inactive = Some(clock::now());
        self.enter(Step::Inactive)?;
        Ok(Flow::On)
    }

    /// Deletes the old key, after the consumers were checked again.
    pub(super) fn delete(&mut self) -> Result<Flow, Failure> {
        let Some(old) = self.old()? else {
            return Ok(Flow::On);
        };
        if old.status != Status::Inactive {
            return Err(Failure::refused(format!(
                "the old key {} is active again",
                old.id.masked()
            ))
            .cause("somebody brought it back, who may need it")
            .hint("find out why; to make it inactive and go on, do that in the AWS console first")
            .hint(format!(
                "or undo the rotation: {} --abort",
                self.courier.desk.command
            )));
        }
        // Whoever used it after everybody had the new one is without a key now.
        if let Err(failure) = self.refuse_used(&old) {
            return self.bring_back(&old.id, &reasons(&failure));
        }
        self.fetch_key()?;
        let proof = match self.checked()? {
            Ok(proof) => proof,
            Err(reasons) => return self.bring_back(&old.id, &reasons),
        };
        self.enter(Step::Deleting)?;
        let warrant = Warrant::Retired(&proof, &old.id);
        self.account
            .delete_key(&self.plan().user, &old.id, &warrant)?;
        failpoint::reach("key-deleted");
        self.enter(Step::Deleted)?;
        Ok(Flow::On)
    }

    /// Removes the copy of the old key, which opens nothing any more.
    pub(super) fn forget_old(&self) -> Result<(), Failure> {
        match self.store.access_key(&self.plan().old) {
            Ok(Some(found)) => found.wipe(),
            Ok(None) => Ok(()),
            // It is of no use to anybody, whatever is wrong with it.
            Err(failure) => {
                self.courier.desk.ui.warning(failure.message());
                Ok(())
            }
        }
    }

    fn gone_already(&mut self) -> Result<Flow, Failure> {
        self.courier
            .desk
            .say("the old key is gone already: somebody else deleted it");
        self.enter(Step::Deleted)?;
        Ok(Flow::On)
    }

    /// Checks every consumer; a check that could not be made counts as a failed one.
    fn checked(&self) -> Result<Result<Proof, Vec<String>>, Failure> {
        let having = self.having()?;
        let checked = self.consumers(&having);
        Ok(checked.unwrap_or_else(|failure| Err(reasons(&failure))))
    }

    /// Makes the old key active again, and says why.
    fn bring_back(&mut self, old: &AccessKeyId, reasons: &[String]) -> Result<Flow, Failure> {
        self.account.activate(&self.plan().user, old)?;
        failpoint::reach("reactivated");
        self.plan_mut().inactive = None;
        self.enter(Step::Waited)?;
        let desk = self.courier.desk;
        desk.ui.warning(format!(
            "the old key {} is active again, because the check without it failed",
            old.masked()
        ));
        self.say_missing(reasons);
        Ok(Flow::Stop(Ending::No))
    }
}

fn reasons(failure: &Failure) -> Vec<String> {
    let causes = failure.causes().iter().cloned();
    std::iter::once(failure.message().to_owned())
        .chain(causes)
        .collect()
}
