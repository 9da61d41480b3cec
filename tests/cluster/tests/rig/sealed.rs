//! SealedSecrets made by the program under test.

use sealsmith_test_cluster::{Api, Cluster, Result, Seen, until};
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Seals a Secret with one entry for the controller of a cluster, as a person would with its certificate.
pub(crate) fn sealed(cluster: &Cluster, namespace: &str, name: &str, value: &str) -> String {
    let certificate = cluster.folder().join("certificate.pem");
    std::fs::write(&certificate, cluster.controller().certificate().unwrap()).unwrap();
    let secret = json!({"apiVersion": "v1", "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace}, "stringData": {"password": value}});
    let program =
        std::env::var_os("SEALSMITH_PROGRAM").expect("./tests/run cluster names the program");
    let mut child = Command::new(program)
        .args(["seal", "--cert"])
        .arg(&certificate)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    write!(child.stdin.take().unwrap(), "{secret}").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "seal: {}", output.status);
    String::from_utf8(output.stdout).unwrap()
}

/// The path of a SealedSecret.
pub(crate) fn path(namespace: &str, name: &str) -> String {
    format!("/apis/bitnami.com/v1alpha1/namespaces/{namespace}/sealedsecrets/{name}")
}

/// Waits until a Secret is there.
pub(crate) fn unsealed(api: &Api, namespace: &str, name: &str) -> Result<Value> {
    let path = format!("/api/v1/namespaces/{namespace}/secrets/{name}");
    until(&path, || {
        Ok(match api.find(&path)? {
            Some(secret) => Seen::There(secret),
            None => Seen::Else("no such Secret".to_owned()),
        })
    })
}
