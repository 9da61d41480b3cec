//! What the API server refuses in a SealedSecret, or drops from it without a word.

mod data;
mod metadata;
mod template;
mod violation;

use sealsmith_core::manifest::sealed_secret::SealedSecret;
use sealsmith_core::manifest::tree::Node;

pub(crate) use violation::Violation;
use violation::Violations;

use crate::value::Value;

/// The only version of the API that there is.
pub(crate) const API_VERSION: &str = "bitnami.com/v1alpha1";

/// The largest object that `kubectl apply` and Argo CD can keep a copy of in an annotation of 256 KiB.
pub(crate) const MAX_BYTES: usize = 250 << 10;

const FIELDS: [&str; 5] = ["apiVersion", "kind", "metadata", "spec", "status"];
const SPEC: [&str; 3] = ["encryptedData", "data", "template"];

/// Returns what is wrong with a SealedSecret, in the order of its fields.
pub(crate) fn violations(secret: SealedSecret<'_>, values: &[Value<'_>]) -> Vec<Violation> {
    let mut found = Violations::default();
    object(secret, &mut found);
    metadata::own(secret, &mut found);
    spec(secret, values, &mut found);
    template::check(secret, &mut found);
    found.into_vec()
}

fn object(secret: SealedSecret<'_>, found: &mut Violations) {
    let node = secret.node();
    found.unknown(node, "", &FIELDS);
    version(secret, found);
    if let Some(status) = node.get("status").filter(|status| !is_empty(*status)) {
        found
            .add(
                key_of(node, "status").unwrap_or(status),
                "status",
                "`status` is written by the controller",
            )
            .note("a committed one is out of date, and Argo CD reports a difference")
            .help("remove it");
    }
    let size = node.range().len();
    if size > MAX_BYTES {
        found
            .add(name_of(secret), "", format!("the object has {} KiB, more than {}", size >> 10, MAX_BYTES >> 10))
            .note("`kubectl apply` and Argo CD keep a copy of it in an annotation, which holds 256 KiB")
            .help("spread the values over several Secrets");
    }
}

fn version(secret: SealedSecret<'_>, found: &mut Violations) {
    let Some(node) = secret.node().get("apiVersion") else {
        return;
    };
    if node.as_str() != Some(API_VERSION) {
        found
            .add(
                node,
                "apiVersion",
                format!("the only `apiVersion` of a SealedSecret is `{API_VERSION}`"),
            )
            .note("the API server knows no other")
            .help(format!("write `{API_VERSION}`"));
    }
}

fn spec(secret: SealedSecret<'_>, values: &[Value<'_>], found: &mut Violations) {
    let Some(spec) = secret.node().get("spec").filter(|spec| !spec.is_null()) else {
        found
            .add(name_of(secret), "spec", "`spec` is missing")
            .note("the API server requires it, with `encryptedData` in it");
        return;
    };
    if !found.is_mapping(spec, "spec") {
        return;
    }
    found.unknown(spec, "spec", &SPEC);
    data::encrypted(secret, spec, values, found);
    data::legacy(secret, spec, found);
}

/// `status: {}`, which old kubeseals write, and nothing at all.
fn is_empty(node: Node<'_>) -> bool {
    node.is_null() || node.is_mapping() && node.entries().next().is_none()
}

/// The key of an entry.
fn key_of<'a>(mapping: Node<'a>, name: &str) -> Option<Node<'a>> {
    let mut entries = mapping.entries();
    entries.find_map(|(key, _)| (key.scalar() == Some(name)).then_some(key))
}

/// Where something is said about the whole object: its name, or its kind.
fn name_of(secret: SealedSecret<'_>) -> Node<'_> {
    let node = secret.node();
    let name = node
        .get("metadata")
        .and_then(|metadata| metadata.get("name"));
    name.or_else(|| node.get("kind")).unwrap_or(node)
}
