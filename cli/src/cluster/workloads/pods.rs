//! Pods that still have a Secret as it was: whoever uses it as variables took it when the container started.

use jiff::{SignedDuration, Timestamp};
use sealsmith_core::name::Namespace;
use serde::Deserialize;
use serde_json::Value;

use super::uses::{self, Uses};
use crate::cluster::api::{Api, Problem};

/// The kubelet writes a changed Secret into mounted files within its sync period and the time of its cache, a minute and a
/// half as it comes; this is longer.
const FOLLOWS: SignedDuration = SignedDuration::from_secs(120);

/// A pod that is older than a Secret that it took at its start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stale {
    /// The pod's name.
    pub(crate) pod: String,
    /// The Secret's name.
    pub(crate) secret: String,
    /// When the pod took it.
    pub(crate) started: Timestamp,
    /// When the Secret changed.
    pub(crate) written: Timestamp,
}

#[derive(Deserialize)]
struct List {
    items: Vec<Value>,
}

/// Lists the pods of a namespace that took one of these Secrets before it was written last.
pub(crate) async fn stale(
    api: &Api,
    namespace: &Namespace,
    secrets: &[(String, Timestamp)],
) -> Result<Vec<Stale>, Problem> {
    let pods = list(api, namespace).await?;
    let pods = pods.iter();
    Ok(pods.flat_map(|pod| of_pod(pod, secrets)).collect())
}

/// Lists the pods of a namespace that may still have one of these Secrets as it was: as [`stale`] does, and those that
/// mount it as files, which follow it some time later.
pub(crate) async fn behind(
    api: &Api,
    namespace: &Namespace,
    secrets: &[(String, Timestamp)],
    now: Timestamp,
) -> Result<Vec<Stale>, Problem> {
    let pods = list(api, namespace).await?;
    let pods = pods.iter();
    Ok(pods.flat_map(|pod| holding(pod, secrets, now)).collect())
}

async fn list(api: &Api, namespace: &Namespace) -> Result<Vec<Value>, Problem> {
    let list: List = api
        .get(&format!("/api/v1/namespaces/{namespace}/pods"))
        .await?;
    Ok(list.items)
}

fn of_pod(pod: &Value, secrets: &[(String, Timestamp)]) -> Vec<Stale> {
    older(pod, secrets, |uses, _| uses.at_start)
}

fn holding(pod: &Value, secrets: &[(String, Timestamp)], now: Timestamp) -> Vec<Stale> {
    older(pod, secrets, |uses, written| {
        uses.at_start || (uses.as_files && now < written + FOLLOWS)
    })
}

/// The Secrets that a pod uses in some way and that were written after it started.
fn older(
    pod: &Value,
    secrets: &[(String, Timestamp)],
    counts: impl Fn(&Uses, Timestamp) -> bool,
) -> Vec<Stale> {
    let name = pod.pointer("/metadata/name").and_then(Value::as_str);
    let (Some(name), Some(started), Some(spec)) = (name, started(pod), pod.get("spec")) else {
        return Vec::new();
    };
    let uses = uses::of_pod(spec);
    let took = |secret: &str, written| uses.get(secret).is_some_and(|uses| counts(uses, written));
    secrets
        .iter()
        .filter(|(secret, written)| started < *written && took(secret, *written))
        .map(|(secret, written)| Stale {
            pod: name.to_owned(),
            secret: secret.clone(),
            started,
            written: *written,
        })
        .collect()
}

/// When the oldest running container of a pod that runs started; a restarted container took its variables anew.
fn started(pod: &Value) -> Option<Timestamp> {
    let status = pod.get("status")?;
    // Of a pod whose node does not answer nobody knows that it ended.
    let phase = status.get("phase")?;
    if phase != "Running" && phase != "Unknown" {
        return None;
    }
    let containers = status.get("containerStatuses").and_then(Value::as_array);
    let running = containers
        .into_iter()
        .flatten()
        .filter_map(|container| time(container.pointer("/state/running/startedAt")?));
    running.min().or_else(|| time(status.get("startTime")?))
}

fn time(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pod(phase: &str, container_started: &str) -> Value {
        json!({
            "metadata": {"name": "web-1"},
            "spec": {"containers": [{"name": "web", "envFrom": [{"secretRef": {"name": "db"}}]}],
                "volumes": [{"name": "files", "secret": {"secretName": "mounted"}}]},
            "status": {"phase": phase, "startTime": "2026-11-27T01:00:00Z",
                "containerStatuses": [{"name": "web", "state": {"running": {"startedAt": container_started}}}]},
        })
    }

    fn stale_secrets(pod: &Value, written: &str) -> Vec<String> {
        let written: Timestamp = written.parse().unwrap();
        let secrets = ["db", "mounted", "other"].map(|name| (name.to_owned(), written));
        let stale = of_pod(pod, &secrets).into_iter();
        stale.map(|stale| stale.secret).collect()
    }

    #[test]
    fn a_pod_that_started_before_the_secret_changed_has_the_old_one() {
        let pod = pod("Running", "2026-11-27T01:00:01Z");
        assert_eq!(stale_secrets(&pod, "2026-11-27T01:00:02Z"), ["db"]);
        assert!(stale_secrets(&pod, "2026-11-27T01:00:01Z").is_empty());
    }

    #[test]
    fn mounted_files_follow_after_a_while_and_variables_never() {
        let pod = pod("Running", "2026-11-27T01:00:01Z");
        let written: Timestamp = "2026-11-27T02:00:00Z".parse().unwrap();
        let secrets = ["db", "mounted"].map(|name| (name.to_owned(), written));
        let at = |minutes: i64| {
            let now = written + SignedDuration::from_mins(minutes);
            let held = holding(&pod, &secrets, now).into_iter();
            held.map(|stale| stale.secret).collect::<Vec<_>>()
        };
        assert_eq!(at(1), ["db", "mounted"]);
        assert_eq!(at(3), ["db"]);
    }

    #[test]
    fn a_pod_on_a_node_that_does_not_answer_still_counts() {
        let pod = pod("Unknown", "2026-11-27T01:00:01Z");
        assert_eq!(stale_secrets(&pod, "2026-11-27T02:00:00Z"), ["db"]);
    }

    #[test]
    fn a_container_that_restarted_since_has_the_new_one() {
        let pod = pod("Running", "2026-11-27T02:00:00Z");
        assert!(stale_secrets(&pod, "2026-11-27T01:30:00Z").is_empty());
    }

    #[test]
    fn a_pod_that_ended_uses_nothing() {
        let pod = pod("Succeeded", "2026-11-27T01:00:01Z");
        assert!(stale_secrets(&pod, "2026-11-27T02:00:00Z").is_empty());
    }
}
