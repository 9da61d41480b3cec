//! The hard cases of the specification (rotation, section 9) that the matrix does not name.
//!
//! | case | proven in |
//! | --- | --- |
//! | 1, 2: the answer to CreateAccessKey is lost | here; sent once: `cli/src/aws` |
//! | 3, 4: a kill before and after the backup has its name | here |
//! | 5: a colleague makes a key meanwhile | here |
//! | 6: two keys | here; every choice: `cli/src/aws/rotation/choice.rs` |
//! | 7, 9: a key that is not known yet, or is somebody else's | `cli/src/aws/tests` |
//! | 8: a truncated secret | here |
//! | 10: lost answers to UpdateAccessKey and DeleteAccessKey | matrix |
//! | 11: throttling | here |
//! | 12: the operator rotates its own key | `way.rs` |
//! | 13: kills | matrix |
//! | 14: a journal that cannot be trusted | here |
//! | 15: nothing takes the backup | here; full disks: `cli/src/backup/tests` |
//! | 16: two processes | `way.rs` |
//! | 17: races | here and matrix; six in a row: `reseal_operation/push.rs` |
//! | 18: a protected branch | matrix |
//! | 19: hooks that format | here; that fail: matrix |
//! | 20, 21: other people's changes, odd files | `way.rs` |
//! | 30: where the secret is | `hygiene.rs` |
//! | clocks | `bad_input.rs`, `waiting.rs` |

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::side_by_side::desk::{Desk, Setting, hook, said};
use crate::stand_in::Rolls;
use crate::support::program::Program;

fn new_ids(desk: &Desk) -> Vec<String> {
    let known = desk.known.lock().expect("nobody panics with it").clone();
    let keys = desk.keys().into_iter().map(|key| key.id);
    keys.filter(|id| !known.contains(id)).collect()
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_key_whose_answer_was_lost_is_found_deleted_and_made_anew() {
    for mode in ["drop_after", "after500", "garbled_after"] {
        let desk = Desk::new();
        desk.aws.fault("CreateAccessKey", mode, 1);
        desk.ends(
            desk.begin(&[]),
            2,
            &["may have made a key", "--resume", "--abort"],
        );
        assert_eq!(
            desk.aws.count("CreateAccessKey"),
            1,
            "{mode}: it was sent again"
        );
        let lost = new_ids(&desk);
        assert_eq!(lost.len(), 1, "{mode}");
        desk.ends(desk.go_on(&["--resume"]), 0, &["whose answer is lost"]);
        desk.is_done();
        assert_ne!(new_ids(&desk), lost);
    }
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn what_a_kill_left_of_a_backup_is_wiped_by_the_next_run() {
    let desk = Desk::new();
    desk.dies_at("backup-written", desk.begin(&[]));
    let left = desk.backup_files();
    let holds = |path: &Path| {
        let text = std::fs::read_to_string(path).expect("it is ours");
        desk.secrets()
            .iter()
            .any(|secret| text.contains(secret.as_str()))
    };
    assert!(
        left.len() == 1 && holds(&left[0]),
        "the temporary file holds the secret: {left:?}"
    );
    desk.nobody_is_stranded(true);
    desk.is_resumed();
    assert!(!left[0].exists());
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_key_with_a_backup_is_adopted_and_not_made_again() {
    for place in ["backup-named", "key-kept"] {
        let desk = Desk::new();
        desk.dies_at(place, desk.begin(&[]));
        let made = new_ids(&desk);
        desk.is_resumed();
        assert_eq!(new_ids(&desk), made, "{place}");
        assert_eq!(desk.aws.count("CreateAccessKey"), 1, "{place}");
    }
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_key_that_a_colleague_made_meanwhile_is_left_alone() {
    let desk = Desk::new();
    desk.dies_at("after-creating", desk.begin(&[]));
    let now = jiff::Timestamp::now().as_second();
    let theirs = desk.second_key("Active", Some(now));
    desk.aws
        .change_key(json!({"id": theirs.id, "created": now, "used": now}));
    for way in ["--resume", "--abort"] {
        desk.ends(
            desk.go_on(&[way]),
            1,
            &["it is not ours", &theirs.id, "somebody used it"],
        );
    }
    assert_eq!(
        (
            desk.aws.count("DeleteAccessKey"),
            desk.aws.count("CreateAccessKey")
        ),
        (0, 0)
    );
    desk.nobody_is_stranded(false);
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn of_two_keys_only_the_one_that_was_named_makes_room() {
    let desk = Desk::new();
    let spare = desk.second_key("Inactive", None);
    let words = ["has 2 access keys", "--replace-inactive"];
    desk.refuses(desk.begin(&[]), 1, &words);
    desk.refuses(
        desk.begin(&["--replace-inactive", &desk.old[0].id]),
        1,
        &["is not deleted", "active"],
    );
    desk.refuses(
        desk.begin(&["--replace-inactive", "AKIAEXAMPLE000000001"]),
        1,
        &["has no key"],
    );
    desk.ends(desk.begin(&["--replace-inactive", &spare.id]), 0, &[]);
    desk.is_done();
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_backup_with_a_truncated_secret_stops_everything_at_once() {
    let desk = Desk::new();
    desk.dies_at("after-created", desk.begin(&[]));
    let (path, whole) = desk.backups().remove(0);
    let mut broken = whole.clone();
    let secret = whole["secretAccessKey"].as_str().expect("it is a text");
    broken["secretAccessKey"] = json!(format!("{}x", &secret[..39]));
    std::fs::write(&path, broken.to_string()).expect("it is ours");
    desk.aws.clear();
    let outcome = desk.run(desk.go_on(&["--resume"]));
    assert!(matches!(outcome.code, Some(1 | 2)), "{}", said(&outcome));
    assert!(
        desk.aws.count("GetCallerIdentity") <= 2,
        "it was tried again and again"
    );
    assert_eq!(desk.aws.count("UpdateAccessKey"), 0);
    std::fs::write(&path, whole.to_string()).expect("it is ours");
    desk.is_resumed();
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_rotation_under_throttling_comes_to_its_end_with_a_bounded_number_of_calls() {
    let desk = Desk::new();
    let over = AtomicBool::new(false);
    let actions = [
        "GetCallerIdentity",
        "GetUser",
        "ListAccessKeys",
        "GetAccessKeyLastUsed",
        "UpdateAccessKey",
        "DeleteAccessKey",
    ];
    std::thread::scope(|scope| {
        // As soon as an action got through, its next call is throttled.
        scope.spawn(|| {
            let mut seen = [usize::MAX; 6];
            while !over.load(Ordering::Relaxed) {
                for (action, seen) in actions.iter().zip(&mut seen) {
                    let count = desk.aws.count(action);
                    if *seen == usize::MAX || count >= *seen + 2 {
                        desk.aws.fault(action, "throttle", 1);
                        *seen = count;
                    }
                }
                std::thread::sleep(Duration::from_millis(50));
            }
        });
        let outcome = desk.run(desk.begin(&[]));
        over.store(true, Ordering::Relaxed);
        assert_eq!(outcome.code, Some(0), "{}", said(&outcome));
    });
    for action in actions {
        let count = desk.aws.count(action);
        assert!(count < 60, "{count} calls of {action}");
    }
    desk.is_done();
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_journal_that_cannot_be_trusted_is_refused_and_nothing_is_guessed() {
    let desk = Desk::new();
    desk.dies_at("after-created", desk.begin(&[]));
    desk.aws.clear();
    let journal = desk.journals().remove(0);
    let good = std::fs::read(&journal).expect("it is there");
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut document: Value = serde_json::from_slice(&good).expect("it is JSON");
        change(&mut document);
        document.to_string().into_bytes()
    };
    let broken = [
        ("truncated", good[..good.len() / 2].to_vec()),
        ("empty", Vec::new()),
        (
            "of another version",
            changed(&|document| document["version"] = json!(99)),
        ),
        (
            "of another account",
            changed(&|document| document["plan"]["account"] = json!("210987654321")),
        ),
        (
            "of another user",
            changed(&|document| document["plan"]["user"] = json!("somebody")),
        ),
        (
            "with more than is known",
            changed(&|document| document["plan"]["surprise"] = json!(1)),
        ),
    ];
    for (what, text) in broken {
        std::fs::write(&journal, text).expect("it is ours");
        for way in ["--resume", "--abort"] {
            let outcome = desk.run(desk.go_on(&[way]));
            assert!(
                matches!(outcome.code, Some(1 | 2)),
                "{what}: {}",
                said(&outcome)
            );
        }
        let outcome = desk.run(desk.begin(&[]));
        assert!(
            matches!(outcome.code, Some(1 | 2)),
            "{what}: {}",
            said(&outcome)
        );
    }
    std::fs::write(&journal, &good).expect("it is ours");
    std::fs::set_permissions(&journal, std::fs::Permissions::from_mode(0o644)).expect("it is ours");
    desk.ends(desk.go_on(&["--resume"]), 1, &["chmod 600"]);
    std::fs::set_permissions(&journal, std::fs::Permissions::from_mode(0o600)).expect("it is ours");
    let elsewhere = desk.place("tmp/journal");
    std::fs::rename(&journal, &elsewhere).expect("it is ours");
    symlink(&elsewhere, &journal).expect("the folder is ours");
    let outcome = desk.run(desk.go_on(&["--resume"]));
    assert!(matches!(outcome.code, Some(1 | 2)), "{}", said(&outcome));
    std::fs::rename(&elsewhere, &journal).expect("it is ours");
    for action in ["CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey"] {
        assert_eq!(desk.aws.count(action), 0, "{action}");
    }
    desk.is_resumed();
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_new_key_that_no_folder_takes_is_deleted_again() {
    let desk = Desk::new();
    desk.dies_at("after-room-made", desk.begin(&[]));
    // Both folders became something else: the one that is named, and the one beside the journals.
    let folders = [desk.place("backup"), desk.place("state/sealsmith/backup")];
    for folder in &folders {
        if folder.exists() {
            std::fs::rename(folder, folder.with_extension("away")).expect("it is ours");
        }
        std::fs::write(folder, "no folder").expect("it is ours");
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o600))
            .expect("it is ours");
    }
    let outcome = desk.run(desk.go_on(&["--resume"]));
    assert!(matches!(outcome.code, Some(1 | 2)), "{}", said(&outcome));
    assert!(new_ids(&desk).is_empty(), "{}", said(&outcome));
    for folder in &folders {
        std::fs::remove_file(folder).expect("it is ours");
        let away = folder.with_extension("away");
        if away.exists() {
            std::fs::rename(away, folder).expect("it is ours");
        }
    }
    desk.is_resumed();
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_race_for_the_same_file_stops_and_everything_can_be_taken_back() {
    let desk = Desk::new();
    desk.dies_at("after-committed", desk.begin(&[]));
    let colleague = desk.colleague();
    let path = Desk::manifest("mlflow");
    let theirs = [&colleague.reads(&path)[..], b"# theirs\n"].concat();
    colleague.pushes(&path, &theirs);
    desk.ends(desk.go_on(&["--resume"]), 1, &["mlflow"]);
    desk.nobody_is_stranded(false);
    desk.ends(desk.go_on(&["--abort"]), 0, &[]);
    assert_eq!(desk.clone.git(["status", "--porcelain"]), "");
    assert_eq!(new_ids(&desk), Vec::<String>::new());
    assert!(desk.backups().is_empty());
    desk.clone.git(["pull", "--quiet", "--ff-only"]);
    assert!(desk.clone.read(&path) == theirs);
    desk.nobody_was_refused();
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_hook_that_formats_our_files_strands_no_key() {
    let desk = Desk::new();
    let path = Desk::manifest("airflow");
    let script = format!("echo '# formatted' >> {path}; git add {path}");
    hook(&desk.clone.file(".git"), "pre-commit", &script);
    let outcome = desk.run(desk.begin(&[]));
    assert!(matches!(outcome.code, Some(1 | 2)), "{}", said(&outcome));
    desk.nobody_is_stranded(false);
    assert_eq!(desk.clone.git(["status", "--porcelain"]), "");
    hook(&desk.clone.file(".git"), "pre-commit", "exit 0");
    if desk.journals().is_empty() {
        // It took everything back by itself.
        desk.is_undone();
    } else {
        desk.is_resumed();
    }
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn what_others_pushed_on_top_does_not_hold_up_the_end() {
    let desk = Desk::new();
    desk.dies_at("after-pushed", desk.begin(&[]));
    desk.colleague().pushes("theirs.md", "theirs\n");
    desk.ends(desk.go_on(&["--resume"]), 0, &[]);
    assert_eq!(desk.keys().len(), 1);
    desk.nobody_was_refused();
    assert!(desk.journals().is_empty());
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn what_is_half_done_is_shown_by_status() {
    let desk = Desk::new();
    desk.dies_at("after-created", desk.begin(&[]));
    let status: Program = desk.sealsmith(["status"]);
    let outcome = desk.run(status);
    assert!(said(&outcome).contains("rotate"), "{}", said(&outcome));
    desk.refuses_to_begin_again();
    desk.is_aborted();
}

impl Desk {
    fn refuses_to_begin_again(&self) {
        self.ends(
            self.begin(&[]),
            1,
            &["is unfinished", "--resume", "--abort"],
        );
    }
}

/// A desk whose backups only its owner's identity opens, which the program has not.
fn desk_with_age() -> Desk {
    let desk = Desk::new();
    let identity = desk.place("identity");
    Program::new("age-keygen")
        .arg("--output")
        .arg(&identity)
        .output();
    let recipient = Program::new("age-keygen").arg("-y").arg(&identity).text();
    let folder = format!("folder: {}", desk.place("backup").display());
    let with_age = format!("{folder}, age-recipients: [{}]", recipient.trim());
    desk.edits_the_policy(&folder, &with_age);
    desk
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn an_encrypted_backup_serves_for_the_whole_way() {
    let desk = desk_with_age();
    desk.ends(desk.begin(&[]), 0, &[]);
    desk.is_done();
    let ends_with = |end| {
        desk.backup_files()
            .iter()
            .all(|path| path.extension().is_some_and(|it| it == end))
    };
    assert!(ends_with("age"));
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_key_whose_backup_only_a_person_can_open_is_made_anew_or_undone() {
    // Its answer was not noted: it is deleted and made again.
    let desk = desk_with_age();
    desk.dies_at("backup-named", desk.begin(&[]));
    desk.nobody_is_stranded(false);
    desk.is_resumed();
    // It was noted, and nothing can be proven without its secret: there is the way back.
    for place in ["after-created", "after-pushed", "after-inactive"] {
        let desk = desk_with_age();
        desk.dies_at(place, desk.begin(&[]));
        let outcome = desk.run(desk.go_on(&["--resume"]));
        assert_eq!(outcome.code, Some(1), "{place}: {}", said(&outcome));
        assert!(
            said(&outcome).contains("--abort"),
            "{place}: {}",
            said(&outcome)
        );
        desk.nobody_is_stranded(false);
        desk.is_aborted();
    }
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn undoing_waits_until_what_others_pushed_is_here_and_keeps_it() {
    let desk = Desk::new();
    desk.dies_at("after-inactive", desk.begin(&[]));
    desk.colleague().pushes("theirs.md", "theirs\n");
    desk.ends(desk.go_on(&["--abort"]), 1, &["behind", "git pull"]);
    desk.nobody_is_stranded(false);
    desk.clone.git(["pull", "--quiet", "--ff-only"]);
    desk.is_aborted();
    assert_eq!(desk.clone.read("theirs.md"), b"theirs\n");
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn undoing_takes_the_new_key_from_nobody_who_still_has_it() {
    let desk = Desk::with(&Setting {
        rolls: Rolls::WhenRestarted,
        ..Setting::default()
    });
    desk.dies_at("after-inactive", desk.begin(&["--rollout-restart"]));
    let words = [
        "has Secret aws-credentials-dev-secret as it was",
        "--abort --rollout-restart",
    ];
    desk.ends(desk.go_on_in_a_hurry(&["--abort"]), 1, &words);
    let active = desk.keys().into_iter().filter(|key| key.status == "Active");
    assert_eq!(active.count(), 2);
    desk.nobody_is_stranded(false);
    desk.ends(desk.go_on(&["--abort", "--rollout-restart"]), 0, &[]);
    desk.is_undone();
}
