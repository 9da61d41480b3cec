use sealsmith_core::name::{Namespace, SecretName};

use super::*;
use crate::cluster::stand_in::StandIn;
use crate::ui::Colour;

const APPS: &str = "/apis/apps/v1/namespaces/app";

fn workload(name: &str, secret: &str) -> Value {
    let template = json!({"spec": {"containers": [{"name": "c", "envFrom": [{"secretRef": {"name": secret}}]}]}});
    json!({
        "metadata": {"name": name, "namespace": "app", "generation": 1},
        "spec": {"replicas": 1, "template": template},
        "status": {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1,
            "readyReplicas": 1, "currentRevision": "a", "updateRevision": "a"},
    })
}

fn restarted(server: &StandIn) -> Vec<(String, Option<String>)> {
    let cluster = server.connect();
    let (ui, _, _) = Ui::captured(Colour::Never);
    let place = Place {
        namespace: Namespace::parse("app").unwrap(),
        name: SecretName::parse("db").unwrap(),
    };
    let done = cluster.run(restart(
        &cluster.api(),
        &[place],
        Duration::from_secs(1),
        &ui,
    ));
    let done = done.unwrap().into_iter();
    done.map(|done| (done.workload, done.left)).collect()
}

fn stamp(server: &StandIn, path: &str) -> Value {
    let object = server.object(path).unwrap();
    object["spec"]["template"]["metadata"]["annotations"][STAMP].clone()
}

#[test]
fn what_uses_the_secret_is_restarted_and_nothing_else() {
    let server = StandIn::start();
    let (web, other) = (
        format!("{APPS}/deployments/web"),
        format!("{APPS}/deployments/other"),
    );
    let set = format!("{APPS}/statefulsets/queue");
    server.put(&web, workload("web", "db"));
    server.put(&other, workload("other", "cache"));
    server.put(&set, workload("queue", "db"));
    let expected = ["Deployment app/web", "StatefulSet app/queue"];
    assert_eq!(
        restarted(&server),
        expected.map(|title| (title.to_owned(), None))
    );
    assert!(stamp(&server, &web).is_string() && stamp(&server, &set).is_string());
    assert!(stamp(&server, &other).is_null());
}

#[test]
fn one_that_cannot_roll_out_is_left_as_it_is() {
    let server = StandIn::start();
    let path = format!("{APPS}/deployments/web");
    let mut paused = workload("web", "db");
    paused["spec"]["paused"] = true.into();
    server.put(&path, paused);
    let done = restarted(&server);
    assert!(done[0].1.as_ref().unwrap().contains("paused"));
    assert!(stamp(&server, &path).is_null());
}

#[test]
fn one_that_takes_too_long_says_how_far_it_is() {
    let server = StandIn::start();
    let mut slow = workload("web", "db");
    slow["status"]["availableReplicas"] = 0.into();
    server.put(&format!("{APPS}/deployments/web"), slow);
    let done = restarted(&server);
    assert_eq!(done[0].1.as_deref(), Some("0 of 1 new pods are available"));
}

#[test]
fn a_cron_job_takes_the_secret_with_its_next_run() {
    let server = StandIn::start();
    let template = workload("x", "db")["spec"]["template"].clone();
    server.put(
        "/apis/batch/v1/namespaces/app/cronjobs/nightly",
        json!({"metadata": {"name": "nightly"}, "spec": {"jobTemplate": {"spec": {"template": template}}}}),
    );
    assert!(restarted(&server).is_empty());
    assert!(server.asked().iter().all(|asked| asked.starts_with("GET")));
}
