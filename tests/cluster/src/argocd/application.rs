//! One Application of Argo CD.

use super::NAMESPACE;
use crate::api::Api;
use crate::error::Result;
use crate::wait::{self, Seen};
use serde_json::{Value, json};

/// One Application of Argo CD.
pub struct Application {
    api: Api,
    path: String,
    name: String,
}

impl Application {
    pub(super) fn create(
        api: &Api,
        name: &str,
        url: &str,
        path: &str,
        namespace: &str,
    ) -> Result<Self> {
        let object = json!({
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Application",
            "metadata": {"name": name, "namespace": NAMESPACE},
            "spec": {
                "project": "default",
                "source": {"repoURL": url, "targetRevision": "main", "path": path},
                "destination": {"server": "https://kubernetes.default.svc", "namespace": namespace},
                "syncPolicy": {"automated": {"prune": true, "selfHeal": true}},
            },
        });
        let collection = format!("/apis/argoproj.io/v1alpha1/namespaces/{NAMESPACE}/applications");
        api.create(&collection, &object)?;
        Ok(Self {
            api: api.clone(),
            path: format!("{collection}/{name}"),
            name: name.to_owned(),
        })
    }

    /// The path of its object.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What Argo CD says about it.
    ///
    /// # Errors
    /// When the API server refuses.
    pub fn status(&self) -> Result<Value> {
        Ok(self.api.get(&self.path)?["status"].take())
    }

    /// Has Argo CD look at the repository now.
    ///
    /// # Errors
    /// When the API server refuses.
    pub fn refresh(&self) -> Result<()> {
        let mark = json!({"metadata": {"annotations": {"argocd.argoproj.io/refresh": "normal"}}});
        self.api.merge(&self.path, &mark).map(drop)
    }

    /// Waits until Argo CD says that it is synced to a commit and healthy.
    ///
    /// # Errors
    /// When that does not come about.
    pub fn synced_to(&self, commit: &str) -> Result<()> {
        wait::until(&format!("{} synced to {commit}", self.name), || {
            let status = self.status()?;
            Ok(if is_synced(&status, commit) {
                Seen::There(())
            } else {
                Seen::Else(status.to_string())
            })
        })
    }
}

fn is_synced(status: &Value, commit: &str) -> bool {
    status["sync"]["status"] == "Synced"
        && status["sync"]["revision"] == commit
        && status["health"]["status"] == "Healthy"
}
