//! Before the first write: what is to be done, whether all is safe, and the plan for people to agree to.

use sealsmith_lint::lock;

use super::super::selection::Selection;
use super::super::target::Target;
use super::super::{announce, record::Record};
use super::plan::{Plan, PlannedFile, PlannedGit};
use super::{Desk, Format, checks, message};
use crate::failure::Failure;

/// Works out the plan; nothing when the answer was no.
pub(super) fn prepare(desk: &Desk<'_>) -> Result<Option<Plan>, Failure> {
    let (args, ui) = (desk.args, desk.ui);
    let selection = Selection::resolve(args, desk.env)?;
    let target = Target::of(&selection, Some(desk.environment), args, desk.env, ui)?;
    let plan = plan(desk, &selection, &target)?;
    let record = Record::read(
        selection.git_folder()?.as_deref(),
        &target.recipient.fingerprint(),
    );
    selection.guard(args, &record, selection.lock()?.as_ref())?;
    checks::ours(&selection, &plan)?;
    checks::known(&selection)?;
    if let Some(to) = &plan.git.to {
        checks::up_to_date(&desk.publisher, &plan.git.base, to)?;
    }
    if args.format == Format::Human {
        announce(&selection, &target.means, &target.recipient, args, ui);
        message::intention(desk.environment, &plan, target.pinning.is_some(), ui);
    }
    let agreed = args.yes || !selection.protected || ui.confirm(&selection.question())?;
    Ok(agreed.then_some(plan))
}

fn plan(desk: &Desk<'_>, selection: &Selection<'_>, target: &Target) -> Result<Plan, Failure> {
    let root = desk.publisher.root();
    let lock = selection.lock()?.map(|_| lock::FILE.to_owned());
    let paths = selection.paths.iter().cloned().chain(lock);
    let mut files = paths
        .map(|path| PlannedFile::of(root, &path))
        .collect::<Result<Vec<_>, _>>()?;
    for (path, content) in target.pinning.iter().flat_map(|pinning| pinning.files()) {
        let mut file = PlannedFile::of(root, &path)?;
        file.after = Some(super::plan::digest(&content));
        files.push(file);
    }
    Ok(Plan {
        root: root.display().to_string(),
        key: target.recipient.fingerprint().to_string(),
        certificate: target.recipient.certificate.to_pem(),
        old_keys: target.replaces.iter().map(ToString::to_string).collect(),
        files,
        partial: desk.args.partial,
        git: where_to(desk, selection)?,
    })
}

fn where_to(desk: &Desk<'_>, selection: &Selection<'_>) -> Result<PlannedGit, Failure> {
    checks::branch_is_checked_out(&desk.publisher)?;
    let settings = selection
        .workspace
        .policy()
        .and_then(|policy| policy.environment(desk.environment))
        .map(|environment| environment.git.clone())
        .unwrap_or_default();
    let branch = desk.publisher.branch()?;
    let to = checks::destination(desk, &settings, &branch)?;
    Ok(PlannedGit {
        base: desk.publisher.head()?,
        branch,
        to,
        commit: None,
        rebased: None,
    })
}
