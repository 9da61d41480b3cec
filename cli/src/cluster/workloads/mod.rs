//! Workloads that use Secrets: which they are, whether their pods have the Secret as it is now, and restarting them.

mod pods;
mod restart;
mod rollout;
mod uses;

pub(crate) use pods::{behind, stale};
pub(crate) use restart::{Restarted, restart};
pub(crate) use uses::{Rolls, Uses};

use std::collections::BTreeMap;

use sealsmith_core::name::Namespace;
use serde::Deserialize;
use serde_json::Value;

use super::Api;
use super::api::Problem;

/// A kind of workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Replaces its pods some at a time.
    Deployment,
    /// The same in order.
    StatefulSet,
    /// One pod on each node.
    DaemonSet,
    /// New pods with each run, so that the next run has the Secret as it is then.
    CronJob,
}

/// A workload with the Secrets that it uses.
#[derive(Clone, Debug)]
pub(crate) struct Workload {
    /// What it is.
    pub(crate) kind: Kind,
    /// Where it is.
    pub(crate) namespace: Namespace,
    /// Its name.
    pub(crate) name: String,
    /// How it uses each Secret, by the Secret's name.
    pub(crate) secrets: BTreeMap<String, Uses>,
    /// By what it restarts when a Secret changes, if by anything.
    pub(crate) rolls: Option<Rolls>,
    /// The object as the cluster has it.
    object: Value,
}

#[derive(Deserialize)]
struct List {
    items: Vec<Value>,
}

impl Kind {
    const ALL: [Self; 4] = [
        Self::Deployment,
        Self::StatefulSet,
        Self::DaemonSet,
        Self::CronJob,
    ];

    /// The word for people, as Kubernetes has it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Deployment => "Deployment",
            Self::StatefulSet => "StatefulSet",
            Self::DaemonSet => "DaemonSet",
            Self::CronJob => "CronJob",
        }
    }

    fn collection(self, namespace: &Namespace) -> String {
        let (group, plural) = match self {
            Self::Deployment => ("apps", "deployments"),
            Self::StatefulSet => ("apps", "statefulsets"),
            Self::DaemonSet => ("apps", "daemonsets"),
            Self::CronJob => ("batch", "cronjobs"),
        };
        format!("/apis/{group}/v1/namespaces/{namespace}/{plural}")
    }

    /// Where it describes its pods.
    fn template(self) -> &'static str {
        match self {
            Self::Deployment | Self::StatefulSet | Self::DaemonSet => "/spec/template",
            Self::CronJob => "/spec/jobTemplate/spec/template",
        }
    }
}

/// Lists the workloads of a namespace that use Secrets.
pub(crate) async fn list(api: &Api, namespace: &Namespace) -> Result<Vec<Workload>, Problem> {
    let mut found = Vec::new();
    for kind in Kind::ALL {
        let list: List = api.get(&kind.collection(namespace)).await?;
        let workloads = list
            .items
            .into_iter()
            .filter_map(|object| Workload::of(kind, namespace, object));
        found.extend(workloads);
    }
    Ok(found)
}

impl Workload {
    fn of(kind: Kind, namespace: &Namespace, object: Value) -> Option<Self> {
        let template = object.pointer(kind.template())?;
        let secrets = uses::of_pod(template.get("spec")?);
        if secrets.is_empty() {
            return None;
        }
        Some(Self {
            kind,
            namespace: namespace.clone(),
            name: object.pointer("/metadata/name")?.as_str()?.to_owned(),
            rolls: uses::rolls(&object, template, &secrets),
            secrets,
            object,
        })
    }

    /// `Deployment mlflow-dev/web`.
    pub(crate) fn title(&self) -> String {
        format!("{} {}/{}", self.kind.word(), self.namespace, self.name)
    }

    fn path(&self) -> String {
        format!("{}/{}", self.kind.collection(&self.namespace), self.name)
    }
}
