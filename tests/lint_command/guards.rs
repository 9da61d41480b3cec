//! `--guard`: the work tree has to be safe before an operation rewrites it.

use crate::desk::{DB, Desk, PLAIN, manifest};

#[test]
fn a_clean_work_tree_is_safe() {
    let desk = Desk::new();
    desk.lint(["--guard", "reseal"]).passes();
    desk.lint(["--guard", "rotate"]).passes();
}

#[test]
fn changes_and_new_files_in_the_layout_are_not_safe() {
    let desk = Desk::new();
    desk.write(DB, manifest("db", "app-dev", 5));
    desk.lint([]).passes();
    desk.lint(["--guard", "reseal"]).finds("dirty-tree", DB);
    desk.repository.git(["add", DB]);
    desk.lint(["--guard", "reseal"]).finds("dirty-tree", DB);
    desk.repository.commit("second");
    let new = "envs/dev/sealed-secrets/app/sealed-new.yaml";
    desk.write(new, manifest("new", "app-dev", 6));
    desk.write("notes.md", "not for git\n");
    let verdict = desk.lint(["--guard", "reseal"]);
    verdict.finds("dirty-tree", new);
    assert!(!verdict.has("dirty-tree", "notes.md"), "{verdict:?}");
}

#[test]
fn plaintext_that_lies_about_is_an_error_for_a_guard() {
    let desk = Desk::new();
    let stray = "envs/dev/sealed-secrets/app/secret.yaml.bak";
    desk.write(stray, PLAIN);
    let verdict = desk.lint([]);
    assert!(
        verdict.passes().has("stray-plaintext", stray),
        "{verdict:?}"
    );
    desk.lint(["--guard", "rotate"])
        .finds("stray-plaintext", stray);
}

#[test]
fn unfinished_business_is_not_safe_and_stops_no_other_lint() {
    let desk = Desk::new();
    for branch in ["one", "two"] {
        desk.repository
            .git(["checkout", "--quiet", "-b", branch, "main"]);
        desk.write("notes.md", branch);
        desk.repository.commit(branch);
    }
    desk.repository.stopped(["rebase", "one"]);
    let verdict = desk.lint(["--guard", "reseal"]);
    assert_eq!(verdict.code, Some(1), "{verdict:?}");
    assert!(verdict.stdout.contains("[unfinished-git]"), "{verdict:?}");
    assert!(verdict.stdout.contains("rebase"), "{verdict:?}");
    desk.lint([]).passes();
    desk.lint(["--staged"])
        .passes()
        .says("1 unmerged file not checked");
    desk.repository.git(["rebase", "--abort"]);
    desk.repository.stopped(["merge", "one"]);
    let verdict = desk.lint(["--guard", "reseal"]);
    assert!(verdict.stdout.contains("[unfinished-git]"), "{verdict:?}");
}

#[test]
fn an_octopus_merge_in_progress_is_compared_with_every_parent() {
    let desk = Desk::new();
    for branch in ["one", "two"] {
        desk.repository
            .git(["checkout", "--quiet", "-b", branch, "main"]);
        desk.write(&format!("{branch}.md"), branch);
        desk.repository.commit(branch);
    }
    desk.repository.git(["checkout", "--quiet", "main"]);
    desk.repository
        .git(["merge", "--quiet", "--no-commit", "--no-ff", "one", "two"]);
    desk.stage("apps/a.yaml", PLAIN);
    desk.lint(["--staged"])
        .finds("plaintext-secret", "apps/a.yaml");
    desk.lint(["--guard", "reseal"]);
}

#[test]
fn a_detached_head_and_an_index_in_use_are_not_safe() {
    let desk = Desk::new();
    desk.write(".git/index.lock", "");
    let verdict = desk.lint(["--guard", "reseal"]);
    assert!(verdict.stdout.contains("[unfinished-git]"), "{verdict:?}");
    std::fs::remove_file(desk.repository.file(".git/index.lock")).expect("it was made before");
    desk.repository.git(["checkout", "--quiet", "--detach"]);
    let verdict = desk.lint(["--guard", "reseal"]);
    assert!(verdict.stdout.contains("[unfinished-git]"), "{verdict:?}");
}

#[test]
fn a_branch_behind_its_upstream_is_not_safe() {
    let desk = Desk::new();
    desk.write("notes.md", "x\n");
    desk.repository.commit("second");
    desk.repository.git(["branch", "upstream"]);
    desk.repository
        .git(["branch", "--set-upstream-to=upstream"]);
    desk.lint(["--guard", "reseal"]).passes();
    desk.repository
        .git(["reset", "--quiet", "--hard", "HEAD~1"]);
    let verdict = desk.lint(["--guard", "reseal"]);
    assert!(verdict.stdout.contains("[behind-upstream]"), "{verdict:?}");
}
