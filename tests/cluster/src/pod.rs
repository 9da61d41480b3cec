//! Pods, and what a kubelet would say about them.

use serde_json::{Value, json};

/// The part of a pod that says that it and all its containers run and are ready since a time.
pub(crate) fn ready(ip: &str, pod: &Value, since: &Value) -> Value {
    let conditions = ["PodScheduled", "Initialized", "ContainersReady", "Ready"]
        .map(|kind| json!({"type": kind, "status": "True", "lastTransitionTime": since}));
    let containers = pod["spec"]["containers"].as_array().into_iter().flatten();
    let statuses: Vec<_> = containers
        .map(|container| running(container, since))
        .collect();
    json!({"status": {
        "phase": "Running",
        "startTime": since,
        "conditions": conditions,
        "containerStatuses": statuses,
        "podIP": ip,
        "podIPs": [{"ip": ip}],
    }})
}

/// Whether it says so already.
pub(crate) fn is_ready(pod: &Value) -> bool {
    let conditions = pod["status"]["conditions"].as_array().into_iter().flatten();
    conditions
        .into_iter()
        .any(|c| c["type"] == "Ready" && c["status"] == "True")
}

/// The path of a pod.
pub(crate) fn path(pod: &Value) -> String {
    let namespace = pod["metadata"]["namespace"].as_str().unwrap_or_default();
    format!("/api/v1/namespaces/{namespace}/pods/{}", name(pod))
}

/// The name of a pod.
pub(crate) fn name(pod: &Value) -> &str {
    pod["metadata"]["name"].as_str().unwrap_or_default()
}

fn running(container: &Value, since: &Value) -> Value {
    json!({
        "name": container["name"],
        "image": container["image"],
        "imageID": container["image"],
        "ready": true,
        "started": true,
        "restartCount": 0,
        "state": {"running": {"startedAt": since}},
    })
}
