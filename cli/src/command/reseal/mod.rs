//! `sealsmith reseal`: every value of a file, a folder or an environment under another key.

mod engine;
mod means;
mod record;
mod reencrypt;
mod report;
mod selection;

use sealsmith_core::fingerprint::Fingerprint;
use sealsmith_lint::lock;

use super::Ending;
use crate::certificates::Recipient;
use crate::env::Env;
use crate::failure::Failure;
use crate::lock_file::LockFile;
use crate::ui::{Text, Ui};

pub(super) use engine::placed;
pub(super) use report::count;
pub(super) use selection::find;

use engine::{Engine, Run};
use means::Means;
use record::Record;
use selection::Selection;

/// Re-seal SealedSecrets for another controller key, without showing any plaintext
///
/// Every value is opened with the private keys at hand and sealed again for the certificate, or else
/// re-encrypted by the environment's running controller; only the values themselves change in a file. A
/// value that was sealed for another name, namespace or scope than its file says is reported and its file
/// left alone. Values under the new key already stay as they are.
///
/// A controller is sent the values and what they are bound to, never a template. Before that it has to serve
/// the pinned certificate, or one that --fingerprint or --cert declares.
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

/// How the report is written.
#[derive(Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Human,
    /// For scripts: one JSON object.
    Json,
}

const EXAMPLES: &str = "Examples:
  sealsmith reseal envs/dev/sealed-secrets --recovery-private-key old.key --cert new.pem --dry-run
  sealsmith reseal dev
  sealsmith reseal dev --context kind-dev --fetch-keys
  DRY_RUN=1 sealsmith reseal prod";

/// Runs the command.
pub(crate) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    let selection = Selection::resolve(args, env)?;
    let (means, recipient) = selection.means(args, env, ui)?;
    let record = Record::read(selection.git_folder()?.as_deref(), &recipient.fingerprint());
    let mut lock = selection.lock()?;
    selection.guard(args, &record, lock.as_ref())?;
    let human = args.format == Format::Human;
    if human {
        announce(&selection, &means, &recipient, args, ui);
    }
    if !args.dry_run && !args.yes && selection.protected && !ui.confirm(&selection.question())? {
        return Err(Failure::could_not(
            "nothing was changed, because the answer was no",
        ));
    }
    if !args.dry_run {
        record.open()?;
    }
    let engine = Engine {
        means: &means,
        lock: lock.as_ref(),
        record: &record,
        target: &recipient,
        root: &selection.root,
        layout: selection.layout(),
        dry_run: args.dry_run,
        want_diff: human,
    };
    let run = engine.run(&selection.files, ui)?;
    if let Some(lock) = lock.as_mut().filter(|_| !args.dry_run) {
        remember(lock, &run, &recipient.fingerprint(), &record)?;
    }
    match args.format {
        Format::Human => report::human(&run, &recipient, args.dry_run, ui)?,
        Format::Json => report::json(&run, &recipient, args.dry_run, ui)?,
    }
    match run.stopped {
        Some(failure) => Err(failure.hint("run the same command again: what is done stays done")),
        None => Ok(run.ending(args.dry_run)),
    }
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
