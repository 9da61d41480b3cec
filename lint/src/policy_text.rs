//! Where the entries of the policy stand in its text.

use std::ops::Range;

use sealsmith_core::manifest::tree::{Document, Node, Stream};

use crate::finding::{Edit, Fix, Mark};
use crate::limits;

/// The policy's text, in which entries are found by their path.
pub(crate) struct PolicyText {
    stream: Option<Stream>,
}

impl PolicyText {
    /// Reads a text; one that is no YAML has no places.
    pub(crate) fn read(text: &str) -> Self {
        Self {
            stream: limits::parse(text).ok(),
        }
    }

    /// The entry of a path such as `environments.dev.scopes` or `secrets.3.id`, counted from 0.
    pub(crate) fn node(&self, path: &str) -> Option<Node<'_>> {
        path.split('.').try_fold(self.root()?, |node, step| {
            if node.resolved().is_sequence() {
                node.items().nth(step.parse().ok()?)
            } else {
                node.get(step)
            }
        })
    }

    /// The place of an entry, or of the nearest one around it; of one that fills lines, where it starts.
    pub(crate) fn mark(&self, path: &str) -> Option<Mark> {
        let stream = self.stream.as_ref()?;
        let paths = std::iter::successors(Some(path), |path| Some(path.rsplit_once('.')?.0));
        let (path, node) = paths
            .into_iter()
            .find_map(|path| Some((path, self.node(path)?)))?;
        let fills_lines = !node.is_scalar() && !node.is_flow() && !node.is_alias();
        let range = match self.key(path).filter(|_| fills_lines) {
            Some(key) => key.range(),
            None => node.range(),
        };
        let shown = stream.text()[range.clone()].trim_end();
        let shown = shown
            .lines()
            .next()
            .filter(|_| fills_lines)
            .unwrap_or(shown);
        let end = shown.trim_end().len() + range.start;
        let (start, end) = (stream.position(range.start), stream.position(end));
        Some(Mark::between(start, end))
    }

    /// The key of an entry that has a name.
    fn key(&self, path: &str) -> Option<Node<'_>> {
        let (around, name) = match path.rsplit_once('.') {
            Some((around, name)) => (self.node(around)?, name),
            None => (self.root()?, path),
        };
        let mut entries = around.entries();
        let (key, _) = entries.find(|(key, _)| key.scalar() == Some(name))?;
        Some(key)
    }

    /// Removes an entry of a list. Where every entry goes, the first one's removal takes the list along.
    pub(crate) fn removal(&self, list: &str, at: usize, going: &[usize]) -> Option<Fix> {
        let stream = self.stream.as_ref()?;
        let node = self
            .node(list)
            .filter(|node| !node.is_alias() && !node.is_flow())?;
        let everything = node.items().count() == going.len();
        let range = match everything {
            false => lines_of(stream.text(), node.items().nth(at)?, "-")?,
            true if going.first() == Some(&at) => self.lines_of_key(list)?,
            true => return None,
        };
        let gone = if everything { going } else { &[at][..] };
        let text = [&stream.text()[..range.start], &stream.text()[range.end..]].concat();
        Self::read(&text).is_without(self, list, gone).then(|| Fix {
            safe: true,
            summary: "remove the entry".to_owned(),
            edits: vec![Edit {
                range,
                text: String::new(),
            }],
        })
    }

    fn lines_of_key(&self, list: &str) -> Option<Range<usize>> {
        let root = self.root()?;
        let (key, value) = root.entries().find(|(key, _)| key.scalar() == Some(list))?;
        let text = self.stream.as_ref()?.text();
        let last = lines_of(text, value.items().last()?, "-")?;
        let start = line_start(text, key.range().start);
        (start == key.range().start).then_some(start..last.end)
    }

    fn root(&self) -> Option<Node<'_>> {
        self.stream.as_ref()?.documents().find_map(Document::root)
    }

    /// Whether all is as in another text, but for some entries of a list.
    fn is_without(&self, other: &Self, list: &str, gone: &[usize]) -> bool {
        let rest = other.items(list).into_iter().enumerate();
        let rest = rest
            .filter(|(at, _)| !gone.contains(at))
            .map(|(_, item)| item);
        let rest: Vec<_> = rest.collect();
        all_equal(&self.items(list), &rest) && all_equal(&self.around(list), &other.around(list))
    }

    fn items(&self, list: &str) -> Vec<Node<'_>> {
        let node = self.node(list);
        node.into_iter().flat_map(Node::items).collect()
    }

    /// Every other entry of the policy: keys and values.
    fn around(&self, list: &str) -> Vec<Node<'_>> {
        let entries = self.root().into_iter().flat_map(Node::entries);
        let others = entries.filter(|(key, _)| key.scalar() != Some(list));
        others.flat_map(|(key, value)| [key, value]).collect()
    }
}

/// The lines on which an entry stands alone behind its mark, with the comment right above it.
fn lines_of(text: &str, node: Node<'_>, mark: &str) -> Option<Range<usize>> {
    let range = node.range();
    let mut start = line_start(text, range.start);
    if text[start..range.start].trim() != mark {
        return None;
    }
    let indent = &text[start..start + text[start..].find(mark)?];
    let comment = format!("{indent}#");
    loop {
        let above = line_start(text, start.saturating_sub(1));
        if above == start || !text[above..].starts_with(&comment) {
            break;
        }
        start = above;
    }
    let end = range.start + text[range].trim_end().len();
    let line_end = text[end..]
        .find('\n')
        .map_or(text.len(), |newline| end + newline + 1);
    Some(start..line_end)
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// Whether two nodes say the same, in the same way.
fn equal(one: Node<'_>, other: Node<'_>) -> bool {
    let written = |node: Node<'_>| (node.style(), node.is_alias());
    (one.scalar(), one.tag()) == (other.scalar(), other.tag())
        && written(one) == written(other)
        && all_equal(&children(one), &children(other))
}

fn all_equal(some: &[Node<'_>], others: &[Node<'_>]) -> bool {
    let mut pairs = some.iter().zip(others);
    some.len() == others.len() && pairs.all(|(one, other)| equal(*one, *other))
}

fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let entries = node.entries().flat_map(|(key, value)| [key, value]);
    entries.chain(node.items()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_found_by_its_path_or_what_is_around_it() {
        let text = PolicyText::read("a:\n  b: [x, {c: y}]\n");
        let place = |path| text.mark(path).map(|mark| (mark.line, mark.column));
        assert_eq!(place("a.b.1.c"), Some((2, 14)));
        assert_eq!(place("a.b.1.d"), Some((2, 10)));
        assert_eq!(place("z"), None);
        assert_eq!(PolicyText::read("a: [").mark("a"), None);
    }

    fn without(text: &str, at: usize, going: &[usize]) -> Option<String> {
        let fix = PolicyText::read(text).removal("secrets", at, going)?;
        let range = fix.edits[0].range.clone();
        Some([&text[..range.start], &text[range.end..]].concat())
    }

    const LIST: &str = "a: 1\nsecrets:  # all\n  # first\n  - id: x\n    k: v  # why\n\n  # second\n  - id: y\n  - {id: z}\nb: 2\n";

    #[test]
    fn an_entry_goes_with_its_comment_and_nothing_else_does() {
        let expected =
            "a: 1\nsecrets:  # all\n  # first\n  - id: x\n    k: v  # why\n\n  - {id: z}\nb: 2\n";
        assert_eq!(without(LIST, 1, &[1]).as_deref(), Some(expected));
        let last = LIST.replace("  - {id: z}\n", "");
        assert_eq!(without(LIST, 2, &[2]), Some(last));
    }

    #[test]
    fn a_list_goes_with_its_last_entries() {
        assert_eq!(
            without(LIST, 0, &[0, 1, 2]).as_deref(),
            Some("a: 1\nb: 2\n")
        );
        assert_eq!(without(LIST, 1, &[0, 1, 2]), None);
    }

    #[test]
    fn what_does_not_stand_on_its_own_lines_is_left_to_a_person() {
        for text in [
            "secrets: [{id: x}, {id: y}]\n",
            "secrets: &a\n- id: x\n- id: y\nb: *a\n",
        ] {
            assert_eq!(without(text, 0, &[0]), None, "{text}");
        }
    }
}
