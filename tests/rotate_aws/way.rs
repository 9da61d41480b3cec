//! The whole way, when nothing goes wrong.

use crate::side_by_side::desk::{Desk, Setting, manifest};
use crate::stand_in::{Pair, Rolls};

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn every_application_gets_the_new_key_and_the_old_one_goes() {
    let desk = Desk::new();
    desk.ends(desk.begin(&[]), 0, &[]);
    desk.is_done();
    // Of the cluster, the lock alone and the request to look are written.
    for seen in desk.cluster.seen() {
        let is_ours = seen.request.contains("/leases") || seen.request.contains("/applications/");
        let is_read = seen.request.starts_with("GET ");
        assert!(is_read || is_ours, "{} {}", seen.status, seen.request);
    }
    assert_eq!(desk.aws.count("CreateAccessKey"), 1);
    assert_eq!(desk.aws.count("UpdateAccessKey"), 1);
    assert_eq!(desk.aws.count("DeleteAccessKey"), 1);
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn dev_and_prod_are_rotated_one_by_one_with_restarts_and_nobody_is_refused() {
    let desk = Desk::with(&Setting {
        environments: &["dev", "prod"],
        rolls: Rolls::WhenRestarted,
        ..Setting::default()
    });
    desk.ends(desk.begin(&["--rollout-restart"]), 0, &[]);
    desk.is_done();
    // Nothing of prod was touched.
    let prod = &desk.old[1];
    desk.everybody_has(
        "prod",
        &Pair {
            id: prod.id.clone(),
            secret: prod.secret.clone(),
        },
    );
    for app in crate::side_by_side::desk::APPS {
        let path = manifest("prod", app);
        assert!(desk.clone.read(&path) == desk.start()[&path], "{path}");
    }
    let prod = desk.sealsmith([
        "rotate",
        "aws",
        "prod",
        "--grace",
        "1s",
        "--soak",
        "1s",
        "--timeout",
        "20s",
        "--yes",
        "--rollout-restart",
    ]);
    desk.ends(prod, 0, &[]);
    desk.is_done_in("prod", 2, 2);
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn pods_that_keep_the_old_key_keep_it_alive_until_they_are_restarted() {
    let desk = Desk::with(&Setting {
        rolls: Rolls::WhenRestarted,
        ..Setting::default()
    });
    let begin = desk.sealsmith([
        "rotate",
        "aws",
        "dev",
        "--grace",
        "1s",
        "--soak",
        "1s",
        "--timeout",
        "4s",
    ]);
    desk.ends(
        begin,
        1,
        &[
            "has Secret aws-credentials-dev-secret as it was",
            "--resume --rollout-restart",
        ],
    );
    desk.nobody_is_stranded(false);
    assert_eq!(desk.aws.count("UpdateAccessKey"), 0);
    desk.ends(desk.go_on(&["--resume", "--rollout-restart"]), 0, &[]);
    desk.is_done();
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn only_the_values_of_the_pair_change_whatever_the_files_look_like() {
    let desk = Desk::with(&Setting {
        odd_files: true,
        ..Setting::default()
    });
    desk.ends(desk.begin(&[]), 0, &[]);
    desk.is_done();
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn data_keys_of_other_names_are_found_through_the_policy() {
    let desk = Desk::with(&Setting {
        keys: ["s3.id", "s3.secret"],
        ..Setting::default()
    });
    desk.ends(desk.begin(&[]), 0, &[]);
    desk.is_done();
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_user_rotates_its_own_key_and_signs_with_the_new_one_once_that_is_proven() {
    let desk = Desk::with(&Setting {
        own: true,
        ..Setting::default()
    });
    desk.ends(desk.begin(&[]), 0, &[]);
    desk.is_done();
    let old = &desk.old[0].id;
    let calls: Vec<_> = desk
        .aws
        .calls()
        .into_iter()
        .filter(|(action, _)| !action.starts_with("s3"))
        .collect();
    let first_new = calls
        .iter()
        .position(|(_, key)| key != old)
        .expect("the new key was used");
    let last_old = calls
        .iter()
        .rposition(|(_, key)| key == old)
        .expect("the old key was used");
    assert_eq!(
        calls[first_new].0, "GetCallerIdentity",
        "the first call with the new key proves it"
    );
    let managing = calls
        .iter()
        .position(|(action, key)| key != old && action != "GetCallerIdentity");
    assert!(
        Some(last_old) < managing,
        "the old key signed after the new one took over: {calls:?}"
    );
    let deactivated = calls
        .iter()
        .position(|(action, _)| action == "UpdateAccessKey");
    assert!(Some(last_old) < deactivated, "{calls:?}");
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn what_else_is_staged_or_changed_stays_as_it_is() {
    let desk = Desk::new();
    desk.edits_the_policy("version: v1\n", "version: v1\ngit: {require-clean: []}\n");
    desk.clone.write("notes.md", "notes, staged\n");
    desk.clone.git(["add", "notes.md"]);
    desk.clone
        .write("notes.md", "notes, staged and changed again\n");
    let before = desk.clone.git(["diff", "--cached", "notes.md"]);
    desk.ends(desk.begin(&[]), 0, &[]);
    assert_eq!(desk.clone.git(["diff", "--cached", "notes.md"]), before);
    assert_eq!(
        desk.clone.read("notes.md"),
        b"notes, staged and changed again\n"
    );
    desk.clone
        .git(["restore", "--staged", "--worktree", "notes.md"]);
    assert_eq!(desk.keys().len(), 1);
    desk.nobody_was_refused();
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_dry_run_shows_the_plan_and_changes_nothing() {
    let desk = Desk::new();
    let words = [
        "is replaced",
        "creating a new access key",
        "deleting the old key",
    ];
    desk.refuses(desk.begin(&["--dry-run"]), 1, &words);
    desk.refuses(desk.begin(&[]).env("DRY_RUN", "1"), 1, &words);
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_second_operator_is_kept_away_on_this_machine_and_on_another() {
    let desk = Desk::new();
    let mut first = desk.begin(&[]).into_command();
    let first = first
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("the program starts");
    desk.cluster.waits_until("the lock is taken", |world| {
        world
            .objects
            .of("/apis/coordination.k8s.io/v1/namespaces/kube-system/leases")
            .len()
            == 1
    });
    desk.ends(desk.begin(&[]), 1, &["rotate aws dev"]);
    // Another machine has another state folder, so that only the Lease tells; it is looked at until it is renewed.
    let elsewhere = desk
        .begin(&[])
        .env("XDG_STATE_HOME", desk.place("tmp/elsewhere"));
    let outcome = desk.run(elsewhere);
    assert_ne!(outcome.code, Some(0), "{}", outcome.stderr);
    let first = first.wait_with_output().expect("it ends");
    assert!(first.status.success());
    assert_eq!(desk.aws.count("CreateAccessKey"), 1);
    std::fs::remove_dir_all(desk.place("tmp/elsewhere")).expect("it is ours");
    desk.is_done();
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_second_rotation_follows_the_first_and_a_third_can_be_undone() {
    let desk = Desk::new();
    desk.ends(desk.begin(&[]), 0, &[]);
    desk.is_done();
    desk.ends(desk.begin(&[]), 0, &[]);
    desk.is_done_in("dev", 2, 1);
    let second = desk.keys().remove(0);
    desk.known
        .lock()
        .expect("nobody panics with it")
        .insert(second.id.clone());
    let files = || {
        let paths = desk.clone.git(["ls-files"]);
        let read = |path: &str| (path.to_owned(), desk.clone.read(path));
        paths.lines().map(read).collect::<Vec<_>>()
    };
    let before = files();
    desk.dies_at("after-inactive", desk.begin(&[]));
    desk.ends(desk.go_on(&["--abort"]), 0, &[]);
    assert!(files() == before, "a file is not as it was");
    assert_eq!(desk.clone.git(["status", "--porcelain"]), "");
    let left: Vec<_> = desk
        .keys()
        .into_iter()
        .map(|key| (key.id, key.status))
        .collect();
    assert_eq!(left, [(second.id.clone(), "Active".to_owned())]);
    desk.everybody_has(
        "dev",
        &Pair {
            id: second.id,
            secret: second.secret,
        },
    );
    desk.nobody_was_refused();
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn scripts_get_one_json_object() {
    let desk = Desk::new();
    let outcome = desk.ends(desk.begin(&["--format", "json"]), 0, &[]);
    let report: serde_json::Value = serde_json::from_slice(&outcome.stdout).expect("it is JSON");
    assert_eq!(report["operation"], "rotate-aws");
    assert_eq!(report["step"], "deleted");
    assert_eq!(report["newKey"], desk.keys()[0].id.as_str());
    desk.is_done();
}
