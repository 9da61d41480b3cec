//! The checks of this program can fail: what they look for is found when it is there.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::json;

use crate::side_by_side::desk::Desk;

/// A check that fails, and the words of its failure.
fn fails(check: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(check)).expect_err("the check found nothing");
    panic.downcast_ref::<String>().cloned().unwrap_or_default()
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn consumers_notice_a_key_that_is_taken_from_them() {
    let desk = Desk::new();
    desk.nobody_was_refused();
    desk.aws
        .change_key(json!({"id": desk.old[0].id, "status": "Inactive"}));
    let words = fails(|| desk.nobody_was_refused());
    for app in crate::side_by_side::desk::APPS {
        assert!(words.contains(&format!("{app}-dev/pods/web-1")), "{words}");
    }
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn consumers_notice_half_a_pair() {
    let desk = Desk::new();
    let other = desk.second_key("Active", None);
    let path = "/api/v1/namespaces/mlflow-dev/secrets/aws-credentials-dev-secret";
    let id = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, &other.id);
    let mut world = desk.cluster.world();
    world.objects.change(path, |secret| {
        secret["data"]["AWS_ACCESS_KEY_ID"] = json!(id);
    });
    drop(world);
    let words = fails(|| desk.nobody_was_refused());
    assert!(
        words.contains("mlflow-dev/secrets/") && !words.contains("airflow-dev"),
        "{words}"
    );
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_secret_is_found_wherever_it_is() {
    let desk = Desk::new();
    desk.no_secret_is_out();
    let secret = desk.keys().remove(0).secret;
    for form in crate::side_by_side::scan::forms(&secret) {
        let file = desk.place("tmp/left");
        std::fs::write(&file, format!("x{form}y")).expect("it is ours");
        fails(|| desk.no_secret_is_out());
        std::fs::remove_file(&file).expect("it is ours");
        desk.clone.write("left", &form);
        desk.clone.commit("a leak");
        desk.clone.git(["reset", "--quiet", "--hard", "HEAD^"]);
        let words = fails(|| desk.no_secret_is_out());
        assert!(words.contains("an object of git"), "{words}");
        desk.clone
            .git(["reflog", "expire", "--expire=now", "--all"]);
        desk.clone.git(["gc", "--quiet", "--prune=now"]);
        desk.no_secret_is_out();
    }
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_key_that_is_kept_nowhere_is_found() {
    let desk = Desk::new();
    desk.aws.key(&desk.user("dev"));
    let words = fails(|| desk.nobody_is_stranded(false));
    assert!(words.contains("is nowhere but at AWS"), "{words}");
}
