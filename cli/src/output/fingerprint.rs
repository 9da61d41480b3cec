//! What recognises a finding in the next report, when lines have moved.

use std::collections::HashMap;

use sealsmith_lint::Finding;
use sha2::{Digest as _, Sha256};

/// Characters of a fingerprint: 128 bits.
const LENGTH: usize = 32;

/// Gives every finding of one report its own fingerprint.
///
/// It comes from rule, path, object and field: names alone, so that it tells nothing about a value.
/// Where these are the same, findings are counted: a fingerprint that comes twice would hide one of them.
#[derive(Default)]
pub(super) struct Fingerprints {
    seen: HashMap<String, usize>,
}

impl Fingerprints {
    /// Returns the fingerprint of the next finding.
    pub(super) fn next(&mut self, finding: &Finding) -> String {
        let before = self.seen.entry(digest(finding, 0)).or_default();
        let fingerprint = digest(finding, *before);
        *before += 1;
        fingerprint
    }
}

fn digest(finding: &Finding, before: usize) -> String {
    let count = before.to_string();
    let parts = [
        finding.rule.name.as_bytes(),
        finding.path.as_bytes(),
        finding.subject.object.as_bytes(),
        finding.subject.field.as_bytes(),
        count.as_bytes(),
    ];
    let mut digest = Sha256::new();
    for part in parts {
        // With its length in front no part can pass for a piece of its neighbour.
        digest.update(part.len().to_string());
        digest.update([0]);
        digest.update(part);
    }
    let bytes = digest.finalize();
    let mut text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    text.truncate(LENGTH);
    text
}
