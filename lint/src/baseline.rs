//! `.sealsmith-baseline`: findings that were there when the rules came, and are put right later.
//!
//! A sorted line each: rule, path, `namespace/name` and field, separated by tabs. No line numbers, dates
//! or hashes, so that it neither drifts nor tells anything about a value.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::finding::Finding;

/// The file's name, at the repository root.
pub const FILE: &str = ".sealsmith-baseline";

/// Findings that are accepted as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: BTreeMap<String, usize>,
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
        for (index, line) in text.lines().enumerate() {
            let line = line.trim_end_matches('\r');
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if line.split('\t').count() != 4 {
                return Err(Error { line: index + 1 });
            }
            entries.entry(line.to_owned()).or_insert(index + 1);
        }
        Ok(Self { entries })
    }

    /// Takes the findings of a run.
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let lines: BTreeSet<String> = findings.into_iter().map(line).collect();
        let entries = lines.into_iter().enumerate();
        Self {
            entries: entries.map(|(index, line)| (line, index + 1)).collect(),
        }
    }

    /// Whether a finding is accepted.
    #[must_use]
    pub fn holds(&self, finding: &Finding) -> bool {
        self.entries.contains_key(&line(finding))
    }

    /// The entries that none of these findings has, each with its line number.
    pub fn unused<'a>(
        &'a self,
        findings: impl IntoIterator<Item = &'a Finding>,
    ) -> Vec<(&'a str, usize)> {
        let used: BTreeSet<String> = findings.into_iter().map(line).collect();
        let entries = self.entries.iter().map(|(entry, at)| (entry.as_str(), *at));
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

fn line(finding: &Finding) -> String {
    let subject = &finding.subject;
    let path = finding.path.to_string();
    let fields = [finding.rule.name, &path, &subject.object, &subject.field];
    fields
        .map(|field| field.replace(['\t', '\n', '\r'], " "))
        .join("\t")
}
