//! `--rollout-restart`: the workloads that use the Secrets are restarted one after the other, and seen through.

use crate::estate::Estate;
use sealsmith_test_cluster::{Cluster, Result};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const FILE: &str = "envs/dev/sealed-secrets/airflow/workloads.yaml";

#[test]
fn what_uses_the_secrets_is_restarted_and_nothing_else() -> Result<()> {
    let estate = Estate::with(Cluster::builder().workloads(), Estate::unlimited())?;
    // In git, so that Argo CD has an opinion about what a restart writes.
    let user = deployment("web", &json!({"envFrom": [{"secretRef": {"name": "db"}}]}));
    let bystander = deployment("idle", &json!({}));
    estate
        .repository
        .write(FILE, format!("{user}\n---\n{bystander}\n"))?;
    let commit = estate.repository.push("two workloads")?;
    estate.applications[0].synced_to(&commit)?;
    let (web, idle) = (estate.pods_of("web")?, estate.pods_of("idle")?);
    assert_eq!((web.len(), idle.len()), (2, 2));

    let key = estate.renewed()?;
    let prober = estate.prober()?;
    // Everything has arrived; what is left is the restart.
    estate.kills("closing", &["--fingerprint", &key]);
    // New pods that do not become ready: the old ones stay, and it says how far it got.
    estate.cluster.workloads().hold("airflow-dev", "web");
    let words = ["--resume", "--rollout-restart", "--timeout", "5s"];
    let late = estate.reseal(&words).ends(1);
    late.says("Deployment airflow-dev/web").says("--resume");
    assert!(web.is_subset(&estate.pods_of("web")?));
    estate.cluster.workloads().release();

    let done = estate.reseal(&["--resume", "--rollout-restart"]).ends(0);
    assert!(!done.stderr.contains("idle"), "{done:?}");
    done.says("restarting Deployment airflow-dev/web");
    let now = estate.pods_of("web")?;
    assert!(
        now.is_disjoint(&web) && now.len() == 2,
        "{now:?} after {web:?}"
    );
    assert_eq!(estate.pods_of("idle")?, idle);
    estate.is_done(&key)?;
    estate.sealsmith(&["check", "dev"]).ends(0);
    assert_eq!(prober.finish().sightings, []);
    Ok(())
}

impl Estate {
    /// The names of the pods of a Deployment that nobody has begun to delete.
    fn pods_of(&self, deployment: &str) -> Result<BTreeSet<String>> {
        let pods = format!("/api/v1/namespaces/airflow-dev/pods?labelSelector=app%3D{deployment}");
        let pods = self.cluster.api().get(&pods)?;
        let items = pods["items"].as_array().into_iter().flatten();
        let staying = items.filter(|pod| pod["metadata"]["deletionTimestamp"].is_null());
        let name = |pod: &Value| pod["metadata"]["name"].as_str().map(str::to_owned);
        Ok(staying.filter_map(name).collect())
    }
}

fn deployment(name: &str, more: &Value) -> Value {
    let labels = json!({"app": name});
    let mut container = json!({"name": name, "image": "none"});
    if let (Some(container), Some(more)) = (container.as_object_mut(), more.as_object()) {
        container.extend(more.clone());
    }
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
    }})
}
