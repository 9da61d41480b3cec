//! Whole processes, as a user starts them, against kubeseal.

use crate::bulk::{VALUE, bare, label, new_key, old_key, seal_one, sealing_key};
use crate::figure::{Report, all_cores, in_turn, in_turn_after, on_threads};
use crate::fleet;
use crate::support::program::Program;
use crate::support::repository::Repository;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::process::{Command, Stdio};
use std::time::Duration;

const FILES: usize = 1000;
const APPLICATIONS: u32 = 20;
const ROUNDS: usize = 3;

/// One `seal --raw` from start to end, with as little of ours around it as can be.
pub(crate) fn one_value(report: &mut Report) {
    let value = tempfile::NamedTempFile::new().expect("the temporary folder takes a file");
    std::fs::write(value.path(), VALUE).expect("a short file");
    let raw = |program: &OsStr, before: &[&str]| {
        let mut command = Command::new(program);
        command.args(before);
        command.args(["--raw", "--name", "db", "--namespace", "app", "--cert"]);
        command.arg(old_key().certificate).stdout(Stdio::null());
        // Cargo sets it for its children, and every library would be looked for in its folders first.
        command.env_remove("LD_LIBRARY_PATH");
        command.stdin(File::open(value.path()).expect("the value is there"));
        assert!(command.status().expect("it starts").success());
    };
    let times = in_turn(
        101,
        || raw(OsStr::new(env!("CARGO_BIN_EXE_sealsmith")), &["seal"]),
        || raw(&kubeseal(), &[]),
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
    let mut bare_time = Duration::MAX;
    for (cores, name) in [(1, "one core"), (all_cores(), "all cores")] {
        let on = format!("0-{}", cores - 1);
        let wrapped = ["taskset", "--cpu-list", &on];
        let ours = || drop(reseal(&repository, &wrapped).output());
        let times = in_turn_after(restore, ROUNDS, ours, bare_reseal(cores));
        report.speed(&format!("{what}, {name}"), "bare aws-lc-rs", times, 0.85);
        bare_time = bare_time.min(times.1);
    }
    let ours = || drop(reseal(&repository, &[]).output());
    let theirs = || kubeseal_loop(&repository);
    let (ours, theirs) = in_turn_after(restore, ROUNDS, ours, theirs);
    let loop_time = theirs * APPLICATIONS;
    let best = loop_time.as_secs_f64() / bare_time.as_secs_f64();
    report.note(&format!(
        "the cryptography alone, bare aws-lc-rs on all cores, is {best:.1} times as fast as the loop over kubeseal"
    ));
    let target = f64::min(15.0, 0.85 * best);
    report.speed(what, "the loop over kubeseal", (ours, loop_time), target);
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
    let program = Program::new("bash")
        .dir(repository.path())
        .args(["-o", "pipefail", "-c", script])
        .arg(kubeseal())
        .arg(old_key().private_key)
        .arg(new_key().certificate);
    drop(program.output());
}

fn kubeseal() -> OsString {
    std::env::var_os("SEALSMITH_KUBESEAL").expect("./tests/run bench builds kubeseal")
}
