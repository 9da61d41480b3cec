//! Files as a commit has them.

use super::{Publisher, separated};
use crate::env::files;
use crate::failure::Failure;

impl Publisher {
    /// Gives files back the content they have in a commit, in the work tree and the index.
    pub(crate) fn restore(&self, commit: &str, paths: &[String]) -> Result<(), Failure> {
        if paths.is_empty() {
            return Ok(());
        }
        let source = format!("--source={commit}");
        let arguments = ["restore", "--staged", "--worktree", &source];
        let arguments = [
            &arguments[..],
            &["--pathspec-from-file=-", "--pathspec-file-nul"],
        ]
        .concat();
        self.program
            .output(&arguments, &separated(paths), "bring the files back")?;
        Ok(())
    }

    /// Removes new files, from the work tree and the index.
    pub(crate) fn discard(&self, paths: &[String]) -> Result<(), Failure> {
        if paths.is_empty() {
            return Ok(());
        }
        let arguments = ["rm", "--cached", "--quiet", "--force", "--ignore-unmatch"];
        let arguments = [
            &arguments[..],
            &["--pathspec-from-file=-", "--pathspec-file-nul"],
        ]
        .concat();
        self.program
            .output(&arguments, &separated(paths), "forget the new files")?;
        crate::failpoint::reach("new-files-forgotten");
        for path in paths {
            let file = self.root.join(path);
            if file.symlink_metadata().is_ok() {
                files::remove(&file)?;
            }
        }
        Ok(())
    }
}
