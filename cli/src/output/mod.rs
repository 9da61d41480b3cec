//! How results are written. Standard output holds the chosen format and nothing else.
//!
//! Most commands know [`Format`]. Findings have a file for each of their formats: a new one is a file here, a `mod` line,
//! a variant of [`FindingsFormat`] and its arm in [`write()`].

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

/// How the report of a command is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Human,
    /// For scripts: JSON
    Json,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum FindingsFormat {
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
    format: FindingsFormat,
    failing: Severity,
    ui: &Ui,
) -> Result<(), Failure> {
    let text = match format {
        FindingsFormat::Human => human::write(report, tree, ui.colour())?,
        FindingsFormat::Concise => concise::write(report),
        FindingsFormat::Json => json::write(report),
        FindingsFormat::Sarif => sarif::write(report),
        FindingsFormat::Github => github::write(report),
        FindingsFormat::Gitlab => gitlab::write(report),
        FindingsFormat::Junit => junit::write(report, failing),
    };
    ui.bytes(text.as_bytes())
}
