//! Kustomize patches that give a Secret values: texts inside a Kustomization, and lists of operations.

use sealsmith_core::manifest::tree::Node;

use super::fields::field;
use super::literal::{holds_literal, is_encoded_literal, is_literal};
use super::{MOST, Readable, embedded};
use crate::limits;
use crate::policy::Severity;

/// Adds what the patches of a document give to Secrets.
pub(super) fn find(root: Node<'_>, nesting: usize, found: &mut Vec<Readable>) {
    if root.is_sequence() {
        return operations(root, None, found);
    }
    for name in ["patches", "patchesJson6902"] {
        let items = field(root, name)
            .into_iter()
            .flat_map(|patches| patches.value.items());
        items.for_each(|item| targeted(item, nesting, found));
    }
    for item in field(root, "patchesStrategicMerge")
        .into_iter()
        .flat_map(|patches| patches.value.items())
    {
        embedded::find(item, None, nesting, Severity::Error, found);
    }
}

/// One entry of `patches`: a target, and a text that is a partial object or a list of operations.
fn targeted(item: Node<'_>, nesting: usize, found: &mut Vec<Readable>) {
    let Some(patch) = field(item, "patch") else {
        return;
    };
    embedded::find(
        patch.value,
        Some(patch.key),
        nesting,
        Severity::Error,
        found,
    );
    let target = field(item, "target").map(|target| target.value);
    let Some(text) = patch
        .value
        .scalar()
        .filter(|text| text.contains("ata/") || text.contains("ata\""))
    else {
        return;
    };
    let Ok(stream) = limits::parse(text) else {
        return;
    };
    let before = found.len();
    for root in stream.documents().filter_map(|document| document.root()) {
        operations(root, target, found);
    }
    for readable in &mut found[before..] {
        readable.at = embedded::place(patch.value, Some(patch.key), &readable.at);
    }
}

/// Operations of a JSON patch (RFC 6902). `/data` is a Secret's only when the target says so.
fn operations(root: Node<'_>, target: Option<Node<'_>>, found: &mut Vec<Readable>) {
    let text = |name| Some(field(target?, name)?.value.scalar()?.to_owned());
    let is_secret = text("kind").as_deref() == Some("Secret");
    for item in root.items() {
        let (Some(path), Some(value)) = (field(item, "path"), field(item, "value")) else {
            continue;
        };
        let pointer = path.value.scalar().unwrap_or_default();
        let holds = match pointer.split('/').nth(1) {
            Some("stringData") => holds_literal(value.value, &is_literal),
            Some("data") if is_secret => holds_literal(value.value, &is_encoded_literal),
            _ => false,
        };
        if found.len() >= MOST {
            return;
        }
        if holds {
            found.push(Readable {
                object: text("name").unwrap_or_default(),
                fields: vec![pointer.trim_start_matches('/').replace('/', ".")],
                at: path.value.range(),
                severity: Severity::Error,
            });
        }
    }
}
