//! What `init` writes for a real repository, followed to the end of its own advice.

use crate::support::program::Program;
use crate::support::repository::Repository;
use std::path::Path;
use std::time::SystemTime;

#[test]
fn the_policy_that_init_writes_lints_clean_once_its_questions_are_answered() {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    let repository = Repository::new();
    repository.copy_from(&vectors.join("gitops"));
    let certificate =
        std::fs::read(vectors.join("kubeseal/keys/rsa4096-old.crt")).expect("it is a vector");
    repository.write("controller.pem", certificate);
    commit_today(&repository);
    let run = |words: &[&str]| repository.sealsmith().args(words).run();

    let init = run(&["init", "--yes"]);
    assert_eq!(init.code, Some(0), "{}", init.stderr);
    for environment in ["dev", "prod"] {
        let pin = run(&["cert", "pin", environment, "--cert", "controller.pem"]);
        assert_eq!(pin.code, Some(0), "{}", pin.stderr);
    }
    let policy = String::from_utf8(repository.read("sealsmith.yaml")).expect("it is text");
    let answered = policy.replace("\ngit:\n", "\ngit:\n  base: origin/main\n");
    assert_ne!(
        policy, answered,
        "where changes are compared with is left to say"
    );
    repository.write("sealsmith.yaml", answered);
    commit_today(&repository);

    let lint = run(&["lint", "--fail-on", "info", "--format", "concise"]);
    let said = String::from_utf8(lint.stdout).expect("findings are text");
    // The vectors of both environments are sealed for one key, which no real repository should do.
    assert_eq!(
        said,
        "sealsmith.yaml:20:18: warning[contradictory-policy]: prod and dev have the same key\n"
    );
    assert!(lint.stderr.contains("126 sealed values"), "{}", lint.stderr);
}

#[test]
fn init_compares_changes_with_the_main_branch_of_the_remote_whatever_its_name() {
    let remote = Repository::new();
    remote.copy_from(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/gitops"));
    remote.commit("files");
    remote.git(["branch", "--move", "trunk"]);
    let folder = tempfile::tempdir().expect("the temporary folder is writable");
    let clone = Program::new("git")
        .dir(folder.path())
        .args(["clone", "--quiet"]);
    clone.arg(remote.path()).arg("clone").output();

    let init = Program::sealsmith().dir(folder.path().join("clone"));
    let policy = init.args(["init", "--dry-run"]).run().stdout;
    let policy = String::from_utf8(policy).expect("it is text");
    assert!(policy.contains("\n  base: \"origin/trunk\"\n"), "{policy}");
}

/// Commits after the certificate was made: what did not change since is for an older key.
fn commit_today(repository: &Repository) {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let date = format!("@{} +0000", now.expect("after 1970").as_secs());
    repository.git(["add", "--all"]);
    let git = Program::new("git").dir(repository.path());
    let git = git
        .env("GIT_COMMITTER_DATE", &date)
        .env("GIT_AUTHOR_DATE", &date);
    git.args(["commit", "--quiet", "-m", "today"]).output();
}
