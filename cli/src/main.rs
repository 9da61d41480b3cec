//! The `sealsmith` command: parse, run, print, exit.

#![forbid(unsafe_code)]

mod aws;
mod backup;
mod certificates;
mod cluster;
mod command;
mod controller;
mod diff;
mod env;
mod explain;
mod failpoint;
mod failure;
mod journal;
mod key_folder;
mod lock_file;
mod manifest_file;
mod opening;
mod operation;
mod output;
mod pins;
mod private_keys;
mod slack;
mod ui;
mod windows;

use std::process::ExitCode;

use clap::Parser as _;

use command::{Cli, Ending};
use env::Env;
use ui::Ui;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let ui = Ui::new();
    let ending = Env::of_process().and_then(|env| command::run(&cli.command, &env, &ui));
    match ending {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::No) => ExitCode::from(1),
        Err(failure) => {
            ui.failure(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}
