//! The end of the old key: inactive, watched, deleted. Each needs a proof of this process, and a failed check brings it back.

use super::Work;
use super::consumers::Proof;
use super::plan::Step;
use super::warrant::Warrant;
use crate::aws::{AccessKeyId, Status};
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
        let Some(proof) = self.wait_for_consumers()? else {
            return Ok(Flow::Stop(Ending::No));
        };
        self.refuse_used(&old)?;
        self.enter(Step::Deactivating)?;
        self.account
            .deactivate(&self.plan().user, &old.id, &proof)?;
        failpoint::reach("deactivated");
        if let Some(reasons) = self.misses_old()? {
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
        self.refuse_used(&old)?;
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

    /// Why something misses the old key; nothing when nothing does.
    fn misses_old(&self) -> Result<Option<Vec<String>>, Failure> {
        Ok(self.checked()?.err())
    }

    /// Checks every consumer; a check that could not be made counts as a failed one.
    fn checked(&self) -> Result<Result<Proof, Vec<String>>, Failure> {
        let having = self.having()?;
        match self.consumers(&having) {
            Ok(checked) => Ok(checked),
            Err(failure) => {
                let causes = failure.causes().iter().cloned();
                let reasons = std::iter::once(failure.message().to_owned()).chain(causes);
                Ok(Err(reasons.collect()))
            }
        }
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
