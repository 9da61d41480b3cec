//! `sealsmith completions`.

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::{Cli, Ending};
use crate::failure::Failure;
use crate::ui::Ui;

/// Print shell completions
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Shell to complete for
    shell: Shell,
}

/// Runs the command.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<Ending, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "sealsmith", &mut script);
    ui.bytes(&script)?;
    Ok(Ending::Done)
}
