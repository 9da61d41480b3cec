//! `sealsmith rotate`: the list of what can be rotated. Each is a table of pieces for the one driver.

use super::Ending;
use super::reseal::renewal;
use crate::aws::rotation as aws;
use crate::env::Env;
use crate::failure::Failure;
use crate::ui::Ui;

/// Make a new credential, bring it to everybody who needs it, and retire the old one
///
/// Each rotation shows its plan first and can be killed at any instant, resumed and, up to a point that it names, undone.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    target: Target,
}

#[derive(clap::Subcommand)]
enum Target {
    Aws(Box<aws::Args>),
    ControllerKey(renewal::Args),
}

/// Runs the command.
pub(crate) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    match &args.target {
        Target::Aws(args) => aws::run(args, env, ui),
        Target::ControllerKey(args) => renewal::run(args, env, ui),
    }
}
