//! Whatever is in doubt stops before the first write.

use crate::desk::{DB, Desk, fixture};

#[test]
fn a_change_that_is_not_committed_is_refused() {
    let desk = Desk::new();
    let mut text = desk.clone.read(DB);
    text.extend(b"# half done\n");
    desk.clone.write(DB, text);
    desk.refuses(
        desk.reseal([]),
        1,
        &["sealed-db.yaml is changed but not committed"],
    );
}

#[test]
fn a_detached_head_is_refused() {
    let desk = Desk::new();
    desk.clone.git(["checkout", "--quiet", "--detach"]);
    desk.refuses(
        desk.reseal([]),
        1,
        &["no branch is checked out", "git switch"],
    );
}

#[test]
fn another_branch_than_the_one_that_deploys_is_refused() {
    let policy = "version: v1\nenvironments:\n  dev:\n    certificate: certs/dev.pem\n    controller: {keys: controller}\n    git: {branch: main}\n";
    let desk = Desk::with(policy, "certs/new.pem");
    desk.clone.git(["checkout", "--quiet", "-b", "feature"]);
    let words = [
        "dev is deployed from branch main, and feature is checked out",
        "git switch main",
    ];
    desk.refuses(desk.reseal([]), 1, &words);
    desk.clone.git(["checkout", "--quiet", "main"]);
    desk.reseal([]).output();
    desk.is_done();
}

#[test]
fn a_branch_that_is_behind_ahead_or_apart_is_refused() {
    let desk = Desk::new();
    desk.colleague().pushes("theirs.txt", "theirs\n");
    let words = [
        "the branch is 1 commit behind origin/main",
        "git pull --ff-only",
    ];
    desk.refuses(desk.reseal([]), 1, &words);
    desk.clone
        .git(["commit", "--quiet", "--allow-empty", "-m", "ours"]);
    desk.refuses(
        desk.reseal([]),
        1,
        &["the branch is 1 commit behind origin/main"],
    );
    desk.clone.git(["pull", "--quiet", "--rebase"]);
    let words = [
        "the branch has 1 commit that origin/main has not",
        "git push",
    ];
    desk.refuses(desk.reseal([]), 1, &words);
    desk.clone.git(["push", "--quiet"]);
    desk.reseal([]).output();
    desk.is_done();
}

#[test]
fn a_merge_in_progress_is_refused() {
    let desk = Desk::new();
    desk.clone.git(["checkout", "--quiet", "-b", "other"]);
    desk.clone.write("notes.md", "other\n");
    desk.clone.commit("other");
    desk.clone.git(["checkout", "--quiet", "main"]);
    desk.clone.write("notes.md", "main\n");
    desk.clone.commit("main");
    desk.clone.stopped(["merge", "other"]);
    desk.refuses(desk.reseal([]), 1, &["git is in the middle of a merge"]);
}

#[test]
fn a_remote_that_is_gone_or_has_another_name_is_refused() {
    let desk = Desk::new();
    let gone = desk.remote().with_extension("gone");
    std::fs::rename(desk.remote(), &gone).expect("the folder is ours");
    desk.refuses(
        desk.reseal([]),
        2,
        &["git could not reach the remote origin", "--no-push"],
    );
    std::fs::rename(gone, desk.remote()).expect("the folder is ours");
    desk.clone.git(["remote", "rename", "origin", "upstream"]);
    let words = [
        "no remote named origin",
        "it has: upstream",
        "environments.dev.git.remote",
    ];
    desk.refuses(desk.reseal([]), 1, &words);
}

#[test]
fn a_secret_that_the_policy_does_not_know_is_refused() {
    let policy = "version: v1\nenvironments:\n  dev: {certificate: certs/dev.pem, controller: {keys: controller}}\nsecrets:\n  - {id: db, match: {name: db}, rotation: manual, reason: changes rarely and hits widely}\n";
    let desk = Desk::with(policy, "certs/new.pem");
    let words = [
        "no entry of `secrets` in sealsmith.yaml is about 1 secret",
        "cache in envs/dev",
    ];
    desk.refuses(desk.reseal([]), 1, &words);
}

#[test]
fn the_middle_of_somebodys_commit_is_refused() {
    let desk = Desk::new();
    let command = desk
        .reseal([])
        .env("GIT_INDEX_FILE", desk.git_folder().join("index"));
    desk.refuses(command, 1, &["GIT_INDEX_FILE is set"]);
}

#[test]
fn an_unfinished_operation_has_to_be_ended_first() {
    let desk = Desk::new();
    desk.dies_at("after-edited", []);
    let words = [
        "an operation on dev is unfinished: reseal, since 20",
        "its last step is \"edited\"",
        "sealsmith reseal dev --resume",
        "sealsmith reseal dev --abort",
    ];
    desk.refuses(desk.reseal([]), 1, &words);
    let words = [
        "reseal (edited, since 20",
        "sealsmith reseal dev --resume, or --abort",
    ];
    desk.ends(desk.sealsmith(["status"]), 0, &words);
    let output = desk.sealsmith(["status", "--format", "json"]).output();
    let report: serde_json::Value = serde_json::from_slice(&output).expect("it is JSON");
    let dev = &report["environments"][0];
    assert_eq!(dev["unfinished"][0]["step"], "edited");
    assert_eq!(dev["values"]["current"], 3);
}

#[test]
fn without_an_unfinished_operation_there_is_nothing_to_resume() {
    let desk = Desk::new();
    desk.refuses(
        desk.reseal(["--resume"]),
        2,
        &["no re-sealing of dev is unfinished here"],
    );
    desk.refuses(
        desk.reseal(["--abort"]),
        2,
        &["no re-sealing of dev is unfinished here"],
    );
    let words = ["there is no dry run of --resume and --abort"];
    desk.refuses(desk.reseal(["--resume", "--dry-run"]), 2, &words);
}

#[test]
fn what_somebody_else_wrote_meanwhile_is_never_lost() {
    let desk = Desk::new();
    desk.dies_at("after-edited", []);
    desk.clone.write(DB, fixture(crate::desk::CACHE));
    desk.refuses(
        desk.reseal(["--resume"]),
        1,
        &["files are no longer what was written", DB],
    );
    let words = [
        "files changed since the operation wrote them",
        DB,
        "git restore --source=",
    ];
    desk.refuses(desk.reseal(["--abort"]), 1, &words);
}
