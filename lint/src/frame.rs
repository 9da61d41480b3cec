//! What stays of a file when a re-seal does no more than it may: the text without its sealed values.

use std::ops::Range;

use sealsmith_core::manifest::tree::{Node, Stream};
use sha2::{Digest as _, Sha256};

use crate::index::Pins;
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

/// What [`frame`] leaves out of the policy.
pub(crate) fn pins(source: &Source<'_>) -> Vec<Pins> {
    let Some(stream) = source.stream() else {
        return Vec::new();
    };
    let pins = pinned(source).into_iter();
    let pins = pins.map(|(environment, range)| Pins {
        environment: environment.to_owned(),
        digest: Sha256::digest(&stream.text()[range]).into(),
    });
    pins.collect()
}

fn left_out(source: &Source<'_>) -> Vec<Range<usize>> {
    let pins = pinned(source).into_iter().map(|(_, range)| range);
    let values = source.sealed().flat_map(|(_, values)| values);
    let values = values.filter(|value| is_left_out(value)).map(Value::range);
    let mut ranges: Vec<_> = values.chain(pins).collect();
    ranges.sort_by_key(|range| range.start);
    ranges
}

/// An alias belongs to the frame, and so does what it stands for elsewhere.
fn is_left_out(value: &Value<'_>) -> bool {
    value.own && value.node.is_scalar()
}

/// The pinned fingerprints of each environment of the policy.
fn pinned<'a>(source: &Source<'a>) -> Vec<(&'a str, Range<usize>)> {
    let is_policy = source.path().as_bytes() == policy::FILE.as_bytes();
    let stream = source.stream().filter(|_| is_policy);
    let roots = stream.into_iter().flat_map(Stream::documents);
    let roots = roots.filter_map(|document| document.root());
    let environments = roots.filter_map(|root| root.get("environments"));
    let lists = environments
        .flat_map(Node::entries)
        .filter_map(|(name, environment)| {
            let list = environment.get("fingerprints")?;
            let own = list.is_sequence() && !list.is_alias() && !environment.is_alias();
            own.then(|| Some((name.scalar()?, list_range(list))))?
        });
    lists.collect()
}

/// From the first item to the last: the node of a list without brackets ends where the next one starts.
fn list_range(list: Node<'_>) -> Range<usize> {
    match (list.items().next(), list.items().last()) {
        (Some(first), Some(last)) if !list.is_flow() => first.range().start..last.range().end,
        _ => list.range(),
    }
}
