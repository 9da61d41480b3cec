//! `sealsmith lint` against what else checks such a repository.

use std::ffi::{OsStr, OsString};
use std::time::Duration;

use crate::cost::Job;
use crate::figure::Report;
use crate::policed;
use crate::support::repository::Repository;

const MANIFESTS: usize = 5000;
const MIB: f64 = 64.0;
const STAGED: usize = 20;

/// What kubeconform is told: the custom resource as its definition has it, so far as it says anything.
const SCHEMA: &str = r#"{"type": "object", "required": ["spec"], "properties": {
  "apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"},
  "spec": {"type": "object", "required": ["encryptedData"], "additionalProperties": false, "properties": {
    "encryptedData": {"type": "object", "additionalProperties": {"type": "string"}}, "template": {"type": "object"}}}}}"#;

/// What conftest is told: three rules.
const REGO: &str = r#"package main
import rego.v1
deny contains "a Secret" if input.kind == "Secret"
deny contains "no namespace" if { input.kind == "SealedSecret"; not input.metadata.namespace }
deny contains "wrong wave" if { input.kind == "SealedSecret"; input.metadata.annotations["argocd.argoproj.io/sync-wave"] != "-1" }
"#;

pub(crate) fn against_peers(report: &mut Report) {
    let repository = policed::repository(MANIFESTS);
    let (peers, at) = (
        tempfile::tempdir().expect("a temporary folder"),
        "SealedSecret_v1alpha1.json",
    );
    std::fs::write(peers.path().join(at), SCHEMA).expect("a short file");
    std::fs::create_dir(peers.path().join("policy")).expect("a folder");
    std::fs::write(peers.path().join("policy/main.rego"), REGO).expect("a short file");
    let (schemas, rego) = (
        peers
            .path()
            .join("{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json"),
        peers.path().join("policy"),
    );
    let ours = sealsmith(&repository, &["lint", "--fail-on", "warning"]);
    let cpu = ours.median_cpu(5, 0);
    let what = "lint, 5,000 manifests with 40,000 values";
    at_most(
        report,
        &format!("{what}, work tree"),
        cpu,
        Duration::from_millis(600),
    );
    let of_commit = sealsmith(
        &repository,
        &["lint", "--fail-on", "warning", "--rev", "HEAD"],
    );
    at_most(
        report,
        &format!("{what}, commit"),
        of_commit.median_cpu(5, 0),
        Duration::from_millis(600),
    );
    small(report, what, ours.peak_mib());
    let schemas = schemas.to_string_lossy();
    let peer = |name: &str, args: &[&str], rounds| peer(name, &repository).run(args, rounds);
    let kubeconform = peer(
        "KUBECONFORM",
        &["-schema-location", &schemas, "-n", "2", "-summary", "envs"],
        3,
    );
    report.speed(what, "kubeconform (CPU)", (cpu, kubeconform), 4.0);
    let conftest = peer(
        "CONFTEST",
        &["test", "--policy", &rego.to_string_lossy(), "envs"],
        1,
    );
    report.note(&format!(
        "conftest with three rules takes {:.2} s of CPU",
        conftest.as_secs_f64()
    ));
    let gitleaks = peer(
        "GITLEAKS",
        &[
            "dir",
            ".",
            "--no-banner",
            "--log-level",
            "error",
            "--redact",
        ],
        1,
    );
    report.speed(what, "gitleaks dir (CPU)", (cpu, gitleaks), 90.0);
}

/// What a hook costs, and what the least does that git itself could do in its place.
#[derive(Clone, Copy)]
pub(crate) struct Hook {
    ours: Duration,
    git: Duration,
}

pub(crate) fn in_a_hook(report: &mut Report) -> Hook {
    let repository = policed::repository(MANIFESTS);
    let what = "lint --staged, 20 files of 5,000";
    let hook = hook(report, &repository, what);
    let ours = sealsmith(&repository, &["lint", "--staged"]);
    small(report, what, ours.peak_mib());
    hook
}

/// Seals files again, stages them, and measures the hook.
fn hook(report: &mut Report, repository: &Repository, what: &str) -> Hook {
    policed::reseal(repository, STAGED);
    repository.git(["add", "--all"]);
    let ours = sealsmith(repository, &["lint", "--staged"]).median_cpu(21, 0);
    at_most(report, what, ours, Duration::from_millis(50));
    let git = Job {
        program: OsStr::new("git"),
        args: &["diff", "--cached", "--quiet"],
        folder: repository.path(),
        stdin: None,
    };
    let git = git.median_cpu(21, 1);
    report.note(&format!(
        "git diff --cached --quiet in the same repository: {:.1} ms of CPU",
        git.as_secs_f64() * 1e3
    ));
    Hook { ours, git }
}

/// What 45,000 further files add, to a whole run and to a hook; git itself has to read a longer index, too.
pub(crate) fn ten_times_as_many(report: &mut Report, small: Hook) {
    let repository = policed::repository(10 * MANIFESTS);
    let whole = sealsmith(&repository, &["lint", "--fail-on", "warning"]);
    report.note(&format!(
        "50,000 manifests: {:.2} s of CPU, {:.1} MiB",
        whole.median_cpu(1, 0).as_secs_f64(),
        whole.peak_mib()
    ));
    for part in ["1/4", "2/4", "3/4", "4/4"] {
        let args = ["lint", "--fail-on", "warning", "--shard", part];
        let shard = sealsmith(&repository, &args);
        let cpu = shard.median_cpu(1, 0).as_secs_f64();
        report.note(&format!(
            "50,000 manifests, --shard {part}: {cpu:.2} s of CPU, {:.1} MiB",
            shard.peak_mib()
        ));
    }
    let large = hook(report, &repository, "lint --staged, 20 files of 50,000");
    report.speed(
        "lint --staged, what 45,000 further files add",
        "git diff --cached --quiet (CPU)",
        (
            large.ours.saturating_sub(small.ours),
            large.git.saturating_sub(small.git),
        ),
        1.0,
    );
}

/// Prints CPU seconds against the most that they may be.
pub(crate) fn at_most(report: &mut Report, what: &str, cpu: Duration, most: Duration) {
    let figures = format!("{:.0} ms of CPU", cpu.as_secs_f64() * 1e3);
    report.line(
        what,
        &figures,
        &format!("at most {} ms", most.as_millis()),
        cpu <= most,
    );
}

/// Prints memory against the most that it may be.
pub(crate) fn small(report: &mut Report, what: &str, mib: f64) {
    report.line(
        &format!("{what}, peak memory"),
        &format!("{mib:.1} MiB"),
        &format!("at most {MIB} MiB"),
        mib <= MIB,
    );
}

pub(crate) fn sealsmith<'a>(repository: &'a Repository, args: &'a [&'a str]) -> Job<'a> {
    Job {
        program: OsStr::new(env!("CARGO_BIN_EXE_sealsmith")),
        args,
        folder: repository.path(),
        stdin: None,
    }
}

/// Another program, which may end as it likes: gitleaks finds something in every file.
struct Peer<'a> {
    program: OsString,
    repository: &'a Repository,
}

fn peer<'a>(name: &str, repository: &'a Repository) -> Peer<'a> {
    let program = std::env::var_os(format!("SEALSMITH_{name}"));
    Peer {
        program: program.expect("./tests/run bench builds the peers"),
        repository,
    }
}

impl Peer<'_> {
    fn run(&self, args: &[&str], rounds: usize) -> Duration {
        let job = Job {
            program: &self.program,
            args,
            folder: self.repository.path(),
            stdin: None,
        };
        let mut times: Vec<_> = (0..rounds).map(|_| job.cpu()).collect();
        assert!(
            times.iter().all(|(_, code)| [0, 1].contains(code)),
            "{:?}: {times:?}",
            self.program
        );
        times.sort();
        times[rounds / 2].0
    }
}
