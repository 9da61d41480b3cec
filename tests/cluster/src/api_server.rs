//! The API server, which a test may take away for a while.

use crate::api::Api;
use crate::error::Result;
use crate::foundation::Foundation;

/// The API server.
pub struct ApiServer<'a> {
    base: &'a Foundation,
    api: &'a Api,
}

impl<'a> ApiServer<'a> {
    pub(crate) fn of(base: &'a Foundation, api: &'a Api) -> Self {
        Self { base, api }
    }

    /// Ends it and starts it again; waits until it is ready.
    ///
    /// # Errors
    /// When it does not come back.
    pub fn restart(&self) -> Result<()> {
        self.stop();
        self.start_again()
    }

    /// Ends it.
    pub fn stop(&self) {
        self.base.api_server.stop();
    }

    /// Kills it.
    pub fn kill(&self) {
        self.base.api_server.kill();
    }

    /// Starts it after [`Self::stop`] or [`Self::kill`]; waits until it is ready.
    ///
    /// # Errors
    /// When it does not come back.
    pub fn start_again(&self) -> Result<()> {
        self.base.api_server.run()?;
        self.base.ready(self.api)
    }
}
