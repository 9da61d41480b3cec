//! `sealsmith reseal`: every value of a file, a folder or an environment under another key.

mod engine;
mod means;
mod operation;
mod record;
mod reencrypt;
pub(super) mod renewal;
mod report;
mod selection;
mod target;

use sealsmith_core::fingerprint::Fingerprint;
use sealsmith_lint::lock;

use super::Ending;
use crate::certificates::Recipient;
use crate::env::{Env, Workspace};
use crate::failure::Failure;
use crate::lock_file::LockFile;
use crate::operation::Arrival;
use crate::output::Format;
use crate::ui::{Text, Ui, count, shown};

pub(super) use engine::placed;
pub(super) use selection::find;

use engine::{Engine, Run};
use means::Means;
use record::Record;
use selection::Selection;
use target::Target;

/// Re-seal SealedSecrets for another controller key, without showing any plaintext
///
/// Every value is opened with the private keys at hand and sealed again for the certificate, or else
/// re-encrypted by the environment's running controller; only the values themselves change in a file. A
/// value that was sealed for another name, namespace or scope than its file says is reported and its file
/// left alone. Values under the new key already stay as they are.
///
/// A controller is sent the values and what they are bound to, never a template. Before that it has to serve
/// the pinned certificate, or one that --fingerprint or --cert declares.
///
/// An environment is re-sealed as one operation: its files are edited, committed, pushed and seen through
/// until Argo CD has synced them and every Secret is what it was. It can be killed at any instant and resumed
/// or undone. Files and folders are only edited.
#[derive(clap::Args)]
#[command(visible_alias = "re-seal", after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Files and folders, or one environment of sealsmith.yaml
    #[arg(value_name = "PATH|ENV", required = true)]
    targets: Vec<String>,

    /// Private key that opens the values now: a file in any shape, or a folder; repeatable
    #[arg(long, value_name = "FILE")]
    recovery_private_key: Vec<String>,

    #[command(flatten)]
    through: means::Through,

    /// Certificate to seal for, which a running controller has to serve: a file or URL
    #[arg(
        long,
        value_name = "FILE|URL",
        env = "SEALED_SECRETS_CERT",
        hide_env = true
    )]
    cert: Option<String>,

    /// Show the plan and the diff, and change nothing; exit 1 when something would change
    #[arg(long, num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true", hide_default_value = true, hide_possible_values = true, value_parser = clap::builder::FalseyValueParser::new(), env = "DRY_RUN")]
    dry_run: bool,

    /// Edit the files of the environment, and commit nothing
    #[arg(long, conflicts_with_all = ["resume", "abort", "no_push"])]
    no_commit: bool,

    /// Commit, and push nothing
    #[arg(long, conflicts_with_all = ["resume", "abort"])]
    no_push: bool,

    /// Commit what could be re-sealed although some values were left behind
    #[arg(long, conflicts_with = "abort")]
    partial: bool,

    /// Go on with an operation on the environment that was stopped halfway
    #[arg(long, conflicts_with = "abort")]
    resume: bool,

    /// Undo an operation on the environment that was stopped halfway
    #[arg(long)]
    abort: bool,

    #[command(flatten)]
    arrival: Arrival,

    /// Do not ask before changing a protected environment such as prod
    #[arg(short = 'y', long)]
    yes: bool,

    /// Work outside a git repository too
    #[arg(long)]
    no_git: bool,

    /// Report as text or as JSON
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

impl Args {
    /// The flags of a re-sealing that is a part of something else: an environment, for a declared key, and nothing asked.
    fn of_environment(environment: &str, key: Option<&str>) -> Result<Self, Failure> {
        Ok(Self {
            targets: vec![environment.to_owned()],
            recovery_private_key: Vec::new(),
            through: means::Through::declaring(key)?,
            cert: None,
            dry_run: false,
            no_commit: false,
            no_push: false,
            partial: false,
            resume: false,
            abort: false,
            arrival: Arrival::default(),
            yes: true,
            no_git: false,
            format: Format::Json,
        })
    }
}

const EXAMPLES: &str = "Examples:
  sealsmith reseal envs/dev/sealed-secrets --recovery-private-key old.key --cert new.pem --dry-run
  DRY_RUN=1 sealsmith reseal prod
  sealsmith reseal prod
  sealsmith reseal dev --fingerprint SHA256:… --no-push
  sealsmith reseal dev --resume";

/// Runs the command.
pub(crate) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    let environment = environment(args, env)?;
    refuse_without_environment(args, environment)?;
    match environment {
        Some(environment) if !args.dry_run && !args.no_commit && env.workspace()?.is_in_git() => {
            operation::run(args, environment, env, ui)
        }
        environment => edit(args, environment, env, ui),
    }
}

/// The environment that is the one target; nothing when files and folders are.
fn environment<'a>(args: &'a Args, env: &Env) -> Result<Option<&'a str>, Failure> {
    let [target] = args.targets.as_slice() else {
        return Ok(None);
    };
    let is_known = |workspace: &Workspace| {
        let policy = workspace.policy();
        policy.is_some_and(|policy| policy.environment(target).is_some())
    };
    let is_one = is_known(env.workspace()?) && !env.cwd().join(target).exists();
    Ok(is_one.then_some(target.as_str()))
}

/// Flags that only an operation knows.
fn refuse_without_environment(args: &Args, environment: Option<&str>) -> Result<(), Failure> {
    let given = [
        ("--resume", args.resume),
        ("--abort", args.abort),
        ("--no-push", args.no_push),
        ("--partial", args.partial),
        ("--no-wait", args.arrival.no_wait),
        ("--rollout-restart", args.arrival.rollout_restart),
    ];
    let given = given.iter().find(|(_, is_given)| *is_given);
    match given {
        Some((flag, _)) if environment.is_none() => Err(Failure::could_not(format!(
            "{flag} is about an environment of sealsmith.yaml"
        ))
        .cause("files and folders are only edited")),
        Some(_) if args.dry_run && (args.resume || args.abort) => Err(Failure::could_not(
            "there is no dry run of --resume and --abort",
        )
        .hint("`sealsmith status` says what is unfinished")),
        _ => Ok(()),
    }
}

/// Edits files, or says what would be edited; nothing is committed.
fn edit(args: &Args, environment: Option<&str>, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    let selection = Selection::resolve(args, env)?;
    // Without git there is no operation, so nothing but values changes, unless another key is declared.
    let is_declared = args.through.declares();
    let pinned = match environment {
        Some(environment) if is_declared || env.workspace()?.is_in_git() => Some(environment),
        _ => None,
    };
    let Target {
        means,
        recipient,
        pinning,
        ..
    } = Target::of(&selection, pinned, args, env, ui)?;
    let record = Record::read(selection.git_folder()?.as_deref(), &recipient.fingerprint());
    let mut lock = selection.lock()?;
    selection.guard(args, &record, lock.as_ref())?;
    let human = args.format == Format::Human;
    if human {
        announce(&selection, &means, &recipient, args, ui);
        if args.dry_run && environment.is_some() {
            let then = operation::described(args, env);
            then.into_iter()
                .for_each(|then| ui.status(format!("  {then}")));
        }
    }
    if !args.dry_run && !args.yes && selection.protected && !ui.confirm(&selection.question())? {
        return Err(Failure::could_not(
            "nothing was changed, because the answer was no",
        ));
    }
    if !args.dry_run {
        record.open()?;
    }
    let run = engine_run(
        &selection,
        &means,
        &recipient,
        lock.as_ref(),
        &record,
        args,
        ui,
    )?;
    if let Some(lock) = lock.as_mut().filter(|_| !args.dry_run) {
        remember(lock, &run, &recipient.fingerprint(), &record)?;
    }
    let pinned = pinning.iter().flat_map(|pinning| pinning.files());
    for (path, _) in pinned.filter(|_| human) {
        let verb = if args.dry_run { "would pin" } else { "pinned" };
        ui.status(format!("{verb} the new key in {}", shown(path.as_ref())));
    }
    if let Some(pinning) = pinning.as_ref().filter(|_| !args.dry_run) {
        pinning.write()?;
    }
    match args.format {
        Format::Human => report::human(&run, &recipient, args.dry_run, ui)?,
        Format::Json => report::json(&run, &recipient, args.dry_run, ui)?,
    }
    if let Some(failure) = run.stopped {
        return Err(failure.hint("run the same command again: what is done stays done"));
    }
    let would_pin = args.dry_run && pinning.is_some();
    Ok(if would_pin {
        Ending::No
    } else {
        run.ending(args.dry_run)
    })
}

/// Re-seals the selected files, or finds out what would change in them.
fn engine_run(
    selection: &Selection<'_>,
    means: &Means,
    recipient: &Recipient,
    lock: Option<&LockFile>,
    record: &Record,
    args: &Args,
    ui: &Ui,
) -> Result<Run, Failure> {
    let engine = Engine {
        means,
        lock,
        record,
        target: recipient,
        root: &selection.root,
        layout: selection.layout(),
        dry_run: args.dry_run,
        want_diff: args.format == Format::Human,
    };
    engine.run(&selection.files, ui)
}

/// Brings the lock file up to date, so that lint knows offline which key each value is for.
fn remember(
    lock: &mut LockFile,
    run: &Run,
    key: &Fingerprint,
    record: &Record,
) -> Result<(), Failure> {
    run.files
        .iter()
        .for_each(|file| lock.take(&file.sealed, key));
    if let Some(text) = lock.changed() {
        record.note(lock::FILE, &text)?;
    }
    lock.write()
}

fn announce(selection: &Selection<'_>, means: &Means, recipient: &Recipient, args: &Args, ui: &Ui) {
    let what = if args.dry_run {
        "dry run: would re-seal"
    } else {
        "re-sealing"
    };
    ui.status(
        Text::new()
            .plain(format!("{what} {} ", selection.title))
            .dim(format!("({})", count(selection.files.len(), "file"))),
    );
    ui.status(
        Text::new()
            .plain("  for key ")
            .accent(recipient.fingerprint().to_string())
            .dim(format!(
                " ({} bits, certificate valid until {})",
                recipient.certificate.public_key().bits(),
                crate::env::clock::date(recipient.certificate.not_after())
            )),
    );
    if let Some(told) = means.told(args.dry_run) {
        ui.status(told);
    }
}
