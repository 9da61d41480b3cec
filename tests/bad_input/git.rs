//! Guards of `reseal`: git has to be able to bring back every file.

use crate::support::program::Program;
use crate::world::{CACHE, DB, World, flag, read, reseal_flags};

#[test]
fn a_change_in_scope_that_is_not_committed_is_refused() {
    let world = World::new();
    world.repository.write(DB, read(DB) + "# half done\n");
    let words = [
        "error: a file to be rewritten is not committed",
        "sealed-db.yaml is changed but not committed",
        "git stash",
    ];
    world.refuses(world.reseal(&["envs/dev"]), 1, &words);
    world.repository.git(["add", DB]);
    world.refuses(
        world.reseal(&["envs/dev"]),
        1,
        &["staged but not committed"],
    );
}

#[test]
fn a_file_in_scope_that_git_does_not_know_is_refused() {
    let world = World::new();
    let new = "envs/dev/sealed-secrets/app/sealed-new.yaml";
    world.repository.write(new, read(DB));
    world.refuses(
        world.reseal(&["envs/dev"]),
        1,
        &["sealed-new.yaml is not known to git", "git add"],
    );
    world.repository.write(".gitignore", "sealed-new.yaml\n");
    world.refuses(
        world.reseal(&[new]),
        1,
        &["sealed-new.yaml is ignored by git"],
    );
}

#[test]
fn settings_that_are_not_committed_are_refused() {
    let world = World::new();
    world.repository.write("sealsmith.yaml", "version: v1\n");
    world.refuses(
        world.reseal(&["envs/dev"]),
        1,
        &["sealsmith.yaml is not known to git"],
    );
}

#[test]
fn dirt_elsewhere_is_allowed_and_stays() {
    let world = World::new();
    world.repository.write("notes.md", "half a thought");
    world.repository.write("scratch/plain.txt", "not for git");
    world
        .repository
        .write("envs/prod/sealed-secrets/app/sealed-db.yaml", read(DB));
    world.repository.git(["add", "notes.md"]);
    let mut before = world.snapshot();
    world.reseal(&["envs/dev"]).output();
    let mut after = world.snapshot();
    let (old, new) = (
        before.remove(&world.file(DB)),
        after.remove(&world.file(DB)),
    );
    assert!(old != new && before == after);
    let status = world.repository.git(["status", "--porcelain"]);
    assert_eq!(
        status,
        format!(" M {DB}\nM  notes.md\n?? envs/prod/\n?? scratch/\n")
    );
}

#[test]
fn a_detached_head_is_refused() {
    let world = World::new();
    world.repository.git(["checkout", "--quiet", "--detach"]);
    world.refuses(
        world.reseal(&["envs/dev"]),
        1,
        &[
            "error: no branch is checked out (HEAD is at ",
            "hint: check out the branch",
        ],
    );
}

#[test]
fn the_middle_of_a_merge_and_of_a_rebase_is_refused() {
    for (command, words) in [
        ("merge", "error: git is in the middle of a merge"),
        ("rebase", "error: git is in the middle of a rebase"),
    ] {
        let world = World::new();
        world.repository.git(["checkout", "--quiet", "-b", "other"]);
        world.commit("notes.md", "other\n");
        world.repository.git(["checkout", "--quiet", "main"]);
        world.commit("notes.md", "main\n");
        world.repository.stopped([command, "other"]);
        world.refuses(world.reseal(&["envs/dev"]), 1, &[words, "--abort"]);
    }
}

#[test]
fn another_git_at_work_is_waited_for() {
    let world = World::new();
    std::fs::write(world.file(".git/index.lock"), "").expect("the folder is writable");
    world.refuses(
        world.reseal(&["envs/dev"]),
        1,
        &["another git process is at work here", "index.lock exists"],
    );
}

#[test]
fn without_git_only_an_explicit_wish_goes_on() {
    let world = World::without_git();
    let words = [
        "is not in a git repository",
        "could not be brought back",
        "pass --no-git",
    ];
    world.refuses(world.reseal(&["envs/dev"]), 1, &words);
    world.reseal(&["envs/dev", "--no-git"]).output();
    world
        .run([
            "verify",
            "envs/dev",
            &flag("recovery-private-key", "keys/new"),
        ])
        .output();
}

#[test]
fn no_git_does_not_switch_the_guard_off_inside_a_repository() {
    let world = World::new();
    world.repository.write(CACHE, read(CACHE) + "# half done\n");
    world.refuses(
        world.reseal(&["envs/dev", "--no-git"]),
        1,
        &["sealed-cache.yaml is changed but not committed"],
    );
}

#[test]
fn a_repository_without_a_commit_has_nothing_to_bring_back() {
    let world = World::without_git();
    world
        .repository
        .git(["init", "--quiet", "--initial-branch=main"]);
    world.refuses(
        world.reseal(&["envs/dev"]),
        1,
        &["the repository has no commit yet"],
    );
}

#[test]
fn a_dry_run_needs_no_guard_and_changes_nothing() {
    let world = World::new();
    world.repository.write(DB, read(DB) + "# half done\n");
    world.refuses(
        world.reseal(&["envs/dev", "--dry-run"]),
        1,
        &["dry run: would re-seal envs/dev (2 files)"],
    );
    let variable = world
        .run(["reseal", "envs/dev"])
        .args(reseal_flags())
        .env("DRY_RUN", "1");
    world.refuses(variable, 1, &["dry run: "]);
}

#[test]
fn a_protected_environment_without_anyone_to_ask_stays() {
    let world = World::new();
    world.commit("envs/prod/sealed-secrets/app/sealed-db.yaml", read(DB));
    let command = world.reseal(&["envs/prod"]).into_command();
    let program = Program::new("setsid")
        .arg("--wait")
        .arg(command.get_program())
        .args(command.get_args())
        .dir(world.repository.path());
    world.refuses(
        program,
        2,
        &[
            "cannot ask \"Re-seal 1 file of prod?\"",
            "hint: there is no terminal to ask on: pass --yes",
        ],
    );
}
