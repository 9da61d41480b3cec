//! Whole processes, as a user starts them, against kubeseal.

use crate::bulk::{VALUE, bare, label, new_key, old_key, seal_one, sealing_key};
use crate::figure::{Report, all_cores, in_turn, in_turn_after, on_threads};
use crate::fleet;
use crate::support::program::Program;
use crate::support::repository::Repository;

const FILES: usize = 1000;
const APPLICATIONS: u32 = 20;
const ROUNDS: usize = 3;

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
    let restore = || fleet::restore(&repository);
    let what = "reseal, 1,000 files of three values";
    for (cores, name) in [(1, "one core"), (all_cores(), "all cores")] {
        let on = format!("0-{}", cores - 1);
        let wrapped = ["taskset", "--cpu-list", &on];
        let ours = || drop(reseal(&repository, &wrapped).output());
        let times = in_turn_after(restore, ROUNDS, ours, bare_reseal(cores));
        report.speed(&format!("{what}, {name}"), "bare aws-lc-rs", times, 0.85);
    }
    let ours = || drop(reseal(&repository, &[]).output());
    let theirs = || kubeseal_loop(&repository);
    let (ours, theirs) = in_turn_after(restore, ROUNDS, ours, theirs);
    let times = (ours, theirs * APPLICATIONS);
    report.speed(what, "the loop over kubeseal", times, 15.0);
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

/// The same values, with nothing around them.
fn bare_reseal(cores: usize) -> impl FnMut() {
    let (bare, label) = (bare(), label());
    let sealed = seal_one(&sealing_key(&old_key()), &label);
    let share = 3 * FILES / cores;
    let work = move || bare.reseal_batch(label.as_bytes(), sealed.as_bytes(), share);
    move || on_threads(cores, &work)
}

/// `kubeseal --recovery-unseal | kubeseal`, file after file, for the files of one application.
fn kubeseal_loop(repository: &Repository) {
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
    drop(program.output());
}
