//! `rotate controller-key` on a controller that is a folder of keys: the second target of the driver of rotations.

use std::path::PathBuf;

use crate::desk::{DB, Desk, NEW};
use crate::support::program::{Outcome, Program};

/// The boundaries of each step, and the places in the work.
const DEATHS: [&str; 16] = [
    "copy-kept",
    "before-kept",
    "after-kept",
    "before-making",
    "after-making",
    "key-made",
    "before-made",
    "after-made",
    "after-editing",
    "files-written",
    "lock-written",
    "after-edited",
    "commit-made",
    "after-committed",
    "push-made",
    "closing",
];

fn rotate<const N: usize>(desk: &Desk, flags: [&str; N]) -> Program {
    desk.sealsmith(["rotate", "controller-key", "dev", "--backup-folder"])
        .arg(desk.backups())
        .args(flags)
}

fn dies_at(desk: &Desk, place: &str) {
    let outcome = rotate(desk, []).env("SEALSMITH_FAILPOINT", place).run();
    assert_eq!(
        outcome.code, None,
        "nobody died at {place}:\n{}",
        outcome.stderr
    );
}

/// The files of keys in the controller's folder.
fn keys(desk: &Desk) -> Vec<PathBuf> {
    let folder = std::fs::read_dir(desk.clone.file("controller")).expect("it is there");
    let mut paths: Vec<_> = folder
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    paths.sort();
    paths
}

#[track_caller]
fn ends(outcome: &Outcome, code: i32) {
    assert_eq!(outcome.code, Some(code), "{}", outcome.stderr);
}

/// Every value is for a key that came, the pin names it, everything is pushed, and nothing is half done.
fn is_done(desk: &Desk, place: &str) {
    assert!(desk.journals().is_empty(), "{place}");
    assert_eq!(desk.head(), desk.remote_tip(), "{place}");
    assert_eq!(desk.clone.git(["status", "--porcelain"]), "", "{place}");
    let policy = std::fs::read_to_string(desk.clone.file("sealsmith.yaml")).expect("it is there");
    assert!(
        policy.contains("SHA256:") && !policy.contains(NEW),
        "{place}"
    );
    ends(&desk.sealsmith(["verify", "dev"]).run(), 0);
    ends(&desk.sealsmith(["reseal", "dev", "--dry-run"]).run(), 0);
}

#[test]
fn everything_is_sealed_for_a_new_key_and_the_old_ones_are_kept() {
    let desk = Desk::new();
    let before = keys(&desk);
    let dry = rotate(&desk, ["--dry-run"]).run();
    ends(&dry, 1);
    assert!(dry.stderr.contains(NEW), "{}", dry.stderr);
    assert_eq!(keys(&desk), before, "a dry run makes no key");
    let done = rotate(&desk, []).run();
    ends(&done, 0);
    is_done(&desk, "without a fault");
    assert_eq!(keys(&desk).len(), before.len() + 1);
    let message = desk.clone.git(["log", "-1", "--format=%B"]);
    assert!(
        message.contains(&format!("Sealsmith-Old-Key-Fingerprint: {NEW}")),
        "{message}"
    );
    let copies = std::fs::read_dir(desk.backups())
        .expect("copies are kept")
        .count();
    assert_eq!(copies, before.len());
}

#[test]
fn wherever_it_dies_resume_comes_to_the_end_with_one_new_key() {
    for place in DEATHS {
        let desk = Desk::new();
        let before = keys(&desk).len();
        dies_at(&desk, place);
        ends(&rotate(&desk, ["--resume"]).run(), 0);
        is_done(&desk, place);
        assert_eq!(keys(&desk).len(), before + 1, "{place}");
    }
}

#[test]
fn wherever_it_dies_before_the_push_abort_takes_the_key_back() {
    let pushed = DEATHS.iter().position(|place| *place == "push-made");
    for place in &DEATHS[..pushed.expect("it is among them")] {
        let desk = Desk::new();
        let (before, picture) = (keys(&desk), desk.picture());
        dies_at(&desk, place);
        ends(&rotate(&desk, ["--abort"]).run(), 0);
        assert_eq!(keys(&desk), before, "{place}");
        assert_eq!(desk.picture(), picture, "{place}");
        assert!(desk.journals().is_empty(), "{place}");
    }
}

#[test]
fn a_value_that_nobody_can_open_stops_it_before_a_key_is_made() {
    let desk = Desk::new();
    let sealed = std::fs::read_to_string(desk.clone.file(DB)).expect("it is there");
    let other = sealed.replace("name: db", "name: another");
    assert_ne!(sealed, other);
    desk.clone.write(DB, other);
    desk.clone.commit("a value that was copied");
    desk.clone.git(["push", "--quiet"]);
    let before = keys(&desk);
    let refused = rotate(&desk, []).run();
    ends(&refused, 1);
    assert!(
        refused.stderr.contains("cannot be opened"),
        "{}",
        refused.stderr
    );
    assert_eq!(keys(&desk), before);
}

#[test]
fn a_controller_that_is_no_folder_is_refused_with_the_way_that_there_is() {
    let policy = "version: v1
environments:
  dev:
    certificate: certs/dev.pem
    controller: {url: \"http://127.0.0.1:9\"}
";
    let desk = Desk::with(policy, "certs/new.pem");
    let refused = rotate(&desk, []).run();
    ends(&refused, 2);
    assert!(
        refused.stderr.contains("is no folder of keys"),
        "{}",
        refused.stderr
    );
    assert!(
        refused.stderr.contains("sealsmith reseal dev"),
        "{}",
        refused.stderr
    );
}
