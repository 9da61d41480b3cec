//! What an object is must stand in it: not come from elsewhere, and not depend on a tag.

use sealsmith_core::manifest::resolve::Resolved;
use sealsmith_core::manifest::tree::{Node, Stream, Style};

use super::Ambiguity;
use crate::finding::{Edit, Fix};
use crate::indexing::SYNC_WAVE;
use crate::readable::{Field, each, field, is_named};

/// The fields that say what an object is and what it holds.
const FIELDS: [&str; 6] = [
    "kind",
    "apiVersion",
    "metadata",
    "items",
    "data",
    "stringData",
];
/// Those of them that have to be written out.
const IDENTITY: [&str; 3] = ["kind", "apiVersion", "metadata"];
/// Fields of `metadata` that say which object it is.
const NAMES: [&str; 2] = ["name", "namespace"];

/// The mappings of a SealedSecret that decide what the controller opens, and how.
const SEALED: [&[&str]; 8] = [
    &["metadata"],
    &["metadata", "annotations"],
    &["spec"],
    &["spec", "encryptedData"],
    &["spec", "template"],
    &["spec", "template", "metadata"],
    &["spec", "template", "metadata", "annotations"],
    &["spec", "template", "data"],
];

/// Adds what is ambiguous about the objects of a stream.
pub(super) fn find(stream: &Stream, found: &mut Vec<Ambiguity>) {
    for root in stream.documents().filter_map(|document| document.root()) {
        object(root, found);
    }
}

fn object(node: Node<'_>, found: &mut Vec<Ambiguity>) {
    let node = node.resolved();
    found.extend(node.entries().filter_map(|(key, _)| tagged_key(key)));
    if field(node, "kind")
        .or_else(|| field(node, "apiVersion"))
        .is_none()
    {
        return;
    }
    each(node, |field| found.extend(supplied(field, &FIELDS)));
    each(node, |field| found.extend(indirect(field)));
    let sealed = is_sealed_secret(node);
    if let Some(metadata) = field(node, "metadata") {
        if !sealed {
            each(metadata.value, |field| {
                found.extend(supplied(field, &NAMES));
            });
        }
        annotations(metadata.value, sealed, found);
    }
    let template = field(node, "spec").filter(|_| sealed);
    let template = template.and_then(|spec| field(spec.value, "template"));
    if let Some(metadata) = template.and_then(|template| field(template.value, "metadata")) {
        annotations(metadata.value, false, found);
    }
    if sealed {
        SEALED
            .iter()
            .for_each(|path| found.extend(merged(node, path)));
    }
    let items = node
        .entries()
        .filter(|(key, _)| key.scalar().is_some_and(|key| is_named(key, "items")));
    items
        .flat_map(|(_, items)| items.items())
        .for_each(|item| object(item, found));
}

fn is_sealed_secret(node: Node<'_>) -> bool {
    field(node, "kind").and_then(|kind| kind.value.scalar()) == Some("SealedSecret")
}

/// A merge key in a mapping that a path of fields leads to.
fn merged(node: Node<'_>, path: &[&str]) -> Option<Ambiguity> {
    let mapping = path.iter().try_fold(node, |node, name| node.get(name))?;
    let (merge, _) = mapping
        .entries()
        .find(|(key, _)| key.scalar() == Some("<<"))?;
    Some(Ambiguity {
        at: merge.range(),
        message: format!("a merge key supplies a part of `{}`", path.join(".")),
        note: "re-sealing refuses such a file, and some tools do not follow merge keys",
        fix: None,
    })
}

/// A tag can make another key of a text: `!!binary a2luZA==` is `kind`.
fn tagged_key(key: Node<'_>) -> Option<Ambiguity> {
    let tag = key.tag()?;
    Some(Ambiguity {
        at: key.range(),
        message: format!("a key has the tag `{tag}`, which may make another key of it"),
        note: "write the key without a tag",
        fix: None,
    })
}

/// A field that a merge key supplies.
fn supplied(field: Field<'_>, names: &[&'static str]) -> Option<Ambiguity> {
    let merge = field.merge?;
    let name = names
        .iter()
        .find(|name| field.key.scalar().is_some_and(|key| is_named(key, name)))?;
    Some(Ambiguity {
        at: merge.range(),
        message: format!("a merge key supplies `{name}`"),
        note: "some tools follow merge keys and others do not",
        fix: None,
    })
}

/// A field that an alias supplies, or that has a tag.
fn indirect(Field { key, value, .. }: Field<'_>) -> Option<Ambiguity> {
    let name = IDENTITY
        .iter()
        .find(|name| key.scalar().is_some_and(|key| is_named(key, name)))?;
    let (at, message) = if key.is_alias() || value.is_alias() {
        (
            if key.is_alias() { key } else { value },
            format!("an alias supplies `{name}`"),
        )
    } else {
        (key, format!("`{name}` has the tag `{}`", value.tag()?))
    };
    Some(Ambiguity {
        at: at.range(),
        message,
        note: "what an object is has to stand where a reviewer looks",
        fix: None,
    })
}

/// Values that YAML 1.1 reads as no text, where Kubernetes wants one.
fn annotations(metadata: Node<'_>, is_sealed_secret: bool, found: &mut Vec<Ambiguity>) {
    let Some(annotations) = field(metadata, "annotations") else {
        return;
    };
    for (key, value) in annotations.value.entries() {
        let name = key.scalar().unwrap_or_default();
        // The rule `sync-wave` has more to say about this one.
        if !(is_sealed_secret && name == SYNC_WAVE) {
            found.extend(unquoted(name, value));
        }
    }
}

fn unquoted(name: &str, value: Node<'_>) -> Option<Ambiguity> {
    let text = value
        .scalar()
        .filter(|_| value.style() == Some(Style::Plain) && value.tag().is_none())?;
    let what = match Resolved::of(text) {
        Resolved::Bool => "true or false",
        Resolved::Number => "a number",
        Resolved::Null | Resolved::Timestamp | Resolved::Merge | Resolved::Text => return None,
    };
    Some(Ambiguity {
        at: value.range(),
        message: format!("the annotation `{name}` is {what} for Kubernetes, which wants text"),
        note: "quote it",
        fix: (!value.is_alias()).then(|| Fix {
            safe: true,
            summary: "quote the value".to_owned(),
            edits: vec![Edit {
                range: value.range(),
                text: format!("\"{text}\""),
            }],
        }),
    })
}
