//! Objects other than SealedSecrets that make a Secret.

use sealsmith_core::manifest::document::{Kind, Object};
use sealsmith_core::manifest::tree::Node;

use crate::generator::{Generator, generators};
use crate::index::Claim;
use crate::source::Source;

/// Annotations of a Secret that let a SealedSecret change it.
const SHARED: [&str; 2] = [
    "sealedsecrets.bitnami.com/managed",
    "sealedsecrets.bitnami.com/patch",
];

/// Returns the Secrets that a file's objects make.
pub(crate) fn claims(source: &Source<'_>) -> Vec<Claim> {
    let objects = source
        .objects()
        .iter()
        .flat_map(|object| of_object(source, object));
    let generated = generators(source)
        .into_iter()
        .filter_map(|generator| of_generator(source, generator));
    objects.chain(generated).collect()
}

fn of_object(source: &Source<'_>, object: &Object<'_>) -> Vec<Claim> {
    let node = object.node;
    let names = match object.kind {
        Kind::Secret => (!is_shared(node))
            .then(|| own_name(node))
            .flatten()
            .into_iter()
            .collect(),
        Kind::Other(kind) => made_by(kind, node),
        Kind::SealedSecret | Kind::Unknown => Vec::new(),
    };
    let kind = match object.kind {
        Kind::Other(kind) => kind,
        Kind::Secret | Kind::SealedSecret | Kind::Unknown => "Secret",
    };
    names
        .into_iter()
        .filter_map(|name| claim(source, kind, node, name))
        .collect()
}

/// The nodes that hold the names of the Secrets that an object of some operator makes.
fn made_by<'a>(kind: &str, node: Node<'a>) -> Vec<Node<'a>> {
    let single = match (kind, group(node)) {
        ("ExternalSecret", "external-secrets.io") => external_secret(node),
        ("Certificate", "cert-manager.io") => at(node, &["spec", "secretName"]),
        ("OnePasswordItem", "onepassword.com") => own_name(node),
        (
            "VaultStaticSecret" | "VaultDynamicSecret" | "VaultPKISecret",
            "secrets.hashicorp.com",
        ) => vault_secret(node),
        ("SecretProviderClass", "secrets-store.csi.x-k8s.io") => {
            let objects = at(node, &["spec", "secretObjects"])
                .into_iter()
                .flat_map(Node::items);
            return objects
                .filter_map(|object| object.get("secretName"))
                .collect();
        }
        _ => None,
    };
    single.into_iter().collect()
}

/// The destination's name, when it is made and not only filled.
fn vault_secret(node: Node<'_>) -> Option<Node<'_>> {
    let destination = at(node, &["spec", "destination"])?;
    let creates = destination.get("create")?.as_str() == Some("true");
    destination.get("name").filter(|_| creates)
}

/// The target's name, or the object's own when it has none; one that owns nothing claims nothing.
fn external_secret(node: Node<'_>) -> Option<Node<'_>> {
    let said = |name| at(node, &["spec", "target", name]).filter(|node| node.as_str().is_some());
    match said("creationPolicy").and_then(Node::as_str) {
        Some("Merge" | "None") => None,
        _ => said("name").or_else(|| own_name(node)),
    }
}

/// Whether a Secret says that SealedSecrets may take it over or add to it.
fn is_shared(secret: Node<'_>) -> bool {
    let said = |name| at(secret, &["metadata", "annotations", name])?.as_str();
    SHARED.into_iter().any(|name| said(name) == Some("true"))
}

fn of_generator(source: &Source<'_>, generator: Generator<'_>) -> Option<Claim> {
    Some(Claim {
        kind: "secretGenerator".to_owned(),
        namespace: generator.namespace().to_owned(),
        name: generator.final_name()?,
        mark: source.mark_of(generator.name_node())?,
    })
}

fn claim(source: &Source<'_>, kind: &str, object: Node<'_>, name: Node<'_>) -> Option<Claim> {
    let namespace = at(object, &["metadata", "namespace"]).and_then(Node::as_str);
    Some(Claim {
        kind: kind.to_owned(),
        namespace: namespace.unwrap_or_default().to_owned(),
        name: name.as_str()?.to_owned(),
        mark: source.mark_of(name)?,
    })
}

fn own_name(node: Node<'_>) -> Option<Node<'_>> {
    at(node, &["metadata", "name"])
}

fn group(node: Node<'_>) -> &str {
    let version = node
        .get("apiVersion")
        .and_then(Node::as_str)
        .unwrap_or_default();
    version.split_once('/').map_or("", |(group, _)| group)
}

fn at<'a>(node: Node<'a>, path: &[&str]) -> Option<Node<'a>> {
    path.iter().try_fold(node, |node, name| node.get(name))
}
