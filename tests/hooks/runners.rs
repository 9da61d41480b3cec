//! `.pre-commit-hooks.yaml` with the runners that read it, from a local clone: nothing is downloaded.

use std::path::{Path, PathBuf};

use crate::support::judge;
use crate::support::program::{Outcome, Program};
use crate::support::repository::Repository;
use crate::world::{HARMLESS, PLAINTEXT, binaries, commits, path_with, repository};

/// A repository whose hooks a runner manages.
struct Managed {
    repository: Repository,
    /// The repository that the hooks come from.
    _hooks: Repository,
    home: tempfile::TempDir,
    runner: Runner,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Runner {
    PreCommit,
    Prek,
}

const RUNNERS: [Runner; 2] = [Runner::PreCommit, Runner::Prek];

#[test]
#[ignore = "needs pre-commit and prek from PyPI"]
fn plaintext_is_blocked_and_harmless_changes_pass() {
    for runner in RUNNERS {
        let managed = Managed::by(runner);
        managed.stage("charts/secret.yaml", PLAINTEXT);
        let outcome = managed.commit();
        assert_eq!(outcome.code, Some(1), "{runner:?}: {}", told(&outcome));
        assert!(
            told(&outcome).contains("[plaintext-secret]"),
            "{runner:?}: {}",
            told(&outcome)
        );
        managed.stage("charts/secret.yaml", HARMLESS);
        let outcome = managed.commit();
        assert_eq!(outcome.code, Some(0), "{runner:?}: {}", told(&outcome));
        let ran = told(&outcome).matches("Passed").count();
        assert_eq!(ran, 2, "both hooks run: {}", told(&outcome));
        assert_eq!(commits(&managed.repository), 2);
    }
}

#[test]
#[ignore = "needs pre-commit and prek from PyPI"]
fn all_files_are_checked_although_nothing_is_staged() {
    for runner in RUNNERS {
        let managed = Managed::by(runner);
        let clean = managed.run(&["run", "--all-files", "--verbose"]);
        assert_eq!(clean.code, Some(0), "{runner:?}: {}", told(&clean));
        let words = "nothing is staged: checking all files of the last commit";
        assert!(told(&clean).contains(words), "{runner:?}: {}", told(&clean));
        managed.stage("charts/secret.yaml", PLAINTEXT);
        managed
            .repository
            .git(["commit", "--quiet", "--no-verify", "-m", "past the hooks"]);
        let dirty = managed.run(&["run", "--all-files"]);
        assert_eq!(dirty.code, Some(1), "{runner:?}: {}", told(&dirty));
        assert!(
            told(&dirty).contains("charts/secret.yaml"),
            "{runner:?}: {}",
            told(&dirty)
        );
    }
}

#[test]
#[ignore = "needs pre-commit and prek from PyPI"]
fn hook_install_leaves_managed_hooks_alone_and_says_what_to_add() {
    for runner in RUNNERS {
        let managed = Managed::by(runner);
        for evidence in [".pre-commit-config.yaml", ".git/hooks/pre-commit"] {
            let outcome = managed
                .repository
                .sealsmith()
                .args(["hook", "install"])
                .run();
            assert_eq!(outcome.code, Some(1), "{runner:?}: {}", outcome.stderr);
            for words in [evidence, "{id: sealed-lint-message}"] {
                assert!(
                    outcome.stderr.contains(words),
                    "{runner:?}: {}",
                    outcome.stderr
                );
            }
            // Without its configuration a manager is known by the hooks it wrote.
            let _ = std::fs::remove_file(managed.repository.file(".pre-commit-config.yaml"));
        }
    }
}

#[test]
#[ignore = "needs pre-commit and prek from PyPI"]
fn forced_hooks_run_the_manager_first() {
    for runner in RUNNERS {
        let managed = Managed::by(runner);
        managed
            .repository
            .sealsmith()
            .args(["hook", "install", "--force"])
            .output();
        managed.stage("settings.yaml", HARMLESS);
        let outcome = managed.commit();
        assert_eq!(outcome.code, Some(0), "{runner:?}: {}", told(&outcome));
        assert_eq!(
            told(&outcome).matches("Passed").count(),
            2,
            "{}",
            told(&outcome)
        );
        assert!(
            told(&outcome).contains("checked 1 file"),
            "{}",
            told(&outcome)
        );
    }
}

#[test]
#[ignore = "needs pre-commit and prek from PyPI"]
fn both_runners_find_the_hook_file_right() {
    let file = root().join(".pre-commit-hooks.yaml");
    judge::python()
        .args(["-m", "pre_commit", "validate-manifest"])
        .arg(&file)
        .output();
    Program::new(judge::prek())
        .arg("validate-manifest")
        .arg(&file)
        .output();
}

impl Managed {
    fn by(runner: Runner) -> Self {
        let hooks = Repository::new();
        let file = ".pre-commit-hooks.yaml";
        hooks.write(file, std::fs::read(root().join(file)).unwrap());
        hooks.commit("hooks");
        let revision = hooks.git(["rev-parse", "HEAD"]);
        let repository = repository();
        let config = format!(
            "repos:\n- repo: {}\n  rev: {}\n  hooks: [{{id: sealed-lint}}, {{id: sealed-lint-message}}]\n",
            hooks.path().display(),
            revision.trim()
        );
        repository.write(".pre-commit-config.yaml", config);
        repository.git(["add", "--all"]);
        repository.git(["commit", "--quiet", "--amend", "--no-edit"]);
        let managed = Self {
            repository,
            _hooks: hooks,
            home: tempfile::tempdir().unwrap(),
            runner,
        };
        let install = [
            "install",
            "--hook-type=pre-commit",
            "--hook-type=commit-msg",
        ];
        let outcome = managed.run(&install);
        assert_eq!(outcome.code, Some(0), "{runner:?}: {}", told(&outcome));
        managed
    }

    fn stage(&self, path: &str, content: &str) {
        self.repository.write(path, content);
        self.repository.git(["add", "--all"]);
    }

    fn commit(&self) -> Outcome {
        let program = self.surrounded(Program::new("git"));
        program.args(["commit", "-m", "a change"]).run()
    }

    fn run(&self, args: &[&str]) -> Outcome {
        let program = match self.runner {
            Runner::PreCommit => judge::python().args(["-m", "pre_commit"]),
            Runner::Prek => Program::new(judge::prek()),
        };
        self.surrounded(program).args(args).run()
    }

    fn surrounded(&self, program: Program) -> Program {
        program
            .dir(self.repository.path())
            .env("PATH", path_with(&[binaries()]))
            .env("HOME", self.home.path())
            .env("GIT_AUTHOR_DATE", "2026-02-03T04:05:06Z")
    }
}

fn told(outcome: &Outcome) -> String {
    String::from_utf8_lossy(&outcome.stdout).into_owned() + &outcome.stderr
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
