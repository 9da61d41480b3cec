//! Restarting the workloads that use some Secrets, and waiting until they are rolled out.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::rollout::{Progress, progress};
use super::{Kind, Workload, list};
use crate::cluster::api::{Api, Problem};
use crate::cluster::expected::Place;
use crate::env::clock;
use crate::failure::Failure;
use crate::ui::Ui;

/// What `kubectl rollout restart` writes, which Argo CD takes for no drift.
const STAMP: &str = "kubectl.kubernetes.io/restartedAt";
/// How often a rollout is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// What became of a workload.
#[derive(Clone, Debug)]
pub(crate) struct Restarted {
    /// `Deployment mlflow-dev/web`.
    pub(crate) workload: String,
    /// Nothing when it is rolled out; else how far it is, or why it will not be.
    pub(crate) left: Option<String>,
}

/// Restarts every workload that uses one of these Secrets, one after the other, and waits for each.
///
/// A restart keeps the old pods until new ones are ready. A CronJob takes the Secret anew with its next run.
pub(crate) async fn restart(
    api: &Api,
    places: &[Place],
    timeout: Duration,
    ui: &Ui,
) -> Result<Vec<Restarted>, Failure> {
    let consumers = consumers(api, places)
        .await
        .map_err(|problem| problem.explain("find the workloads that use the Secrets"))?;
    let mut done = Vec::new();
    for workload in consumers {
        let title = workload.title();
        let alone = match workload.rolls {
            Some(_) => "",
            None => ", which nothing else does when its Secrets change",
        };
        ui.status(format!("restarting {title}{alone}"));
        let left = one(api, &workload, timeout)
            .await
            .map_err(|problem| problem.explain(&format!("restart {title}")))?;
        done.push(Restarted {
            workload: title,
            left,
        });
    }
    Ok(done)
}

/// The workloads whose pods have to be replaced to have these Secrets as they are now.
async fn consumers(api: &Api, places: &[Place]) -> Result<Vec<Workload>, Problem> {
    let namespaces: BTreeSet<_> = places.iter().map(|place| &place.namespace).collect();
    let mut found = Vec::new();
    for namespace in namespaces {
        let names: BTreeSet<_> = places
            .iter()
            .filter(|place| place.namespace == *namespace)
            .map(|place| place.name.as_str())
            .collect();
        let reads = |workload: &Workload| {
            let mut secrets = workload.secrets.iter();
            secrets.any(|(name, uses)| {
                names.contains(name.as_str()) && (uses.at_start || uses.as_files)
            })
        };
        let workloads = list(api, namespace).await?;
        found.extend(
            workloads
                .into_iter()
                .filter(|workload| workload.kind != Kind::CronJob && reads(workload)),
        );
    }
    Ok(found)
}

async fn one(api: &Api, workload: &Workload, timeout: Duration) -> Result<Option<String>, Problem> {
    let start = Instant::now();
    if let Progress::Never(why) = unable(workload) {
        return Ok(Some(why));
    }
    let stamp = clock::rfc3339(clock::now());
    let change = json!({"spec": {"template": {"metadata": {"annotations": {STAMP: stamp}}}}});
    api.merge(&workload.path(), &change).await?;
    loop {
        let object: Value = api.get(&workload.path()).await?;
        match progress(workload.kind, &object) {
            Progress::Done => return Ok(None),
            Progress::Never(why) => return Ok(Some(why)),
            Progress::Going(how_far) if start.elapsed() > timeout => return Ok(Some(how_far)),
            Progress::Going(_) => tokio::time::sleep(LOOK).await,
        }
    }
}

/// What is known to come to nothing before it begins; a deadline that passed earlier does not count.
fn unable(workload: &Workload) -> Progress {
    let mut object = workload.object.clone();
    object["status"] = json!({"observedGeneration": object["metadata"]["generation"]});
    progress(workload.kind, &object)
}

#[cfg(test)]
mod tests;
