//! The commit in progress: what the index has that its parents have not.

use std::collections::{BTreeMap, BTreeSet};

use sealsmith_lint::change::Commit;
use sealsmith_lint::policy::FILE;
use sealsmith_lint::{Path, Report, Run};

use super::amending::is_amending;
use super::change::{Versions, in_all};
use super::commits;
use super::ending::Remarks;
use super::job::{Job, Judged};
use super::scope::Scope;
use super::settings::{Settings, policy_before};
use crate::command::Ending;
use crate::env::files;
use crate::env::git::tree::{Changed, Git, Id, Staged, Tree, commit, to_index};
use crate::failure::Failure;

/// Messages are small; whoever writes more means something else.
const LONGEST_MESSAGE: u64 = 1 << 20;

/// Checks what is staged.
pub(super) fn run(job: &Job<'_>) -> Result<Ending, Failure> {
    let git = job.git()?;
    let index = Staged::read(git.store())?;
    let parents = parents(job, git)?;
    let lists = lists(job, git, &index, &parents)?;
    let nothing = lists.iter().all(Vec::is_empty);
    let runs_all = job.env.variable("PRE_COMMIT").is_some() && job.args.message.is_none();
    if nothing && runs_all && !parents.is_empty() {
        job.ui
            .note("nothing is staged: checking all files of the last commit");
        return commits::revision(job, "HEAD");
    }
    let mut settings = job.settings(&index)?;
    if let (Some(parent), None) = (parents.first(), &job.args.policy_from) {
        settings.policy_before = policy_before(git.store(), parent);
    }
    let (report, remarks) = judge(job, git, &index, &settings, lists)?;
    let secrets = report.checked.secrets;
    let ending = job.end(&Judged {
        report,
        tree: &index,
        remarks,
    })?;
    job.refuse_empty_layout(&index, &settings, secrets)?;
    Ok(ending)
}

/// The commits that the commit in progress will stand on.
fn parents(job: &Job<'_>, git: &Git) -> Result<Vec<Id>, Failure> {
    let Some(head) = git.store().resolve("HEAD")? else {
        return Ok(Vec::new());
    };
    let merging = git.merging();
    if !merging.is_empty() {
        return Ok([vec![head], merging].concat());
    }
    let last = commit(git.store(), &head)?;
    if is_amending(job.env, &last) {
        return Ok(last.parents);
    }
    Ok(vec![head])
}

/// What the index changes, against each parent.
fn lists(
    job: &Job<'_>,
    git: &Git,
    index: &Staged<'_>,
    parents: &[Id],
) -> Result<Vec<Vec<Changed>>, Failure> {
    let compare = |tree: Option<&Id>| to_index(git.store(), tree, index.sorted());
    if parents.is_empty() {
        return Ok(vec![compare(None)?]);
    }
    let parents = parents.iter();
    parents
        .map(|parent| compare(Some(&job.tree_of(parent)?)))
        .collect()
}

fn judge(
    job: &Job<'_>,
    git: &Git,
    index: &Staged<'_>,
    settings: &Settings,
    lists: Vec<Vec<Changed>>,
) -> Result<(Report, Remarks), Failure> {
    let context = settings.context(job.env.now(), false);
    let mut run = Run::new(&context);
    let mut changed = BTreeMap::new();
    for change in lists.iter().flatten() {
        changed.insert(change.path.clone(), change.after.is_some());
    }
    let remarks = remarks(index, settings, &changed);
    let present = changed.iter().filter(|(_, present)| **present);
    let present: BTreeSet<Path> = present.map(|(path, _)| path.clone()).collect();
    if changed.contains_key(&Path::from(FILE)) {
        job.check_policy(&mut run, &context, settings);
    }
    let scope = Scope::Changed(present);
    job.check(&mut run, index, settings, &scope)?;
    let changes = Versions::new(git.store(), &context).changes(in_all(lists))?;
    if !changes.is_empty() {
        run.commit(&Commit {
            id: None,
            people: people(job, git),
            message: message(job)?,
            by_automation: by_automation(job, settings),
            changes,
        });
    }
    let mut report = run.finish(&settings.baseline, false);
    if job.args.message.is_some() {
        keep_what_is_new(&mut report, job);
    }
    Ok((report, remarks))
}

fn remarks(index: &Staged<'_>, settings: &Settings, changed: &BTreeMap<Path, bool>) -> Remarks {
    let policed = |path: &&Path| settings.layout.locate(&path.lossy()).is_some();
    let listing = index.left_out();
    let unmerged = listing.unmerged.iter().filter(policed).count();
    let policed = changed.keys().filter(policed).count() + unmerged;
    let removals = changed.values().all(|present| !present);
    Remarks {
        staged: Some((policed, changed.len() + listing.unmerged.len())),
        only_removals: removals && unmerged == 0,
        ..Remarks::of(listing)
    }
}

/// The pre-commit hook has said the rest already.
fn keep_what_is_new(report: &mut Report, job: &Job<'_>) {
    let least = job.args.fail_on.severity();
    report
        .findings
        .retain(|finding| finding.severity >= least || finding.rule.judges_what_is_done());
}

fn message(job: &Job<'_>) -> Result<Option<String>, Failure> {
    let Some(path) = &job.args.message else {
        return Ok(None);
    };
    let bytes = files::read(&job.env.cwd().join(path), LONGEST_MESSAGE)?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

fn people(job: &Job<'_>, git: &Git) -> Vec<String> {
    let said = ["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"];
    let mut people: Vec<_> = said
        .iter()
        .filter_map(|name| job.env.variable(name))
        .collect();
    if people.len() < said.len() {
        people.extend(git.store().address());
    }
    people
}

fn by_automation(job: &Job<'_>, settings: &Settings) -> bool {
    let variable = job.env.variable(&settings.policy.automation.env_var);
    variable.is_some_and(|value| !value.is_empty())
}
