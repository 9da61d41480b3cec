//! Commit and push, as every operation does them.

use super::Work;
use crate::failure::Failure;
use crate::operation::driver::Flow;

impl Work<'_> {
    /// Commits what was written.
    pub(super) fn commit(&mut self) -> Result<Flow, Failure> {
        self.courier.commit_unless_done()?;
        Ok(Flow::On)
    }

    /// Pushes the commit.
    pub(super) fn push(&mut self) -> Result<Flow, Failure> {
        self.courier.push()?;
        Ok(Flow::On)
    }
}
