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

pub(crate) use fields::{Field, each, field, is_named};
pub(crate) use tree::title;

use crate::limits;
use crate::manifest_like::{could_be_manifest, lossy};
use crate::policy::Severity;
use crate::source::{Reading, Source};

/// How many texts may be read out of one another.
const MAX_NESTING: usize = 3;

/// How many Secrets are looked for in a file; whoever has that many need not see the others.
const MOST: usize = 100;

/// What Go's reader takes for the end of a line, and YAML 1.2 does not.
const BREAKS: [char; 3] = ['\u{85}', '\u{2028}', '\u{2029}'];

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

/// Returns the readable Secrets of a file, whatever could be read of it.
pub(crate) fn secrets(source: &Source<'_>) -> Vec<Readable> {
    match source.reading() {
        Reading::Manifests(stream) => in_stream(stream),
        _ if !could_be_manifest(source.path()) => Vec::new(),
        Reading::Text { text, .. } => in_text(text),
        Reading::Unread(_) => lossy(source.file()).map_or_else(Vec::new, |text| in_text(&text)),
    }
}

/// Returns the readable Secrets of a file that was read as manifests.
pub(crate) fn in_stream(stream: &Stream) -> Vec<Readable> {
    let mut found = Vec::new();
    tree::find(stream, MAX_NESTING, &mut found);
    add_behind_breaks(stream.text(), &mut found);
    found
}

/// Returns the readable Secrets of a text that does not parse as a whole: document by document, and
/// where even that fails, line by line.
pub(crate) fn in_text(text: &str) -> Vec<Readable> {
    let mut found = Vec::new();
    scan(text, MAX_NESTING, &mut found);
    add_behind_breaks(text, &mut found);
    found
}

/// Whether a text that does not parse uses what could hide a Secret from a search for words: tags,
/// aliases and merge keys.
pub(crate) fn hides_meaning(text: &str) -> bool {
    lines::has_indirection(text)
}

/// Adds the Secrets that are there only for a reader that ends lines at more characters.
fn add_behind_breaks(text: &str, found: &mut Vec<Readable>) {
    if text.is_ascii() || !text.contains(BREAKS) {
        return;
    }
    // The same length, so that places stay what they are.
    let text = BREAKS.iter().fold(text.to_owned(), |text, c| {
        text.replace(*c, &format!("{:1$}\n", "", c.len_utf8() - 1))
    });
    let mut more = Vec::new();
    scan(&text, MAX_NESTING, &mut more);
    more.retain(|readable| found.iter().all(|known| known.at != readable.at));
    found.extend(more);
}

fn scan(text: &str, nesting: usize, found: &mut Vec<Readable>) {
    for document in documents(text)
        .into_iter()
        .filter(|document| may_hold_one(&text[document.clone()]))
    {
        if found.len() >= MOST {
            return;
        }
        let part = &text[document.clone()];
        let before = found.len();
        match limits::parse(part) {
            Ok(stream) => tree::find(&stream, nesting, found),
            Err(_) => found.extend(lines::find(part)),
        }
        for mut readable in found.split_off(before) {
            readable.at = readable.at.start + document.start..readable.at.end + document.start;
            if found.iter().all(|known| known.at != readable.at) {
                found.push(readable);
            }
        }
    }
}

/// Whether a text could name a Secret at all: by the word, an escape or an encoded tag.
fn may_hold_one(text: &str) -> bool {
    text.contains("Secret") || text.contains(['\\', '!'])
}

/// Cuts a text where apimachinery's reader does: at lines that start with `---`, whatever follows. What
/// stands on such a line, some readers lose and others take for the start of the document.
fn documents(text: &str) -> Vec<Range<usize>> {
    let first = text.starts_with("---").then_some(0);
    let markers = first
        .into_iter()
        .chain(text.match_indices("\n---").map(|(at, _)| at + 1));
    let mut start = 0;
    let mut beside = None;
    let mut found = Vec::new();
    for marker in markers {
        found.push(start..marker);
        found.extend(beside.take().map(|start| start..marker));
        beside = content_beside(text, marker);
        start = text[marker..]
            .find('\n')
            .map_or(text.len(), |end| marker + end);
    }
    found.push(start..text.len());
    found.extend(beside.map(|start| start..text.len()));
    found
}

/// Where a document starts on the line of its marker, as in `--- {kind: Secret}`.
fn content_beside(text: &str, marker: usize) -> Option<usize> {
    let rest = &text[marker + 3..];
    let content = rest.trim_start_matches([' ', '\t']);
    let nothing = content.is_empty() || content.starts_with(['#', '\r', '\n']);
    (content.len() < rest.len() && !nothing).then_some(marker + 3)
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
