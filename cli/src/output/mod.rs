//! How findings are written: one file a format. Standard output holds the chosen format and nothing else.
//!
//! A new format is a file here, a `mod` line, a variant of [`Format`] and its arm in [`write()`].

mod concise;
mod fingerprint;
mod frame;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod sarif;
mod wording;

use sealsmith_lint::Report;
use sealsmith_lint::policy::Severity;

use crate::env::git::tree::Tree;
use crate::failure::Failure;
use crate::ui::Ui;

pub(crate) use wording::word;

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
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of a GitHub workflow: the worst ten, and how many there are
    Github,
    /// A Code Quality report for GitLab
    Gitlab,
    /// Test results: a case for each rule and each finding
    Junit,
}

/// Writes what a run found. The tree that was judged shows the lines; findings of `failing` or above
/// are what the run fails for.
pub(crate) fn write(
    report: &Report,
    tree: &dyn Tree,
    format: Format,
    failing: Severity,
    ui: &Ui,
) -> Result<(), Failure> {
    let text = match format {
        Format::Human => human::write(report, tree, ui.colour())?,
        Format::Concise => concise::write(report),
        Format::Json => json::write(report),
        Format::Sarif => sarif::write(report),
        Format::Github => github::write(report),
        Format::Gitlab => gitlab::write(report),
        Format::Junit => junit::write(report, failing),
    };
    ui.bytes(text.as_bytes())
}
