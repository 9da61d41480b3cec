//! Before the first write: what is to be done, whether all is safe, and the plan for people to agree to.

use sealsmith_lint::lock;

use super::super::selection::Selection;
use super::super::target::Target;
use super::super::{Args, announce, record::Record};
use super::plan::{Goal, Plan};
use super::{Desk, Format, message};
use crate::failure::Failure;
use crate::operation::change::{Change, PlannedFile, digest};
use crate::operation::checks;

/// Works out the plan; nothing when the answer was no.
pub(super) fn prepare(desk: &Desk<'_>, args: &Args) -> Result<Option<Plan>, Failure> {
    let ui = desk.ui;
    let selection = Selection::resolve(args, desk.env)?;
    let target = Target::of(&selection, Some(desk.environment), args, desk.env, ui)?;
    let plan = plan(desk, args, &selection, &target)?;
    let record = Record::read(
        selection.git_folder()?.as_deref(),
        &target.recipient.fingerprint(),
    );
    selection.guard(args, &record, selection.lock()?.as_ref())?;
    checks::ours(selection.workspace, &plan.change)?;
    checks::known(
        selection.workspace,
        &selection.workspace.files_of(desk.environment)?,
    )?;
    let git = &plan.change.git;
    if let Some(to) = &git.to {
        checks::up_to_date(&desk.publisher, &git.base, to)?;
    }
    if args.format == Format::Human {
        announce(&selection, &target.means, &target.recipient, args, ui);
        message::intention(desk.environment, &plan, target.pinning.is_some(), ui);
    }
    let agreed = args.yes || !selection.protected || ui.confirm(&selection.question())?;
    Ok(agreed.then_some(plan))
}

fn plan(
    desk: &Desk<'_>,
    args: &Args,
    selection: &Selection<'_>,
    target: &Target,
) -> Result<Plan, Failure> {
    let target_files = files(desk, selection, target)?;
    Ok(Plan {
        goal: goal(args, target),
        overridden: Vec::new(),
        change: Change {
            root: desk.publisher.root().display().to_string(),
            files: target_files,
            git: checks::route(desk, !args.no_push)?,
        },
    })
}

/// The key that a target stands for.
pub(in super::super) fn goal(args: &Args, target: &Target) -> Goal {
    Goal {
        key: target.recipient.fingerprint().to_string(),
        certificate: target.recipient.certificate.to_pem(),
        old_keys: target.replaces.iter().map(ToString::to_string).collect(),
        partial: args.partial,
    }
}

/// Every file that may change for a target.
pub(in super::super) fn files(
    desk: &Desk<'_>,
    selection: &Selection<'_>,
    target: &Target,
) -> Result<Vec<PlannedFile>, Failure> {
    let root = desk.publisher.root();
    let lock = selection.lock()?.map(|_| lock::FILE.to_owned());
    let paths = selection.paths.iter().cloned().chain(lock);
    let mut files = paths
        .map(|path| PlannedFile::of(root, &path))
        .collect::<Result<Vec<_>, _>>()?;
    for (path, content) in target.pinning.iter().flat_map(|pinning| pinning.files()) {
        let mut file = PlannedFile::of(root, &path)?;
        file.after = Some(digest(&content));
        files.push(file);
    }
    Ok(files)
}
