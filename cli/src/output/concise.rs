//! One line a finding, as compilers and editors know it.

use sealsmith_lint::{Finding, Report};

use super::wording::word;
use crate::ui::printable;

/// Writes `path:line:column: severity[rule]: message`.
pub(super) fn write(report: &Report) -> String {
    report.findings.iter().map(line).collect()
}

fn line(finding: &Finding) -> String {
    let place = finding
        .mark
        .map(|mark| format!("{}:{}:", mark.line, mark.column));
    format!(
        "{}:{} {}[{}]: {}\n",
        printable(&finding.path.to_string()),
        place.unwrap_or_default(),
        word(finding.severity),
        finding.rule.name,
        printable(&finding.message).replace('\n', " "),
    )
}
