//! A Code Quality report for GitLab (docs.gitlab.com, "Code Quality report format").

use sealsmith_lint::policy::Severity;
use sealsmith_lint::{Finding, Report};
use serde_json::{Value, json};

use super::fingerprint::Fingerprints;
use super::wording;

/// Writes an array of issues. GitLab matches them by fingerprint with those of the target branch.
pub(super) fn write(report: &Report) -> String {
    let mut fingerprints = Fingerprints::default();
    let issues: Vec<_> = report
        .findings
        .iter()
        .map(|finding| issue(finding, fingerprints.next(finding)))
        .collect();
    serde_json::to_string_pretty(&issues).expect("the issues are plain JSON") + "\n"
}

fn issue(finding: &Finding, fingerprint: String) -> Value {
    // A line is required, also of a finding about a whole file.
    let (begin, end) = finding
        .mark
        .map_or((1, 1), |mark| (mark.line, mark.end_line));
    json!({
        "description": wording::full(finding),
        "check_name": finding.rule.name,
        "fingerprint": fingerprint,
        "severity": severity(finding.severity),
        "location": {
            "path": wording::path(finding),
            "lines": {"begin": begin, "end": end},
        },
    })
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Info | Severity::Off => "info",
    }
}
