//! `metadata`, of the SealedSecret and of its template: an `ObjectMeta`.

use sealsmith_core::manifest::sealed_secret::SealedSecret;
use sealsmith_core::manifest::tree::Node;

use super::key_of;
use super::violation::{Violations, joined};
use crate::policy::Severity;

const FIELDS: [&str; 15] = [
    "name",
    "namespace",
    "labels",
    "annotations",
    "generateName",
    "finalizers",
    "ownerReferences",
    "managedFields",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// What the cluster writes, and a file that has it cannot be applied with.
const REFUSED: [&str; 3] = ["managedFields", "resourceVersion", "uid"];

/// What the cluster writes, and does not look at in a file.
const IGNORED: [&str; 5] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "selfLink",
];

/// Checks the SealedSecret's own.
pub(super) fn own(secret: SealedSecret<'_>, found: &mut Violations) {
    let Some(metadata) = secret
        .node()
        .get("metadata")
        .filter(|metadata| !metadata.is_null())
    else {
        return;
    };
    if found.is_mapping(metadata, "metadata") {
        fields(metadata, "metadata", found);
        from_cluster(metadata, "metadata", &REFUSED, Severity::Error, found);
        from_cluster(metadata, "metadata", &IGNORED, Severity::Warning, found);
    }
}

/// Checks the template's; `managedFields` there is for `leaked-last-applied`.
pub(super) fn of_template(metadata: Node<'_>, found: &mut Violations) {
    const PATH: &str = "spec.template.metadata";
    if found.is_mapping(metadata, PATH) {
        fields(metadata, PATH, found);
        from_cluster(metadata, PATH, &["resourceVersion"], Severity::Error, found);
        from_cluster(metadata, PATH, &["uid"], Severity::Warning, found);
        from_cluster(metadata, PATH, &IGNORED, Severity::Warning, found);
    }
}

fn fields(metadata: Node<'_>, path: &str, found: &mut Violations) {
    found.unknown(metadata, path, &FIELDS);
    for name in ["name", "namespace"] {
        if let Some(node) = metadata.get(name) {
            found.text(node, &joined(path, name));
        }
    }
    if let Some(labels) = metadata.get("labels") {
        found.texts(labels, &joined(path, "labels"));
    }
    if let Some(annotations) = metadata.get("annotations") {
        annotated(annotations, &joined(path, "annotations"), found);
    }
}

/// Numbers and booleans are for `ambiguous-yaml` to name, which quotes them.
fn annotated(annotations: Node<'_>, path: &str, found: &mut Violations) {
    if annotations.is_null() || !found.is_mapping(annotations, path) {
        return;
    }
    for (key, value) in annotations
        .entries()
        .filter(|(_, value)| !value.is_scalar())
    {
        let name = key.scalar().unwrap_or_default();
        if name != "<<" {
            found.text(value, &joined(path, name));
        }
    }
}

/// `creationTimestamp: null` is how older kubeseals write nothing.
fn from_cluster(
    metadata: Node<'_>,
    path: &str,
    names: &[&str],
    severity: Severity,
    found: &mut Violations,
) {
    for name in names {
        let present = metadata.get(name).filter(|node| !node.is_null());
        if let (Some(_), Some(key)) = (present, key_of(metadata, name)) {
            let field = joined(path, name);
            let violation = found.add(
                key,
                field.clone(),
                format!("`{field}` is written by the cluster"),
            );
            violation.severity(severity).help("remove it");
            violation.note(match severity {
                Severity::Error => "the API server refuses an object that brings its own",
                Severity::Off | Severity::Info | Severity::Warning => {
                    "it comes from an exported object, and means nothing in a file"
                }
            });
        }
    }
}
