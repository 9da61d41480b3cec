//! Labels and annotations of a merged Secret, which belong into `spec.template.metadata`.

use std::collections::BTreeMap;

use sealsmith_core::manifest::edit::{Change, add};
use sealsmith_core::manifest::sealed_secret::SealedSecret;
use sealsmith_core::manifest::tree::Node;
use sealsmith_core::manifest::value::Value;
use sealsmith_core::scope::{CLUSTER_WIDE, NAMESPACE_WIDE};

/// Adds labels or annotations, whatever part of their path the file has already.
pub(super) fn add_entries(
    into: SealedSecret<'_>,
    field: &str,
    texts: &BTreeMap<String, String>,
    changes: &mut Vec<Change>,
) {
    if texts.is_empty() {
        return;
    }
    let Some(spec) = into.node().get("spec") else {
        return;
    };
    let template = spec.get("template");
    let metadata = template.and_then(|template| template.get("metadata"));
    match metadata.and_then(|metadata| metadata.get(field)) {
        Some(existing) => changes.extend(
            texts
                .iter()
                .filter_map(|(name, text)| entry_change(existing, name, text)),
        ),
        None => {
            let texts = Value::texts(texts.clone());
            add(
                changes,
                missing_path(spec, template, metadata, field, texts),
            );
        }
    }
}

/// Drops the input's scope: the file's own stays.
pub(super) fn drop_scope(annotations: &mut BTreeMap<String, String>) {
    annotations.retain(|name, _| name != NAMESPACE_WIDE && name != CLUSTER_WIDE);
}

fn entry_change(existing: Node<'_>, name: &str, text: &str) -> Option<Change> {
    match existing.get(name) {
        Some(old) if old.as_str() == Some(text) => None,
        Some(old) => Some(Change::Replace {
            scalar: old.resolved().id(),
            text: text.to_owned(),
        }),
        None => Some(Change::Insert {
            mapping: existing.resolved().id(),
            key: name.to_owned(),
            value: Value::text(text),
        }),
    }
}

fn missing_path(
    spec: Node<'_>,
    template: Option<Node<'_>>,
    metadata: Option<Node<'_>>,
    field: &str,
    texts: Value,
) -> Change {
    let insert = |node: Node<'_>, key: &str, value: Value| Change::Insert {
        mapping: node.resolved().id(),
        key: key.to_owned(),
        value,
    };
    let wrap = |key: &str, value: Value| Value::Map(vec![(key.to_owned(), value)]);
    match (template, metadata) {
        (_, Some(metadata)) => insert(metadata, field, texts),
        (Some(template), None) => insert(template, "metadata", wrap(field, texts)),
        (None, None) => insert(spec, "template", wrap("metadata", wrap(field, texts))),
    }
}
