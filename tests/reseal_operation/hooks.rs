//! The user's own hooks and signature.

use crate::desk::{DB, Desk};
use crate::support::program::Program;

#[test]
fn a_failing_pre_commit_hook_is_shown_and_the_files_wait() {
    let desk = Desk::new();
    desk.hook(
        &desk.git_folder(),
        "pre-commit",
        "echo 'not on Fridays' >&2; exit 1",
    );
    let before = desk.head();
    let words = [
        "git made no commit",
        "not on Fridays",
        "--resume",
        "--abort",
    ];
    desk.ends(desk.reseal([]), 1, &words);
    assert_eq!(
        (desk.head(), desk.journals()),
        (before, vec!["reseal.dev".to_owned()])
    );
    desk.hook(&desk.git_folder(), "pre-commit", "exit 0");
    desk.reseal(["--resume"]).output();
    desk.is_done();
}

#[test]
fn a_hook_that_formats_and_commits_is_found_out_and_undone() {
    let desk = Desk::new();
    let before = desk.picture();
    let script = format!("echo '# formatted' >> {DB}; git add {DB}");
    desk.hook(&desk.git_folder(), "pre-commit", &script);
    let words = [
        "a git hook changed what was to be committed",
        "sealed-db.yaml",
        "exclude them from the hook",
    ];
    desk.ends(desk.reseal([]), 1, &words);
    assert_eq!(desk.picture(), before);
    assert!(desk.journals().is_empty());
}

#[test]
fn a_hook_that_formats_and_fails_is_found_out_and_undone() {
    let desk = Desk::new();
    let before = desk.picture();
    let script = format!("echo '# formatted' >> {DB}; exit 1");
    desk.hook(&desk.git_folder(), "pre-commit", &script);
    desk.ends(
        desk.reseal([]),
        1,
        &[
            "a git hook changed what was to be committed",
            "sealed-db.yaml",
        ],
    );
    assert_eq!(desk.picture(), before);
    assert!(desk.journals().is_empty());
}

#[test]
fn a_hook_that_smuggles_another_file_in_is_found_out() {
    let desk = Desk::new();
    let before = desk.head();
    let script = "echo smuggled > notes.md; git add notes.md";
    desk.hook(&desk.git_folder(), "pre-commit", script);
    desk.ends(desk.reseal([]), 1, &["notes.md was not to be committed"]);
    assert_eq!(desk.head(), before);
}

#[test]
fn a_failing_pre_push_hook_leaves_the_commit_waiting() {
    let desk = Desk::new();
    desk.hook(
        &desk.git_folder(),
        "pre-push",
        "echo 'ask first' >&2; exit 1",
    );
    let words = [
        "your own pre-push hook stopped the push",
        "ask first",
        "is made and waits here",
        "--resume",
    ];
    desk.ends(desk.reseal([]), 1, &words);
    assert_ne!(desk.head(), desk.remote_tip());
    desk.hook(&desk.git_folder(), "pre-push", "exit 0");
    desk.reseal(["--resume"]).output();
    desk.is_done();
}

#[test]
fn the_project_s_own_hooks_let_it_pass() {
    let desk = Desk::new();
    desk.sealsmith(["hook", "install"]).output();
    let outcome = desk.reseal([]).run();
    // The fixture has findings of its own in the files that the commit touches, if it has any at all.
    assert!(
        !outcome.stderr.contains("reseal-changed-more"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_signature_is_made_when_the_user_s_git_signs_and_survives_a_race() {
    let desk = Desk::new();
    let key = desk.git_folder().join("signing-key");
    Program::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-f"])
        .arg(&key)
        .output();
    let public = std::fs::read_to_string(key.with_extension("pub")).expect("ssh-keygen wrote it");
    let allowed = desk.git_folder().join("allowed");
    std::fs::write(&allowed, format!("test@example.com {public}")).expect("the folder is writable");
    for (name, value) in [
        ("commit.gpgSign", "true"),
        ("gpg.format", "ssh"),
        ("user.signingKey", &key.display().to_string()),
        ("gpg.ssh.allowedSignersFile", &allowed.display().to_string()),
    ] {
        desk.clone.git(["config", name, value]);
    }
    desk.dies_at("after-committed", []);
    desk.clone.git(["verify-commit", "HEAD"]);
    let first = desk.head();
    desk.colleague().pushes("theirs.txt", "theirs\n");
    desk.reseal(["--resume"]).output();
    assert_ne!(desk.head(), first);
    desk.clone.git(["verify-commit", "HEAD"]);
    desk.is_done();
}
