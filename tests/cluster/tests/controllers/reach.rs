//! Finding the controller, and being allowed to ask it.

use crate::scene::{Scene, ended, said};
use sealsmith_test_cluster::Result;
use serde_json::json;

#[test]
fn a_service_of_the_other_usual_name_is_pointed_out() -> Result<()> {
    let scene = Scene::named("sealed-secrets-controller")?;
    let folder = scene.folder(1, "{}");
    let kubeconfig = scene.kubeconfig();
    let output = folder.reseal(&kubeconfig);
    ended(&output, 2);
    assert!(said(&output).contains("there is no Service kube-system/sealed-secrets"));
    assert!(said(&output).contains("pass --controller-name sealed-secrets-controller"));
    let named = ["--controller-name", "sealed-secrets-controller"];
    ended(&folder.reseal(&[&kubeconfig[..], &named].concat()), 0);
    Ok(())
}

#[test]
fn a_port_without_a_name_is_found() -> Result<()> {
    let scene = Scene::alone()?;
    let folder = scene.folder(1, "{}");
    let api = scene.cluster.api();
    let service = "/api/v1/namespaces/kube-system/services/sealed-secrets";
    let unnamed = json!([{"port": 8080, "targetPort": 8080, "protocol": "TCP"}]);
    api.merge(service, &json!({"spec": {"ports": unnamed}}))?;
    let endpoints = "/api/v1/namespaces/kube-system/endpoints/sealed-secrets";
    let mut subsets = api.get(endpoints)?["subsets"].clone();
    if let Some(port) = subsets[0]["ports"][0].as_object_mut() {
        port.remove("name");
    }
    api.merge(endpoints, &json!({"subsets": subsets}))?;
    ended(&folder.reseal(&scene.kubeconfig()), 0);
    Ok(())
}

#[test]
fn who_may_only_ask_cannot_fetch_keys() -> Result<()> {
    let scene = Scene::lent()?;
    let folder = scene.folder(1, "{}");
    let nobody = scene.cluster.kubeconfig_of("nobody")?;
    let nobody = ["--kubeconfig", nobody.to_str().expect("the path is text")];
    let output = folder.reseal(&[&nobody[..], &["--fetch-keys"]].concat());
    ended(&output, 2);
    assert!(said(&output).contains("may not list Secrets in kube-system"));
    assert!(said(&output).contains("leave --fetch-keys out"));
    ended(&folder.reseal(&nobody), 0);
    Ok(())
}

#[test]
fn who_may_not_even_ask_is_told_what_is_missing() -> Result<()> {
    let scene = Scene::alone()?;
    let folder = scene.folder(1, "{}");
    let binding = "/apis/rbac.authorization.k8s.io/v1/namespaces/kube-system/rolebindings/sealed-secrets-service-proxier";
    scene.cluster.api().delete(binding)?;
    let nobody = scene.cluster.kubeconfig_of("nobody")?;
    let nobody = ["--kubeconfig", nobody.to_str().expect("the path is text")];
    let before = folder.text(0);
    let output = folder.reseal(&nobody);
    ended(&output, 2);
    assert!(said(&output).contains("forbidden"), "{}", said(&output));
    assert_eq!(folder.text(0), before);
    Ok(())
}

#[test]
fn another_fingerprint_stops_before_anything_is_asked() -> Result<()> {
    let scene = Scene::lent()?;
    let folder = scene.folder(1, "{}");
    let (old, new) = (
        folder.fingerprint_of("old.pem"),
        folder.fingerprint_of("new.pem"),
    );
    folder.pin(&old, "{}");
    let before = folder.text(0);
    let output = folder.reseal(&scene.kubeconfig());
    ended(&output, 1);
    assert!(said(&output).contains(&format!("it serves {new}")));
    assert!(said(&output).contains(&format!("sealsmith.yaml says {old}")));
    assert_eq!(folder.text(0), before);
    let declared = [&scene.kubeconfig()[..], &["--fingerprint", &new]].concat();
    ended(&folder.reseal(&declared), 0);
    Ok(())
}
