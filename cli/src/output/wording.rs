//! The words of a finding, as every format says them.

use sealsmith_lint::Finding;
use sealsmith_lint::policy::Severity;

use crate::ui::printable;

/// The word for a severity.
pub(crate) fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Off => "info",
    }
}

/// All that a finding says: what is wrong, what the place means, what to do; a line each.
pub(super) fn full(finding: &Finding) -> String {
    let note = finding.note.as_ref().map(|note| format!("\nnote: {note}"));
    let help = finding.help.as_ref().map(|help| format!("\nhelp: {help}"));
    let (note, help) = (note.unwrap_or_default(), help.unwrap_or_default());
    printable(&format!("{}{note}{help}", finding.message)).into_owned()
}

/// The path as programs compare it: exactly as it is, or with escapes where it is no UTF-8.
pub(super) fn path(finding: &Finding) -> String {
    match std::str::from_utf8(finding.path.as_bytes()) {
        Ok(path) => path.to_owned(),
        Err(_) => finding.path.to_string(),
    }
}
