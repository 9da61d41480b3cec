//! Manifests inside the texts of other objects: a Secret in a ConfigMap is as readable as one in a file.

use std::ops::Range;

use sealsmith_core::manifest::tree::{Node, Style};

use super::{Readable, scan};
use crate::policy::Severity;

/// Adds the readable Secrets of a text; `holder` is the key that it belongs to.
pub(super) fn find(
    node: Node<'_>,
    holder: Option<Node<'_>>,
    nesting: usize,
    severity: Severity,
    found: &mut Vec<Readable>,
) {
    let text = node.scalar().unwrap_or_default();
    if nesting == 0 || !may_be_manifest(text) {
        return;
    }
    let before = found.len();
    scan(text, nesting - 1, found);
    for readable in &mut found[before..] {
        readable.at = place(node, holder, &readable.at);
        readable.severity = severity;
    }
}

fn may_be_manifest(text: &str) -> bool {
    text.contains(':') && (text.contains("Secret") || text.contains('\\'))
}

/// Where something inside a text stands in the file: exactly in a literal block, else at its key.
pub(super) fn place(
    node: Node<'_>,
    holder: Option<Node<'_>>,
    inner: &Range<usize>,
) -> Range<usize> {
    in_literal(node, inner).unwrap_or_else(|| match holder {
        Some(key) => key.range(),
        None => node.range().start..node.range().start,
    })
}

fn in_literal(node: Node<'_>, inner: &Range<usize>) -> Option<Range<usize>> {
    let text = node
        .scalar()
        .filter(|_| node.style() == Some(Style::Literal))?;
    let word = text.get(inner.clone())?;
    let line = text[..inner.start].matches('\n').count();
    let raw = &node.stream().text()[node.range()];
    let start = raw
        .match_indices('\n')
        .map(|(at, _)| at + 1)
        .nth(line.checked_sub(1)?)?;
    let found = raw[start..].lines().next()?.find(word)?;
    let at = node.range().start + start + found;
    Some(at..at + word.len())
}
