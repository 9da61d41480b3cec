//! The prober sees what happens to a Secret between two looks of a test.

use sealsmith_test_cluster::{Cluster, Fault, Prober, Result, Seen, until};
use serde_json::json;

const SECRET: &str = "/api/v1/namespaces/default/secrets/db";

#[test]
fn it_sees_a_changed_and_a_missing_secret_and_not_those_that_stay() -> Result<()> {
    let cluster = Cluster::builder().start()?;
    for name in ["db", "calm"] {
        cluster
            .api()
            .create("/api/v1/namespaces/default/secrets", &secret(name))?;
    }
    let prober = Prober::start(cluster.api(), &[("default", "db"), ("default", "calm")])?;
    cluster
        .api()
        .merge(SECRET, &json!({"stringData": {"password": "other"}}))?;
    wait_for_reads(&prober);
    cluster.api().delete(SECRET)?;
    wait_for_reads(&prober);
    let report = prober.finish();
    let faults: Vec<_> = report
        .sightings
        .iter()
        .map(|sighting| &sighting.fault)
        .collect();
    assert!(
        faults.contains(&&Fault::Different(vec!["password".to_owned()])),
        "{report:?}"
    );
    assert!(faults.contains(&&Fault::Missing), "{report:?}");
    assert!(
        report
            .sightings
            .iter()
            .all(|sighting| sighting.secret == SECRET),
        "{report:?}"
    );
    Ok(())
}

#[test]
fn an_api_server_that_is_away_is_no_fault_of_the_secret() -> Result<()> {
    let cluster = Cluster::builder().start()?;
    cluster
        .api()
        .create("/api/v1/namespaces/default/secrets", &secret("db"))?;
    let prober = Prober::start(cluster.api(), &[("default", "db")])?;
    cluster.api_server().kill();
    until("an unanswered read", || {
        Ok(match prober.unanswered() {
            0 => Seen::Else("all reads answered".to_owned()),
            _ => Seen::There(()),
        })
    })?;
    cluster.api_server().start_again()?;
    let report = prober.finish();
    assert!(
        report.reads > 0 && report.sightings.is_empty(),
        "{report:?}"
    );
    Ok(())
}

// A round that began before now may be under way, so two more have to end.
fn wait_for_reads(prober: &Prober) {
    let wanted = prober.reads() + 4;
    until("reads of the prober", || {
        let reads = prober.reads();
        Ok(if reads >= wanted {
            Seen::There(())
        } else {
            Seen::Else(format!("{reads} of {wanted}"))
        })
    })
    .unwrap();
}

fn secret(name: &str) -> serde_json::Value {
    json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "stringData": {"password": "right"}})
}
