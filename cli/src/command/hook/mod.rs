//! `sealsmith hook`: git hooks that check every commit before it is made.

mod install;
mod manager;
mod offer;
mod script;
mod site;
mod uninstall;

pub(super) use offer::{Hooks, offer};

use super::Ending;
use crate::env::Env;
use crate::failure::Failure;
use crate::ui::Ui;
use install::Force;

/// Check every commit before it is made, by git hooks
///
/// The hooks are plain scripts that git runs itself. With pre-commit, prek, husky or lefthook, install
/// says what to add to their configuration instead.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    Install(InstallArgs),
    Uninstall(UninstallArgs),
}

/// Install the hooks pre-commit and commit-msg
///
/// They go where git looks for them: `core.hooksPath`, or the folder that all work trees of the
/// repository share. A hook that is there already is kept as NAME.before-sealsmith and runs first; a
/// commit needs the consent of both. Running it again changes nothing.
#[derive(clap::Args)]
struct InstallArgs {
    /// Install also beside a hook manager, or in a folder that other repositories may share
    #[arg(long)]
    force: bool,

    /// Say what would be written, and change nothing; exit 1 when something would
    #[arg(long)]
    dry_run: bool,
}

/// Remove the hooks, and bring back what was there before them, byte for byte
#[derive(clap::Args)]
struct UninstallArgs {
    /// Say what would be removed, and change nothing; exit 1 when something would
    #[arg(long)]
    dry_run: bool,
}

/// Whether files are changed, or only told about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Run {
    /// For real.
    Real,
    /// Only in words.
    Dry,
}

impl Run {
    fn of(dry: bool) -> Self {
        if dry { Self::Dry } else { Self::Real }
    }

    /// The ending of a run that had something to do.
    fn ending(self, something: bool) -> Ending {
        match (self, something) {
            (Self::Dry, true) => Ending::No,
            (Self::Dry | Self::Real, _) => Ending::Done,
        }
    }
}

/// Runs the command.
pub(crate) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    match &args.action {
        Action::Install(InstallArgs { force, dry_run }) => {
            let force = if *force { Force::Anywhere } else { Force::No };
            install::run(env, force, Run::of(*dry_run), ui)
        }
        Action::Uninstall(UninstallArgs { dry_run }) => uninstall::run(env, Run::of(*dry_run), ui),
    }
}
