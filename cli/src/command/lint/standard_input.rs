//! Standard input, judged as if it were a file of the work tree: what an editor has not saved yet.

use std::path::Path as FilePath;

use sealsmith_lint::{Path, Run};

use super::ending::Remarks;
use super::job::{Job, Judged};
use super::overlay::Overlay;
use super::scope::Scope;
use super::work_tree::Files;
use crate::command::Ending;
use crate::env::files::LIMIT;
use crate::env::git::tree::Tree;
use crate::env::inside;
use crate::failure::Failure;

/// Checks standard input as the file of a path, compared with the rest of the work tree.
pub(super) fn run(job: &Job<'_>, path: &FilePath) -> Result<Ending, Failure> {
    let path = Path::new(inside::path(path, job.env.cwd(), job.root())?);
    if path.as_bytes().is_empty() {
        return Err(Failure::could_not(
            "--stdin-path names a folder, not a file",
        ));
    }
    let typed = job.env.read_stdin(LIMIT)?;
    let files = Files::open(job)?;
    let mut tree = Overlay::new(files.tree());
    tree.put(path.clone(), typed.expose().to_vec());
    judge(job, &tree, &path)
}

fn judge(job: &Job<'_>, tree: &dyn Tree, path: &Path) -> Result<Ending, Failure> {
    let settings = job.settings(tree)?;
    let context = settings.context(job.env.now(), false);
    let scope = Scope::Below(vec![path.as_bytes().to_vec()]);
    let mut run = Run::new(&context);
    job.check_policy(&mut run, &context, &settings);
    job.check(&mut run, tree, &settings, &scope)?;
    let report = scope.narrowed(run.finish(&settings.baseline, false));
    job.end(&Judged {
        report,
        tree,
        remarks: Remarks::default(),
    })
}
