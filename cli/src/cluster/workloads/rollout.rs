//! How far a rollout is. Pure.

use serde_json::Value;

use super::Kind;

/// How far a rollout is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// Every pod is a new one and available.
    Done,
    /// Not yet.
    Going(String),
    /// Nothing will come of it: why.
    Never(String),
}

/// Judges a workload after a change of its pods' description, as `kubectl rollout status` does.
pub(super) fn progress(kind: Kind, object: &Value) -> Progress {
    let number = |pointer: &str| object.pointer(pointer).and_then(Value::as_i64);
    if number("/status/observedGeneration") < number("/metadata/generation") {
        return Progress::Going("not begun".to_owned());
    }
    match kind {
        Kind::Deployment => deployment(object),
        Kind::StatefulSet => stateful_set(object),
        Kind::DaemonSet => daemon_set(object),
        Kind::CronJob => Progress::Done,
    }
}

fn deployment(object: &Value) -> Progress {
    if object.pointer("/spec/paused") == Some(&Value::Bool(true)) {
        return Progress::Never("it is paused: kubectl rollout resume".to_owned());
    }
    let conditions = object
        .pointer("/status/conditions")
        .and_then(Value::as_array);
    let mut conditions = conditions.into_iter().flatten();
    if conditions.any(|condition| condition["reason"] == "ProgressDeadlineExceeded") {
        return Progress::Never("its new pods do not become ready: see their events".to_owned());
    }
    let wanted = count(object, "/spec/replicas").unwrap_or(1);
    let of = |field: &str| count(object, &format!("/status/{field}")).unwrap_or(0);
    let (updated, all, available) = (
        of("updatedReplicas"),
        of("replicas"),
        of("availableReplicas"),
    );
    if updated < wanted {
        Progress::Going(format!("{updated} of {wanted} pods are new"))
    } else if all > updated {
        Progress::Going(format!("{} old pods are left", all - updated))
    } else if available < updated {
        Progress::Going(format!("{available} of {updated} new pods are available"))
    } else {
        Progress::Done
    }
}

fn stateful_set(object: &Value) -> Progress {
    if object.pointer("/spec/updateStrategy/type") == Some(&"OnDelete".into()) {
        return Progress::Never("its strategy is OnDelete: delete its pods one by one".to_owned());
    }
    if count(object, "/spec/updateStrategy/rollingUpdate/partition").unwrap_or(0) > 0 {
        return Progress::Never("its strategy has a partition, which keeps old pods".to_owned());
    }
    let wanted = count(object, "/spec/replicas").unwrap_or(1);
    let of = |field: &str| count(object, &format!("/status/{field}")).unwrap_or(0);
    let (updated, ready) = (of("updatedReplicas"), of("readyReplicas"));
    let at_end =
        object.pointer("/status/currentRevision") == object.pointer("/status/updateRevision");
    if updated < wanted && !at_end {
        Progress::Going(format!("{updated} of {wanted} pods are new"))
    } else if ready < wanted {
        Progress::Going(format!("{ready} of {wanted} pods are ready"))
    } else if !at_end {
        Progress::Going("the last pod is being replaced".to_owned())
    } else {
        Progress::Done
    }
}

fn daemon_set(object: &Value) -> Progress {
    if object.pointer("/spec/updateStrategy/type") == Some(&"OnDelete".into()) {
        return Progress::Never("its strategy is OnDelete: delete its pods one by one".to_owned());
    }
    let of = |field: &str| count(object, &format!("/status/{field}")).unwrap_or(0);
    let (wanted, updated, available) = (
        of("desiredNumberScheduled"),
        of("updatedNumberScheduled"),
        of("numberAvailable"),
    );
    if updated < wanted {
        Progress::Going(format!("{updated} of {wanted} pods are new"))
    } else if available < wanted {
        Progress::Going(format!("{available} of {wanted} pods are available"))
    } else {
        Progress::Done
    }
}

fn count(object: &Value, pointer: &str) -> Option<i64> {
    object.pointer(pointer)?.as_i64()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn deployment_with(status: Value) -> Progress {
        let object =
            json!({"metadata": {"generation": 3}, "spec": {"replicas": 2}, "status": status});
        progress(Kind::Deployment, &object)
    }

    #[test]
    fn a_deployment_is_done_when_all_pods_are_new_and_available() {
        let status = |updated: i64, all: i64, available: i64| {
            deployment_with(
                json!({"observedGeneration": 3, "updatedReplicas": updated, "replicas": all,
                "availableReplicas": available}),
            )
        };
        assert_eq!(status(2, 2, 2), Progress::Done);
        assert_eq!(
            status(1, 3, 2),
            Progress::Going("1 of 2 pods are new".to_owned())
        );
        assert_eq!(
            status(2, 3, 2),
            Progress::Going("1 old pods are left".to_owned())
        );
        assert_eq!(
            status(2, 2, 1),
            Progress::Going("1 of 2 new pods are available".to_owned())
        );
    }

    #[test]
    fn a_status_of_an_older_generation_says_nothing() {
        let status = json!({"observedGeneration": 2, "updatedReplicas": 2, "replicas": 2, "availableReplicas": 2});
        assert_eq!(
            deployment_with(status),
            Progress::Going("not begun".to_owned())
        );
    }

    #[test]
    fn what_will_never_be_done_says_why() {
        let exceeded = deployment_with(json!({"observedGeneration": 3,
            "conditions": [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}]}));
        assert!(matches!(exceeded, Progress::Never(_)));
        let by_hand = json!({"metadata": {"generation": 1}, "status": {"observedGeneration": 1},
            "spec": {"updateStrategy": {"type": "OnDelete"}}});
        for kind in [Kind::StatefulSet, Kind::DaemonSet] {
            assert!(matches!(progress(kind, &by_hand), Progress::Never(_)));
        }
        let paused = json!({"metadata": {"generation": 1}, "status": {"observedGeneration": 1}, "spec": {"paused": true}});
        assert!(matches!(
            progress(Kind::Deployment, &paused),
            Progress::Never(_)
        ));
    }

    #[test]
    fn a_stateful_set_is_done_when_its_revisions_are_one() {
        let status = |current: &str, ready: i64| {
            let object = json!({"metadata": {"generation": 1}, "spec": {"replicas": 2},
                "status": {"observedGeneration": 1, "updatedReplicas": 2, "readyReplicas": ready,
                    "currentRevision": current, "updateRevision": "b"}});
            progress(Kind::StatefulSet, &object)
        };
        assert_eq!(status("b", 2), Progress::Done);
        assert!(matches!(status("a", 2), Progress::Going(_)));
        assert!(matches!(status("b", 1), Progress::Going(_)));
    }

    #[test]
    fn a_daemon_set_is_done_when_every_node_has_a_new_pod() {
        let status = |updated: i64, available: i64| {
            let object = json!({"metadata": {"generation": 1},
                "status": {"observedGeneration": 1, "desiredNumberScheduled": 3,
                    "updatedNumberScheduled": updated, "numberAvailable": available}});
            progress(Kind::DaemonSet, &object)
        };
        assert_eq!(status(3, 3), Progress::Done);
        assert!(matches!(status(2, 3), Progress::Going(_)));
        assert!(matches!(status(3, 2), Progress::Going(_)));
    }
}
