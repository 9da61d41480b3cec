//! Annotations of a GitHub workflow, as workflow commands.
//!
//! GitHub shows ten a level and step and drops the rest in silence, so the worst ten are chosen here and
//! a last line says how many there are.

use std::cmp::Reverse;

use sealsmith_lint::policy::Severity;
use sealsmith_lint::{Finding, Report};

use super::wording;

/// Annotations that are written at most.
const MOST: usize = 10;

/// Writes an annotation for each of the worst findings.
pub(super) fn write(report: &Report) -> String {
    let mut worst: Vec<&Finding> = report.findings.iter().collect();
    // A stable sort: among equals the order of the report stays.
    worst.sort_by_key(|finding| Reverse(finding.severity));
    worst.truncate(MOST);
    let lines: String = worst.iter().map(|finding| annotation(finding)).collect();
    lines + &rest(&worst, report.findings.len())
}

fn annotation(finding: &Finding) -> String {
    let mut properties = vec![("file", wording::path(finding))];
    if let Some(mark) = finding.mark {
        properties.push(("line", mark.line.to_string()));
        properties.push(("endLine", mark.end_line.to_string()));
        // GitHub refuses columns of a place that spans lines.
        if mark.line == mark.end_line {
            // Its last column belongs to the place; ours is the one after.
            let last = mark.end_column.saturating_sub(1).max(mark.column);
            properties.push(("col", mark.column.to_string()));
            properties.push(("endColumn", last.to_string()));
        }
    }
    properties.push(("title", format!("sealsmith {}", finding.rule.name)));
    command(
        level(finding.severity),
        &properties,
        &wording::full(finding),
    )
}

/// The line that tells of what is not shown; the log has it even when it is no annotation.
fn rest(shown: &[&Finding], all: usize) -> String {
    if all == 0 {
        return "sealsmith lint: no findings\n".to_owned();
    }
    if all <= shown.len() {
        let s = if all == 1 { "" } else { "s" };
        return format!("sealsmith lint: {all} finding{s}\n");
    }
    let text = format!(
        "{all} findings, of which the worst {} are shown; `sealsmith lint` shows all",
        shown.len()
    );
    // An eleventh of a level would not be shown.
    let all_notices = shown.iter().all(|one| level(one.severity) == "notice");
    let level = if all_notices { "warning" } else { "notice" };
    command(level, &[("title", "sealsmith lint".to_owned())], &text)
}

fn command(name: &str, properties: &[(&str, String)], message: &str) -> String {
    let properties: Vec<_> = properties
        .iter()
        .map(|(name, value)| format!("{name}={}", in_property(value)))
        .collect();
    format!(
        "::{name} {}::{}\n",
        properties.join(","),
        in_message(message)
    )
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Off => "notice",
    }
}

// The runner undoes exactly these (actions/toolkit, core/src/command.ts).
fn in_message(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn in_property(text: &str) -> String {
    in_message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_property_ends_it() {
        assert_eq!(in_property("a,b: 5%\r\n"), "a%2Cb%3A 5%25%0D%0A");
        assert_eq!(in_message("a,b: 5%\n"), "a,b: 5%25%0A");
    }
}
