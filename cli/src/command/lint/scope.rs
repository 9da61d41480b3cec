//! Which files are reported on, and which are only there to be compared with.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path as FilePath, PathBuf};

use sealsmith_lint::rule::{Check, Rule};
use sealsmith_lint::{Finding, Layout, Path, Report};

use super::arguments::Shard;
use super::counterparts::counterparts;
use super::job::Job;
use crate::env::git::tree::{Entry, Tree};
use crate::env::inside;
use crate::failure::Failure;
use crate::ui::shown;

/// Which files are reported on.
pub(super) enum Scope {
    /// All.
    Everything,
    /// Files and folders that were named.
    Below(Vec<Vec<u8>>),
    /// One part of several.
    Part(Shard),
    /// Files that changed.
    Changed(BTreeSet<Path>),
}

/// What a file is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It is reported on.
    Reported,
    /// Others are compared with it.
    Compared,
}

impl Scope {
    /// Takes what the arguments choose.
    pub(super) fn of_arguments(job: &Job<'_>) -> Result<Self, Failure> {
        match (job.args.shard, job.args.paths.as_slice()) {
            (Some(shard), _) => Ok(Self::Part(shard)),
            (None, []) => Ok(Self::Everything),
            (None, paths) => Self::named(paths, job.env.cwd(), job.root()),
        }
    }

    /// Takes the files and folders that a person named, as seen from a folder.
    fn named(paths: &[PathBuf], cwd: &FilePath, root: &FilePath) -> Result<Self, Failure> {
        let below = paths.iter().map(|path| inside::path(path, cwd, root));
        Ok(Self::Below(below.collect::<Result<_, _>>()?))
    }

    /// Whether a file is reported on.
    pub(super) fn has(&self, path: &Path) -> bool {
        match self {
            Self::Everything => true,
            Self::Below(folders) => folders.iter().any(|folder| is_below(path, folder)),
            Self::Part(shard) => shard.has(path.as_bytes()),
            Self::Changed(paths) => paths.contains(path),
        }
    }

    /// Whether the files that are read are all there are.
    pub(super) fn is_complete(&self) -> bool {
        matches!(self, Self::Everything | Self::Part(_))
    }

    /// Lists the files that are read, sorted by path.
    pub(super) fn files<'t>(
        &self,
        tree: &'t dyn Tree,
        layout: &Layout,
    ) -> Vec<(Cow<'t, Entry>, Role)> {
        let chosen: Vec<Cow<'_, Entry>> = match self {
            // These few are found without listing what did not change.
            Self::Changed(paths) => {
                let found = paths.iter().filter_map(|path| tree.find(path));
                found.map(Cow::Owned).collect()
            }
            Self::Below(_) => {
                let all = tree.entries().iter();
                let below = all.filter(|entry| self.has(&entry.path));
                below.map(Cow::Borrowed).collect()
            }
            Self::Everything | Self::Part(_) => {
                let role = |entry: &Entry| match self.has(&entry.path) {
                    true => Role::Reported,
                    false => Role::Compared,
                };
                let all = tree.entries().iter();
                return all
                    .map(|entry| (Cow::Borrowed(entry), role(entry)))
                    .collect();
            }
        };
        with_counterparts(tree, chosen, layout)
    }

    /// Leaves out findings about files that are not reported on, such as the policy.
    pub(super) fn narrowed(&self, mut report: Report) -> Report {
        let has =
            |finding: &Finding| self.has(&finding.path) || is_about_the_work_tree(finding.rule);
        report.findings.retain(has);
        report.silenced.retain(|(finding, _)| has(finding));
        report
    }

    /// The named files and folders that hold nothing.
    pub(super) fn missing<'a>(&'a self, tree: &dyn Tree) -> Vec<&'a [u8]> {
        let Self::Below(folders) = self else {
            return Vec::new();
        };
        let holds = |folder: &[u8]| {
            let mut entries = tree.entries().iter();
            entries.any(|entry| is_below(&entry.path, folder))
        };
        let folders = folders.iter().map(Vec::as_slice);
        folders.filter(|folder| !holds(folder)).collect()
    }

    /// Refuses a named file or folder that holds nothing.
    pub(super) fn refuse_nothing(&self, tree: &dyn Tree) -> Result<(), Failure> {
        match self.missing(tree).first() {
            None => Ok(()),
            Some(folder) => Err(Failure::could_not(format!(
                "nothing to check: no file here is {}, or below it",
                shown(FilePath::new(OsStr::from_bytes(folder)))
            ))),
        }
    }
}

fn with_counterparts<'t>(
    tree: &dyn Tree,
    chosen: Vec<Cow<'t, Entry>>,
    layout: &Layout,
) -> Vec<(Cow<'t, Entry>, Role)> {
    let entries: Vec<&Entry> = chosen.iter().map(AsRef::as_ref).collect();
    let compared = counterparts(tree, &entries, layout);
    let compared = compared.iter().filter_map(|path| tree.find(path));
    let compared = compared.map(|entry| (Cow::Owned(entry), Role::Compared));
    let chosen = chosen.into_iter().map(|entry| (entry, Role::Reported));
    let all = chosen.chain(compared);
    let sorted: BTreeMap<_, _> = all.map(|file| (file.0.path.clone(), file)).collect();
    sorted.into_values().collect()
}

/// Whether a rule speaks of the work tree as a whole, which no choice of files leaves out.
fn is_about_the_work_tree(rule: &Rule) -> bool {
    let mut checks = rule.checks.iter();
    checks.any(|check| matches!(check, Check::Guard(_)))
}

fn is_below(path: &Path, folder: &[u8]) -> bool {
    let rest = path.as_bytes().strip_prefix(folder);
    rest.is_some_and(|rest| folder.is_empty() || rest.is_empty() || rest.starts_with(b"/"))
}
