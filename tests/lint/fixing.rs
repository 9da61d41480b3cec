//! What fixes leave of a text.

use sealsmith_lint::Report;
use sealsmith_lint::finding::{Edit, Finding};

/// The text after all safe fixes.
pub(crate) fn fixed(text: &str, report: &Report) -> String {
    applied(text, report, |finding| {
        finding.fix.as_ref().is_some_and(|fix| fix.safe)
    })
}

/// The text after the fixes of the findings that are wanted.
pub(crate) fn applied(text: &str, report: &Report, wanted: impl Fn(&Finding) -> bool) -> String {
    let findings = report.findings.iter().filter(|finding| wanted(finding));
    let fixes = findings.filter_map(|finding| finding.fix.as_ref());
    let mut edits: Vec<&Edit> = fixes.flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|edit| edit.range.start);
    let mut text = text.to_owned();
    for edit in edits.into_iter().rev() {
        text.replace_range(edit.range.clone(), &edit.text);
    }
    text
}
