//! Finds readable Secrets in a parsed file, wherever they stand in it.

use std::collections::HashSet;

use sealsmith_core::manifest::tree::{Node, NodeId, Stream};

use super::fields::{Field, each, field, fields, is_named};
use super::literal::{holds_literal, is_encoded_literal, is_encrypted, is_literal};
use super::{MOST, Readable, embedded, patches};
use crate::policy::Severity;

/// Adds the readable Secrets of a stream.
pub(super) fn find(stream: &Stream, nesting: usize, found: &mut Vec<Readable>) {
    let mut walk = Walk {
        nesting,
        found,
        reported: HashSet::new(),
    };
    for root in stream.documents().filter_map(|document| document.root()) {
        patches::find(root, nesting, walk.found);
        walk.node(root, Level::Object { kind: None }, None);
    }
}

/// What a mapping may be where it stands.
#[derive(Clone, Copy)]
enum Level {
    /// An object of its own, which has this kind when it does not say.
    Object { kind: Option<&'static str> },
    /// A part of another object: it has to say that it is a `v1` `Secret`.
    Part,
}

struct Walk<'f> {
    nesting: usize,
    found: &'f mut Vec<Readable>,
    reported: HashSet<NodeId>,
}

impl Walk<'_> {
    fn node(&mut self, node: Node<'_>, level: Level, holder: Option<Node<'_>>) {
        // What an alias stands for is seen where it is written, except where that is no object yet.
        let elsewhere = node.is_alias() && matches!(level, Level::Part);
        if elsewhere || self.found.len() >= MOST {
            return;
        }
        let node = node.resolved();
        if node.is_scalar() {
            embedded::find(node, holder, self.nesting, Severity::Warning, self.found);
        } else if node.is_mapping() {
            self.mapping(node, level);
        } else {
            node.items()
                .for_each(|item| self.node(item, Level::Part, holder));
        }
    }

    fn mapping(&mut self, node: Node<'_>, level: Level) {
        let secret = is_secret(node, level).then(|| readable(node)).flatten();
        let is_secret = secret.is_some();
        if let Some(secret) = secret.filter(|_| self.reported.insert(node.id())) {
            self.found.push(secret);
        }
        let items_are = item_kind(node);
        for (key, value) in node.entries() {
            let name = key.scalar().unwrap_or_default();
            let holds_values = is_named(name, "data") || is_named(name, "stringData");
            if is_named(name, "items") {
                self.items(value, items_are, key);
            } else if !(is_secret && holds_values) {
                self.node(value, Level::Part, Some(key));
            }
        }
    }

    fn items(&mut self, items: Node<'_>, kind: Option<&'static str>, key: Node<'_>) {
        if items.is_sequence() {
            items
                .items()
                .for_each(|item| self.node(item, Level::Object { kind }, Some(key)));
        } else {
            self.node(items, Level::Part, Some(key));
        }
    }
}

/// Whether Kubernetes takes a mapping for a Secret of the core group. Helm takes the line break off a
/// block at the end of a document, so blanks around the words mean nothing.
fn is_secret(node: Node<'_>, level: Level) -> bool {
    let kinds = fields(node, "kind");
    let said = kinds
        .iter()
        .any(|kind| kind.value.scalar().map(str::trim) == Some("Secret"));
    let inherited = match level {
        Level::Object { kind } => kinds.is_empty() && kind == Some("Secret"),
        Level::Part => false,
    };
    inherited || said && is_core(node, level)
}

/// Whether an object is of group and version `v1`. One that does not say cannot be applied as it is,
/// but is a Secret for Kustomize and for whoever completes it.
fn is_core(node: Node<'_>, level: Level) -> bool {
    let versions = fields(node, "apiVersion");
    let is_open = |text: &str| text.trim() == "v1" || !is_literal(text);
    match level {
        Level::Object { .. } if versions.is_empty() => true,
        _ => versions
            .iter()
            .any(|version| version.value.scalar().is_some_and(is_open)),
    }
}

/// The kind that items of a list have when they do not say.
fn item_kind(node: Node<'_>) -> Option<&'static str> {
    let kind = field(node, "kind")?.value.scalar()?;
    let is_secrets = matches!(kind, "Secret" | "SecretList") && is_core(node, Level::Part);
    is_secrets.then_some("Secret")
}

/// What a Secret holds that anyone can read, if anything.
fn readable(node: Node<'_>) -> Option<Readable> {
    let sops = field(node, "sops").is_some_and(|sops| sops.value.is_mapping());
    let accepted = |text: &str| sops && is_encrypted(text);
    let encoded = |text: &str| is_encoded_literal(text) && !accepted(text);
    let plain = |text: &str| is_literal(text) && !accepted(text);
    let mut keys = Vec::new();
    for data in fields(node, "data") {
        values(data, "data", &encoded, &mut keys);
    }
    for data in fields(node, "stringData") {
        values(data, "stringData", &plain, &mut keys);
    }
    let first = keys.first()?.1.range();
    Some(Readable {
        object: title(node),
        fields: keys.into_iter().map(|(field, _)| field).collect(),
        at: first,
        severity: Severity::Error,
    })
}

fn values<'a>(
    data: Field<'a>,
    name: &str,
    is_literal: &impl Fn(&str) -> bool,
    found: &mut Vec<(String, Node<'a>)>,
) {
    each(data.value, |Field { key, value, .. }| {
        let text = key.scalar().unwrap_or_default();
        if text != "$patch" && holds_literal(value, is_literal) {
            found.push((format!("{name}.{text}"), key));
        }
    });
}

/// `namespace/name` of an object, as far as it says.
pub(crate) fn title(node: Node<'_>) -> String {
    let metadata = field(node, "metadata").map(|metadata| metadata.value);
    let text = |name| Some(field(metadata?, name)?.value.as_str()?.to_owned());
    let name = text("name")
        .or_else(|| text("generateName"))
        .unwrap_or_default();
    match text("namespace") {
        Some(namespace) => format!("{namespace}/{name}"),
        None => name,
    }
}
