//! Before a key is made: is the controller a folder, does everything open, is there a way back?

use std::path::{Path, PathBuf};

use sealsmith_lint::lock;
use sealsmith_lint::policy::{FILE, Reach, RepoPath};

use super::super::record::Record;
use super::super::selection::Selection;
use super::super::{Args as Reseal, engine_run};
use super::plan::Plan;
use super::{Args, pieces};
use crate::backup::Store;
use crate::certificates::{self, Recipient};
use crate::env::clock;
use crate::failure::Failure;
use crate::key_folder;
use crate::operation::change::{Change, PlannedFile};
use crate::operation::{Desk, checks};
use crate::ui::{Text, count, shown};

/// More than a folder of keys takes.
const ROOM: usize = 1 << 20;

/// The folder that stands for the controller of the environment.
pub(super) fn folder(desk: &Desk<'_>) -> Result<PathBuf, Failure> {
    let (workspace, name) = (desk.env.workspace()?, desk.environment);
    let policy = workspace.policy();
    let Some(found) = policy.and_then(|policy| policy.environment(name)) else {
        let names = policy.map(|policy| policy.environments.names().collect::<Vec<_>>());
        return Err(
            Failure::could_not(format!("{FILE} has no environment {name}"))
                .hint(format!("it has: {}", names.unwrap_or_default().join(", "))),
        );
    };
    match &found.controller.reach {
        Reach::Keys(folder) => Ok(folder.below(workspace.root())),
        Reach::Cluster { .. } | Reach::Url(_) => Err(Failure::could_not(format!(
            "the controller of {name} is no folder of keys"
        ))
        .cause("the key of a controller in a cluster is not rotated by this version")
        .hint(format!(
            "it renews its key by itself; then: sealsmith reseal {name} --fingerprint SHA256:…"
        ))),
    }
}

/// Where copies of the keys are kept: in the folder that was named, or that of the environment's access key.
pub(super) fn store(args: &Args, desk: &Desk<'_>) -> Result<Store, Failure> {
    let policy = desk.env.workspace()?.policy();
    let environment = policy.and_then(|policy| policy.environment(desk.environment));
    let aws = environment.and_then(|environment| environment.aws.as_ref());
    let mut settings = aws.map(|aws| aws.backup.clone()).unwrap_or_default();
    if let Some(folder) = &args.backup_folder {
        let folder = desk.env.cwd().join(folder);
        let named = RepoPath::parse(&folder.to_string_lossy());
        settings.folder = Some(named.map_err(|error| {
            Failure::could_not(format!("cannot use the folder {}", shown(&folder))).because(error)
        })?);
    }
    Store::of(Some(&settings), desk.env)
}

/// Works out the plan, and shows it.
pub(super) fn prepare(
    args: &Args,
    folder: &Path,
    store: &Store,
    desk: &Desk<'_>,
) -> Result<Plan, Failure> {
    let served = key_folder::current_certificate(folder)?;
    refuse_shadowed(&served, desk.env.now())?;
    let workspace = desk.env.workspace()?;
    let reseal = Reseal::of_environment(desk.environment, None)?;
    let selection = Selection::resolve(&reseal, desk.env)?;
    let change = change(args, &selection, desk)?;
    selection.guard(
        &reseal,
        &Record::read(None, &served.fingerprint()),
        selection.lock()?.as_ref(),
    )?;
    checks::ours(workspace, &change)?;
    checks::known(workspace, &workspace.files_of(desk.environment)?)?;
    if let Some(to) = &change.git.to {
        checks::up_to_date(&desk.publisher, &change.git.base, to)?;
    }
    let recipient = Recipient::of(served, "of the key folder", desk.env, desk.ui)?;
    everything_opens(&selection, &recipient, desk)?;
    store.check(ROOM)?;
    let keys = key_folder::certificates_in(folder)?;
    let before = keys.iter().map(|(_, key)| key.fingerprint().to_string());
    let plan = Plan {
        folder: folder.display().to_string(),
        before: before.collect(),
        old: recipient.fingerprint().to_string(),
        backups: Vec::new(),
        goal: super::super::operation::plan::Goal::default(),
        overridden: Vec::new(),
        change,
    };
    show(&plan, store, desk);
    Ok(plan)
}

/// A key that begins later than now would stay the newest, and the new one would never seal.
fn refuse_shadowed(
    served: &sealsmith_core::certificate::Certificate,
    now: i64,
) -> Result<(), Failure> {
    if served.not_before() < now {
        return Ok(());
    }
    Err(Failure::refused("a key of the folder begins in the future")
        .cause(format!(
            "{} begins {}, and the newest key seals",
            served.fingerprint(),
            clock::rfc3339(served.not_before())
        ))
        .hint("wait until then, or take it out of the folder"))
}

/// The files that a re-sealing may change; certificate and pin join them once the key is there.
fn change(args: &Args, selection: &Selection<'_>, desk: &Desk<'_>) -> Result<Change, Failure> {
    let root = desk.publisher.root();
    let certificate = certificates::path_of_environment(selection.workspace, desk.environment)?;
    let certificate = certificate.strip_prefix(root).map_err(|_| {
        Failure::refused("the environment's certificate is outside of the repository")
    })?;
    let more = [
        lock::FILE.to_owned(),
        FILE.to_owned(),
        certificate.to_string_lossy().into_owned(),
    ];
    let paths = selection.paths.iter().cloned().chain(more);
    let files = paths
        .map(|path| PlannedFile::of(root, &path))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Change {
        root: root.display().to_string(),
        files,
        git: checks::route(desk, !args.no_push)?,
    })
}

/// A value that nobody can open now would be lost for the new key.
fn everything_opens(
    selection: &Selection<'_>,
    recipient: &Recipient,
    desk: &Desk<'_>,
) -> Result<(), Failure> {
    let dry = Reseal {
        dry_run: true,
        ..Reseal::of_environment(desk.environment, None)?
    };
    let means = selection.means_for(recipient, &dry, desk.env, desk.ui)?;
    let record = Record::read(None, &recipient.fingerprint());
    let run = engine_run(selection, &means, recipient, None, &record, &dry, desk.ui)?;
    let left: Vec<_> = run.files.iter().flat_map(|file| &file.left).collect();
    if left.is_empty() {
        return Ok(());
    }
    let failure = Failure::refused(format!(
        "{} cannot be opened with the keys of the folder",
        count(left.len(), "value")
    ));
    let failure = left
        .iter()
        .take(8)
        .fold(failure, |failure, one| failure.cause(&*one.place));
    Err(failure.hint(format!(
        "see why: sealsmith unseal --explain --recovery-private-key FOLDER FILE, then seal them anew or `sealsmith reseal {}`",
        desk.environment
    )))
}

fn show(plan: &Plan, store: &Store, desk: &Desk<'_>) {
    desk.say(
        Text::new()
            .plain("a new controller key for ")
            .bold(desk.environment)
            .dim(format!(" ({})", plan.folder)),
    );
    desk.say(Text::new().plain("  old key ").accent(&plan.old));
    desk.say(format!(
        "  copies of {} are kept in {}",
        count(plan.before.len(), "key"),
        shown(store.folder())
    ));
    let manifests = plan.change.files.len().saturating_sub(3);
    desk.say(format!("  re-seals {}", count(manifests, "file")));
    match &plan.change.git.to {
        Some(to) => desk.say(format!("  one commit, pushed to {to}")),
        None => desk.say("  one commit, which stays here"),
    }
    for (number, piece) in (1..).zip(pieces::forward()) {
        desk.say(Text::new().dim(format!("  {number}. ")).plain(piece.says));
    }
}

/// Asks before a protected environment changes.
pub(super) fn agreed(args: &Args, desk: &Desk<'_>) -> Result<bool, Failure> {
    if args.yes || !desk.env.workspace()?.is_protected(desk.environment) {
        return Ok(true);
    }
    let question = format!("Rotate the controller key of {}?", desk.environment);
    desk.ui.confirm(&question)
}
