//! The two waiting times: the grace of the old key, and how long it stays inactive before it is gone.

use std::time::Duration;

use super::Work;
use super::message::{duration, later};
use crate::command::Ending;
use crate::env::clock;
use crate::failure::Failure;
use crate::operation::driver::{Flow, Worker as _};

/// What is waited for here; for anything longer a person comes back.
const PATIENCE: i64 = 600;
/// How often the lock is looked at meanwhile.
const LOOK: Duration = Duration::from_secs(1);

impl Work<'_> {
    /// Waits until the old key had its grace, or says when to come back.
    pub(super) fn wait_for_grace(&mut self) -> Result<Flow, Failure> {
        let since = self.plan().in_use.unwrap_or_else(clock::now);
        let until = later(since, self.plan().grace);
        if let Flow::Stop(ending) = self.wait_until(until, "may be made inactive")? {
            return Ok(Flow::Stop(ending));
        }
        if let Some(old) = self.old()? {
            self.refuse_used(&old)?;
        }
        Ok(Flow::On)
    }

    /// Waits until the old key was inactive for long enough, and makes sure that nobody missed it.
    pub(super) fn wait_for_soak(&mut self) -> Result<Flow, Failure> {
        let since = self.plan().inactive.unwrap_or_else(clock::now);
        let until = later(since, self.plan().soak);
        self.wait_until(until, "may be deleted")
    }

    fn wait_until(&self, until: i64, what: &str) -> Result<Flow, Failure> {
        let left = until.saturating_sub(clock::now());
        if left <= 0 {
            return Ok(Flow::On);
        }
        let (desk, at) = (self.courier.desk, clock::rfc3339(until));
        if left > PATIENCE {
            desk.say(format!(
                "the old key {what} at {at}; both keys work until it is"
            ));
            desk.hint_next(&[
                ("to go on from then", "--finish"),
                ("to undo the rotation", "--abort"),
            ]);
            return Ok(Flow::Stop(Ending::Done));
        }
        desk.say(format!(
            "the old key {what} in {}, at {at}",
            duration(left.unsigned_abs())
        ));
        while clock::now() < until {
            self.may_go_on()?;
            std::thread::sleep(LOOK);
        }
        Ok(Flow::On)
    }
}
