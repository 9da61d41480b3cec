//! `sealsmith init` offers the hooks, and takes no for an answer.

use crate::support::program::{Outcome, Program};
use crate::support::repository::Repository;
use crate::world::{binaries, path_with};

const SEALED: &str = "envs/dev/sealed-secrets/app/sealed-db.yaml";

#[test]
fn a_yes_installs_them_and_a_no_does_not() {
    for (answer, installed) in [("y", true), ("n", false), ("", false)] {
        let repository = repository();
        // Enter keeps the guess about the one secret; the second line answers the offer.
        let outcome = on_a_terminal(&repository, &format!("\n{answer}\n"));
        assert_eq!(outcome.code, Some(0), "{}", shown(&outcome));
        assert!(
            repository.file("sealsmith.yaml").exists(),
            "{}",
            shown(&outcome)
        );
        assert!(
            shown(&outcome).contains("by git hooks?"),
            "{}",
            shown(&outcome)
        );
        let hook = repository.file(".git/hooks/pre-commit");
        assert_eq!(hook.exists(), installed, "{answer:?}: {}", shown(&outcome));
        let advice = shown(&outcome).contains("sealsmith hook install");
        assert_eq!(advice, !installed, "{answer:?}: {}", shown(&outcome));
    }
}

#[test]
fn a_hook_manager_in_the_way_is_told_and_no_failure() {
    let repository = repository();
    repository.write("lefthook.yml", "pre-commit: {}\n");
    let outcome = on_a_terminal(&repository, "\ny\n");
    assert_eq!(outcome.code, Some(0), "{}", shown(&outcome));
    assert!(
        shown(&outcome).contains("add to lefthook.yml"),
        "{}",
        shown(&outcome)
    );
    assert!(!repository.file(".git/hooks/pre-commit").exists());
}

#[test]
fn whoever_wants_no_questions_gets_no_hooks() {
    let repository = repository();
    repository.sealsmith().args(["init", "--yes"]).output();
    assert!(!repository.file(".git/hooks/pre-commit").exists());
}

fn repository() -> Repository {
    let repository = Repository::new();
    let manifest = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/cmd/repository.in")
        .join(SEALED);
    repository.write(SEALED, std::fs::read(manifest).unwrap());
    repository.commit("start");
    repository
}

/// Runs `init` with util-linux's `script`, which gives it a terminal to ask on.
fn on_a_terminal(repository: &Repository, typed: &str) -> Outcome {
    let log = tempfile::NamedTempFile::new().unwrap();
    Program::new("script")
        .dir(repository.path())
        .env("PATH", path_with(&[binaries()]))
        .args(["--quiet", "--return", "--command", "sealsmith init"])
        .arg(log.path())
        .stdin(typed)
        .run()
}

fn shown(outcome: &Outcome) -> String {
    String::from_utf8_lossy(&outcome.stdout).into_owned() + &outcome.stderr
}
