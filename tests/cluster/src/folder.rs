//! The folder of a cluster, which goes with it.

use crate::error::Result;
use crate::{file, logs, parts};
use std::path::Path;
use tempfile::TempDir;

/// A folder in memory. Its logs are kept elsewhere if somebody wants them, even those of a cluster that did not start.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Result<Self> {
        let namespace = parts::namespace_folder()?;
        let folder = tempfile::Builder::new()
            .prefix("cluster-")
            .tempdir_in(&namespace);
        folder.map(Self).map_err(file::at(&namespace))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        logs::keep_if_wanted(self.path());
    }
}
