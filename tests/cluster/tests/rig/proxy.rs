//! The proxy plays newer controllers, through the API server as well.

use crate::sealed;
use sealsmith_test_cluster::{Cluster, Result, Ways};
use serde_json::{Value, json};
use std::time::Duration;

#[test]
fn a_limited_controller_grants_three_at_once_and_no_more() -> Result<()> {
    let cluster = Cluster::builder()
        .controller("sealed-secrets", "kube-system")
        .start()?;
    let controller = cluster.controller();
    let proxy = controller.put_proxy(Ways::newer().limited(Duration::from_secs(3600), 2))?;
    let manifest = json_of(&cluster, &sealed::sealed(&cluster, "app", "db", "one"))?;
    let path = controller.service("/v1/rotate");
    let rotate = || cluster.api().post_text(&path, manifest.as_bytes());
    let statuses: Vec<_> = (0..5)
        .map(|_| rotate().err().and_then(|e| e.status()))
        .collect();
    assert_eq!(statuses, [None, None, None, Some(429), Some(429)]);
    assert_eq!(proxy.count("/v1/rotate"), 5);
    assert_eq!(proxy.count_of("/v1/rotate", 429), 2);
    assert_eq!(proxy.count("/v1/cert.pem"), 1, "sealing fetched it once");
    controller.remove_proxy(proxy)?;
    assert!(
        (0..5).all(|_| rotate().is_ok()),
        "without the proxy there is no limit"
    );
    Ok(())
}

#[test]
fn it_drops_entries_changes_statuses_and_answers_as_planned() -> Result<()> {
    let cluster = Cluster::builder()
        .controller("sealed-secrets", "kube-system")
        .start()?;
    let manifest = json_of(&cluster, &sealed::sealed(&cluster, "app", "db", "one"))?;
    let controller = cluster.controller();
    let ways = Ways::same().drops("password").says("/v1/verify", 409, 422);
    let proxy = controller.put_proxy(ways)?;
    let post = |page, body: &str| {
        cluster
            .api()
            .post_text(&controller.service(page), body.as_bytes())
    };

    let answer: Value = serde_json::from_str(&post("/v1/rotate", &manifest)?).unwrap();
    assert_eq!(answer["spec"]["encryptedData"], json!({}));
    post("/v1/verify", &manifest)?;
    let foreign = manifest.replace("\"db\"", "\"other\"");
    assert_eq!(
        post("/v1/verify", &foreign).unwrap_err().status(),
        Some(422)
    );
    proxy.answer_next("/v1/verify", 500, "");
    assert_eq!(
        post("/v1/verify", &manifest).unwrap_err().status(),
        Some(500)
    );
    post("/v1/verify", &manifest)?;
    assert_eq!(
        proxy.calls().iter().filter(|call| !call.passed_on).count(),
        1
    );
    Ok(())
}

#[test]
fn a_controller_dies_halfway_and_comes_back() -> Result<()> {
    let cluster = Cluster::builder()
        .controller("sealed-secrets", "kube-system")
        .start()?;
    let manifest = json_of(&cluster, &sealed::sealed(&cluster, "app", "db", "one"))?;
    let controller = cluster.controller();
    let proxy = controller.put_proxy(Ways::same())?;
    let path = controller.service("/v1/rotate");
    let rotate = || cluster.api().post_text(&path, manifest.as_bytes());
    proxy.go_down_after(2, "/v1/rotate");
    let answered: Vec<_> = (0..4).map(|_| rotate().is_ok()).collect();
    assert_eq!(answered, [true, true, false, false]);
    assert!(controller.certificate().is_err());
    proxy.come_back();
    rotate().map(drop)
}

#[test]
fn a_newer_controller_leaves_out_what_the_template_renders() -> Result<()> {
    let cluster = Cluster::builder()
        .controller("sealed-secrets", "kube-system")
        .start()?;
    let manifest = json_of(&cluster, &sealed::sealed(&cluster, "app", "db", "one"))?;
    let mut object: Value = serde_json::from_str(&manifest).unwrap();
    object["spec"]["template"]["data"] = json!({"url": "db://{{ .password }}"});
    let rotate = || entries(&cluster, &object);
    assert_eq!(
        rotate()?,
        ["password", "url"],
        "0.36 seals the rendered entry"
    );
    let proxy = cluster.controller().put_proxy(Ways::newer())?;
    assert_eq!(rotate()?, ["password"]);
    cluster.controller().remove_proxy(proxy)
}

fn entries(cluster: &Cluster, object: &Value) -> Result<Vec<String>> {
    let path = cluster.controller().service("/v1/rotate");
    let answer = cluster
        .api()
        .post_text(&path, object.to_string().as_bytes())?;
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let entries = answer["spec"]["encryptedData"].as_object().unwrap();
    Ok(entries.keys().cloned().collect())
}

// The API server turns YAML into JSON without keeping the object.
fn json_of(cluster: &Cluster, yaml: &str) -> Result<String> {
    cluster.api().ensure_namespace("app")?;
    let path = "/apis/bitnami.com/v1alpha1/namespaces/app/sealedsecrets?dryRun=All";
    let object = cluster.api().create_yaml(path, yaml.as_bytes())?;
    let keep =
        ["apiVersion", "kind", "spec"].map(|field| (field.to_owned(), object[field].clone()));
    let mut kept: Value = keep.into_iter().collect();
    let metadata = &object["metadata"];
    kept["metadata"] = json!({"name": metadata["name"], "namespace": metadata["namespace"]});
    Ok(kept.to_string())
}
