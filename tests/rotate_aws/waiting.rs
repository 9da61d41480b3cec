//! Waiting times that outlast the process: it ends, and `--finish` goes on from where they are over.

use serde_json::{Value, json};

use crate::side_by_side::desk::Desk;
use crate::stand_in::Trouble;

/// A rotation that left the old key its grace of an hour.
fn in_its_grace() -> Desk {
    let desk = Desk::new();
    let begin = desk.sealsmith([
        "rotate",
        "aws",
        "dev",
        "--grace",
        "1h",
        "--soak",
        "1s",
        "--timeout",
        "20s",
    ]);
    desk.ends(
        begin,
        0,
        &["may be made inactive at", "--finish", "--abort"],
    );
    desk.nobody_is_stranded(false);
    desk
}

/// A rotation whose old key is inactive for a day.
fn in_its_soak() -> Desk {
    let desk = Desk::new();
    let begin = desk.sealsmith([
        "rotate",
        "aws",
        "dev",
        "--grace",
        "1s",
        "--soak",
        "1d",
        "--timeout",
        "20s",
    ]);
    desk.ends(begin, 0, &["may be deleted at", "--finish"]);
    desk.nobody_is_stranded(false);
    assert_eq!(status(&desk), "Inactive");
    desk
}

fn status(desk: &Desk) -> String {
    let keys = desk.keys().into_iter();
    let mut old = keys.filter(|key| key.id == desk.old[0].id);
    old.next().expect("the old key is there").status
}

/// As if that much time had gone by, the laptop asleep.
fn time_goes_by(desk: &Desk, since: &str, seconds: i64) {
    let journal = &desk.journals()[0];
    let text = std::fs::read(journal).expect("it is there");
    let mut document: Value = serde_json::from_slice(&text).expect("it is JSON");
    let then = &mut document["plan"][since];
    *then = json!(then.as_i64().expect("it is a time") - seconds);
    std::fs::write(journal, document.to_string()).expect("it is ours");
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_long_grace_ends_the_process_and_finish_goes_on_when_it_is_over() {
    let desk = in_its_grace();
    desk.ends(desk.go_on(&["--finish"]), 0, &["may be made inactive at"]);
    assert_eq!(desk.aws.count("UpdateAccessKey"), 0);
    time_goes_by(&desk, "inUse", 7_200);
    // What was used meanwhile was used by consumers that had the old key until then.
    desk.aws
        .change_key(json!({"id": desk.old[0].id, "used": 1_700_000_000}));
    desk.ends(desk.go_on(&["--finish"]), 0, &[]);
    desk.is_done();
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn somebody_who_still_uses_the_old_key_keeps_it_alive() {
    let desk = in_its_grace();
    time_goes_by(&desk, "inUse", 7_200);
    let now = jiff::Timestamp::now().as_second();
    desk.aws
        .change_key(json!({"id": desk.old[0].id, "used": now - 60}));
    desk.ends(
        desk.go_on(&["--finish"]),
        1,
        &["somebody still uses the old key", "last used"],
    );
    assert_eq!(
        (desk.aws.count("UpdateAccessKey"), status(&desk)),
        (0, "Active".to_owned())
    );
    desk.is_aborted();
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_grace_can_be_undone() {
    in_its_grace().is_aborted();
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn an_inactive_key_is_deleted_after_consumers_were_checked_in_that_process() {
    let desk = in_its_soak();
    time_goes_by(&desk, "inactive", 100_000);
    desk.aws.clear();
    desk.ends(desk.go_on(&["--finish"]), 0, &[]);
    let calls = desk.aws.calls();
    let deleted = calls
        .iter()
        .position(|(action, _)| action == "DeleteAccessKey")
        .expect("it was");
    let proven = calls
        .iter()
        .filter(|(action, key)| action == "GetCallerIdentity" && *key != desk.operator.id);
    assert!(proven.count() >= 3 && deleted > 3, "{calls:?}");
    desk.is_done();
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_failed_check_before_the_deletion_brings_the_old_key_back() {
    let desk = in_its_soak();
    time_goes_by(&desk, "inactive", 100_000);
    desk.cluster
        .fails("/secrets/", Trouble::Status(403), usize::MAX);
    desk.ends(
        desk.go_on_in_a_hurry(&["--finish"]),
        1,
        &["is active again"],
    );
    assert_eq!(
        (status(&desk), desk.aws.count("DeleteAccessKey")),
        ("Active".to_owned(), 0)
    );
    desk.cluster.recovers();
    desk.nobody_is_stranded(false);
    desk.is_aborted();
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_failed_check_right_after_the_deactivation_brings_the_old_key_back() {
    let desk = Desk::new();
    let meddles = |desk: &Desk| {
        while desk.keys().iter().all(|key| key.status == "Active") {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        desk.cluster
            .fails("/secrets/", Trouble::Status(403), usize::MAX);
    };
    std::thread::scope(|scope| {
        scope.spawn(|| meddles(&desk));
        desk.ends(desk.begin(&[]), 1, &["is active again", "--abort"]);
    });
    assert_eq!(status(&desk), "Active");
    desk.cluster.recovers();
    desk.nobody_is_stranded(false);
    desk.is_resumed();
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_failed_check_after_a_kill_brings_the_old_key_back() {
    let desk = Desk::new();
    desk.dies_at("deactivated", desk.begin(&[]));
    desk.cluster.world().controller.lost_its_keys = true;
    desk.cluster
        .fails("/secrets/", Trouble::Status(403), usize::MAX);
    let outcome = desk.run(desk.go_on_in_a_hurry(&["--resume"]));
    assert_eq!(
        outcome.code,
        Some(1),
        "{}",
        crate::side_by_side::desk::said(&outcome)
    );
    assert_eq!(
        status(&desk),
        "Active",
        "{}",
        crate::side_by_side::desk::said(&outcome)
    );
    desk.cluster.recovers();
    desk.is_resumed();
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_kill_while_the_old_key_is_brought_back_is_resumed() {
    let desk = in_its_soak();
    time_goes_by(&desk, "inactive", 100_000);
    desk.cluster
        .fails("/secrets/", Trouble::Status(403), usize::MAX);
    desk.dies_at("reactivated", desk.go_on_in_a_hurry(&["--finish"]));
    desk.cluster.recovers();
    assert_eq!(status(&desk), "Active");
    desk.nobody_is_stranded(false);
    // Its journal still says that the old key is inactive; what AWS says counts.
    let outcome = desk.run(desk.go_on(&["--resume"]));
    assert_ne!(
        outcome.code,
        Some(2),
        "{}",
        crate::side_by_side::desk::said(&outcome)
    );
    desk.nobody_is_stranded(false);
    match outcome.code {
        Some(0) => desk.is_done(),
        _ => desk.is_aborted(),
    }
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_key_that_somebody_brought_back_is_not_deleted() {
    let desk = in_its_soak();
    time_goes_by(&desk, "inactive", 100_000);
    desk.aws
        .change_key(json!({"id": desk.old[0].id, "status": "Active"}));
    desk.ends(
        desk.go_on(&["--finish"]),
        1,
        &["is active again", "somebody brought it back"],
    );
    assert_eq!(desk.aws.count("DeleteAccessKey"), 0);
    desk.is_aborted();
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_rotation_that_loses_its_lock_stops_and_can_be_gone_on_with() {
    let desk = Desk::new();
    let path = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/sealsmith-dev";
    let takes = |desk: &Desk| {
        while desk.aws.count("CreateAccessKey") == 0 {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let mut world = desk.cluster.world();
        world.objects.change(path, |lease| {
            lease["spec"]["holderIdentity"] = json!("mallory@laptop/01K");
        });
    };
    let begin = desk.sealsmith([
        "rotate",
        "aws",
        "dev",
        "--grace",
        "20s",
        "--soak",
        "1s",
        "--timeout",
        "20s",
    ]);
    std::thread::scope(|scope| {
        scope.spawn(|| takes(&desk));
        desk.ends(begin, 1, &["the lock of dev is lost", "mallory@laptop"]);
    });
    desk.nobody_is_stranded(false);
    desk.cluster.world().objects.remove(path);
    desk.is_resumed();
}
