//! Deployments that take a Secret as variables, and their pods.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use serde_json::{Value, json};

use super::WORKS;
use super::objects::{Objects, number};
use super::world::{Application, stamp};

/// What makes the pods of a Deployment new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rolls {
    /// A restart.
    WhenRestarted,
    /// Whatever changes the checksum of its Secret, soon after the Secret changed; and a restart.
    ByItself,
}

/// An access key as somebody has it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pair {
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// All Deployments, each with one pod.
#[derive(Default)]
pub(crate) struct Workloads {
    /// New pods do not become ready.
    pub(crate) stuck: bool,
    all: Vec<Workload>,
}

struct Workload {
    path: String,
    pods: String,
    name: String,
    secret: String,
    keys: [&'static str; 2],
    rolls: Rolls,
    /// When a new pod takes over.
    due: Option<Instant>,
    /// The pod that runs, and what it took when it started.
    pod: Option<(String, Option<Pair>)>,
    /// The version of the Secret that its checksum is of.
    version: Value,
    count: usize,
}

/// How long it takes until a pod is replaced: more than the second that times are rounded to.
const DELAY: Duration = Duration::from_millis(1200);

impl Workloads {
    pub(super) fn add(&mut self, objects: &mut Objects, application: &Application) {
        let Application {
            namespace,
            secret,
            rolls,
            ..
        } = application;
        let name = "web";
        let path = format!("/apis/apps/v1/namespaces/{namespace}/deployments/{name}");
        let mut object = json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"replicas": 1, "template": {
                "metadata": {"annotations": {}},
                "spec": pod_spec(secret),
            }},
        });
        if *rolls == Rolls::ByItself {
            object["spec"]["template"]["metadata"]["annotations"]["checksum/aws"] = "0".into();
        }
        objects.put(&path, object);
        self.all.push(Workload {
            path,
            pods: format!("/api/v1/namespaces/{namespace}/pods"),
            name: name.to_owned(),
            secret: format!("/api/v1/namespaces/{namespace}/secrets/{secret}"),
            keys: application.keys,
            rolls: *rolls,
            due: None,
            pod: None,
            version: Value::Null,
            count: 0,
        });
    }

    pub(super) fn is_at_rest(&self, objects: &Objects) -> bool {
        self.all.iter().all(|workload| {
            workload.pod.is_some() && workload.due.is_none() && workload.is_rolled_out(objects)
        })
    }

    pub(super) fn tick(&mut self, objects: &mut Objects, now: Instant, age: Duration) {
        for workload in &mut self.all {
            workload.tick(objects, now, age, self.stuck);
        }
    }

    pub(super) fn pairs(&self, objects: &Objects) -> Vec<(String, Pair)> {
        let mut all = Vec::new();
        for workload in &self.all {
            let pod = workload.pod.iter().filter_map(|(name, pair)| {
                Some((format!("{}/{name}", workload.pods), pair.clone()?))
            });
            let secret = workload
                .pair(objects)
                .map(|pair| (workload.secret.clone(), pair));
            all.extend(pod.chain(secret));
        }
        all
    }
}

impl Workload {
    fn tick(&mut self, objects: &mut Objects, now: Instant, age: Duration, stuck: bool) {
        let Some(secret) = objects.get(&self.secret) else {
            return;
        };
        let version = secret["metadata"]["resourceVersion"].clone();
        if self.rolls == Rolls::ByItself && self.version != version {
            objects.change(&self.path, |object| {
                object["spec"]["template"]["metadata"]["annotations"]["checksum/aws"] =
                    version.clone();
            });
            self.version = version;
        }
        // A change during a rollout begins another one.
        if !self.is_observed(objects) {
            self.due = Some(now + DELAY);
            objects.change(&self.path, |object| {
                let generation = object["metadata"]["generation"].clone();
                object["status"] = json!({"observedGeneration": generation, "replicas": 1, "updatedReplicas": 0,
                    "availableReplicas": 1, "readyReplicas": 1});
            });
        }
        if !stuck && self.due.is_some_and(|due| now >= due) {
            self.due = None;
            self.replace_pod(objects, age);
        }
    }

    fn is_observed(&self, objects: &Objects) -> bool {
        let object = objects.get(&self.path).expect(WORKS);
        number(&object["status"]["observedGeneration"]) == number(&object["metadata"]["generation"])
    }

    fn is_rolled_out(&self, objects: &Objects) -> bool {
        let object = objects.get(&self.path).expect(WORKS);
        self.is_observed(objects) && number(&object["status"]["updatedReplicas"]) == 1
    }

    fn replace_pod(&mut self, objects: &mut Objects, age: Duration) {
        self.count += 1;
        let name = format!("{}-{}", self.name, self.count);
        let time = stamp(age);
        let template = objects.get(&self.path).expect(WORKS)["spec"]["template"].clone();
        let pod = json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "labels": {"app": self.name}},
            "spec": template["spec"],
            "status": {"phase": "Running", "startTime": time, "conditions": [{"type": "Ready", "status": "True"}],
                "containerStatuses": [{"name": "main", "ready": true, "state": {"running": {"startedAt": time}}}]},
        });
        objects.put(&format!("{}/{name}", self.pods), pod);
        if let Some((old, _)) = self.pod.take() {
            objects.remove(&format!("{}/{old}", self.pods));
        }
        self.pod = Some((name, self.pair(objects)));
        objects.change(&self.path, |object| {
            let generation = object["metadata"]["generation"].clone();
            object["status"] = json!({"observedGeneration": generation, "replicas": 1, "updatedReplicas": 1,
                "availableReplicas": 1, "readyReplicas": 1});
        });
    }

    /// The pair in the Secret; nothing where half of it is missing, which the one who asks for it takes for a failure.
    fn pair(&self, objects: &Objects) -> Option<Pair> {
        let data = &objects.get(&self.secret)?["data"];
        let text = |key: &str| {
            let bytes = BASE64.decode(data[key].as_str().unwrap_or_default()).ok()?;
            String::from_utf8(bytes).ok()
        };
        Some(Pair {
            id: text(self.keys[0])?,
            secret: text(self.keys[1])?,
        })
    }
}

fn pod_spec(secret: &str) -> Value {
    json!({"containers": [{"name": "main", "envFrom": [{"secretRef": {"name": secret}}]}]})
}
