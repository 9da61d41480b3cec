//! `spec.template`: what the Secret gets besides its sealed values.

use sealsmith_core::manifest::resolve::Resolved;
use sealsmith_core::manifest::sealed_secret::SealedSecret;
use sealsmith_core::manifest::tree::{Node, Style};

use super::violation::{Violations, joined};
use super::{data, metadata};
use crate::text::shown;

const PATH: &str = "spec.template";
const FIELDS: [&str; 4] = ["metadata", "type", "immutable", "data"];

/// Checks the template.
pub(super) fn check(secret: SealedSecret<'_>, found: &mut Violations) {
    let Some(template) = secret.template() else {
        return;
    };
    if !found.is_mapping(template, PATH) {
        return;
    }
    found.unknown(template, PATH, &FIELDS);
    let present = |name| template.get(name).filter(|node: &Node<'_>| !node.is_null());
    if let Some(node) = present("metadata") {
        metadata::of_template(node, found);
    }
    if let Some(node) = present("type") {
        found.text(node, &joined(PATH, "type"));
    }
    if let Some(node) = present("immutable").filter(|node| !is_bool(*node)) {
        found
            .add(
                node,
                joined(PATH, "immutable"),
                "`spec.template.immutable` is neither true nor false",
            )
            .help("write `true` or `false` without quotes");
    }
    if let Some(node) = present("data") {
        rendered(secret, node, found);
    }
}

/// Checks the values that are made from others.
fn rendered(secret: SealedSecret<'_>, data: Node<'_>, found: &mut Violations) {
    let path = joined(PATH, "data");
    if !found.is_mapping(data, &path) {
        return;
    }
    let sealed = secret.encrypted_data();
    for (key, value) in data.entries().filter(|(key, _)| key.scalar() != Some("<<")) {
        let name = key.scalar().unwrap_or_default();
        let field = joined(&path, name);
        data::data_key(key, &path, found);
        if value.is_null() {
            found
                .add(key, &field, format!("`{}` has no text", shown(name)))
                .note("the API server drops it; newer controllers would drop the value too")
                .help("write `\"\"` for an empty value, or remove the key");
        } else {
            found.text(value, &field);
        }
        if sealed.is_some_and(|sealed| sealed.get(name).is_some()) {
            found
                .add(
                    key,
                    &field,
                    format!(
                        "`{}` is both sealed and made from the template",
                        shown(name)
                    ),
                )
                .note("before 0.37 the controller takes the template's, since then the sealed one")
                .help("rename one of them");
        }
    }
}

fn is_bool(node: Node<'_>) -> bool {
    let text = node.scalar().unwrap_or_default();
    node.style() == Some(Style::Plain)
        && node.tag().is_none()
        && Resolved::of(text) == Resolved::Bool
}
