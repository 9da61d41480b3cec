//! How findings are written: one file a format. Standard output holds the chosen format and nothing else.

mod concise;
mod frame;
mod human;
mod json;

use sealsmith_lint::Report;
use sealsmith_lint::policy::Severity;

use crate::env::git::tree::Tree;
use crate::failure::Failure;
use crate::ui::Ui;

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people: each with the lines it is about
    #[default]
    Human,
    /// One line each
    Concise,
    /// One JSON object with a version
    Json,
}

/// Writes what a run found. The tree that was judged shows the lines.
pub(crate) fn write(
    report: &Report,
    tree: &dyn Tree,
    format: Format,
    ui: &Ui,
) -> Result<(), Failure> {
    let text = match format {
        Format::Human => human::write(report, tree, ui.colour())?,
        Format::Concise => concise::write(report),
        Format::Json => json::write(report),
    };
    ui.bytes(text.as_bytes())
}

/// The word for a severity.
fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Off => "info",
    }
}
