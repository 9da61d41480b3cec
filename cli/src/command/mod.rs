//! The list of commands. Each has one file with its `Args`, whose docs are its help text, and `run`.

mod cert;
mod check;
mod completions;
mod demo;
mod doctor;
mod hook;
mod init;
mod lint;
mod man;
mod page;
mod policy;
mod reseal;
mod rotate;
mod seal;
mod set;
mod status;
mod unseal;
mod verify;

use crate::env::Env;
use crate::failure::Failure;
use crate::ui::Ui;

/// Seal, re-seal and rotate the secrets of GitOps repositories that use Bitnami Sealed Secrets.
#[derive(clap::Parser)]
#[command(
    name = "sealsmith",
    version,
    propagate_version = true,
    max_term_width = 100
)]
#[command(
    after_help = "Exit codes: 0 done or nothing to do, 1 the check said no, 2 could not run."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Every command, in the order of the help.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    Demo(demo::Args),
    Init(init::Args),
    Seal(seal::Args),
    Set(set::Args),
    Reseal(reseal::Args),
    Rotate(rotate::Args),
    Unseal(unseal::Args),
    Verify(verify::Args),
    Check(check::Args),
    Doctor(doctor::Args),
    Status(status::Args),
    Lint(lint::Args),
    Hook(hook::Args),
    Cert(cert::Args),
    Page(page::Args),
    Policy(policy::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// How a command that ran came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Everything asked for is done, or there was nothing to do: exit code 0.
    Done,
    /// The check said no, or a dry run found something to do: exit code 1.
    No,
}

/// Runs one command.
pub(crate) fn run(command: &Command, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    match command {
        Command::Demo(args) => demo::run(args, env, ui),
        Command::Init(args) => init::run(args, env, ui),
        Command::Seal(args) => seal::run(args, env, ui),
        Command::Set(args) => set::run(args, env, ui),
        Command::Reseal(args) => reseal::run(args, env, ui),
        Command::Rotate(args) => rotate::run(args, env, ui),
        Command::Unseal(args) => unseal::run(args, env, ui),
        Command::Verify(args) => verify::run(args, env, ui),
        Command::Check(args) => check::run(args, env, ui),
        Command::Doctor(args) => doctor::run(args, env, ui),
        Command::Status(args) => status::run(args, env, ui),
        Command::Lint(args) => lint::run(args, env, ui),
        Command::Hook(args) => hook::run(args, env, ui),
        Command::Cert(args) => cert::run(args, env, ui),
        Command::Page(args) => page::run(args, env, ui),
        Command::Policy(args) => policy::run(args, env, ui),
        Command::Completions(args) => completions::run(args, ui),
        Command::Man(args) => man::run(args, ui),
    }
}
