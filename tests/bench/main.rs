//! Speed and memory, each as a ratio to a named peer measured in the same run. `./tests/run bench` runs it.

#![allow(clippy::print_stdout, reason = "its output is the figures")]

mod bare;
mod bulk;
mod figure;
mod fleet;
mod memory;
mod process;
#[path = "../support/mod.rs"]
mod support;

use figure::Report;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut report = Report::default();
    process::one_value(&mut report);
    bulk::seal(&mut report);
    bulk::reseal(&mut report);
    process::reseal_files(&mut report);
    memory::reseal_files(&mut report);
    report.verdict()
}
