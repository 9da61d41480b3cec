//! Compares a file before and after an edit, node by node.

use std::collections::HashMap;

use super::super::tree::{Kind, Node, NodeId, Stream, Style};
use super::super::value::Value;
use super::{Change, Error};

/// Proves that two streams differ in the named changes alone.
pub(super) fn prove(before: &Stream, after: &Stream, changes: &[Change]) -> Result<(), Error> {
    let mut proof = Proof {
        replaced: HashMap::new(),
        inserted: HashMap::new(),
        lists: HashMap::new(),
        twins: HashMap::new(),
    };
    for change in changes {
        match change {
            Change::Replace { scalar, text } => {
                proof.replaced.insert(*scalar, text);
            }
            Change::SetList { sequence, items } => {
                proof.lists.insert(*sequence, items);
            }
            Change::Insert {
                mapping,
                key,
                value,
            } => proof
                .inserted
                .entry(*mapping)
                .or_default()
                .push((key, value)),
        }
    }
    let same_documents = before.documents().count() == after.documents().count();
    let places = before.documents().zip(after.documents());
    for (old, new) in places {
        match (old.root(), new.root()) {
            (None, None) => {}
            (Some(old), Some(new)) => proof.same(old, new)?,
            (_, new) => return Err(unproven(after, new)),
        }
    }
    if same_documents {
        Ok(())
    } else {
        Err(unproven(after, None))
    }
}

struct Proof<'c> {
    replaced: HashMap<NodeId, &'c str>,
    inserted: HashMap<NodeId, Vec<(&'c str, &'c Value)>>,
    lists: HashMap<NodeId, &'c [String]>,
    /// Which node of the result an anchored node has become.
    twins: HashMap<NodeId, NodeId>,
}

impl Proof<'_> {
    fn same(&mut self, old: Node<'_>, new: Node<'_>) -> Result<(), Error> {
        let (a, b) = (old.data(), new.data());
        let differs = || Err(unproven(new.stream(), Some(new)));
        if a.anchored != b.anchored || a.tag != b.tag {
            return differs();
        }
        self.twins.insert(old.id(), new.id());
        if let Some(text) = self.replaced.get(&old.id()) {
            // A block keeps the line breaks around its text.
            let block = matches!(new.style(), Some(Style::Literal | Style::Folded));
            let read = new.scalar().map(|read| {
                if block {
                    read.trim_matches(['\r', '\n'])
                } else {
                    read
                }
            });
            return if read == Some(text) && !new.is_alias() {
                Ok(())
            } else {
                differs()
            };
        }
        if let Some(items) = self.lists.get(&old.id()) {
            let same = new.items().count() == items.len()
                && new
                    .items()
                    .zip(*items)
                    .all(|(node, item)| node.scalar() == Some(item));
            return if same { Ok(()) } else { differs() };
        }
        if let Some(inserted) = self.inserted.remove(&old.id()) {
            return self.same_but_inserted(old, new, &inserted);
        }
        match (&a.kind, &b.kind) {
            (Kind::Scalar { text: x, style: s }, Kind::Scalar { text: y, style: t })
                if x == y && s == t =>
            {
                Ok(())
            }
            (Kind::Alias(x), Kind::Alias(y)) if self.twins.get(x) == Some(y) => Ok(()),
            (Kind::Sequence(x), Kind::Sequence(y)) if x.len() == y.len() => old
                .items()
                .zip(new.items())
                .try_for_each(|(x, y)| self.same(x, y)),
            (Kind::Mapping(x), Kind::Mapping(y)) if x.len() == y.len() => {
                self.same_entries(old, new)
            }
            _ => differs(),
        }
    }

    fn same_entries(&mut self, old: Node<'_>, new: Node<'_>) -> Result<(), Error> {
        old.entries()
            .zip(new.entries())
            .try_for_each(|((key, value), (new_key, new_value))| {
                self.same(key, new_key)?;
                self.same(value, new_value)
            })
    }

    fn same_but_inserted(
        &mut self,
        old: Node<'_>,
        new: Node<'_>,
        inserted: &[(&str, &Value)],
    ) -> Result<(), Error> {
        let (before, after) = (old.entries().count(), new.entries().count());
        let added: Vec<_> = new.entries().skip(before).collect();
        let all_there = inserted.iter().all(|(key, value)| {
            added
                .iter()
                .any(|(new_key, new_value)| new_key.scalar() == Some(key) && is(*new_value, value))
        });
        if after != before + inserted.len() || !all_there {
            return Err(unproven(new.stream(), Some(new)));
        }
        self.same_entries(old, new)
    }
}

/// Whether a node reads as the value that was written.
fn is(node: Node<'_>, value: &Value) -> bool {
    match value {
        Value::Text(text) => {
            node.scalar() == Some(text.as_str()) && (text.is_empty() || !node.is_null())
        }
        Value::Bool(value) => node.scalar() == Some(if *value { "true" } else { "false" }),
        Value::Number(text) => node.scalar() == Some(text.as_str()),
        Value::Null => node.is_null(),
        Value::List(items) => {
            node.items().count() == items.len()
                && node.items().zip(items).all(|(node, item)| is(node, item))
        }
        Value::Map(entries) => {
            node.entries().count() == entries.len()
                && entries
                    .iter()
                    .all(|(key, value)| node.get(key).is_some_and(|node| is(node, value)))
        }
    }
}

fn unproven(after: &Stream, node: Option<Node<'_>>) -> Error {
    Error::Unproven {
        position: node.map_or_else(|| after.position(after.text().len()), Node::position),
    }
}
