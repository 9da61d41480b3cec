//! A commit in progress: lint reads the index that git makes for it, however it is made.

use crate::desk::{DB, Desk, JWT, PLAIN, manifest};
use crate::support::program::Program;
use crate::support::repository::Repository;

const OTHER: &str = "apps/other.yaml";

fn git_commits(desk: &Desk) -> usize {
    let count = desk.repository.git(["rev-list", "--count", "HEAD"]);
    count.trim().parse().expect("git prints a number")
}

#[test]
fn commit_all_is_blocked_by_a_secret_that_was_never_added() {
    let desk = Desk::new();
    desk.stage("apps/app.yaml", "a: 1\n");
    desk.repository.commit("second");
    desk.hook();
    desk.write("apps/app.yaml", PLAIN);
    let verdict = desk.commit(["-a", "-m", "all"]);
    verdict.finds("plaintext-secret", "apps/app.yaml");
    assert_eq!(git_commits(&desk), 2);
}

#[test]
fn commit_of_one_path_judges_that_path_and_the_other_one_when_its_turn_comes() {
    let desk = Desk::new();
    desk.stage("a.yaml", "a: 1\n");
    desk.stage("b.yaml", "b: 1\n");
    desk.repository.commit("second");
    desk.hook();
    desk.write("a.yaml", "a: 2\n");
    desk.stage("b.yaml", PLAIN);
    desk.commit(["-m", "a", "--", "a.yaml"]).passes();
    desk.commit(["-m", "b"]).finds("plaintext-secret", "b.yaml");
}

#[test]
fn staged_plaintext_is_found_though_the_work_tree_is_clean_again() {
    let desk = Desk::new();
    desk.stage(OTHER, PLAIN);
    desk.write(OTHER, "a: 1\n");
    desk.lint(["--staged"]).finds("plaintext-secret", OTHER);
}

#[test]
fn plaintext_that_is_not_staged_is_no_part_of_the_commit() {
    let desk = Desk::new();
    desk.stage(OTHER, "a: 1\n");
    desk.write(OTHER, PLAIN);
    desk.lint(["--staged"]).passes();
    desk.lint([]).finds("plaintext-secret", OTHER);
}

#[test]
fn a_linked_work_tree_has_an_index_of_its_own() {
    let desk = Desk::new();
    desk.stage(OTHER, "a: 1\n");
    desk.repository.commit("second");
    desk.hook();
    let linked = tempfile::tempdir().expect("the temporary folder is writable");
    let linked = linked.path().join("linked");
    let path = linked.to_str().expect("a temporary path is text");
    desk.repository.git(["worktree", "add", "--quiet", path]);
    std::fs::write(linked.join(OTHER), PLAIN).expect("the folder is writable");
    let commit = Program::new("git").dir(&linked);
    let outcome = commit.args(["commit", "-a", "-m", "all"]).run();
    assert_eq!(outcome.code, Some(1));
    assert!(
        outcome.stderr.contains("[plaintext-secret]"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn the_index_is_only_read() {
    let desk = Desk::new();
    let before = "cp \"$GIT_INDEX_FILE\" .git/before";
    let after =
        "cmp .git/before \"$GIT_INDEX_FILE\" || exit 1; test ! -e .git/index.lock.lock || exit 1";
    desk.hook_with(before, after);
    desk.write(DB, manifest("db", "app-dev", 9));
    desk.commit(["-a", "-m", "all"]).passes();
    let index = desk.repository.read(".git/index");
    desk.write(DB, manifest("db", "app-dev", 10));
    desk.lint(["--staged"]).passes();
    desk.lint([]).passes();
    assert_eq!(index, desk.repository.read(".git/index"));
}

#[test]
fn only_the_child_that_reads_the_index_is_told_which() {
    let folder = tempfile::tempdir().expect("the temporary folder is writable");
    let log = folder.path().join("log");
    let script = format!(
        "#!/bin/sh\necho \"$GIT_INDEX_FILE|$*\" >> '{}'\nPATH=\"$REAL_PATH\" exec git \"$@\"\n",
        log.display()
    );
    let program = folder.path().join("git");
    std::fs::write(&program, script).expect("the folder is writable");
    Program::new("chmod").arg("+x").arg(&program).output();
    let desk = Desk::in_repository(Repository::of_kind(["--object-format=sha256"]));
    desk.hook_with(
        &format!(
            "REAL_PATH=\"$PATH\" PATH='{}':\"$PATH\"; export REAL_PATH PATH",
            folder.path().display()
        ),
        "",
    );
    desk.write(DB, manifest("db", "app-dev", 9));
    desk.commit(["-a", "-m", "all"]).passes();
    let log = std::fs::read_to_string(&log).expect("git was asked");
    assert!(log.contains(" cat-file "), "{log}");
    for line in log.lines() {
        let told = !line.starts_with('|');
        assert_eq!(told, line.contains(" ls-files "), "{line}");
    }
}

#[test]
fn an_announced_file_is_counted_and_not_judged() {
    let desk = Desk::new();
    desk.write("envs/dev/sealed-secrets/app/sealed-new.yaml", "");
    desk.repository.git(["add", "-N", "."]);
    let verdict = desk.lint(["--staged"]);
    verdict.passes().says("1 announced file not checked");
    assert_eq!(verdict.stdout, "");
}

#[test]
fn everything_is_new_in_the_first_commit() {
    let desk = Desk {
        repository: Repository::new(),
    };
    desk.hook();
    desk.stage(OTHER, PLAIN);
    desk.commit(["-m", "first"])
        .finds("plaintext-secret", OTHER);
}

#[test]
fn amending_judges_the_whole_commit_again() {
    let desk = Desk::new();
    desk.stage(OTHER, PLAIN);
    desk.commit(["-m", "past the hook", "--no-verify"]).passes();
    desk.hook();
    desk.commit(["--amend", "-m", "the same"])
        .finds("plaintext-secret", OTHER);
    desk.commit(["--allow-empty", "-m", "another"]).passes();
}

#[test]
fn a_merge_is_compared_with_each_parent() {
    let desk = Desk::new();
    desk.stage(OTHER, PLAIN);
    desk.repository.commit("plain, before anyone looked");
    desk.repository.git(["checkout", "--quiet", "-b", "clean"]);
    desk.stage(OTHER, "a: 1\n");
    desk.repository.commit("cleaned");
    desk.repository.git(["checkout", "--quiet", "main"]);
    desk.stage("notes.md", "x\n");
    desk.repository.commit("elsewhere");
    // Resolved to what one parent has already: nothing changes against that one.
    desk.repository
        .git(["merge", "--no-commit", "--no-ff", "clean"]);
    desk.stage(OTHER, PLAIN);
    desk.hook();
    desk.commit(["-m", "merged"])
        .finds("plaintext-secret", OTHER);
}

#[test]
fn a_rename_to_another_environment_is_found_though_no_line_changed() {
    let desk = Desk::new();
    let old = "envs/dev/sealed-secrets/app/sealed-cache-dev-secret.yaml";
    let new = "envs/prod/sealed-secrets/app/sealed-cache-dev-secret.yaml";
    desk.stage(old, manifest("cache-dev-secret", "app-dev", 7));
    desk.repository.commit("second");
    desk.write("envs/prod/sealed-secrets/app/keep", "");
    desk.repository.git(["mv", old, new]);
    let verdict = desk.lint(["--staged"]);
    verdict.finds("name-mismatch", new);
    verdict.finds("namespace-mismatch", new);
    verdict.finds("repeated-ciphertext", new);
}

#[test]
fn a_copy_of_a_value_is_found_without_reading_the_whole_repository() {
    let desk = Desk::new();
    let copy = "envs/prod/sealed-secrets/app/sealed-db.yaml";
    desk.stage(copy, manifest("db", "app-prod", 1));
    desk.lint(["--staged"]).finds("repeated-ciphertext", copy);
    desk.lint([copy]).finds("repeated-ciphertext", copy);
}

#[test]
fn a_removed_file_leaves_nothing_to_check_and_that_is_fine() {
    let desk = Desk::new();
    desk.repository.git(["rm", "--quiet", JWT]);
    desk.lint(["--staged"])
        .passes()
        .says("1 of 1 staged file is policed");
}

#[test]
fn a_hook_runner_with_nothing_staged_checks_the_last_commit() {
    let desk = Desk::new();
    let staged = desk.linting(["--staged"]).env("PRE_COMMIT", "1").run();
    assert_eq!(staged.code, Some(0));
    let words = "nothing is staged: checking all files of the last commit";
    assert!(staged.stderr.contains(words), "{}", staged.stderr);
    assert!(
        staged.stderr.contains("checked 3 files"),
        "{}",
        staged.stderr
    );
}

#[test]
fn a_repository_that_ignores_case_is_listed_in_full() {
    let desk = Desk::new();
    desk.repository.git(["config", "core.ignoreCase", "true"]);
    desk.stage("ENVS/notes.md", "x\n");
    desk.stage("README", "x\n");
    desk.stage(OTHER, PLAIN);
    desk.lint(["--staged"])
        .finds("plaintext-secret", OTHER)
        .says("0 of 3 staged files are policed");
}
