//! Controllers and answers that are not to be believed: nothing of the file is written, and the reason is told.

use crate::scene::{Scene, stdout};
use serde_json::json;

#[test]
fn another_key_than_the_pinned_one_stops_before_anything_is_asked() {
    let scene = Scene::with(1, None);
    let (served, pinned) = (
        scene.fingerprint(&scene.certificate()),
        scene.fingerprint(&scene.old_certificate()),
    );
    scene.policy(&pinned);
    scene.repository.commit("another pin");
    let outcome = scene.reseal(&[]);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(outcome.stderr.contains(&format!("it serves {served}")));
    assert!(
        outcome
            .stderr
            .contains(&format!("sealsmith.yaml says {pinned}"))
    );
    assert!(scene.controller.asked("/v1/rotate").is_empty());
    // Declared, it is the agreed one.
    let outcome = scene.reseal(&["--fingerprint", &served]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
}

#[test]
fn answers_that_are_not_what_was_asked_for_change_nothing() {
    for (mischief, said) in [
        (
            (|answer| {
                answer["spec"]["encryptedData"]
                    .as_object_mut()
                    .unwrap()
                    .remove("user");
            }) as crate::stand_in::Mischief,
            "leaves out key \"user\"",
        ),
        (
            |answer| answer["spec"]["encryptedData"]["x"] = json!("AA=="),
            "adds key \"x\"",
        ),
        (
            |answer| answer["metadata"]["name"] = json!("other"),
            "about another SealedSecret",
        ),
        (
            |answer| answer["spec"]["encryptedData"]["user"] = json!("hunter2"),
            "no sealed value",
        ),
        (|answer| *answer = json!("<html>"), "no object"),
    ] {
        let scene = Scene::with(1, Some(mischief));
        let outcome = scene.reseal(&[]);
        assert_eq!(outcome.code, Some(1), "{said}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(said), "{said}: {}", outcome.stderr);
        assert_eq!(scene.repository.git(["status", "--porcelain"]), "");
    }
}

#[test]
fn values_that_do_not_open_afterwards_are_not_written() {
    // Two values of the same length, the bytes of one damaged: only opening can tell.
    let scene = Scene::with(
        1,
        Some(|answer| {
            let user = &mut answer["spec"]["encryptedData"]["user"];
            let text = user.as_str().unwrap().to_owned();
            let (head, tail) = text.split_at(text.len() - 12);
            let other = if tail.starts_with('A') { "B" } else { "A" };
            *user = json!(format!("{head}{other}{}", &tail[1..]));
        }),
    );
    let outcome = scene.reseal(&[]);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(
        outcome
            .stderr
            .contains("does not open the values as they would be written")
    );
    assert_eq!(scene.repository.git(["status", "--porcelain"]), "");
}

#[test]
fn a_file_that_does_not_open_is_named_and_the_others_are_done() {
    let scene = Scene::with(2, None);
    let moved = scene.text(1).replace("name: db-1", "name: elsewhere");
    scene.repository.write(Scene::path(1), moved);
    scene.repository.commit("moved");
    let outcome = scene.reseal(&[]);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains(
            "sealed-db-1.yaml:3:1: left behind: app/elsewhere: the controller cannot open it"
        ),
        "{}",
        outcome.stderr
    );
    assert!(stdout(&outcome).contains("changed 2 values in 1 file, 1 left behind"));
}

#[test]
fn nobody_there_is_told_at_once() {
    let scene = Scene::with(1, None);
    let outcome = scene.reseal(&["--controller-url", "http://127.0.0.1:1"]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("http://127.0.0.1:1/v1/cert.pem"),
        "{}",
        outcome.stderr
    );
}
