//! The work tree as it is: what git tracks, and what lies untracked beside sealed secrets.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path as FilePath;

use sealsmith_lint::baseline::{self, Baseline};
use sealsmith_lint::run::Checked;
use sealsmith_lint::{Path, Report, Run};

use super::ending::{Remarks, count};
use super::fixing;
use super::job::{Job, Judged};
use super::scope::Scope;
use super::settings::{Settings, refuse_folders};
use crate::command::Ending;
use crate::env::files::{self, Access};
use crate::env::git::tree::{Folder, Git, Tree, WorkTree, last_changes};
use crate::failure::Failure;

/// Checks the work tree, or a folder that git does not manage.
pub(super) fn run(job: &Job<'_>) -> Result<Ending, Failure> {
    let mut files = Files::open(job)?;
    if job.args.write_baseline {
        return write_baseline(job, &files);
    }
    let scope = Scope::of_arguments(job)?;
    for path in scope.missing(files.tree()) {
        files.add(path);
    }
    scope.refuse_nothing(files.tree())?;
    let settings = files.settings(job)?;
    let report = judge(job, &files, files.tree(), &settings, &scope)?;
    if job.args.fix {
        return fix(job, &files, &scope, report);
    }
    end(job, &files, files.tree(), &settings, &scope, report)
}

/// The files of the work tree, with what git knows of them; or those of a folder that git does not manage.
pub(super) enum Files<'a> {
    /// Of a work tree.
    Git(&'a Git, WorkTree<'a>),
    /// Of a folder.
    Folder(Folder),
}

impl<'a> Files<'a> {
    /// Lists them.
    pub(super) fn open(job: &Job<'a>) -> Result<Self, Failure> {
        let Some(git) = job.git else {
            return Ok(Self::Folder(Folder::new(job.env.cwd())));
        };
        let root = git.root().ok_or_else(|| {
            Failure::could_not("this repository has no work tree")
                .hint("name what to check: --rev REV or --range A..B")
        })?;
        Ok(Self::Git(git, WorkTree::new(git.store(), root)?))
    }

    /// The files alone.
    pub(super) fn tree(&self) -> &dyn Tree {
        match self {
            Self::Git(_, tree) => tree,
            Self::Folder(folder) => folder,
        }
    }

    /// Counts in what a person named and git does not track yet.
    fn add(&mut self, path: &[u8]) {
        match self {
            Self::Git(_, tree) => tree.add(path),
            Self::Folder(_) => {}
        }
    }

    fn settings(&self, job: &Job<'_>) -> Result<Settings, Failure> {
        refuse_folders(|name| job.root().join(name).is_dir())?;
        let mut settings = job.settings(self.tree())?;
        settings.changed = self.ages(&settings)?;
        Ok(settings)
    }

    fn remarks(&self) -> Remarks {
        match self {
            Self::Git(_, tree) => Remarks::of(tree.listing()),
            Self::Folder(_) => Remarks::default(),
        }
    }

    /// When each file was last changed, if a rule wants to know.
    fn ages(&self, settings: &Settings) -> Result<BTreeMap<Path, i64>, Failure> {
        let Self::Git(git, tree) = self else {
            return Ok(BTreeMap::new());
        };
        match git.store().resolve("HEAD")? {
            Some(head) if settings.asks_for_ages() => {
                last_changes(git.store(), &head, settings.in_layout(tree), &git.shallow())
            }
            _ => Ok(BTreeMap::new()),
        }
    }
}

/// Judges a tree: the files as they are, or as they would be.
fn judge(
    job: &Job<'_>,
    files: &Files<'_>,
    tree: &dyn Tree,
    settings: &Settings,
    scope: &Scope,
) -> Result<Report, Failure> {
    let context = settings.context(job.env.now(), job.args.guard.is_some());
    let mut run = Run::new(&context);
    job.check_policy(&mut run, &context, settings);
    job.check(&mut run, tree, settings, scope)?;
    if let Files::Git(git, tree) = files {
        for file in tree.untracked(&settings.layout, &environments(tree, settings)) {
            let file = file?;
            if scope.has(&file.path) {
                run.file(&file);
            }
        }
        guard(job, git, settings, &mut run)?;
    }
    let report = run.finish(&settings.baseline, scope.is_complete());
    Ok(scope.narrowed(report))
}

fn end(
    job: &Job<'_>,
    files: &Files<'_>,
    tree: &dyn Tree,
    settings: &Settings,
    scope: &Scope,
    report: Report,
) -> Result<Ending, Failure> {
    let secrets = report.checked.secrets;
    let ending = job.end(&Judged {
        report,
        tree,
        remarks: files.remarks(),
    })?;
    if scope.is_complete() {
        job.refuse_empty_layout(tree, settings, secrets)?;
    }
    Ok(ending)
}

/// Puts right what can be, and judges what is left.
fn fix(job: &Job<'_>, files: &Files<'_>, scope: &Scope, report: Report) -> Result<Ending, Failure> {
    // A fix may change what is judged by, so that is read anew.
    let settings_of = |tree: &dyn Tree| {
        let mut settings = job.read_settings(tree)?;
        settings.changed = files.ages(&settings)?;
        Ok::<_, Failure>(settings)
    };
    let fixed = fixing::run(job, files.tree(), report, |tree| {
        judge(job, files, tree, &settings_of(tree)?, scope)
    })?;
    if job.args.diff {
        return fixing::show(job, &fixed);
    }
    fixing::write(job, files.tree(), &fixed)?;
    let settings = settings_of(&fixed.tree)?;
    end(job, files, &fixed.tree, &settings, scope, fixed.report)
}

fn guard(job: &Job<'_>, git: &Git, settings: &Settings, run: &mut Run<'_>) -> Result<(), Failure> {
    let Some(operation) = job.args.guard else {
        return Ok(());
    };
    let mut state = git.state()?;
    let in_layout = |path: &Path| settings.layout.locate(&path.lossy()).is_some();
    state.untracked.retain(in_layout);
    if !settings
        .policy
        .git
        .require_clean
        .contains(&operation.guarded())
    {
        state.changed.clear();
        state.untracked.clear();
    }
    run.guard(&state);
    Ok(())
}

/// The environments that the policy names, and those that files are in.
fn environments(tree: &dyn Tree, settings: &Settings) -> BTreeSet<String> {
    let named = settings
        .policy
        .environments
        .names()
        .map(ToString::to_string);
    let mut found: BTreeSet<String> = named.collect();
    if settings.policy_text.is_none() {
        let paths = tree.entries().iter().map(|entry| entry.path.lossy());
        found.extend(paths.filter_map(|path| Some(settings.layout.locate(&path)?.env)));
    }
    found
}

fn write_baseline(job: &Job<'_>, files: &Files<'_>) -> Result<Ending, Failure> {
    let mut settings = files.settings(job)?;
    settings.baseline = Baseline::default();
    let report = judge(job, files, files.tree(), &settings, &Scope::Everything)?;
    let text = Baseline::of(&report.findings).to_string();
    let path: &FilePath = &job.root().join(baseline::FILE);
    files::replace(path, text.as_bytes(), Access::Public)?;
    let Checked { files, .. } = report.checked;
    job.ui.status(format!(
        "checked {}; accepted {} in {}",
        count(files, "file"),
        count(text.lines().count(), "finding"),
        baseline::FILE
    ));
    Ok(Ending::Done)
}
