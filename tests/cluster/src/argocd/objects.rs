//! What Argo CD reads about itself.

use super::NAMESPACE;
use crate::api::Api;
use crate::error::Result;
use serde_json::{Value, json};

/// Makes the namespace, the settings and the project of Argo CD.
pub(super) fn apply(api: &Api) -> Result<()> {
    api.ensure_namespace(NAMESPACE)?;
    let settings = format!("/api/v1/namespaces/{NAMESPACE}");
    api.apply(&format!("{settings}/configmaps/argocd-cm"), &config())?;
    api.apply(&format!("{settings}/secrets/argocd-secret"), &secret())?;
    let projects = format!("/apis/argoproj.io/v1alpha1/namespaces/{NAMESPACE}/appprojects");
    api.apply(&format!("{projects}/default"), &project())
        .map(drop)
}

// Looks at the repositories every two seconds, which takes three minutes as installed.
fn config() -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata("argocd-cm"),
        "data": {"timeout.reconciliation": "2s", "timeout.reconciliation.jitter": "0s"}})
}

fn secret() -> Value {
    json!({"apiVersion": "v1", "kind": "Secret", "metadata": metadata("argocd-secret"),
        "stringData": {"server.secretkey": "not secret"}})
}

fn project() -> Value {
    let everything = json!([{"group": "*", "kind": "*"}]);
    json!({"apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject", "metadata": metadata("default"),
    "spec": {
        "sourceRepos": ["*"],
        "destinations": [{"namespace": "*", "server": "*"}],
        "clusterResourceWhitelist": everything,
    }})
}

fn metadata(name: &str) -> Value {
    json!({"name": name, "namespace": NAMESPACE, "labels": {"app.kubernetes.io/part-of": "argocd"}})
}
