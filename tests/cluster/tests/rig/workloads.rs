//! Deployments roll out by Kubernetes' own controllers, and the controller runs in a pod like any other.

use crate::sealed;
use sealsmith_test_cluster::{Api, Cluster, Result, Seen, until};
use serde_json::{Value, json};

const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/default/deployments";
const RESTARTED: &str = "kubectl.kubernetes.io/restartedAt";

#[test]
fn a_restart_rolls_out_unless_the_new_pods_are_held() -> Result<()> {
    let cluster = Cluster::builder().workloads().start()?;
    let api = cluster.api();
    api.create(DEPLOYMENTS, &deployment())?;
    rolled_out(api)?;
    let before = pods(api)?;
    assert_eq!(before.len(), 2);

    cluster.workloads().hold("default", "web");
    let stamp = json!({"spec": {"template": {"metadata": {"annotations": {RESTARTED: "now"}}}}});
    api.merge(&format!("{DEPLOYMENTS}/web"), &stamp)?;
    until("a pod that is not ready", || {
        let pods = pods(api)?;
        Ok(if pods.len() > 2 {
            Seen::There(())
        } else {
            Seen::Else(format!("{pods:?}"))
        })
    })?;
    let status = api.get(&format!("{DEPLOYMENTS}/web"))?["status"].take();
    assert_eq!(
        status["readyReplicas"], 2,
        "the old pods stay until new ones are ready: {status}"
    );
    assert!(before.iter().all(|pod| pods(api).unwrap().contains(pod)));

    cluster.workloads().release();
    rolled_out(api)?;
    until("the old pods to go", || {
        let pods = pods(api)?;
        let replaced = pods.len() == 2 && before.iter().all(|pod| !pods.contains(pod));
        Ok(if replaced {
            Seen::There(())
        } else {
            Seen::Else(format!("{pods:?}"))
        })
    })
}

#[test]
fn a_controller_restarts_with_its_pod_and_its_flags() -> Result<()> {
    let cluster = Cluster::builder()
        .controller("sealed-secrets", "kube-system")
        .workloads()
        .start()?;
    let (api, controller) = (cluster.api(), cluster.controller());
    let (certificate, process) = (controller.certificate()?, controller.process_id());
    let pods = "/api/v1/namespaces/kube-system/pods";
    let name = api.get(pods)?["items"][0]["metadata"]["name"]
        .as_str()
        .unwrap()
        .to_owned();
    api.delete(&format!("{pods}/{name}"))?;
    until("another process", || {
        let now = controller.process_id();
        Ok(if now.is_some() && now != process {
            Seen::There(())
        } else {
            Seen::Else(format!("{now:?}"))
        })
    })?;
    assert_eq!(controller.ready()?, certificate, "the key is the same");

    let args = json!(["--key-renew-period=0", "--log-format=json"]);
    let container =
        json!({"name": "controller", "image": "sealed-secrets-controller", "args": args});
    let change = json!({"spec": {"template": {"spec": {"containers": [container]}}}});
    api.merge(
        "/apis/apps/v1/namespaces/kube-system/deployments/sealed-secrets",
        &change,
    )?;
    until("a log in JSON", || {
        let log = std::fs::read_to_string(cluster.folder().join("sealed-secrets.kube-system.log"))
            .unwrap();
        Ok(if log.contains("\"msg\":") {
            Seen::There(())
        } else {
            Seen::Else(log)
        })
    })?;
    controller.ready().map(drop)
}

#[test]
fn a_secret_goes_with_its_sealed_secret() -> Result<()> {
    let cluster = Cluster::builder()
        .controller("sealed-secrets", "kube-system")
        .workloads()
        .start()?;
    let api = cluster.api();
    api.ensure_namespace("app")?;
    let path = sealed::path("app", "db");
    api.apply_yaml(
        &path,
        sealed::sealed(&cluster, "app", "db", "one").as_bytes(),
    )?;
    sealed::unsealed(api, "app", "db")?;
    api.delete(&path)?;
    until("the Secret to go", || {
        Ok(match api.find("/api/v1/namespaces/app/secrets/db")? {
            None => Seen::There(()),
            Some(_) => Seen::Else("it is there".to_owned()),
        })
    })
}

fn rolled_out(api: &Api) -> Result<()> {
    until("a finished rollout", || {
        let object = api.get(&format!("{DEPLOYMENTS}/web"))?;
        let status = &object["status"];
        let done = status["observedGeneration"] == object["metadata"]["generation"]
            && status["updatedReplicas"] == 2
            && status["availableReplicas"] == 2
            && status["replicas"] == 2;
        Ok(if done {
            Seen::There(())
        } else {
            Seen::Else(status.to_string())
        })
    })
}

fn pods(api: &Api) -> Result<Vec<String>> {
    let list = api.get("/api/v1/namespaces/default/pods")?;
    let items = list["items"].as_array().into_iter().flatten();
    let name = |pod: &Value| pod["metadata"]["name"].as_str().map(str::to_owned);
    Ok(items.filter_map(name).collect())
}

fn deployment() -> Value {
    let labels = json!({"app": "web"});
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": labels},
        "template": {
            "metadata": {"labels": labels},
            "spec": {"containers": [{"name": "web", "image": "none"}]},
        },
    }})
}
