//! Backups of the controller's key: Secrets with the label by which the controller finds them.

use sealsmith_core::manifest::document::Kind;
use sealsmith_core::manifest::tree::Node;

use super::Material;
use crate::policy::Severity;
use crate::readable::{field, title};
use crate::source::Source;

const LABEL: &str = "sealedsecrets.bitnami.com/sealed-secrets-key";

/// Returns the backups in a file.
pub(super) fn find(source: &Source<'_>) -> Vec<Material> {
    let secrets = source
        .objects()
        .iter()
        .filter(|object| object.kind == Kind::Secret);
    secrets.filter_map(|secret| backup(secret.node)).collect()
}

fn backup(secret: Node<'_>) -> Option<Material> {
    let labels = field(field(secret, "metadata")?.value, "labels")?;
    let label = labels.value.get(LABEL)?;
    let holds_key = ["data", "stringData"]
        .into_iter()
        .any(|name| field(secret, name).is_some_and(|data| data.value.entries().next().is_some()));
    holds_key.then(|| Material {
        what: "a backup of the controller's key".to_owned(),
        note: "it opens every value that was ever sealed for it",
        object: title(secret),
        field: format!("metadata.labels.{LABEL}"),
        at: Some(label.range()),
        severity: Severity::Error,
    })
}
