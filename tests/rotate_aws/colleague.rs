//! Somebody who works in the same repository.

use std::path::PathBuf;

use crate::side_by_side::desk::Desk;
use crate::support::program::Program;

/// Somebody who pushes too.
pub(crate) struct Colleague(PathBuf);

impl Desk {
    /// Somebody else's clone, up to date.
    pub(crate) fn colleague(&self) -> Colleague {
        let folder = self.place("colleague");
        if !folder.exists() {
            let url = format!("file://{}", self.place("origin.git").display());
            let clone = Program::new("git").args(["clone", "--quiet", &url]);
            clone.arg(&folder).output();
        }
        Colleague(folder)
    }
}

impl Colleague {
    /// Pushes a change of a file.
    pub(crate) fn pushes(&self, path: &str, content: impl AsRef<[u8]>) {
        self.git(&["pull", "--quiet", "--rebase"]);
        std::fs::write(self.0.join(path), content).expect("the folder is writable");
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "-m", "meanwhile"]);
        self.git(&["push", "--quiet"]);
    }

    pub(crate) fn reads(&self, path: &str) -> Vec<u8> {
        std::fs::read(self.0.join(path)).expect("the file is there")
    }

    fn git(&self, args: &[&str]) {
        Program::new("git").dir(&self.0).args(args).output();
    }
}
