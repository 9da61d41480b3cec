//! `sealsmith man`.

use clap::CommandFactory as _;
use clap_mangen::Man;

use super::{Cli, Ending};
use crate::failure::Failure;
use crate::ui::Ui;

/// Print the manual page of sealsmith or of one command
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Command, such as `reseal` or `cert pin`; without one, the overview
    command: Vec<String>,
}

/// Runs the command.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<Ending, Failure> {
    let mut command = Cli::command();
    command.build();
    for name in &args.command {
        let found = command.find_subcommand(name).cloned();
        command = found.ok_or_else(|| {
            Failure::could_not(format!("there is no command {name:?}"))
                .hint("`sealsmith --help` lists the commands")
        })?;
    }
    let mut page = Vec::new();
    Man::new(command)
        .source(concat!("sealsmith ", env!("CARGO_PKG_VERSION")))
        .manual("Sealsmith Manual")
        .render(&mut page)
        .map_err(|error| Failure::could_not("cannot write the manual page").because(error))?;
    ui.bytes(&page)?;
    Ok(Ending::Done)
}
