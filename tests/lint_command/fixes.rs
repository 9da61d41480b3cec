//! `--fix`: byte for byte, and only what it may.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use crate::desk::{DB, Desk, JWT, PLAIN, manifest};

fn wrong(name: &str, seed: u64) -> String {
    manifest(name, "app-dev", seed).replace("sync-wave: \"-1\"", "sync-wave: -1")
}

#[test]
fn a_fix_changes_what_is_wrong_and_nothing_else() {
    let desk = Desk::new();
    for text in [
        wrong("db", 1),
        wrong("db", 1).replace('\n', "\r\n"),
        format!("\u{feff}{}", wrong("db", 1)),
    ] {
        desk.write(DB, &text);
        let file = desk.repository.file(DB);
        std::fs::set_permissions(&file, Permissions::from_mode(0o640)).expect("it is ours");
        desk.lint([DB]).finds("sync-wave", DB);
        desk.lint([DB, "--fix"])
            .passes()
            .says("put right 1 finding in 1 file");
        let fixed = String::from_utf8(desk.repository.read(DB)).expect("a manifest is text");
        assert_eq!(fixed, text.replace("wave: -1", "wave: \"-1\""));
        let mode = file.metadata().expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }
    desk.lint([DB, "--fix"])
        .passes()
        .says("put right 0 findings in 0 files");
}

#[test]
fn a_difference_is_shown_and_nothing_is_written() {
    let desk = Desk::new();
    desk.write(DB, wrong("db", 1));
    let verdict = desk.lint(["--fix", "--diff"]);
    assert_eq!(verdict.code, Some(1), "{verdict:?}");
    let diff = format!("--- a/{DB}\n+++ b/{DB}\n");
    assert!(verdict.stdout.starts_with(&diff), "{verdict:?}");
    assert!(
        verdict
            .stdout
            .contains("+    argocd.argoproj.io/sync-wave: \"-1\"\n"),
        "{verdict:?}"
    );
    verdict.says("would put right 1 finding in 1 file");
    assert_eq!(desk.repository.read(DB), wrong("db", 1).into_bytes());
    desk.write(DB, manifest("db", "app-dev", 1));
    let verdict = desk.lint(["--fix", "--diff"]);
    assert_eq!(verdict.passes().stdout, "");
}

#[test]
fn what_a_person_must_do_stays_and_fails() {
    let desk = Desk::new();
    desk.write(DB, wrong("db", 1));
    desk.write(JWT, wrong("jwt", 2));
    desk.stage("apps/a.yaml", PLAIN);
    let verdict = desk.lint(["--fix"]);
    verdict
        .finds("plaintext-secret", "apps/a.yaml")
        .says("put right 2 findings in 2 files");
    assert!(!verdict.has("sync-wave", ""), "{verdict:?}");
    assert_eq!(desk.repository.read("apps/a.yaml"), PLAIN.as_bytes());
}

#[test]
fn only_files_that_were_named_are_put_right() {
    let desk = Desk::new();
    desk.write(DB, wrong("db", 1));
    desk.write(JWT, wrong("jwt", 2));
    desk.lint(["--fix", DB]).passes();
    assert_eq!(desk.repository.read(JWT), wrong("jwt", 2).into_bytes());
}

#[test]
fn a_file_that_may_not_be_written_stays_as_it_was() {
    let desk = Desk::new();
    desk.write(DB, wrong("db", 1));
    let outside = tempfile::tempdir().expect("the temporary folder is writable");
    let target = outside.path().join("db.yaml");
    std::fs::write(&target, wrong("jwt", 2)).expect("the folder is writable");
    std::fs::remove_file(desk.repository.file(JWT)).expect("it was made before");
    std::os::unix::fs::symlink(&target, desk.repository.file(JWT)).expect("a new link");
    desk.lint(["--fix"]);
    assert_eq!(
        std::fs::read_to_string(&target).expect("it is there"),
        wrong("jwt", 2)
    );
}
