//! A program that tells kubeconfigs' users who they are, as `aws eks get-token` does.

use crate::api::Api;
use crate::error::Result;
use crate::file;
use serde_json::json;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

const ACCOUNT: &str = "plugin";

/// Writes the program, which prints the token of an account that may do everything.
pub(crate) fn write(api: &Api, folder: &Path) -> Result<PathBuf> {
    apply_account(api)?;
    let token = api.service_account_token("default", ACCOUNT)?;
    let answer = json!({
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": {"token": token},
    });
    let script = format!("#!/bin/sh\ncat <<'END'\n{answer}\nEND\n");
    let path = file::write(folder.join("kubeconfig/get-token"), script)?;
    let runs = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(&path, runs).map_err(file::at(&path))?;
    Ok(path)
}

fn apply_account(api: &Api) -> Result<()> {
    let group = "rbac.authorization.k8s.io";
    let metadata = json!({"name": ACCOUNT, "namespace": "default"});
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata});
    api.apply(
        &format!("/api/v1/namespaces/default/serviceaccounts/{ACCOUNT}"),
        &account,
    )?;
    let binding = json!({"apiVersion": format!("{group}/v1"), "kind": "ClusterRoleBinding",
        "metadata": {"name": ACCOUNT},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"kind": "ServiceAccount", "name": ACCOUNT, "namespace": "default"}]});
    let path = format!("/apis/{group}/v1/clusterrolebindings/{ACCOUNT}");
    api.apply(&path, &binding).map(drop)
}
