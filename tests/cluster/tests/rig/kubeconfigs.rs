//! The ways to the API server that tests can hand out.

use sealsmith_test_cluster::{Api, Cluster, Result};

#[test]
fn each_kubeconfig_opens_what_its_user_may() -> Result<()> {
    let cluster = Cluster::builder()
        .controller("sealed-secrets", "kube-system")
        .start()?;
    let secrets = "/api/v1/namespaces/kube-system/secrets";
    let admin = Api::of(cluster.kubeconfig())?;
    assert!(admin.get(secrets).is_ok());
    let plugin = Api::of(&cluster.kubeconfig_with_plugin()?)?;
    assert!(plugin.get(secrets).is_ok());
    let nobody = Api::of(&cluster.kubeconfig_of("nobody")?)?;
    assert_eq!(nobody.get(secrets).unwrap_err().status(), Some(403));
    // The chart lets everybody who has a name ask the controller.
    assert!(
        nobody
            .text(&cluster.controller().service("/v1/cert.pem"))
            .is_ok()
    );
    Ok(())
}
