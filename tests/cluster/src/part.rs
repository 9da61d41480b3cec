//! The API server or its storage, which a test may take away for a while.

use crate::error::Result;
use crate::foundation::Foundation;
use crate::process::Process;

/// The API server or its storage.
pub struct Part<'a> {
    process: &'a Process,
    base: &'a Foundation,
}

impl<'a> Part<'a> {
    pub(crate) fn of(process: &'a Process, base: &'a Foundation) -> Self {
        Self { process, base }
    }

    /// Ends it and starts it again; waits until the API server is ready.
    ///
    /// # Errors
    /// When it does not come back.
    pub fn restart(&self) -> Result<()> {
        self.stop();
        self.start_again()
    }

    /// Ends it.
    pub fn stop(&self) {
        self.process.stop();
    }

    /// Kills it.
    pub fn kill(&self) {
        self.process.kill();
    }

    /// Starts it after [`Self::stop`] or [`Self::kill`]; waits until the API server is ready.
    ///
    /// # Errors
    /// When it does not come back.
    pub fn start_again(&self) -> Result<()> {
        self.process.run()?;
        self.base.ready()
    }
}
