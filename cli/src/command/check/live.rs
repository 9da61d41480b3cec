//! Points about the cluster: the lock, Argo CD, SealedSecrets, Secrets and what uses them.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use sealsmith_core::name::Namespace;

use super::Scene;
use super::point::Point;
use crate::cluster::api::Problem;
use crate::cluster::argocd::{self, Choice, State};
use crate::cluster::expected::{Expected, Place};
use crate::cluster::lease::LeasePlace;
use crate::cluster::secret::{DigestKey, Reading, Seen, named};
use crate::cluster::{Api, Cluster, each, sealed_secret, secret, workloads};
use crate::failure::Failure;
use crate::ui::count;

const LOCK: &str = "lock";
const APPLICATIONS: &str = "applications";
const SEALED_SECRETS: &str = "sealed-secrets";
const SECRETS: &str = "secrets";
const WORKLOADS: &str = "workloads";

/// Between two reads of an Application: it says "synced" for a moment before a sync begins.
const SECOND_LOOK: Duration = Duration::from_secs(1);

/// Looks at everything in the cluster.
pub(super) fn points(
    scene: &Scene<'_>,
    cluster: &Cluster,
    namespace: &str,
    choice: Option<&Choice>,
) -> Result<Vec<Point>, Failure> {
    let api = cluster.api();
    let key = DigestKey::new()?;
    cluster.run(async {
        let lock = lock(scene.name, namespace, &api).await?;
        let applications = applications(scene, &api, choice).await?;
        let sealed = sealed_secrets(scene, &api).await?;
        let (secrets, written) = secrets(scene, &api, &key).await?;
        let workloads = workloads(&api, written).await?;
        Ok(vec![lock, applications, sealed, secrets, workloads])
    })
}

/// The same points for an environment without a cluster.
pub(super) fn skipped() -> Vec<Point> {
    [LOCK, APPLICATIONS, SEALED_SECRETS, SECRETS, WORKLOADS]
        .map(|name| Point::skipped(name, "the controller is not reached through a cluster"))
        .into()
}

/// A missing permission leaves a point unknown; any other trouble ends the check.
fn unless_forbidden(name: &'static str, what: &str, problem: Problem) -> Result<Point, Failure> {
    if problem.is_forbidden() {
        return Ok(Point::unknown(
            name,
            format!("no permission to {what}: {}", problem.reason()),
        ));
    }
    Err(problem.explain(what))
}

/// Nobody is changing the environment just now.
async fn lock(environment: &str, namespace: &str, api: &Api) -> Result<Point, Failure> {
    let place = LeasePlace::new(environment, namespace)?;
    match place.look(api).await {
        Ok(None) => Ok(Point::pass(LOCK, "nobody is at work")),
        Ok(Some(record)) => Ok(
            Point::fail(LOCK, format!("somebody is at work: {}", record.who()))
                .hint("look again when they are done"),
        ),
        Err(problem) => unless_forbidden(LOCK, "read the lock", problem),
    }
}

/// Every Application of the environment is at the branch's head, synced and healthy.
async fn applications(
    scene: &Scene<'_>,
    api: &Api,
    choice: Option<&Choice>,
) -> Result<Point, Failure> {
    let Some(choice) = choice else {
        let says = format!("environments.{}.argocd is not set", scene.name);
        return Ok(Point::skipped(APPLICATIONS, says));
    };
    let Some(head) = &scene.head else {
        return Ok(Point::unknown(APPLICATIONS, "git names no commit"));
    };
    let mut looks = Vec::new();
    for pause in [Duration::ZERO, SECOND_LOOK] {
        tokio::time::sleep(pause).await;
        match choice.read(api).await {
            Ok(applications) => looks.push(applications),
            Err(problem) => {
                return unless_forbidden(APPLICATIONS, "list the Applications", problem);
            }
        }
    }
    let mut lineage = |revision: &str| scene.lineage(revision);
    let mut states = BTreeMap::new();
    for application in looks.iter().flatten() {
        let state = argocd::judge(application, choice.origin(), &mut lineage);
        let known = states.entry(application.name()).or_insert(State::Arrived);
        if state != State::Arrived {
            *known = state;
        }
    }
    if states.is_empty() {
        let says = format!("there is none {}", choice.words());
        return Ok(Point::fail(APPLICATIONS, says)
            .hint("name them in environments.<env>.argocd.applications"));
    }
    let open = states.iter().filter(|(_, state)| **state != State::Arrived);
    let details: Vec<_> = open
        .clone()
        .map(|(name, state)| format!("{name}: {}", state.words()))
        .collect();
    let commit = &head[..10.min(head.len())];
    if details.is_empty() {
        let says = format!(
            "{} at {commit}, synced and healthy",
            count(states.len(), "Application")
        );
        return Ok(Point::pass(APPLICATIONS, says));
    }
    let cure = open.clone().find_map(|(_, state)| state.cure());
    let says = format!(
        "{} of {} not at {commit}, synced and healthy",
        details.len(),
        count(states.len(), "Application")
    );
    Ok(Point::fail(APPLICATIONS, says)
        .details(details)
        .hint(cure.unwrap_or_default()))
}

/// Every SealedSecret is what the repository has, and unsealed.
async fn sealed_secrets(scene: &Scene<'_>, api: &Api) -> Result<Point, Failure> {
    let expected = scene.repository.expected.clone();
    let looks = each(expected, |expected: Expected| {
        let api = api.clone();
        async move {
            let state = sealed_secret::look(&api, &expected).await;
            (expected, state)
        }
    });
    let mut details = scene.repository.left_out.clone();
    let (mut all, mut cure) = (details.len(), None);
    for (expected, state) in looks.await {
        all += 1;
        let state = match state {
            Ok(state) => state,
            Err(problem) => {
                return unless_forbidden(SEALED_SECRETS, "read the SealedSecrets", problem);
            }
        };
        if state != sealed_secret::State::Arrived {
            cure = cure.or_else(|| state.cure());
            details.push(format!(
                "{} ({}): {}",
                expected.place,
                expected.path,
                state.words()
            ));
        }
    }
    if details.is_empty() {
        let says = format!("{all} unsealed as the repository has them");
        return Ok(Point::pass(SEALED_SECRETS, says));
    }
    let says = format!(
        "{} of {all} not unsealed as the repository has them",
        details.len()
    );
    Ok(Point::fail(SEALED_SECRETS, says)
        .details(details)
        .hint(cure.unwrap_or_default()))
}

/// When each Secret was last written, by namespace.
type Written = BTreeMap<Namespace, Vec<(String, Timestamp)>>;

/// Every Secret is there with the entries that its file has, and the SealedSecret owns it.
async fn secrets(
    scene: &Scene<'_>,
    api: &Api,
    key: &DigestKey,
) -> Result<(Point, Option<Written>), Failure> {
    let (mut details, mut written) = (Vec::new(), Written::new());
    for expected in &scene.repository.expected {
        let place = &expected.place;
        match secret::read(api, place, key).await {
            Ok(Reading::There(seen)) => {
                details.extend(wrong(expected, &seen));
                note(&mut written, place, &seen);
            }
            Ok(Reading::Absent) => details.push(format!("{place} is not there")),
            Ok(Reading::Forbidden) => {
                let says = format!("no permission to read Secret {place}");
                return Ok((Point::unknown(SECRETS, says), None));
            }
            Err(problem) => return Err(problem.explain(&format!("read Secret {place}"))),
        }
    }
    let all = scene.repository.expected.len();
    let point = if details.is_empty() {
        Point::pass(SECRETS, format!("{all} there with the keys of their files"))
    } else {
        let says = format!("{} amiss among {}", details.len(), count(all, "Secret"));
        Point::fail(SECRETS, says)
            .details(details)
            .hint("see what the controller says: kubectl get events")
    };
    Ok((point, Some(written)))
}

fn note(written: &mut Written, place: &Place, seen: &Seen) {
    if let Some(time) = seen.written {
        let of_namespace = written.entry(place.namespace.clone()).or_default();
        of_namespace.push((place.name.as_str().to_owned(), time));
    }
}

/// What is wrong with a Secret by its file.
fn wrong(expected: &Expected, seen: &Seen) -> Vec<String> {
    let (place, mut wrong) = (&expected.place, Vec::new());
    let there: Vec<_> = seen.entries().collect();
    let missing: Vec<_> = expected
        .entries
        .iter()
        .filter(|entry| !there.contains(&entry.as_str()))
        .map(String::as_str)
        .collect();
    if !missing.is_empty() {
        wrong.push(format!("{place} lacks {}", missing.join(", ")));
    }
    let own = |(kind, _): &(String, String)| kind == "SealedSecret";
    if !seen.owners.is_empty() && !seen.owners.iter().any(own) {
        wrong.push(format!("{place} belongs to {}", named(&seen.owners)));
    }
    wrong
}

/// No running pod took a Secret before it was last written: one that did will soon be refused with its old key.
async fn workloads(api: &Api, written: Option<Written>) -> Result<Point, Failure> {
    let Some(written) = written else {
        return Ok(Point::unknown(
            WORKLOADS,
            "it takes the times of the Secrets",
        ));
    };
    let mut details = Vec::new();
    for (namespace, secrets) in &written {
        match workloads::stale(api, namespace, secrets).await {
            Ok(stale) => details.extend(stale.into_iter().map(|stale| {
                format!(
                    "{namespace}/{} started {}, Secret {} was written {}",
                    stale.pod, stale.started, stale.secret, stale.written
                )
            })),
            Err(problem) => return unless_forbidden(WORKLOADS, "list the pods", problem),
        }
    }
    if details.is_empty() {
        return Ok(Point::pass(
            WORKLOADS,
            "no pod is older than a Secret that it uses",
        ));
    }
    let says = format!(
        "{} older than a Secret that it took at its start",
        count(details.len(), "pod")
    );
    Ok(Point::fail(WORKLOADS, says)
        .details(details)
        .hint("restart them, or they go on with the old value: kubectl rollout restart"))
}
