//! Where Kubernetes reads a file differently than people do, or than other tools.

mod identity;
mod text;

use std::ops::Range;

use sealsmith_core::manifest::tree::{Format, Stream};

use crate::finding::Fix;

/// A place that is read in two ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ambiguity {
    /// The bytes.
    pub(crate) at: Range<usize>,
    /// What is wrong.
    pub(crate) message: String,
    /// What that means.
    pub(crate) note: &'static str,
    /// How it is put right without a change of meaning.
    pub(crate) fix: Option<Fix>,
}

/// Returns the places of a file that was read as manifests.
pub(crate) fn in_stream(stream: &Stream) -> Vec<Ambiguity> {
    let mut found = Vec::new();
    // JSON has none of these marks outside of its strings.
    if stream.format() == Format::Yaml {
        found.extend(text::marks(stream.text()));
        found.extend(text::markers(stream.text()));
    }
    identity::find(stream, &mut found);
    found
}

/// Returns the places of a text that does not parse, as far as they can be known.
pub(crate) fn in_text(text: &str) -> Vec<Ambiguity> {
    text::marks(text).collect()
}
