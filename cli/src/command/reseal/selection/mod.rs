//! What to re-seal and with which keys: paths and flags, or an environment and its policy.

mod find;
mod means;
mod source;

use std::collections::BTreeSet;
use std::path::PathBuf;

use sealsmith_lint::Layout;
use sealsmith_lint::lock;
use sealsmith_lint::policy::Guarded;

use super::Args;
use super::record::Record;
use crate::env::{Env, Workspace};
use crate::failure::Failure;
use crate::lock_file::LockFile;
use crate::ui::count;

pub(crate) use find::find;

use source::{Opens, Source};

/// Everything that is settled before a key is read.
pub(super) struct Selection<'a> {
    pub(super) root: PathBuf,
    /// What people call the selection.
    pub(super) title: String,
    /// The files, symlinks followed.
    pub(super) files: Vec<PathBuf>,
    opens: Opens,
    certificate: Source,
    /// Whether a person is asked first.
    pub(super) protected: bool,
    pub(super) workspace: &'a Workspace,
    environments: BTreeSet<String>,
    /// The same files relative to the root, in the same order.
    pub(super) paths: Vec<String>,
}

impl<'a> Selection<'a> {
    /// Finds the files, all of them inside the whitelist, and where keys and certificate come from.
    pub(super) fn resolve(args: &Args, env: &'a Env) -> Result<Self, Failure> {
        let workspace = env.workspace()?;
        let sites = find(workspace, &args.targets, env)?;
        if sites.is_empty() {
            return Err(Failure::could_not(format!(
                "{} holds no file to re-seal",
                args.targets.join(", ")
            ))
            .hint("name files or folders below the layout, or an environment of sealsmith.yaml"));
        }
        let environments: BTreeSet<String> =
            sites.iter().map(|site| site.place.env.clone()).collect();
        Ok(Self {
            root: workspace.root().to_owned(),
            title: args.targets.join(", "),
            opens: Opens::of(args, env, workspace, &environments)?,
            certificate: Source::of(args, &environments)?,
            protected: environments
                .iter()
                .any(|environment| workspace.is_protected(environment)),
            files: sites.iter().map(|site| site.file.clone()).collect(),
            paths: sites.into_iter().map(|site| site.path).collect(),
            workspace,
            environments,
        })
    }

    /// The folder of git's own files, when there is a repository.
    pub(super) fn git_folder(&self) -> Result<Option<PathBuf>, Failure> {
        let repo = self.workspace.repo()?;
        Ok(repo.map(|repo| repo.git_folder().to_owned()))
    }

    /// Refuses what git could not bring back, before anything is written.
    ///
    /// A file that an earlier run finished for the same key, and nobody touched since, may be uncommitted.
    pub(super) fn guard(
        &self,
        args: &Args,
        record: &Record,
        lock: Option<&LockFile>,
    ) -> Result<(), Failure> {
        // Looking changes nothing, so a dry run needs no safety net.
        if args.dry_run || (args.no_git && self.workspace.repo()?.is_none()) {
            return Ok(());
        }
        let both = self.paths.iter().zip(&self.files);
        let open = both.filter(|(path, file)| !(record.knows(path) && record.is_ours(path, file)));
        let mut paths: Vec<&str> = open.map(|(path, _)| path.as_str()).collect();
        if !lock.is_some_and(|lock| record.is_done(lock::FILE, lock.text())) {
            paths.push(lock::FILE);
        }
        self.workspace.refuse_unless_safe(Guarded::Reseal, &paths)
    }

    /// The repository's memory of which key each value is for.
    pub(super) fn lock(&self) -> Result<Option<LockFile>, Failure> {
        LockFile::of(self.workspace)
    }

    /// Whether a running controller takes part; with private keys at hand nothing is asked of a cluster.
    pub(super) fn asks_controller(&self) -> bool {
        matches!(self.opens, Opens::Controller(_) | Opens::KeysOf(_))
    }

    /// Where sealed secrets lie.
    pub(super) fn layout(&self) -> &Layout {
        self.workspace.layout()
    }

    /// The question before a protected environment changes.
    pub(super) fn question(&self) -> String {
        format!(
            "Re-seal {} of {}?",
            count(self.files.len(), "file"),
            self.environments
                .iter()
                .cloned()
                .collect::<Vec<_>>()
                .join(", ")
        )
    }
}
