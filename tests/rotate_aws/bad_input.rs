//! Whatever is not as it should be is said before anything is created.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use crate::side_by_side::desk::{Desk, Setting};
use crate::stand_in::Trouble;

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn an_unknown_environment_is_refused() {
    let desk = Desk::new();
    let words = ["sealsmith.yaml has no environment stage", "it has: dev"];
    desk.refuses(desk.sealsmith(["rotate", "aws", "stage"]), 2, &words);
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn an_unknown_application_is_refused() {
    let desk = Desk::new();
    desk.edits_the_policy("apps: [airflow, fastapi, mlflow]", "apps: [airflow, spark]");
    desk.refuses(
        desk.begin(&[]),
        1,
        &["spark has no manifest of aws-credentials in dev"],
    );
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn an_application_without_its_manifest_is_refused() {
    let desk = Desk::new();
    desk.clone
        .git(["rm", "--quiet", &Desk::manifest("fastapi")]);
    desk.publishes("fastapi does without");
    desk.refuses(
        desk.begin(&[]),
        1,
        &["fastapi has no manifest of aws-credentials in dev"],
    );
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_user_that_is_not_there_is_refused() {
    let desk = Desk::new();
    let user = desk.user("dev");
    desk.edits_the_policy(&format!("user: {user}"), "user: nobody");
    // Whoever may look at this user alone is denied another.
    desk.aws.user("all", &[crate::moto::allow(&["*"])]);
    let key = desk.aws.key("all");
    let begin = desk
        .begin(&[])
        .env("AWS_ACCESS_KEY_ID", &key.id)
        .env("AWS_SECRET_ACCESS_KEY", &key.secret);
    desk.refuses(begin, 1, &["account 123456789012 has no IAM user nobody"]);
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_user_without_keys_is_refused() {
    let desk = Desk::new();
    let user = desk.user("dev");
    let (other, all) = (desk.aws.name("keyless"), desk.aws.name("all"));
    desk.aws.user(&other, &[]);
    desk.aws.user(&all, &[crate::moto::allow(&["*"])]);
    desk.edits_the_policy(&format!("user: {user}"), &format!("user: {other}"));
    let key = desk.aws.key(&all);
    let begin = desk
        .begin(&[])
        .env("AWS_ACCESS_KEY_ID", &key.id)
        .env("AWS_SECRET_ACCESS_KEY", &key.secret);
    desk.refuses(begin, 1, &["has no access key", "nothing to rotate"]);
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn two_keys_in_use_are_refused_with_what_is_known_of_them() {
    let desk = Desk::new();
    let now = jiff::Timestamp::now().as_second();
    let other = desk.second_key("Active", Some(now - 3_600));
    // A key that was used an hour ago is not unused after the usual four hours.
    let with_usual_grace = |flags: &[&str]| desk.sealsmith(["rotate", "aws", "dev"]).args(flags);
    desk.refuses(
        with_usual_grace(&[]),
        1,
        &[
            "both are in use",
            "last used",
            "held by Secret airflow-dev/",
        ],
    );
    desk.refuses(
        with_usual_grace(&["--replace-unused", &other.id]),
        1,
        &["is not deleted", "it was used"],
    );
    desk.refuses(
        with_usual_grace(&["--replace-inactive", &other.id]),
        1,
        &["is not deleted", "it is active"],
    );
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn credentials_of_another_account_are_refused() {
    let desk = Desk::new();
    desk.edits_the_policy(
        "account-id: \"123456789012\"",
        "account-id: \"210987654321\"",
    );
    let words = [
        "credentials of another AWS account",
        "sealsmith.yaml names account 210987654321",
    ];
    desk.refuses(desk.begin(&[]), 1, &words);
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_clock_that_is_wrong_is_said() {
    for seconds in [600, -600] {
        let desk = Desk::new();
        desk.aws.ahead(seconds);
        desk.refuses(desk.begin(&[]), 2, &["clock"]);
    }
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn credentials_that_are_missing_wrong_or_too_weak_are_said() {
    let desk = Desk::new();
    let without = desk
        .begin(&[])
        .env("AWS_ACCESS_KEY_ID", "")
        .env("AWS_SECRET_ACCESS_KEY", "");
    desk.refuses(without, 2, &["credentials"]);
    let wrong = desk
        .begin(&[])
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE000000001");
    desk.refuses(wrong, 2, &["hint"]);
    let weak = desk.aws.name("weak");
    desk.aws.user(&weak, &[]);
    let key = desk.aws.key(&weak);
    let weak = desk
        .begin(&[])
        .env("AWS_ACCESS_KEY_ID", &key.id)
        .env("AWS_SECRET_ACCESS_KEY", &key.secret);
    desk.refuses(weak, 2, &["GetUser", "--print-iam-policy"]);
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_backup_folder_that_others_can_look_into_is_refused() {
    let desk = Desk::new();
    let folder = desk.place("backup");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    desk.refuses(
        desk.begin(&[]),
        1,
        &["no secret can be kept in", "chmod 700"],
    );
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_backup_folder_in_a_repository_is_refused() {
    let desk = Desk::new();
    let folder = desk.place("backup").display().to_string();
    desk.edits_the_policy(&folder, "backups");
    desk.refuses(
        desk.begin(&[]),
        1,
        &["no secret can be kept in", "git repository"],
    );
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn data_keys_that_the_files_do_not_have_are_refused() {
    let desk = Desk::new();
    desk.edits_the_policy("id: AWS_ACCESS_KEY_ID", "id: ACCESS_KEY");
    desk.refuses(
        desk.begin(&[]),
        1,
        &[
            "has no data key ACCESS_KEY",
            "it has AWS_ACCESS_KEY_ID",
            "aws.keys",
        ],
    );
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_secret_that_only_people_change_is_refused() {
    let desk = Desk::new();
    desk.edits_the_policy("rotation: automated", "rotation: manual");
    desk.refuses(desk.begin(&[]), 2, &["manual"]);
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_protected_environment_is_asked_about() {
    let desk = Desk::with(&Setting {
        environments: &["dev", "prod"],
        ..Setting::default()
    });
    let prod = desk.sealsmith(["rotate", "aws", "prod"]);
    desk.refuses(prod, 2, &["--yes"]);
    assert_eq!(desk.aws.keys(&desk.user("prod")).len(), 1);
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_repository_that_is_not_clean_or_not_up_to_date_is_refused() {
    let desk = Desk::new();
    let path = Desk::manifest("airflow");
    let before = desk.clone.read(&path);
    desk.clone.write(&path, [&before[..], b"# mine\n"].concat());
    desk.refuses(desk.begin(&[]), 1, &["airflow"]);
    desk.clone.write(&path, before);
    desk.colleague().pushes("theirs.md", "theirs\n");
    desk.refuses(desk.begin(&[]), 1, &["behind"]);
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_cluster_that_is_not_at_rest_or_not_there_is_refused() {
    let desk = Desk::new();
    desk.cluster.world().controller.stopped = true;
    desk.refuses(desk.begin(&[]), 2, &["controller"]);
    desk.cluster.recovers();
    desk.cluster.fails("", Trouble::Closed, usize::MAX);
    desk.refuses(desk.begin(&[]), 2, &["hint"]);
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_lock_that_somebody_renews_is_refused_with_their_name() {
    let desk = Desk::new();
    let collection = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
    let path = format!("{collection}/sealsmith-dev");
    let lease = |number: u32| {
        json!({"apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": {"name": "sealsmith-dev", "namespace": "kube-system"},
            "spec": {"holderIdentity": "mallory@laptop/01K", "leaseDurationSeconds": 30, "leaseTransitions": number}})
    };
    let over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut number = 0;
            while !over.load(std::sync::atomic::Ordering::Relaxed) {
                number += 1;
                desk.cluster.world().objects.put(&path, lease(number));
                std::thread::sleep(std::time::Duration::from_millis(200));
            }
        });
        let outcome = desk.run(desk.begin(&[]));
        over.store(true, std::sync::atomic::Ordering::Relaxed);
        let said = crate::side_by_side::desk::said(&outcome);
        assert_eq!(outcome.code, Some(1), "{said}");
        assert!(
            said.contains("somebody is at work on dev") && said.contains("mallory@laptop"),
            "{said}"
        );
    });
    assert_eq!(desk.aws.count("CreateAccessKey"), 0);
    assert!(desk.journals().is_empty());
}
