use super::*;
use crate::cluster::stand_in::StandIn;
use crate::ui::Colour;

const PATH: &str = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/sealsmith-dev";

/// As usual, in fewer seconds.
const SHORT: Times = Times {
    lasts: Duration::from_secs(1),
    renew: Duration::from_millis(50),
    look: Duration::from_millis(20),
};

fn place() -> LeasePlace {
    LeasePlace {
        times: SHORT,
        ..LeasePlace::new("dev", "kube-system").unwrap()
    }
}

fn holder(identity: &str) -> Holder {
    Holder {
        identity: identity.to_owned(),
        process: 812,
    }
}

fn acquire<'c>(cluster: &'c Cluster, identity: &str) -> Result<Lease<'c>, Failure> {
    let (ui, _, _) = Ui::captured(Colour::Never);
    Lease::acquire(cluster, place(), holder(identity), &ui)
}

/// Waits until something is so; a test that hangs says where.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(30), "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A Lease of somebody who is gone.
fn left_behind(identity: &str) -> Value {
    held(&place(), &holder(identity), None)
}

fn holder_of(server: &StandIn) -> Value {
    server.object(PATH).unwrap()["spec"]["holderIdentity"].clone()
}

#[test]
fn it_is_made_renewed_and_given_back() {
    let server = StandIn::start();
    let cluster = server.connect();
    let lease = acquire(&cluster, "me").unwrap();
    assert_eq!(holder_of(&server), "me");
    let version = || server.object(PATH).unwrap()["metadata"]["resourceVersion"].clone();
    let first = version();
    until("a renewal", || version() != first);
    lease.still_held().unwrap();
    drop(lease);
    assert_eq!(holder_of(&server), Value::Null);
    let again = acquire(&cluster, "other").unwrap();
    assert_eq!(server.object(PATH).unwrap()["spec"]["leaseTransitions"], 1);
    drop(again);
}

#[test]
fn somebody_who_is_alive_keeps_it_and_is_named() {
    let server = StandIn::start();
    let (cluster, other) = (server.connect(), server.connect());
    let lease = acquire(&cluster, "alice@laptop/01K").unwrap();
    let failure = acquire(&other, "bob@desk/02L").err().unwrap();
    assert_eq!(failure.exit_code(), 1);
    assert_eq!(failure.message(), "somebody is at work on dev");
    assert!(
        failure.causes()[0].contains("held by alice@laptop/01K, process 812, since"),
        "{failure:?}"
    );
    lease.still_held().unwrap();
}

#[test]
fn what_somebody_left_behind_is_taken_over_after_it_expired() {
    let server = StandIn::start();
    let cluster = server.connect();
    server.put(PATH, left_behind("gone"));
    let start = Instant::now();
    let lease = acquire(&cluster, "me").unwrap();
    assert!(start.elapsed() >= SHORT.lasts);
    assert_eq!(holder_of(&server), "me");
    drop(lease);
}

#[test]
fn the_same_run_takes_back_what_it_left_behind_at_once() {
    let server = StandIn::start();
    let cluster = server.connect();
    let mut left = left_behind("me");
    left["spec"]["leaseDurationSeconds"] = 600.into();
    server.put(PATH, left.clone());
    let lease = acquire(&cluster, "me").unwrap();
    let now = server.object(PATH).unwrap();
    assert_eq!(now["spec"]["acquireTime"], left["spec"]["acquireTime"]);
    drop(lease);
}

#[test]
fn one_that_somebody_took_is_lost_and_not_given_back() {
    let server = StandIn::start();
    let cluster = server.connect();
    let lease = acquire(&cluster, "me").unwrap();
    server.put(PATH, left_behind("thief"));
    until("the loss", || lease.still_held().is_err());
    let failure = lease.still_held().unwrap_err();
    assert!(failure.causes()[0].contains("thief"), "{failure:?}");
    drop(lease);
    assert_eq!(holder_of(&server), "thief");
}

#[test]
fn one_that_was_only_touched_stays_ours() {
    let server = StandIn::start();
    let cluster = server.connect();
    let lease = acquire(&cluster, "me").unwrap();
    let mut touched = server.object(PATH).unwrap();
    touched["metadata"]["labels"] = json!({"team": "platform"});
    server.put(PATH, touched);
    let version = server.object(PATH).unwrap()["metadata"]["resourceVersion"].clone();
    until("a renewal", || {
        server.object(PATH).unwrap()["metadata"]["resourceVersion"] != version
    });
    lease.still_held().unwrap();
}

#[test]
fn one_that_was_deleted_is_lost() {
    let server = StandIn::start();
    let cluster = server.connect();
    let lease = acquire(&cluster, "me").unwrap();
    server.remove(PATH);
    until("the loss", || lease.still_held().is_err());
}

#[test]
fn without_the_permission_it_says_how_to_go_on() {
    let server = StandIn::start();
    server.forbid("POST /apis/coordination.k8s.io");
    let cluster = server.connect();
    let failure = acquire(&cluster, "me").err().unwrap();
    assert_eq!(failure.message(), "cannot take the lock of dev");
    assert!(
        failure
            .hints()
            .iter()
            .any(|hint| hint.contains("--no-lock")),
        "{failure:?}"
    );
}

#[test]
fn a_server_that_restarts_costs_nothing_but_time() {
    let server = StandIn::start();
    let cluster = server.connect();
    let lease = acquire(&cluster, "me").unwrap();
    server.is_away_for(3);
    let version = server.object(PATH).unwrap()["metadata"]["resourceVersion"].clone();
    until("a renewal", || {
        server.object(PATH).unwrap()["metadata"]["resourceVersion"] != version
    });
    lease.still_held().unwrap();
}
