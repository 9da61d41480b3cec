//! The controller as its users reach it, and what tests may do to it.

use crate::sealed;
use sealsmith_test_cluster::{Cluster, ControllerKey, ControllerSetup, Result};
use std::time::{Duration, Instant};

#[test]
fn it_serves_its_certificate_through_the_api_server() -> Result<()> {
    let start = Instant::now();
    let cluster = Cluster::builder()
        .controller("sealed-secrets", "kube-system")
        .start()?;
    println!("a serving controller after {:?}", start.elapsed());
    let certificate = cluster.controller().certificate()?;
    assert!(
        certificate.starts_with("-----BEGIN CERTIFICATE-----"),
        "{certificate}"
    );
    assert_eq!(cluster.controller().keys()?.len(), 1);
    Ok(())
}

#[test]
fn what_sealsmith_seals_becomes_a_secret() -> Result<()> {
    let cluster = Cluster::builder()
        .controller("sealed-secrets", "kube-system")
        .start()?;
    let api = cluster.api();
    api.ensure_namespace("app")?;
    let yaml = sealed::sealed(&cluster, "app", "db", "hunter2");
    api.apply_yaml(&sealed::path("app", "db"), yaml.as_bytes())?;
    let secret = sealed::unsealed(api, "app", "db")?;
    // base64 of hunter2
    assert_eq!(secret["data"]["password"], "aHVudGVyMg==");
    Ok(())
}

#[test]
fn it_seals_with_the_key_a_test_gave_it_and_with_a_new_one_on_demand() -> Result<()> {
    let key = ControllerKey::made_before(Duration::from_secs(3600))?;
    let setup = ControllerSetup::new("sealed-secrets", "kube-system").key(&key);
    let cluster = Cluster::builder().controller_as(setup).start()?;
    let controller = cluster.controller();
    assert_eq!(controller.certificate()?.trim(), key.certificate().trim());
    let renewed = controller.renew_key()?;
    assert_ne!(renewed.trim(), key.certificate().trim());
    assert_eq!(controller.keys()?.len(), 2);
    let fresh = controller.lose_keys()?;
    assert_ne!(fresh, renewed);
    assert_eq!(controller.keys()?.len(), 1);
    Ok(())
}

#[test]
fn two_of_them_live_under_two_names_with_keys_of_their_own() -> Result<()> {
    let cluster = Cluster::builder()
        .controller("sealed-secrets", "kube-system")
        .controller("sealed-secrets-controller", "sealing")
        .start()?;
    let (first, second) = (
        cluster.controller(),
        cluster.controller_named("sealed-secrets-controller"),
    );
    assert_ne!(first.certificate()?, second.certificate()?);
    assert_eq!(second.namespace(), "sealing");
    Ok(())
}

#[test]
fn stopped_it_answers_nobody_and_started_again_it_is_the_same() -> Result<()> {
    let cluster = Cluster::builder()
        .controller("sealed-secrets", "kube-system")
        .start()?;
    let controller = cluster.controller();
    let before = controller.certificate()?;
    controller.kill();
    assert_eq!(controller.certificate().unwrap_err().status(), Some(503));
    controller.start_again()?;
    assert_eq!(controller.certificate()?, before);
    Ok(())
}

#[test]
fn it_has_no_more_rights_than_its_chart_gives() -> Result<()> {
    let cluster = Cluster::builder()
        .controller("sealed-secrets", "kube-system")
        .start()?;
    for (verb, group, resource, allowed) in [
        ("update", "", "secrets", true),
        ("patch", "", "secrets", false),
        ("update", "bitnami.com", "sealedsecrets", false),
        ("list", "", "pods", false),
    ] {
        assert_eq!(
            may(&cluster, verb, group, resource)?,
            allowed,
            "{verb} {resource}"
        );
    }
    Ok(())
}

#[test]
fn the_api_server_and_its_storage_come_back_with_everything_in_it() -> Result<()> {
    let cluster = Cluster::builder()
        .controller("sealed-secrets", "kube-system")
        .start()?;
    let before = cluster.controller().certificate()?;
    cluster.api_server().kill();
    assert!(cluster.controller().certificate().is_err());
    cluster.api_server().start_again()?;
    assert_eq!(cluster.controller().certificate()?, before);
    cluster.etcd().restart()?;
    assert_eq!(cluster.controller().certificate()?, before);
    Ok(())
}

fn may(cluster: &Cluster, verb: &str, group: &str, resource: &str) -> Result<bool> {
    let review = serde_json::json!({
        "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
        "spec": {
            "user": "system:serviceaccount:kube-system:sealed-secrets",
            "resourceAttributes": {"namespace": "app", "verb": verb, "group": group, "resource": resource},
        },
    });
    let answer = cluster.api().create(
        "/apis/authorization.k8s.io/v1/subjectaccessreviews",
        &review,
    )?;
    Ok(answer["status"]["allowed"] == true)
}
