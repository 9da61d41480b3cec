use std::collections::{BTreeMap, BTreeSet};

use sealsmith_core::name::{Namespace, SecretName};
use sealsmith_lint::lock::digest;
use sealsmith_lint::policy;
use serde_json::{Value, json};

use super::*;
use crate::cluster::argocd::Origin;
use crate::cluster::expected::Place;
use crate::cluster::stand_in::StandIn;
use crate::ui::Colour;

const OURS: &str = "2222222222222222222222222222222222222222";
const OLD: &str = "1111111111111111111111111111111111111111";
const APPLICATION: &str = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/web-dev";
const SEALED: &str = "/apis/bitnami.com/v1alpha1/namespaces/app/sealedsecrets/db";
const SECRET: &str = "/api/v1/namespaces/app/secrets/db";

fn expected() -> Vec<Expected> {
    vec![Expected {
        place: Place {
            namespace: Namespace::parse("app").unwrap(),
            name: SecretName::parse("db").unwrap(),
        },
        path: "envs/dev/sealed-secrets/app/sealed-db.yaml".to_owned(),
        values: BTreeMap::from([("password".to_owned(), digest("AgB="))]),
        entries: BTreeSet::from(["password".to_owned()]),
    }]
}

fn choice() -> Choice {
    let origin = Origin::parse("git@git.example:mlops/platform.git");
    let files = vec!["envs/dev/sealed-secrets/app/sealed-db.yaml".to_owned()];
    Choice::new(&policy::ArgoCd::default(), Some(origin), files).unwrap()
}

fn application(revision: &str) -> Value {
    json!({
        "metadata": {"name": "web-dev", "namespace": "argocd"},
        "spec": {
            "source": {"repoURL": "https://git.example/mlops/platform", "path": "envs/dev", "targetRevision": "main"},
            "syncPolicy": {"automated": {}},
        },
        "status": {
            "sync": {"status": "Synced", "revision": revision},
            "health": {"status": "Healthy"},
            "operationState": {"phase": "Succeeded"},
        },
    })
}

fn sealed_secret(value: &str, observed: i64) -> Value {
    json!({
        "metadata": {"name": "db", "namespace": "app", "generation": 2},
        "spec": {"encryptedData": {"password": value}},
        "status": {"observedGeneration": observed, "conditions": [{"type": "Synced", "status": "True"}]},
    })
}

fn secret(value: &str) -> Value {
    json!({"metadata": {"name": "db", "namespace": "app", "uid": "1"}, "data": {"password": value}})
}

/// A cluster in which everything has arrived.
fn arrived() -> StandIn {
    let server = StandIn::start();
    server.put(APPLICATION, application(OURS));
    server.put(SEALED, sealed_secret("AgB=", 2));
    server.put(SECRET, secret("b25l"));
    server
}

struct Seen {
    result: Result<Report, Failure>,
    said: String,
}

fn see_through(server: &StandIn, stuck: Stuck, before: Option<Snapshot>, seconds: u64) -> Seen {
    let cluster = server.connect();
    let (ui, _, said) = Ui::captured(Colour::Never);
    let (choice, expected) = (choice(), expected());
    let job = Job {
        commit: OURS,
        argocd: Some(&choice),
        expected: &expected,
        telling: Telling::All,
        data: before.map_or(Data::Any, |before| Data::Kept(Arc::new(before))),
        timeout: Duration::from_secs(seconds),
        stuck,
    };
    let mut lineage = |revision: &str| match revision {
        OURS => Lineage::Contains,
        OLD => Lineage::Lacks,
        _ => Lineage::Unknown,
    };
    let result = watch(&cluster, &job, &mut lineage, &ui);
    let said = said.text();
    Seen { result, said }
}

#[test]
fn it_ends_when_everything_has_arrived() {
    let server = arrived();
    let before = {
        let cluster = server.connect();
        let places = [expected().remove(0).place];
        cluster
            .run(Snapshot::take(&cluster.api(), &places))
            .unwrap()
    };
    let seen = see_through(&server, Stuck::Leave, Some(before), 60);
    let report = seen.result.unwrap();
    assert!(report.has_arrived());
    let rows: Vec<_> = report
        .rows
        .iter()
        .map(|row| (row.kind, row.name.as_str(), row.words.as_str()))
        .collect();
    assert_eq!(
        rows,
        [
            ("Application", "web-dev", "synced and healthy"),
            ("SealedSecret", "app/db", "unsealed by the controller"),
            ("Secret", "app/db", "unchanged"),
        ]
    );
}

#[test]
fn argo_cd_is_asked_to_look_when_it_has_not_seen_the_commit() {
    let server = arrived();
    server.put(APPLICATION, application(OLD));
    let seen = see_through(&server, Stuck::Leave, None, 1);
    assert!(!seen.result.unwrap().has_arrived());
    assert!(
        seen.said
            .contains("Application web-dev: still at 1111111111")
    );
    let mark = &server.object(APPLICATION).unwrap()["metadata"]["annotations"];
    assert_eq!(mark["argocd.argoproj.io/refresh"], "normal");
}

#[test]
fn synced_while_the_controller_is_stopped_is_not_arrived() {
    let server = arrived();
    server.put(SEALED, sealed_secret("AgB=", 1));
    let seen = see_through(&server, Stuck::Leave, None, 2);
    let report = seen.result.unwrap();
    let row = report.rows.iter().find(|row| !row.arrived).unwrap();
    assert_eq!(row.kind, "SealedSecret");
    assert!(row.words.contains("saw generation 1"), "{}", row.words);
    assert!(row.cure.as_ref().unwrap().contains("controller runs"));
}

#[test]
fn other_data_is_told_by_the_names_of_its_entries() {
    let server = arrived();
    let cluster = server.connect();
    let places = [expected().remove(0).place];
    let before = cluster
        .run(Snapshot::take(&cluster.api(), &places))
        .unwrap();
    server.put(SECRET, secret("dHdv"));
    let seen = see_through(&server, Stuck::Leave, Some(before), 60);
    let report = seen.result.unwrap();
    let row = report.rows.iter().find(|row| !row.arrived).unwrap();
    assert_eq!(
        (row.kind, row.words.as_str()),
        ("Secret", "other data: password")
    );
}

#[test]
fn a_stuck_sync_is_ended_only_when_that_is_allowed() {
    let mut stuck = application(OURS);
    stuck["status"]["sync"]["status"] = "OutOfSync".into();
    stuck["status"]["operationState"] = json!({"phase": "Running", "retryCount": 3,
        "message": "one or more objects failed to apply. Retrying attempt #4 at 1:02AM.",
        "operation": {"sync": {"revision": OLD}}});
    let phase = |server: &StandIn| {
        server.object(APPLICATION).unwrap()["status"]["operationState"]["phase"].clone()
    };
    let server = arrived();
    server.put(APPLICATION, stuck.clone());
    let seen = see_through(&server, Stuck::Leave, None, 1);
    assert!(seen.said.contains("retries the older commit 1111111111"));
    assert_eq!(phase(&server), "Running");
    see_through(&server, Stuck::Terminate, None, 1)
        .result
        .unwrap();
    assert_eq!(phase(&server), "Terminating");
}

#[test]
fn a_server_that_restarts_is_waited_for() {
    let server = arrived();
    server.is_away_for(6);
    let seen = see_through(&server, Stuck::Leave, None, 60);
    assert!(seen.result.unwrap().has_arrived());
    assert!(
        seen.said
            .contains("the API server cannot be asked: the server is restarting")
            && seen.said.contains("the API server answers again"),
        "{}",
        seen.said
    );
}

#[test]
fn without_the_permission_it_says_that_the_commit_is_made() {
    let server = arrived();
    server.forbid("GET /apis/argoproj.io");
    let failure = see_through(&server, Stuck::Leave, None, 60)
        .result
        .err()
        .unwrap();
    assert_eq!(failure.exit_code(), 2);
    assert!(
        failure
            .hints()
            .iter()
            .any(|hint| hint.contains("--no-wait")),
        "{failure:?}"
    );
}

#[test]
fn a_missing_permission_to_refresh_only_takes_longer() {
    let server = arrived();
    server.put(APPLICATION, application(OLD));
    server.forbid("PATCH /apis/argoproj.io");
    let seen = see_through(&server, Stuck::Leave, None, 1);
    assert!(seen.result.is_ok());
    assert!(
        seen.said.contains("may not be asked to look now"),
        "{}",
        seen.said
    );
}
