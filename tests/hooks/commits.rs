//! What the installed hooks do to commits.

use crate::support::program::Program;
use crate::world::{
    HARMLESS, PLAINTEXT, binaries, commit, commits, git, hooked, mode, path_with, repository,
    write_script,
};

#[test]
fn plaintext_is_blocked_and_harmless_changes_pass() {
    let repository = hooked();
    repository.write("charts/secret.yaml", PLAINTEXT);
    repository.git(["add", "--all"]);
    let outcome = commit(&repository);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("[plaintext-secret]"),
        "{}",
        outcome.stderr
    );
    assert_eq!(commits(&repository), 1);
    repository.write("charts/secret.yaml", HARMLESS);
    repository.git(["add", "--all"]);
    assert_eq!(commit(&repository).code, Some(0));
    assert_eq!(commits(&repository), 2);
}

#[test]
fn commit_a_and_commit_with_a_path_are_judged_by_what_they_commit() {
    for args in [
        &["commit", "-a", "-m", "x"][..],
        &["commit", "-m", "x", "--", "settings.yaml"],
    ] {
        let repository = hooked();
        repository.write("settings.yaml", HARMLESS);
        repository.git(["add", "--all"]);
        assert_eq!(commit(&repository).code, Some(0));
        repository.write("settings.yaml", PLAINTEXT);
        let outcome = git(repository.path()).args(args).run();
        assert_eq!(outcome.code, Some(1), "{args:?}: {}", outcome.stderr);
        assert_eq!(commits(&repository), 2);
    }
}

#[test]
fn a_linked_work_tree_has_the_hooks_too() {
    let repository = hooked();
    let linked = tempfile::tempdir().unwrap();
    let folder = linked.path().join("linked");
    let add = git(repository.path()).args(["worktree", "add", "--quiet", "--detach"]);
    add.arg(&folder).output();
    std::fs::write(folder.join("secret.yaml"), PLAINTEXT).unwrap();
    git(&folder).args(["add", "--all"]).output();
    let outcome = git(&folder).args(["commit", "-m", "x"]).run();
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("[plaintext-secret]"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn hooks_installed_from_a_linked_work_tree_are_everyones() {
    let repository = repository();
    let linked = tempfile::tempdir().unwrap();
    let folder = linked.path().join("linked");
    let add = git(repository.path()).args(["worktree", "add", "--quiet", "--detach"]);
    add.arg(&folder).output();
    Program::sealsmith()
        .dir(&folder)
        .args(["hook", "install"])
        .output();
    assert_eq!(mode(&repository.file(".git/hooks/pre-commit")), 0o755);
    assert_eq!(mode(&repository.file(".git/hooks/commit-msg")), 0o755);
}

#[test]
fn commit_msg_judges_too_with_the_message_at_hand() {
    let repository = hooked();
    write_script(
        &repository.file(".git/hooks/pre-commit"),
        "#!/bin/sh\nexit 0\n",
    );
    repository.write("secret.yaml", PLAINTEXT);
    repository.git(["add", "--all"]);
    // With the other hook out of the way it is commit-msg that blocks, so git did hand it the message.
    let outcome = commit(&repository);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("[plaintext-secret]"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn without_sealsmith_on_the_path_the_program_that_installed_it_runs() {
    let repository = hooked();
    repository.write("charts/secret.yaml", PLAINTEXT);
    repository.git(["add", "--all"]);
    let without = Program::new("git").dir(repository.path());
    let outcome = without.args(["commit", "-m", "x"]).run();
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("[plaintext-secret]"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn without_any_sealsmith_the_commit_fails_and_says_why() {
    let repository = repository();
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("it's a $tool");
    std::fs::copy(binaries().join("sealsmith"), &program).unwrap();
    Program::new(&program)
        .dir(repository.path())
        .args(["hook", "install"])
        .output();
    repository.write("settings.yaml", HARMLESS);
    repository.git(["add", "--all"]);
    let commit = || {
        Program::new("git")
            .dir(repository.path())
            .args(["commit", "-m", "x"])
    };
    std::fs::rename(&program, folder.path().join("moved")).unwrap();
    let outcome = commit().run();
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    let words = [
        "error: sealsmith is not found",
        "hint: put sealsmith on the PATH, or remove .git/hooks/pre-commit",
    ];
    for words in words {
        assert!(outcome.stderr.contains(words), "{}", outcome.stderr);
    }
    std::fs::rename(folder.path().join("moved"), &program).unwrap();
    assert_eq!(commit().run().code, Some(0));
}

#[test]
fn the_hooks_are_posix_shell() {
    let repository = hooked();
    for name in ["pre-commit", "commit-msg"] {
        let file = repository.file(format!(".git/hooks/{name}"));
        let text = String::from_utf8(std::fs::read(&file).unwrap()).unwrap();
        assert!(
            text.starts_with("#!/bin/sh\n") && !text.contains("[["),
            "{text}"
        );
        Program::new("sh").arg("-n").arg(&file).output();
    }
}

#[test]
fn a_commit_in_a_folder_below_works() {
    let repository = hooked();
    repository.write("charts/secret.yaml", PLAINTEXT);
    repository.git(["add", "--all"]);
    let below = repository.file("charts");
    let outcome = git(&below).args(["commit", "-m", "x"]).run();
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
}

#[test]
fn a_program_of_the_same_name_in_front_wins() {
    // What a person has on the PATH is newer than what once installed the hook.
    let repository = hooked();
    let folder = tempfile::tempdir().unwrap();
    write_script(
        &folder.path().join("sealsmith"),
        "#!/bin/sh\necho \"stand-in $*\" >&2\nexit 0\n",
    );
    repository.write("settings.yaml", HARMLESS);
    repository.git(["add", "--all"]);
    let path = path_with(&[folder.path().to_owned()]);
    let commit = git(repository.path())
        .env("PATH", path)
        .args(["commit", "-m", "x"]);
    let outcome = commit.run();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("stand-in lint --staged\n"),
        "{}",
        outcome.stderr
    );
    assert!(
        outcome
            .stderr
            .contains("stand-in lint --staged --message .git/COMMIT_EDITMSG"),
        "{}",
        outcome.stderr
    );
}
