//! What a controller that does its work is asked, and what becomes of the files.

use crate::scene::{Scene, stdout};
use serde_json::json;
use std::process::Stdio;

#[test]
fn values_move_to_the_new_key_and_nothing_else_of_a_file_changes() {
    let scene = Scene::with(3, None);
    let before = scene.text(1);
    let outcome = scene.reseal(&[]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(stdout(&outcome).contains("changed 6 values in 3 files"));
    let after = scene.text(1);
    assert_ne!(after, before);
    assert_eq!(Scene::around(&after), Scene::around(&before));
    // base64 of s3cret-1 and admin
    let opened = json!({"password": "czNjcmV0LTE=", "user": "YWRtaW4="});
    assert_eq!(scene.opened(1), opened);
}

#[test]
fn it_is_asked_about_values_and_what_they_are_bound_to_never_a_template() {
    let scene = Scene::with(0, None);
    let annotation = "  annotations: {sealedsecrets.bitnami.com/namespace-wide: \"true\", a: b}\n";
    scene.seal(0, "name: db-0", annotation);
    scene.repository.commit("namespace-wide");
    assert_eq!(scene.reseal(&[]).code, Some(0));
    for page in ["/v1/rotate", "/v1/verify"] {
        let asked = scene.controller.asked(page);
        let object = asked[0].as_object().unwrap();
        assert_eq!(asked.len(), 1, "each document once");
        let fields: Vec<_> = object.keys().collect();
        assert_eq!(fields, ["apiVersion", "kind", "metadata", "spec"]);
        let bound = json!({"name": "db-0", "namespace": "app",
            "annotations": {"sealedsecrets.bitnami.com/namespace-wide": "true"}});
        assert_eq!(object["metadata"], bound);
        let spec: Vec<_> = object["spec"].as_object().unwrap().keys().collect();
        assert_eq!(spec, ["encryptedData"]);
    }
}

#[test]
fn what_the_lock_file_knows_to_be_current_is_not_asked_about_again() {
    let scene = Scene::with(2, None);
    assert_eq!(scene.reseal(&[]).code, Some(0));
    scene.repository.commit("re-sealed");
    let asked = scene.controller.asked("/v1/rotate").len();
    let outcome = scene.reseal(&[]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(stdout(&outcome).contains("nothing to do: 4 values"));
    assert_eq!(scene.controller.asked("/v1/rotate").len(), asked);
}

#[test]
fn a_dry_run_shows_everything_and_writes_nothing() {
    let scene = Scene::with(2, None);
    let before = scene.text(0);
    let outcome = scene.reseal(&["--dry-run"]);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(
        outcome
            .stderr
            .contains("re-encrypts in memory and keeps nothing")
    );
    let out = stdout(&outcome);
    assert!(out.contains("+++ b/envs/dev") && out.contains("would change 4 values in 2 files"));
    assert!(out.contains("not known"), "{out}");
    assert_eq!(scene.text(0), before);
    assert_eq!(scene.repository.git(["status", "--porcelain"]), "");
}

#[test]
fn the_key_a_value_came_from_is_told_where_the_lock_file_knows_it() {
    let scene = Scene::with(1, None);
    // With the former key as the target everything is put into the lock file.
    let old = scene.fingerprint(&scene.old_certificate());
    let known = scene
        .repository
        .sealsmith()
        .args(["reseal", "envs/dev", "--recovery-private-key"])
        .arg(scene.old_certificate().with_file_name("tls.key"))
        .arg("--cert")
        .arg(scene.old_certificate());
    known.output();
    scene.repository.commit("lock");
    let report = scene.reseal(&["--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
    assert_eq!(report["from"], json!({old: 2}));
}

#[test]
fn both_ways_give_equal_plaintexts() {
    let (through, offline) = (Scene::with(1, None), Scene::with(1, None));
    assert_eq!(through.reseal(&[]).code, Some(0));
    let old = offline.old_certificate().with_file_name("tls.key");
    let keys = ["--recovery-private-key", old.to_str().unwrap()];
    let outcome = offline.reseal(&keys);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(offline.controller.asked("/v1/rotate").is_empty());
    assert_eq!(through.opened(0), offline.opened(0));
}

#[test]
fn verify_and_cert_fetch_ask_it_too() {
    let scene = Scene::with(2, None);
    scene.seal(2, "name: moved", "");
    let moved = scene.text(2).replace("name: moved", "name: elsewhere");
    scene.repository.write(Scene::path(2), moved);
    let outcome = scene.repository.sealsmith().args(["verify", "dev"]).run();
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(stdout(&outcome).contains("2 SealedSecrets in 3 files open, 1 does not"));
    assert!(
        outcome.stderr.contains("sealed-db-2.yaml:"),
        "{}",
        outcome.stderr
    );
    assert!(scene.controller.asked("/v1/rotate").is_empty());
    let fetched = scene
        .repository
        .sealsmith()
        .args(["cert", "fetch", "dev"])
        .output();
    assert_eq!(fetched, std::fs::read(scene.certificate()).unwrap());
}

/// A run that is killed has written some files; the next one goes on with the others.
#[test]
fn a_killed_run_loses_nothing_and_is_continued() {
    const FILES: usize = 20;
    let scene = Scene::with(FILES, None);
    scene.controller.falls_silent_after(10);
    let mut command = scene.resealing(&[]).into_command();
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // All eight that can be under way wait for an answer, so whatever else is done has been written.
    while scene.controller.asked("/v1/rotate").len() < 18 {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let changed = scene
        .repository
        .git(["diff", "--name-only"])
        .lines()
        .count();
    assert_eq!(changed, 10);
    scene.controller.speaks_again();
    let outcome = scene.reseal(&[]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let asked = scene.controller.asked("/v1/rotate").len();
    assert_eq!(
        asked,
        18 + FILES - 10,
        "what is done is not asked about again"
    );
    for number in 0..FILES {
        assert_eq!(scene.opened(number)["user"], "YWRtaW4=");
    }
}
