//! The lock of an environment: a Kubernetes Lease, so that two operators cannot change it at once.
//!
//! It is renewed in the background while its holder runs. Who loses it stops at the next safe point
//! ([`Lease::still_held`]). After a kill it expires, and the same run may take it back at once.

mod holder;
mod keep;
mod record;

pub(crate) use holder::Holder;
pub(crate) use record::Record;

use std::time::{Duration, Instant};

use sealsmith_core::name::Namespace;
use serde_json::{Value, json};

use super::Cluster;
use super::api::{Api, Problem};
use crate::failure::Failure;
use crate::ui::Ui;
use keep::Keeper;
use record::{Object, Verdict};

/// A request that takes longer is given up, so that another fits in before the Lease expires.
const DEADLINE: Duration = Duration::from_secs(5);

/// How long things take.
#[derive(Clone, Copy, Debug)]
struct Times {
    /// How long a Lease lasts without being renewed, in whole seconds.
    lasts: Duration,
    /// How often it is renewed.
    renew: Duration,
    /// How often somebody who waits for it looks.
    look: Duration,
}

impl Times {
    const USUAL: Self = Self {
        lasts: Duration::from_secs(30),
        renew: Duration::from_secs(5),
        look: Duration::from_secs(1),
    };
}

/// The lock of an environment, held by this process until it is dropped.
pub(crate) struct Lease<'c> {
    cluster: &'c Cluster,
    place: LeasePlace,
    keeper: Keeper,
}

/// Where the Lease of an environment is.
#[derive(Clone)]
pub(crate) struct LeasePlace {
    environment: String,
    namespace: Namespace,
    times: Times,
}

impl LeasePlace {
    /// The Lease of an environment, in the namespace of its controller.
    pub(crate) fn new(environment: &str, namespace: &str) -> Result<Self, Failure> {
        let namespace = Namespace::parse(namespace)
            .map_err(|error| Failure::could_not("cannot use the lock").because(error))?;
        Ok(Self {
            environment: environment.to_owned(),
            namespace,
            times: Times::USUAL,
        })
    }

    /// Reads who holds it; nothing when nobody does.
    pub(crate) async fn look(&self, api: &Api) -> Result<Option<Record>, Problem> {
        let object: Option<Object> = api.find(&self.path()).await?;
        let record = object.map(Record::from);
        Ok(record.filter(|record| record.holder.is_some()))
    }

    fn name(&self) -> String {
        format!("sealsmith-{}", self.environment)
    }

    fn collection(&self) -> String {
        let namespace = &self.namespace;
        format!("/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases")
    }

    fn path(&self) -> String {
        format!("{}/{}", self.collection(), self.name())
    }
}

impl<'c> Lease<'c> {
    /// Takes the lock of an environment. Another's is taken over only after it did not change for as long as it
    /// lasts, which is waited for; one that is renewed meanwhile is refused at once, with its holder.
    pub(crate) fn acquire(
        cluster: &'c Cluster,
        place: LeasePlace,
        holder: Holder,
        ui: &Ui,
    ) -> Result<Self, Failure> {
        let api = cluster.api().within(DEADLINE);
        let asked = Instant::now();
        let record = cluster.run(take(&api, &place, &holder, ui))?;
        let keeper = Keeper::start(cluster, api, place.clone(), holder, record, asked);
        Ok(Self {
            cluster,
            place,
            keeper,
        })
    }

    /// Refuses to go on when the lock is lost, or was not renewed for so long that it may be.
    pub(crate) fn still_held(&self) -> Result<(), Failure> {
        self.cluster.run(self.keeper.ensure()).map_err(|why| {
            Failure::refused(format!("the lock of {} is lost", self.place.environment))
                .cause(why)
                .hint("see who changed what in the meantime, then go on with --resume")
        })
    }
}

impl Drop for Lease<'_> {
    // What cannot be released expires by itself.
    fn drop(&mut self) {
        self.cluster.run(self.keeper.release());
    }
}

async fn take(api: &Api, place: &LeasePlace, holder: &Holder, ui: &Ui) -> Result<Record, Failure> {
    let start = Instant::now();
    let mut seen = None;
    let cannot = |problem| cannot_lock(place, problem);
    loop {
        let found: Option<Object> = api.find(&place.path()).await.map_err(cannot)?;
        let record = found.map(Record::from);
        let first_look = seen.is_none();
        let verdict = record
            .as_ref()
            .map(|record| record.judge(&holder.identity, &mut seen, start.elapsed()));
        match verdict {
            None => {
                let body = held(place, holder, None);
                let made = api.create(&place.collection(), &body).await;
                if let Some(record) = unless_conflict(made).map_err(cannot)? {
                    return Ok(record);
                }
            }
            Some(Verdict::Take) => {
                let body = held(place, holder, record.as_ref());
                let written = api.replace(&place.path(), &body).await;
                if let Some(record) = unless_conflict(written).map_err(cannot)? {
                    return Ok(record);
                }
                // Somebody was faster; whoever it is gets a full look.
                seen = None;
            }
            Some(Verdict::Alive) => return Err(is_held(place, &record.unwrap_or_default())),
            Some(Verdict::Wait(left)) => {
                if first_look {
                    let who = record.unwrap_or_default().who();
                    ui.note(format!(
                        "the lock of {} is held by {who}; it is taken over if it is not renewed within {} seconds",
                        place.environment,
                        left.as_secs()
                    ));
                }
                tokio::time::sleep(left.min(place.times.look)).await;
            }
        }
    }
}

/// The Lease in the hands of a holder, replacing what it was before.
fn held(place: &LeasePlace, holder: &Holder, before: Option<&Record>) -> Value {
    let now = jiff::Timestamp::now();
    let own = before.filter(|before| before.holder.as_deref() == Some(&holder.identity));
    let since = own.and_then(|own| own.since).unwrap_or(now);
    let changes_hands = i32::from(before.is_some() && own.is_none());
    let transitions = before.map_or(0, |before| before.transitions) + changes_hands;
    let mut object = json!({
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {
            "name": place.name(),
            "namespace": place.namespace.as_str(),
            "annotations": {holder::PROCESS: holder.process.to_string()},
        },
        "spec": {
            "holderIdentity": holder.identity,
            "leaseDurationSeconds": place.times.lasts.as_secs(),
            "acquireTime": micro(since),
            "renewTime": micro(now),
            "leaseTransitions": transitions,
        },
    });
    if let Some(before) = before {
        object["metadata"]["resourceVersion"] = before.version.clone().into();
    }
    object
}

/// The Lease in nobody's hands; how often it changed hands stays known.
fn free(place: &LeasePlace, before: &Record) -> Value {
    json!({
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {
            "name": place.name(),
            "namespace": place.namespace.as_str(),
            "resourceVersion": before.version,
        },
        "spec": {"leaseTransitions": before.transitions},
    })
}

/// A time as Leases have them, RFC 3339 with six digits.
fn micro(time: jiff::Timestamp) -> String {
    format!("{time:.6}")
}

/// What was written; nothing when somebody else wrote in between.
fn unless_conflict(written: Result<Object, Problem>) -> Result<Option<Record>, Problem> {
    match written {
        Ok(object) => Ok(Some(Record::from(object))),
        Err(problem) if problem.status() == Some(409) => Ok(None),
        Err(problem) => Err(problem),
    }
}

fn cannot_lock(place: &LeasePlace, problem: Problem) -> Failure {
    let forbidden = problem.is_forbidden();
    let what = format!("take the lock of {}", place.environment);
    let failure = problem.explain(&what);
    if forbidden {
        let namespace = &place.namespace;
        failure
            .hint(format!(
                "it takes get, create and update on leases in {namespace}"
            ))
            .hint("to go on without a lock, say why: --no-lock \"REASON\"")
    } else {
        failure
    }
}

fn is_held(place: &LeasePlace, record: &Record) -> Failure {
    Failure::refused(format!("somebody is at work on {}", place.environment))
        .cause(format!(
            "Lease {}/{} is held by {}",
            place.namespace,
            place.name(),
            record.who()
        ))
        .hint(
            "wait until they are done; the lock of somebody who was killed expires within a minute",
        )
}

#[cfg(test)]
mod tests;
