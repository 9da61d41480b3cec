//! Workloads that use Secrets.

use std::collections::BTreeSet;

use sealsmith_core::manifest::document::{Kind, Object};
use sealsmith_core::manifest::tree::Node;

use crate::index::Consumer;
use crate::indexing::SYNC_WAVE;
use crate::source::Source;

/// Where each kind of workload describes its pods.
const KINDS: [(&str, &[&str]); 7] = [
    ("Deployment", &["spec", "template"]),
    ("StatefulSet", &["spec", "template"]),
    ("DaemonSet", &["spec", "template"]),
    ("Rollout", &["spec", "template"]),
    ("Job", &["spec", "template"]),
    ("CronJob", &["spec", "jobTemplate", "spec", "template"]),
    ("Pod", &[]),
];

/// Annotations by which an operator restarts a workload: Stakater's Reloader, Wave.
const RESTARTERS: [&str; 4] = [
    "reloader.stakater.com/auto",
    "secret.reloader.stakater.com/auto",
    "reloader.stakater.com/search",
    "wave.pusher.com/update-on-config-change",
];
/// The same with a list of the Secrets that it watches.
const WATCHES: &str = "secret.reloader.stakater.com/reload";

/// Returns the workloads of a file that use Secrets.
pub(crate) fn consumers(source: &Source<'_>) -> Vec<Consumer> {
    let objects = source.objects().iter();
    objects
        .filter_map(|object| consumer(source, object))
        .collect()
}

fn consumer(source: &Source<'_>, object: &Object<'_>) -> Option<Consumer> {
    let Kind::Other(kind) = object.kind else {
        return None;
    };
    let (_, path) = KINDS.iter().find(|(known, _)| *known == kind)?;
    let pod = at(object.node, path)?;
    let secrets = secrets(pod.get("spec")?);
    if secrets.is_empty() {
        return None;
    }
    let metadata = object.node.get("metadata");
    let text = |name| metadata.and_then(|metadata| metadata.get(name)?.as_str());
    let wave = annotation(object.node, SYNC_WAVE);
    let name = metadata.and_then(|metadata| metadata.get("name"));
    Some(Consumer {
        kind: kind.to_owned(),
        namespace: text("namespace").unwrap_or_default().to_owned(),
        name: text("name").unwrap_or_default().to_owned(),
        wave: wave.map(str::to_owned),
        rolls: has_checksum(pod)
            || [object.node, pod]
                .into_iter()
                .any(|node| is_watched(node, &secrets)),
        mark: source.mark_of(name.unwrap_or(object.node))?,
        secrets: secrets.into_iter().map(str::to_owned).collect(),
    })
}

/// The Secrets that pods read; those to pull their images with are no matter of theirs.
fn secrets(spec: Node<'_>) -> BTreeSet<&str> {
    let lists = ["containers", "initContainers", "ephemeralContainers"];
    let containers = lists.into_iter().flat_map(|list| items(spec, list));
    let of_containers = containers.flat_map(of_container);
    of_containers
        .chain(items(spec, "volumes").flat_map(of_volume))
        .collect()
}

fn of_container(container: Node<'_>) -> impl Iterator<Item = &str> {
    let variables =
        items(container, "env").filter_map(|env| at(env, &["valueFrom", "secretKeyRef", "name"]));
    let sources = items(container, "envFrom").filter_map(|from| at(from, &["secretRef", "name"]));
    variables.chain(sources).filter_map(Node::as_str)
}

fn of_volume(volume: Node<'_>) -> impl Iterator<Item = &str> {
    let own = at(volume, &["secret", "secretName"]);
    let sources = volume
        .get("projected")
        .into_iter()
        .flat_map(|projected| items(projected, "sources"));
    let projected = sources.filter_map(|source| at(source, &["secret", "name"]));
    own.into_iter().chain(projected).filter_map(Node::as_str)
}

/// An annotation of the pods that changes with what they use: `checksum/secret` and the like.
fn has_checksum(pod: Node<'_>) -> bool {
    let annotations = at(pod, &["metadata", "annotations"]);
    let mut names = annotations
        .into_iter()
        .flat_map(Node::entries)
        .filter_map(|(key, _)| key.scalar());
    names.any(|name| name.contains("checksum") || name.contains("sha256"))
}

/// Whether an operator restarts what has these annotations.
fn is_watched(node: Node<'_>, secrets: &BTreeSet<&str>) -> bool {
    let on = |name: &&str| annotation(node, name) == Some("true");
    let watched = annotation(node, WATCHES).unwrap_or_default();
    RESTARTERS.iter().any(on) || watched.split(',').any(|name| secrets.contains(name.trim()))
}

fn annotation<'a>(node: Node<'a>, name: &str) -> Option<&'a str> {
    at(node, &["metadata", "annotations", name])?.as_str()
}

fn items<'a>(node: Node<'a>, list: &str) -> impl Iterator<Item = Node<'a>> + use<'a> {
    node.get(list).into_iter().flat_map(Node::items)
}

fn at<'a>(node: Node<'a>, path: &[&str]) -> Option<Node<'a>> {
    path.iter().try_fold(node, |node, name| node.get(name))
}
