//! What a kubelet would say about a pod.

use serde_json::{Value, json};

/// The part of a pod that says that it runs and is ready.
pub(crate) fn ready_at(ip: &str) -> Value {
    let conditions = ["PodScheduled", "Initialized", "ContainersReady", "Ready"]
        .map(|kind| json!({"type": kind, "status": "True"}));
    json!({"status": {
        "phase": "Running",
        "conditions": conditions,
        "podIP": ip,
        "podIPs": [{"ip": ip}],
    }})
}
