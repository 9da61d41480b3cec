//! Whole processes, as a user starts them, against kubeseal.

use crate::bulk::{VALUE, bare, label, new_key, old_key, seal_one, sealing_key};
use crate::figure::{Report, all_cores, in_turn, on_threads, time};
use crate::fleet;
use crate::support::program::Program;
use crate::support::repository::Repository;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use std::time::Duration;

const FILES: usize = 1000;
const APPLICATIONS: u32 = 20;

/// One `seal --raw` from start to end.
pub(crate) fn one_value(report: &mut Report) {
    let raw = |program: Program| {
        let sealing = program.args(["--raw", "--name", "db", "--namespace", "app", "--cert"]);
        drop(sealing.arg(old_key().certificate).stdin(VALUE).output());
    };
    let times = in_turn(
        41,
        || raw(Program::sealsmith().arg("seal")),
        || raw(Program::kubeseal()),
    );
    report.speed(
        "one seal --raw, whole process",
        "kubeseal --raw",
        times,
        4.0,
    );
}

/// Re-sealing 1,000 files of three values, against kubeseal in a loop and against the cryptography alone.
pub(crate) fn reseal_files(report: &mut Report) {
    let repository = fleet::repository(FILES);
    let (all, bare_all) = (command(&repository, &[]), bare_reseal(all_cores()));
    let loop_all = kubeseal_loop(&repository) * APPLICATIONS;
    let (one, bare_one) = (
        command(&repository, &["taskset", "--cpu-list", "0"]),
        bare_reseal(1),
    );
    report.speed(
        "reseal, 1,000 files, all cores",
        "the loop over kubeseal",
        (all, loop_all),
        15.0,
    );
    report.speed(
        "reseal, 1,000 files, all cores",
        "bare aws-lc-rs",
        (all, bare_all),
        0.85,
    );
    report.speed(
        "reseal, 1,000 files, one core",
        "bare aws-lc-rs",
        (one, bare_one),
        0.85,
    );
}

/// Says how a user re-seals a repository with backed-up keys; `before` wraps the program.
pub(crate) fn reseal(repository: &Repository, before: &[&str]) -> Program {
    let mut words = before
        .iter()
        .copied()
        .chain([env!("CARGO_BIN_EXE_sealsmith")]);
    let program = Program::new(words.next().expect("the binary is there"))
        .args(words)
        .dir(repository.path());
    program
        .args(["reseal", "envs", "--recovery-private-key"])
        .arg(old_key().private_key)
        .arg("--cert")
        .arg(new_key().certificate)
}

fn command(repository: &Repository, before: &[&str]) -> Duration {
    let times = (0..3).map(|_| {
        fleet::restore(repository);
        time(|| drop(reseal(repository, before).output()))
    });
    times.min().expect("it ran three times")
}

/// The same values, with nothing around them.
fn bare_reseal(cores: usize) -> Duration {
    let (bare, label) = (bare(), label());
    let sealed = BASE64
        .decode(seal_one(&sealing_key(&old_key()), &label).as_str())
        .expect("a sealed value is base64");
    let share = 3 * FILES / cores;
    let work = || bare.reseal_batch(label.as_bytes(), &sealed, share);
    (0..3)
        .map(|_| time(|| on_threads(cores, work)))
        .min()
        .expect("it ran three times")
}

/// `kubeseal --recovery-unseal | kubeseal`, file after file, for the files of one application.
fn kubeseal_loop(repository: &Repository) -> Duration {
    fleet::restore(repository);
    let script = "for file in envs/dev/sealed-secrets/app-0/*.yaml; do
        \"$0\" --recovery-unseal --recovery-private-key \"$1\" <\"$file\" |
            \"$0\" --cert \"$2\" -o yaml >\"$file.new\" && mv \"$file.new\" \"$file\" || exit 1
    done";
    let kubeseal =
        std::env::var_os("SEALSMITH_KUBESEAL").expect("./tests/run bench builds kubeseal");
    let program = Program::new("bash")
        .dir(repository.path())
        .args(["-o", "pipefail", "-c", script])
        .arg(kubeseal)
        .arg(old_key().private_key)
        .arg(new_key().certificate);
    time(|| drop(program.output()))
}
