//! The part of a file that anyone can read: sealed values are most of a repository's bytes, and say nothing.

use std::ops::Range;

use super::{Sighting, in_text};
use crate::source::Source;
use crate::value::Value;

/// Returns the credentials of a file that was read, in order.
pub(crate) fn in_source(source: &Source<'_>) -> Vec<Sighting> {
    let text = source.text().unwrap_or_default();
    let gaps = gaps(source, text.len());
    gaps.into_iter()
        .flat_map(|gap| {
            let found = in_text(&text[gap.clone()]).into_iter();
            found.map(move |sighting| Sighting {
                at: sighting.at.start + gap.start..sighting.at.end + gap.start,
                ..sighting
            })
        })
        .collect()
}

fn gaps(source: &Source<'_>, len: usize) -> Vec<Range<usize>> {
    let values = source.sealed().flat_map(|(_, values)| values);
    let mut sealed: Vec<_> = values
        .filter(|value| is_sealed(value))
        .map(Value::range)
        .collect();
    sealed.sort_by_key(|range| range.start);
    let ends = std::iter::once(0).chain(sealed.iter().map(|range| range.end));
    let starts = sealed.iter().map(|range| range.start).chain([len]);
    ends.zip(starts)
        .map(|(start, end)| start..end.max(start))
        .collect()
}

fn is_sealed(value: &Value<'_>) -> bool {
    value.own && value.node.is_scalar() && value.envelope().is_some()
}
