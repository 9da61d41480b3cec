//! What stays of a file when a re-seal does no more than it may: the text without its sealed values.

use std::ops::Range;

use sealsmith_core::manifest::tree::{Node, Stream};
use sha2::{Digest as _, Sha256};

use crate::policy;
use crate::source::{Content, Source};
use crate::value::Value;

/// SHA-256 of all that is no sealed value; of the policy, of all but the pinned fingerprints.
pub(crate) fn frame(source: &Source<'_>) -> [u8; 32] {
    let Some(text) = source.text() else {
        return match &source.file().content {
            Content::Bytes(bytes) => Sha256::digest(bytes).into(),
            _ => [0; 32],
        };
    };
    let mut digest = Sha256::new();
    let mut at = 0;
    for range in left_out(source) {
        digest.update(&text.as_bytes()[at..range.start]);
        // No text holds a zero byte, so it cannot stand for anything else.
        digest.update([0]);
        at = range.end;
    }
    digest.update(&text.as_bytes()[at..]);
    digest.finalize().into()
}

fn left_out(source: &Source<'_>) -> Vec<Range<usize>> {
    let is_policy = source.path().as_bytes() == policy::FILE.as_bytes();
    let pins = source.stream().filter(|_| is_policy).map(pins);
    let values = source.sealed().flat_map(|(_, values)| values);
    let values = values.filter(|value| is_left_out(value)).map(Value::range);
    let mut ranges: Vec<_> = values.chain(pins.into_iter().flatten()).collect();
    ranges.sort_by_key(|range| range.start);
    ranges
}

/// An alias belongs to the frame, and so does what it stands for elsewhere.
fn is_left_out(value: &Value<'_>) -> bool {
    value.own && value.node.is_scalar()
}

/// The lists of pinned fingerprints.
fn pins(stream: &Stream) -> Vec<Range<usize>> {
    let roots = stream.documents().filter_map(|document| document.root());
    let environments = roots.filter_map(|root| root.get("environments"));
    let environments =
        environments.flat_map(|all| all.entries().map(|(_, environment)| environment));
    let lists = environments.filter_map(|environment| environment.get("fingerprints"));
    lists
        .filter(|list| list.is_sequence() && !list.is_alias())
        .map(list_range)
        .collect()
}

/// From the first item to the last: the node of a list without brackets ends where the next one starts.
fn list_range(list: Node<'_>) -> Range<usize> {
    match (list.items().next(), list.items().last()) {
        (Some(first), Some(last)) if !list.is_flow() => first.range().start..last.range().end,
        _ => list.range(),
    }
}
