//! Each thing that can be amiss has its line.

use crate::world::World;
use sealsmith_test_cluster::{Cluster, Result, Seen, until};
use serde_json::{Value, json};

const SECRET: &str = "/api/v1/namespaces/app/secrets/db";

#[test]
fn another_key_of_the_controller_and_a_controller_that_is_down() -> Result<()> {
    let world = World::lent()?;
    world.cluster.controller().renew_key()?;
    let checked = world.check();
    assert_eq!(checked.code, Some(1));
    assert_eq!(checked.amiss(), ["certificate", "sealed-for"]);
    world.cluster.controller().kill();
    let checked = world.check();
    assert!(
        checked.amiss().contains(&"controller"),
        "{:#}",
        checked.report
    );
    Ok(())
}

#[test]
fn what_no_key_opens_says_so_with_its_cure() -> Result<()> {
    let world = World::lent()?;
    world.cluster.controller().lose_keys()?;
    world.seal("db", "two");
    world.repository.push("sealed for the key that is lost")?;
    let checked = world.check_with(&["--wait", "--timeout", "20s"]);
    assert_eq!(checked.code, Some(1));
    let says = checked.says("sealed-secrets");
    assert!(
        says.contains("no key could decrypt") && says.contains("sealsmith reseal"),
        "{says}"
    );
    Ok(())
}

#[test]
fn somebody_at_work() -> Result<()> {
    let world = World::lent()?;
    let leases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
    world.cluster.api().create(
        leases,
        &json!({"metadata": {"name": "sealsmith-dev"},
            "spec": {"holderIdentity": "alice@laptop/01K", "leaseDurationSeconds": 30}}),
    )?;
    let checked = world.check();
    assert_eq!(checked.amiss(), ["lock"]);
    assert!(checked.says("lock").contains("alice@laptop/01K"));
    world
        .cluster
        .api()
        .delete(&format!("{leases}/sealsmith-dev"))
        .map(drop)
}

#[test]
fn a_secret_that_is_gone() -> Result<()> {
    let world = World::lent()?;
    // The controller would bring it back.
    world.cluster.controller().pause();
    world.cluster.api().delete(SECRET)?;
    let checked = world.check();
    assert!(
        checked.says("secrets").contains("app/db is not there"),
        "{:#}",
        checked.report
    );
    world.cluster.controller().restart()?;
    world.unsealed("db")
}

#[test]
fn a_pod_that_is_older_than_the_secret_it_took() -> Result<()> {
    let world = World::start_with(Cluster::builder().workloads())?;
    let api = world.cluster.api();
    api.create("/apis/apps/v1/namespaces/app/deployments", &deployment())?;
    until("a pod that runs", || {
        let pods = api.get("/api/v1/namespaces/app/pods")?;
        Ok(match &pods["items"][0]["status"]["phase"] {
            phase if *phase == "Running" => Seen::There(()),
            _ => Seen::Else(pods.to_string()),
        })
    })?;
    world.check().passes();
    let version = version(&world)?;
    world.seal("db", "two");
    world.repository.push("another value")?;
    until("another value in the cluster", || {
        let now = self::version(&world)?;
        Ok(if now == version {
            Seen::Else(now.to_string())
        } else {
            Seen::There(())
        })
    })?;
    let checked = world.check_with(&["--wait"]);
    assert_eq!(checked.amiss(), ["workloads"], "{:#}", checked.report);
    Ok(())
}

#[test]
fn somebody_without_rights_gets_no_answer() -> Result<()> {
    let world = World::lent()?;
    let kubeconfig = world.cluster.kubeconfig_of("nobody")?;
    let kubeconfig = kubeconfig.to_str().expect("the path is text");
    let checked = world.check_with(&["--kubeconfig", kubeconfig]);
    assert_eq!(checked.code, Some(2), "{:#}", checked.report);
    assert!(
        checked.said.contains("ask for the permissions"),
        "{}",
        checked.said
    );
    Ok(())
}

fn version(world: &World) -> Result<Value> {
    Ok(world.cluster.api().get(SECRET)?["metadata"]["resourceVersion"].take())
}

fn deployment() -> Value {
    let labels = json!({"app": "web"});
    let container =
        json!({"name": "web", "image": "none", "envFrom": [{"secretRef": {"name": "db"}}]});
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {
        "replicas": 1,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
    }})
}
