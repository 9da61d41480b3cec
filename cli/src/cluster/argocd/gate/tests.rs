use serde_json::{Value, json};

use super::*;

const OLD: &str = "1111111111111111111111111111111111111111";
const OURS: &str = "2222222222222222222222222222222222222222";
const LATER: &str = "3333333333333333333333333333333333333333";
const FOREIGN: &str = "9999999999999999999999999999999999999999";
const REPOSITORY: &str = "https://git.example/mlops/platform.git";

/// As Argo CD 3.2.6 writes it after a sync by itself.
fn synced(revision: &str) -> Value {
    json!({
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "mlflow-dev", "namespace": "argocd", "generation": 31, "resourceVersion": "912"},
        "spec": {
            "destination": {"namespace": "mlflow-dev", "server": "https://kubernetes.default.svc"},
            "project": "default",
            "source": {"path": "envs/dev/sealed-secrets/mlflow", "repoURL": REPOSITORY, "targetRevision": "main"},
            "syncPolicy": {"automated": {"prune": true, "selfHeal": true}},
        },
        "status": {
            "controllerNamespace": "argocd",
            "health": {"lastTransitionTime": "2026-11-27T01:00:00Z", "status": "Healthy"},
            "history": [],
            "operationState": {
                "finishedAt": "2026-11-27T01:00:04Z",
                "message": "successfully synced (all tasks run)",
                "operation": {
                    "initiatedBy": {"automated": true},
                    "retry": {"limit": 5},
                    "sync": {"prune": true, "revision": revision},
                },
                "phase": "Succeeded",
                "startedAt": "2026-11-27T01:00:03Z",
                "syncResult": {"revision": OLD, "source": {"path": "x", "repoURL": REPOSITORY}, "resources": []},
            },
            "reconciledAt": "2026-11-27T01:00:05Z",
            "resourceHealthSource": "appTree",
            "resources": [{"group": "bitnami.com", "kind": "SealedSecret", "name": "db", "namespace": "mlflow-dev",
                "status": "Synced", "version": "v1alpha1"}],
            "sourceType": "Directory",
            "summary": {},
            "sync": {
                "comparedTo": {"destination": {}, "source": {"repoURL": REPOSITORY}},
                "revision": revision,
                "status": "Synced",
            },
        },
    })
}

fn knows(revision: &str) -> Lineage {
    match revision {
        OURS | LATER => Lineage::Contains,
        OLD => Lineage::Lacks,
        _ => Lineage::Unknown,
    }
}

fn judged(object: Value) -> State {
    let application: Application = serde_json::from_value(object).unwrap();
    let origin = Origin::parse("git@git.example:mlops/platform.git");
    judge(&application, Some(&origin), &mut knows)
}

fn changed(change: impl FnOnce(&mut Value)) -> State {
    let mut object = synced(OURS);
    change(&mut object);
    judged(object)
}

#[test]
fn our_commit_and_its_descendants_count_and_no_other() {
    assert_eq!(judged(synced(OURS)), State::Arrived);
    assert_eq!(judged(synced(LATER)), State::Arrived);
    assert!(judged(synced(OLD)).words().contains("still at 1111111111"));
    assert!(judged(synced(FOREIGN)).words().contains("git fetch"));
}

#[test]
fn a_branch_name_is_no_commit() {
    let state = changed(|app| {
        app["status"]["sync"] = json!({"revision": "main", "status": "Unknown"});
    });
    assert!(state.words().contains("could not compare"), "{state:?}");
    let state = changed(|app| {
        app["status"]["sync"] = json!({"revision": "main", "status": "Unknown"});
        app["status"]["conditions"] = json!([{"type": "ComparisonError",
            "message": "Failed to load target state: failed to generate manifest", "lastTransitionTime": "2026-11-27T01:00:00Z"}]);
    });
    assert!(state.words().starts_with("ComparisonError: Failed to load"));
}

#[test]
fn an_application_without_a_status_is_waited_for() {
    let state = changed(|app| app["status"] = json!({}));
    assert!(
        state.words().contains("has not looked at the repository"),
        "{state:?}"
    );
}

#[test]
fn only_a_synced_one_at_rest_has_arrived() {
    let pending = changed(|app| app["operation"] = json!({"sync": {"revision": OURS}}));
    assert_eq!(
        pending,
        State::Coming("a sync is about to begin".to_owned())
    );
    let running = changed(|app| app["status"]["operationState"]["phase"] = "Running".into());
    assert_eq!(running, State::Coming("syncing".to_owned()));
    let never = changed(|app| app["status"]["operationState"] = Value::Null);
    assert_eq!(never, State::Arrived);
    let failed = changed(|app| app["status"]["operationState"]["phase"] = "Failed".into());
    assert!(failed.cure().is_some(), "{failed:?}");
    let degraded = changed(|app| app["status"]["health"]["status"] = "Degraded".into());
    assert!(degraded.words().contains("Degraded"), "{degraded:?}");
    let progressing = changed(|app| app["status"]["health"]["status"] = "Progressing".into());
    assert!(
        matches!(&progressing, State::Coming(why) if why.contains("Progressing")),
        "{progressing:?}"
    );
}

#[test]
fn what_is_out_of_sync_is_named_and_without_auto_sync_it_says_so() {
    let apart = |app: &mut Value| {
        app["status"]["sync"]["status"] = "OutOfSync".into();
        app["status"]["resources"][0]["status"] = "OutOfSync".into();
    };
    assert_eq!(
        changed(apart),
        State::OutOfSync("out of sync: SealedSecret db".to_owned())
    );
    for policy in [json!({}), json!({"automated": {"enabled": false}})] {
        let by_hand = changed(|app| {
            apart(app);
            app["spec"]["syncPolicy"] = policy;
        });
        assert!(by_hand.cure().unwrap().contains("argocd app sync"));
    }
}

#[test]
fn warnings_do_not_hold_it_up_and_errors_do() {
    let condition = |kind: &str| {
        changed(|app| app["status"]["conditions"] = json!([{"type": kind, "message": "x"}]))
    };
    assert_eq!(condition("SharedResourceWarning"), State::Arrived);
    assert!(condition("SyncError").words().starts_with("SyncError: x"));
}

#[test]
fn a_bad_commit_in_retry_keeps_ours_from_being_applied() {
    let state = changed(|app| {
        app["status"]["sync"] = json!({"revision": OURS, "status": "OutOfSync"});
        let operation = &mut app["status"]["operationState"];
        operation["phase"] = "Running".into();
        operation["retryCount"] = 2.into();
        operation["message"] =
            "one or more objects failed to apply, reason: bad. Retrying attempt #3 at 1:02AM."
                .into();
        operation["operation"]["sync"]["revision"] = OLD.into();
    });
    let State::Stuck { commit, message } = &state else {
        panic!("{state:?}");
    };
    assert_eq!(commit, "1111111111");
    assert!(message.contains("Retrying attempt #3"));
    assert!(state.cure().unwrap().contains("--terminate-stuck-sync"));
}

#[test]
fn the_first_try_of_the_commit_before_ours_is_no_reason_to_end_it() {
    let state = changed(|app| {
        let operation = &mut app["status"]["operationState"];
        operation["phase"] = "Running".into();
        operation["message"] = "waiting for completion of hook batch/Job/migrate".into();
        operation["operation"]["sync"]["revision"] = OLD.into();
    });
    assert_eq!(state, State::Coming("syncing".to_owned()));
}

#[test]
fn of_several_sources_only_this_repository_counts() {
    let sources = |revisions: Value| {
        changed(|app| {
            app["spec"]["source"] = Value::Null;
            app["spec"]["sources"] = json!([
                {"repoURL": "https://charts.example", "chart": "mlflow", "targetRevision": "1.2.3"},
                {"repoURL": "git@git.example:mlops/platform.git", "path": "envs/dev", "targetRevision": "main"},
            ]);
            app["status"]["sync"] = json!({"revisions": revisions, "status": "Synced"});
        })
    };
    assert_eq!(sources(json!(["1.2.3", OURS])), State::Arrived);
    assert!(
        sources(json!(["1.2.3", OLD]))
            .words()
            .contains("still at 1111111111")
    );
}

#[test]
fn an_application_is_found_by_a_source_that_covers_a_file() {
    let origin = Origin::parse(REPOSITORY);
    let covers = |path: &str, file: &str| {
        let mut object = synced(OURS);
        object["spec"]["source"]["path"] = path.into();
        let application: Application = serde_json::from_value(object).unwrap();
        application.covers(&origin, &[file.to_owned()])
    };
    let file = "envs/dev/sealed-secrets/mlflow/sealed-db.yaml";
    assert!(covers("envs/dev/sealed-secrets/mlflow", file));
    assert!(covers("./envs/dev/", file) && covers(".", file));
    assert!(!covers("envs/dev/sealed-secrets/ml", file));
    assert!(!covers("envs/prod", file));
}

#[test]
fn a_sync_of_an_older_commit_that_was_ended_is_no_matter_of_ours() {
    let ended = |sync: &str| {
        changed(|app| {
            app["status"]["sync"]["status"] = sync.into();
            let operation = &mut app["status"]["operationState"];
            operation["phase"] = "Failed".into();
            operation["message"] = "Operation terminated (retried 1 times).".into();
            operation["operation"]["sync"]["revision"] = OLD.into();
        })
    };
    assert_eq!(ended("Synced"), State::Arrived);
    assert!(matches!(ended("OutOfSync"), State::OutOfSync(_)));
}
