//! Troubles on the way from the repository to the pods.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Args, Point, is_trouble};
use crate::cluster::expected::{Expected, Place};
use crate::cluster::{Api, sealed_secret, secret, workloads};
use crate::failure::Failure;
use crate::operation::{Desk, Surroundings};
use crate::ui::count;

pub(super) const NAMES: &[&str] = &[APPLIED, PODS];

const APPLIED: &str = "applied";
const PODS: &str = "pods";

/// Every SealedSecret of the cluster is that of the repository, and unsealed: its Secret holds the repository's key.
pub(super) async fn applied(api: &Api, expected: &[Expected]) -> Result<Point, Failure> {
    let (mut details, mut cure) = (Vec::new(), None);
    for expected in expected {
        let state = sealed_secret::look(api, expected).await;
        let state = state.map_err(|problem| problem.explain("read the SealedSecrets"))?;
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
    Ok(match details.is_empty() {
        true => Point::pass(APPLIED, "every Secret is made of what the repository has"),
        false => Point::fail(APPLIED, "Secrets hold something else than the repository")
            .details(details)
            .hint(cure.unwrap_or_default()),
    })
}

/// No pod took a Secret before it was last written; with `--fix`, those that did are replaced.
pub(super) fn behind(
    args: &Args,
    desk: &Desk<'_>,
    surroundings: &Surroundings<'_>,
    expected: &[Expected],
) -> Result<Point, Failure> {
    let found = look(surroundings, expected)?;
    if !(args.fix && is_trouble(&found)) {
        return Ok(found);
    }
    if !may_restart(args, desk)? {
        return Ok(found);
    }
    let places: Vec<Place> = expected.iter().map(|one| one.place.clone()).collect();
    for one in surroundings.restart(&places)? {
        if let Some(left) = one.left {
            desk.ui.warning(format!("{}: {left}", one.workload));
        }
    }
    look(surroundings, expected)
}

fn look(surroundings: &Surroundings<'_>, expected: &[Expected]) -> Result<Point, Failure> {
    let (api, cluster) = (surroundings.cluster.api(), &surroundings.cluster);
    let mut written: BTreeMap<_, Vec<(String, Timestamp)>> = BTreeMap::new();
    for one in expected {
        let place = &one.place;
        let key = secret::DigestKey::new()?;
        let reading = cluster.run(secret::read(&api, place, &key));
        let reading =
            reading.map_err(|problem| problem.explain(&format!("read Secret {place}")))?;
        if let secret::Reading::There(seen) = reading
            && let Some(at) = seen.written
        {
            let of_namespace = written.entry(&place.namespace).or_default();
            of_namespace.push((place.name.as_str().to_owned(), at));
        }
    }
    let mut details = Vec::new();
    for (namespace, secrets) in written {
        let stale = cluster.run(workloads::stale(&api, namespace, &secrets));
        let stale =
            stale.map_err(|problem| problem.explain(&format!("list the pods of {namespace}")))?;
        details.extend(stale.into_iter().map(|stale| {
            format!(
                "{namespace}/{} started {}, Secret {} was written {}",
                stale.pod, stale.started, stale.secret, stale.written
            )
        }));
    }
    Ok(match details.len() {
        0 => Point::pass(PODS, "no pod is older than a Secret that it uses"),
        number => Point::fail(
            PODS,
            format!("{} with a key from before: 403 ahead", count(number, "pod")),
        )
        .details(details)
        .hint("restart what they belong to: --fix, or kubectl rollout restart"),
    })
}

fn may_restart(args: &Args, desk: &Desk<'_>) -> Result<bool, Failure> {
    let is_protected = desk.env.workspace()?.is_protected(desk.environment);
    if args.yes || !is_protected {
        return Ok(true);
    }
    let question = format!("Restart what uses the access key in {}?", desk.environment);
    desk.ui.confirm(&question)
}
