//! `sealsmith cert`: look at certificates, fetch and pin them.

mod fetch;
mod pin;
mod show;

pub(super) use pin::Pinning;

use super::Ending;
use crate::env::Env;
use crate::failure::Failure;
use crate::ui::Ui;

/// Show, fetch and pin the certificates that values are sealed for
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Show(show::Args),
    Fetch(fetch::Args),
    Pin(pin::Args),
}

/// Runs the command.
pub(crate) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    match &args.command {
        Command::Show(args) => show::run(args, env, ui),
        Command::Fetch(args) => fetch::run(args, env, ui),
        Command::Pin(args) => pin::run(args, env, ui),
    }
}
