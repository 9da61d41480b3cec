//! Commits: the files of one, or of the last of a range together with what each of the range changes.

use sealsmith_lint::{Report, Run};

use super::change::{Versions, in_all, of_history};
use super::ending::Remarks;
use super::job::{Job, Judged};
use super::scope::Scope;
use super::settings::{Settings, policy_before};
use crate::command::Ending;
use crate::env::git::tree::{Changed, Git, Id, Snapshot, between, commit, last_changes};
use crate::failure::Failure;

/// Checks the files of a commit.
pub(super) fn revision(job: &Job<'_>, revision: &str) -> Result<Ending, Failure> {
    let id = job.commit(revision)?;
    let tree = Snapshot::commit(job.git()?.store(), &id)?;
    let settings = settings(job, &tree, &id)?;
    judge(job, &tree, settings, None)
}

/// Checks the files of a range's last commit, and every commit of it.
pub(super) fn range(job: &Job<'_>, range: &str) -> Result<Ending, Failure> {
    let git = job.git()?;
    let (from, to) = ends(range)?;
    let (from, to) = (job.commit(from)?, job.commit(to)?);
    let base = base(git, &from, &to)?;
    let commits = git.store().commits(&from, &to)?;
    let way = Way { base, to, commits };
    let tree = Snapshot::commit(git.store(), &way.to)?;
    let mut settings = settings(job, &tree, &way.to)?;
    settings.policy_before = policy_before(git.store(), &way.base);
    judge(job, &tree, settings, Some(&way))
}

fn settings(job: &Job<'_>, tree: &Snapshot<'_>, id: &Id) -> Result<Settings, Failure> {
    let git = job.git()?;
    let mut settings = job.settings(tree)?;
    if settings.asks_for_ages() {
        let files = settings.in_layout(tree);
        settings.changed = last_changes(git.store(), id, files, &git.shallow())?;
    }
    Ok(settings)
}

fn judge(
    job: &Job<'_>,
    tree: &Snapshot<'_>,
    settings: Settings,
    way: Option<&Way>,
) -> Result<Ending, Failure> {
    let scope = Scope::of_arguments(job)?;
    scope.refuse_nothing(tree)?;
    let context = settings.context(job.env.now(), false);
    let mut run = Run::new(&context);
    job.check_policy(&mut run, &context, &settings);
    job.check(&mut run, tree, &settings, &scope)?;
    let store = job.git()?.store();
    let mut versions = Versions::new(store, &context);
    if let Some(way) = way {
        for id in &way.commits {
            let changes = versions.changes(changed(job, id)?)?;
            run.commit(&of_history(id, commit(store, id)?, changes));
        }
        run.between_ends(versions.changes(way.net(job)?)?);
    }
    let report = run.finish(&settings.baseline, scope.is_complete());
    let report: Report = scope.narrowed(report);
    let secrets = report.checked.secrets;
    let ending = job.end(&Judged {
        report,
        tree,
        remarks: Remarks {
            commits: way.map(|way| way.commits.len()),
            ..Remarks::default()
        },
    })?;
    if scope.is_complete() {
        job.refuse_empty_layout(tree, &settings, secrets)?;
    }
    Ok(ending)
}

/// The way from one commit to another.
struct Way {
    /// Where the branches part.
    base: Id,
    to: Id,
    commits: Vec<Id>,
}

impl Way {
    /// What differs between its ends, whatever was done and undone on it.
    fn net(&self, job: &Job<'_>) -> Result<Vec<Changed>, Failure> {
        let store = job.git()?.store();
        between(
            store,
            Some(&job.tree_of(&self.base)?),
            &job.tree_of(&self.to)?,
        )
    }
}

/// What a commit changes; a merge, what differs from every parent.
fn changed(job: &Job<'_>, id: &Id) -> Result<Vec<Changed>, Failure> {
    let store = job.git()?.store();
    let this = commit(store, id)?;
    if this.parents.is_empty() {
        return between(store, None, &this.tree);
    }
    let parents = this.parents.iter();
    let lists = parents.map(|parent| between(store, Some(&job.tree_of(parent)?), &this.tree));
    Ok(in_all(lists.collect::<Result<_, _>>()?))
}

/// The two ends of `A..B`; HEAD where one is left out.
fn ends(range: &str) -> Result<(&str, &str), Failure> {
    let (from, to) = range.split_once("..").ok_or_else(|| {
        Failure::could_not(format!("\"{range}\" is no range"))
            .hint("a range is written A..B, as in --range origin/main..HEAD")
    })?;
    let to = to.strip_prefix('.').unwrap_or(to);
    Ok((
        if from.is_empty() { "HEAD" } else { from },
        if to.is_empty() { "HEAD" } else { to },
    ))
}

fn base(git: &Git, from: &Id, to: &Id) -> Result<Id, Failure> {
    git.store().merge_base(from, to)?.ok_or_else(|| {
        let failure = Failure::could_not(format!(
            "{} and {} have no common ancestor here",
            from.short(),
            to.short()
        ));
        match git.shallow().is_empty() {
            true => failure.hint("name two commits of one history"),
            false => failure.hint(
                "this clone is shallow: git fetch --unshallow, or fetch-depth: 0 in actions/checkout",
            ),
        }
    })
}
