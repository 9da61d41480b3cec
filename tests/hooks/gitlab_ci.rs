//! The job for GitLab CI that the README shows: right by GitLab's schema, and run as a runner runs it.

use std::path::Path;

use sealsmith_core::manifest::yaml;

use crate::support::judge;
use crate::support::program::{Outcome, Program};
use crate::world::{HARMLESS, PLAINTEXT, binaries, path_with, repository};

#[test]
fn the_job_writes_a_report_and_fails_for_plaintext() {
    let repository = repository();
    let base = repository.git(["rev-parse", "HEAD"]);
    for (content, code) in [(HARMLESS, 0), (PLAINTEXT, 1)] {
        repository.write("settings.yaml", content);
        repository.commit("a change");
        let outcome = Program::new("bash")
            .args(["-eo", "pipefail", "-c", &script()])
            .dir(repository.path())
            .env("PATH", path_with(&[binaries()]))
            .env("CI_MERGE_REQUEST_DIFF_BASE_SHA", base.trim())
            .run();
        assert_eq!(outcome.code, Some(code), "{}", outcome.stderr);
        let report = repository.read("gl-code-quality-report.json");
        let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
        let mut issues = report.as_array().unwrap().iter();
        let found = issues.any(|issue| issue["check_name"] == "plaintext-secret");
        assert_eq!(found, code == 1, "{report:#}");
        std::fs::remove_file(repository.file("gl-code-quality-report.json")).unwrap();
    }
}

#[test]
#[ignore = "needs the schema of GitLab CI and a validator from PyPI"]
fn the_schema_of_gitlab_accepts_the_job() {
    let verdict = judge::builtin("vendor.gitlab-ci", ".gitlab-ci.yml", &job());
    assert_eq!(verdict.code, Some(0), "{}", told(&verdict));
    let wrong = job().replace("script:", "scripts:");
    let verdict = judge::builtin("vendor.gitlab-ci", ".gitlab-ci.yml", &wrong);
    assert_eq!(verdict.code, Some(1), "{}", told(&verdict));
}

/// The commands of the job, as a runner puts them into one script.
fn script() -> String {
    let text = job();
    let stream = yaml::parse(&text).unwrap();
    let root = stream.documents().next().unwrap().root().unwrap();
    let script = root.get("sealsmith").unwrap().get("script").unwrap();
    let lines: Vec<_> = script.items().filter_map(|line| line.scalar()).collect();
    assert!(!lines.is_empty());
    lines.join("\n")
}

/// The block of the README that starts with the name of GitLab's file.
fn job() -> String {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let start = readme
        .find("# .gitlab-ci.yml\n")
        .expect("the README shows the job");
    let block = &readme[start..];
    block[..block.find("```").unwrap()].to_owned()
}

fn told(outcome: &Outcome) -> String {
    String::from_utf8_lossy(&outcome.stdout).into_owned() + &outcome.stderr
}
