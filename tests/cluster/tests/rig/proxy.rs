//! The proxy plays newer controllers, through the API server as well.

use crate::sealed;
use sealsmith_test_cluster::{Cluster, Result, Ways};
use serde_json::{Value, json};

#[test]
fn a_newer_controller_grants_three_at_once_and_says_when_to_come_back() -> Result<()> {
    let cluster = Cluster::builder()
        .controller("sealed-secrets", "kube-system")
        .start()?;
    let controller = cluster.controller();
    let proxy = controller.put_proxy(Ways::newer())?;
    let manifest = json_of(&cluster, &sealed::sealed(&cluster, "app", "db", "one"))?;
    let rotate = || {
        cluster
            .api()
            .post_text(&controller.service("/v1/rotate"), manifest.as_bytes())
    };
    let refused = (0..6)
        .filter_map(|_| rotate().err())
        .map(|error| error.status());
    let refused: Vec<_> = refused.collect();
    assert!(
        !refused.is_empty() && refused.iter().all(|status| *status == Some(429)),
        "{refused:?}"
    );
    assert_eq!(proxy.count("/v1/rotate"), 6);
    assert_eq!(proxy.count_of("/v1/rotate", 429), refused.len());
    assert_eq!(
        proxy.count_of("/v1/cert.pem", 200),
        1,
        "sealing fetched it once"
    );
    controller.remove_proxy(proxy)?;
    assert!(
        (0..6).all(|_| rotate().is_ok()),
        "the controller itself has no limit there"
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
