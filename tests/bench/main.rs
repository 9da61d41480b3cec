//! Speed and memory, each as a ratio to a named peer measured in the same run. `./tests/run bench` runs it.

#![allow(clippy::print_stdout, reason = "its output is the figures")]

mod bare;
mod bulk;
mod cost;
mod figure;
mod fleet;
mod hostile;
mod lint;
mod memory;
mod policed;
mod process;
#[path = "../support/mod.rs"]
mod support;

use figure::Report;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut report = Report::default();
    // Words choose parts: `cargo bench --bench ratios -- lint`.
    let parts: Vec<_> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let chosen = |part: &str| parts.is_empty() || parts.iter().any(|word| word == part);
    if chosen("seal") {
        seal_and_reseal(&mut report);
    }
    if chosen("lint") {
        lint::against_peers(&mut report);
        let hook = lint::in_a_hook(&mut report);
        hostile::files(&mut report);
        lint::ten_times_as_many(&mut report, hook);
    }
    report.verdict()
}

fn seal_and_reseal(report: &mut Report) {
    process::one_value(report);
    bulk::seal(report);
    bulk::reseal(report);
    process::reseal_files(report);
    memory::reseal_files(report);
}
