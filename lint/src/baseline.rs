//! `.sealsmith-baseline`: findings that were there when the rules came, and are put right later.
//!
//! A sorted line each: rule, path, `namespace/name` and field, separated by tabs. No line numbers, dates
//! or hashes, so that it neither drifts nor tells anything about a value.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use crate::finding::Finding;

/// The file's name, at the repository root.
pub const FILE: &str = ".sealsmith-baseline";

/// Findings that are accepted as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: BTreeMap<String, Place>,
}

/// Where an entry stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its line, from 1.
    pub line: usize,
    /// Its bytes, the line break included.
    pub range: Range<usize>,
}

/// A line that is no entry.
#[derive(Debug, thiserror::Error)]
#[error("{FILE}:{line}: an entry is a rule, a path, an object and a field, separated by tabs")]
pub struct Error {
    line: usize,
}

impl Baseline {
    /// Reads a baseline; empty lines and lines with `#` in front do not count.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut entries = BTreeMap::new();
        let mut at = 0;
        for (index, whole) in text.split_inclusive('\n').enumerate() {
            let range = at..at + whole.len();
            at = range.end;
            let line = whole.trim_end_matches(['\n', '\r']);
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if line.split('\t').count() != 4 {
                return Err(Error { line: index + 1 });
            }
            entries.entry(line.to_owned()).or_insert(Place {
                line: index + 1,
                range,
            });
        }
        Ok(Self { entries })
    }

    /// Takes the findings of a run, but for those that only the policy's `exceptions` may accept.
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let findings = findings.into_iter().filter(|finding| may_hold(finding));
        let lines: BTreeSet<String> = findings.map(line).collect();
        let mut at = 0;
        let entries = lines.into_iter().enumerate().map(|(index, line)| {
            let range = at..at + line.len() + 1;
            at = range.end;
            let place = Place {
                line: index + 1,
                range,
            };
            (line, place)
        });
        Self {
            entries: entries.collect(),
        }
    }

    /// Whether a finding is accepted.
    #[must_use]
    pub fn holds(&self, finding: &Finding) -> bool {
        may_hold(finding) && self.entries.contains_key(&line(finding))
    }

    /// The entries that none of these findings has, each with its place.
    pub fn unused<'a>(
        &'a self,
        findings: impl IntoIterator<Item = &'a Finding>,
    ) -> Vec<(&'a str, &'a Place)> {
        let findings = findings.into_iter().filter(|finding| may_hold(finding));
        let used: BTreeSet<String> = findings.map(line).collect();
        let entries = self
            .entries
            .iter()
            .map(|(entry, place)| (entry.as_str(), place));
        entries
            .filter(|(entry, _)| !used.contains(*entry))
            .collect()
    }
}

/// The file's text.
impl fmt::Display for Baseline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entries
            .keys()
            .try_for_each(|entry| writeln!(f, "{entry}"))
    }
}

/// What only someone else may accept is not accepted by a line that anyone adds.
fn may_hold(finding: &Finding) -> bool {
    !finding.rule.exceptions_only
}

fn line(finding: &Finding) -> String {
    let subject = &finding.subject;
    let path = finding.path.to_string();
    let fields = [finding.rule.name, &path, &subject.object, &subject.field];
    fields
        .map(|field| field.replace(['\t', '\n', '\r'], " "))
        .join("\t")
}
