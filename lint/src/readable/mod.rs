//! Secrets that anyone can read: what Kubernetes tools take for a `v1` `Secret` that holds values.
//!
//! Go's readers know fields in any letters, follow aliases and merge keys, open lists, and cut a file
//! into documents at every line that starts with `---` before they look at the grammar. Whatever they
//! could make a Secret of is found here; what only stands for a value is not (see [`literal`]).

mod block;
mod embedded;
mod fields;
mod lines;
pub(crate) mod literal;
mod patches;
mod tree;

use std::ops::Range;

use sealsmith_core::manifest::tree::Stream;

pub(crate) use fields::{Field, field, fields};

use crate::limits;
use crate::policy::Severity;

/// How many texts may be read out of one another.
const MAX_NESTING: usize = 3;

/// A Secret that anyone can read. It names keys, never values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Readable {
    /// `namespace/name`, as far as the object says.
    pub(crate) object: String,
    /// The fields that hold values, as `stringData.password`.
    pub(crate) fields: Vec<String>,
    /// Where the first of them stands: its key.
    pub(crate) at: Range<usize>,
    /// Whether something would apply it as it is; a text inside another object is only carried along.
    pub(crate) severity: Severity,
}

/// Returns the readable Secrets of a file that was read as manifests.
pub(crate) fn in_stream(stream: &Stream) -> Vec<Readable> {
    let mut found = Vec::new();
    tree::find(stream, MAX_NESTING, &mut found);
    found
}

/// Returns the readable Secrets of a text that does not parse as a whole: document by document, and
/// where even that fails, line by line.
pub(crate) fn in_text(text: &str) -> Vec<Readable> {
    let mut found = Vec::new();
    scan(text, MAX_NESTING, &mut found);
    found
}

fn scan(text: &str, nesting: usize, found: &mut Vec<Readable>) {
    for document in documents(text)
        .into_iter()
        .filter(|document| may_hold_one(&text[document.clone()]))
    {
        let part = &text[document.clone()];
        let before = found.len();
        match limits::parse(part) {
            Ok(stream) => tree::find(&stream, nesting, found),
            Err(_) => found.extend(lines::find(part)),
        }
        for readable in &mut found[before..] {
            readable.at = readable.at.start + document.start..readable.at.end + document.start;
        }
    }
}

/// Whether a text could name a Secret at all: by the word, an escape or an encoded tag.
fn may_hold_one(text: &str) -> bool {
    text.contains("Secret") || text.contains(['\\', '!'])
}

/// Cuts a text where apimachinery's reader does: at lines that start with `---`, whatever follows.
fn documents(text: &str) -> Vec<Range<usize>> {
    let first = text.starts_with("---").then_some(0);
    let markers = first
        .into_iter()
        .chain(text.match_indices("\n---").map(|(at, _)| at + 1));
    let mut start = 0;
    let mut found = Vec::new();
    for marker in markers {
        found.push(start..marker);
        start = text[marker..]
            .find('\n')
            .map_or(text.len(), |end| marker + end);
    }
    found.push(start..text.len());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_end_at_every_line_that_starts_with_three_hyphens() {
        let text = "--- # a\nb\n---\nc: |\n---d\n";
        let parts: Vec<_> = documents(text)
            .into_iter()
            .map(|part| &text[part])
            .collect();
        assert_eq!(parts, ["", "\nb\n", "\nc: |\n", "\n"]);
    }
}
