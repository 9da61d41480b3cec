//! Takes an entry out of a file, and proves that nothing else went with it.

use std::collections::HashMap;
use std::ops::Range;

use sealsmith_core::manifest::tree::{Node, NodeId, Stream, Style};

use crate::finding::Edit;

/// Takes out the entry that a path of keys leads to, and the mappings that would be left with nothing.
///
/// Nothing when it cannot be done by cutting bytes alone: the mapping itself would be left with
/// nothing, an alias shares a part of it, or it starts in the middle of a line.
pub(crate) fn remove(mapping: Node<'_>, path: &[&str]) -> Option<Edit> {
    let (owner, key, value) = outermost(mapping, path)?;
    let range = match owner.is_flow() {
        true => in_flow(owner, key, value),
        false => in_block(key, value),
    }?;
    let stream = mapping.stream();
    let mut edited = stream.text().to_owned();
    edited.replace_range(range.clone(), "");
    let result = Stream::parse(&edited).ok()?;
    is_same_but_for(stream, &result, key.id()).then(|| Edit {
        range,
        text: String::new(),
    })
}

/// The outermost entry on the path whose mappings hold nothing else.
fn outermost<'a>(mapping: Node<'a>, path: &[&str]) -> Option<(Node<'a>, Node<'a>, Node<'a>)> {
    let mut found = None;
    let mut owner = mapping;
    for name in path {
        if owner.is_alias() {
            return None;
        }
        let (key, value) = owner
            .entries()
            .find(|(key, _)| key.scalar() == Some(name))?;
        if owner.entries().count() > 1 {
            found = Some((owner, key, value));
        }
        owner = value;
    }
    found
}

/// With the comma before it, or the one after it.
fn in_flow(owner: Node<'_>, key: Node<'_>, value: Node<'_>) -> Option<Range<usize>> {
    let entries: Vec<_> = owner.entries().collect();
    let at = entries
        .iter()
        .position(|(other, _)| other.id() == key.id())?;
    match at.checked_sub(1) {
        Some(before) => Some(entries[before].1.range().end..value.range().end),
        None => Some(key.range().start..entries.get(1)?.0.range().start),
    }
}

/// Whole lines, from its key to its last one.
fn in_block(key: Node<'_>, value: Node<'_>) -> Option<Range<usize>> {
    let text = key.stream().text();
    let start = line_start(text, key.range().start);
    if !text[start..key.range().start]
        .bytes()
        .all(|byte| byte == b' ')
    {
        return None;
    }
    let last = text[..content_end(key, value)].trim_end().len();
    let end = text[last..]
        .find('\n')
        .map_or(text.len(), |at| last + at + 1);
    let rest = text[last..end].trim_start_matches([' ', '\t', ':']);
    let is_comment = rest.trim().is_empty() || rest.starts_with('#');
    is_comment.then_some(start..end)
}

/// Where the last line of an entry ends, or a little later.
fn content_end(key: Node<'_>, value: Node<'_>) -> usize {
    let is_block = matches!(value.style(), Some(Style::Literal | Style::Folded));
    if value.is_alias() || value.is_flow() {
        return value.range().end;
    }
    if is_block {
        return block_end(key, value);
    }
    let last_entry = value
        .entries()
        .last()
        .map(|(key, value)| content_end(key, value));
    let last_item = || value.items().last().map(|item| content_end(key, item));
    let inner = last_entry.or_else(last_item);
    inner.unwrap_or_else(|| value.range().end.max(key.range().end))
}

/// The lines of a block of text are those that stand further in than its key.
fn block_end(key: Node<'_>, value: Node<'_>) -> usize {
    let text = key.stream().text();
    let indent = key.range().start - line_start(text, key.range().start);
    let below = text[key.range().end..]
        .find('\n')
        .map_or(text.len(), |at| key.range().end + at + 1);
    let start = line_start(text, value.range().start).max(below);
    let belongs = |line: &&str| {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        line.trim().is_empty() || blanks > indent
    };
    let lines = text[start..].split_inclusive('\n').take_while(belongs);
    start + lines.map(str::len).sum::<usize>()
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |found| found + 1)
}

fn is_same_but_for(before: &Stream, after: &Stream, key: NodeId) -> bool {
    let mut proof = Proof {
        removed: key,
        twins: HashMap::new(),
    };
    let documents = before.documents().zip(after.documents());
    before.documents().count() == after.documents().count()
        && documents
            .map(|(old, new)| (old.root(), new.root()))
            .all(|(old, new)| match (old, new) {
                (Some(old), Some(new)) => proof.same(old, new),
                (old, new) => old.is_none() && new.is_none(),
            })
}

struct Proof {
    /// The key of the entry that may be missing.
    removed: NodeId,
    /// Which node of the result a node has become.
    twins: HashMap<NodeId, NodeId>,
}

impl Proof {
    fn same(&mut self, old: Node<'_>, new: Node<'_>) -> bool {
        if old.is_alias() || new.is_alias() {
            let twin = self.twins.get(&old.resolved().id());
            return old.is_alias() && new.is_alias() && twin == Some(&new.resolved().id());
        }
        self.twins.insert(old.id(), new.id());
        let alike = old.scalar() == new.scalar()
            && old.style() == new.style()
            && old.tag() == new.tag()
            && old.is_mapping() == new.is_mapping()
            && old.is_sequence() == new.is_sequence()
            && old.is_flow() == new.is_flow();
        alike && self.same_items(old, new) && self.same_entries(old, new)
    }

    fn same_items(&mut self, old: Node<'_>, new: Node<'_>) -> bool {
        let (old, new): (Vec<_>, Vec<_>) = (old.items().collect(), new.items().collect());
        old.len() == new.len()
            && old
                .into_iter()
                .zip(new)
                .all(|(old, new)| self.same(old, new))
    }

    fn same_entries(&mut self, old: Node<'_>, new: Node<'_>) -> bool {
        let removed = self.removed;
        let old: Vec<_> = old
            .entries()
            .filter(|(key, _)| key.id() != removed)
            .collect();
        let new: Vec<_> = new.entries().collect();
        old.len() == new.len()
            && old
                .into_iter()
                .zip(new)
                .all(|((key, value), (new_key, new_value))| {
                    self.same(key, new_key) && self.same(value, new_value)
                })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(text: &str, path: &[&str]) -> Option<String> {
        let stream = Stream::parse(text).unwrap();
        let root = stream.documents().next().unwrap().root().unwrap();
        let edit = remove(root, path)?;
        let mut edited = text.to_owned();
        edited.replace_range(edit.range, &edit.text);
        Some(edited)
    }

    #[test]
    fn an_entry_goes_with_its_lines_and_nothing_else() {
        for (text, expected) in [
            ("a: 1\nx: 2\nb: 3\n", "a: 1\nb: 3\n"),
            ("a: 1\r\nx: 2 # why\r\nb: 3\r\n", "a: 1\r\nb: 3\r\n"),
            ("a: 1\nx:\nb: 3\n", "a: 1\nb: 3\n"),
            ("a: 1\nx: 2", "a: 1\n"),
            ("x: |\n  {}\n\n  more\n\n# of b\nb: 3\n", "\n# of b\nb: 3\n"),
            ("x: 'one\n  two'\nb: 3\n", "b: 3\n"),
            ("x:\n- a: |\n    text\n- b: {c: 1}\nb: 3\n", "b: 3\n"),
            (
                "a: {b: 1, x: 2, c: 3}\nx: {y: [\n  1]}\n",
                "a: {b: 1, x: 2, c: 3}\n",
            ),
            ("{a: 1, x: 2, b: 3}\n", "{a: 1, b: 3}\n"),
            ("{\"x\": 2, \"b\": 3}", "{\"b\": 3}"),
            (
                "{\n  \"b\": 3,\n  \"x\": {\n    \"y\": 1\n  }\n}\n",
                "{\n  \"b\": 3\n}\n",
            ),
        ] {
            assert_eq!(without(text, &["x"]).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_mapping_that_would_be_empty_goes_too() {
        let text = "name: a\nannotations:\n  # long\n  x: 1\n";
        assert_eq!(
            without(text, &["annotations", "x"]).as_deref(),
            Some("name: a\n")
        );
        let text = "name: a\nannotations:\n  y: 0\n  x: 1\n";
        assert_eq!(
            without(text, &["annotations", "x"]).as_deref(),
            Some("name: a\nannotations:\n  y: 0\n")
        );
        assert_eq!(
            without("annotations: {x: 1}\n", &["annotations", "x"]),
            None
        );
    }

    #[test]
    fn what_cannot_be_cut_out_cleanly_stays() {
        for text in [
            "x: &a 1\nb: *a\n",
            "- x: 1\n",
            "? x\n: 1\n",
            "b: 1\n? x\n: 2\n",
        ] {
            assert_eq!(without(text, &["x"]), None, "{text}");
        }
    }
}
