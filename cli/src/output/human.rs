//! For people: each finding with the lines it is about, as compilers show them.
//!
//! Lines that may hold a secret are shown as asterisks: those of a rule about secrets, and all others of
//! the same file, since another rule may mark the very same place.

use std::collections::HashSet;

use annotate_snippets::{Element, Group, Level, Origin, Renderer};
use sealsmith_lint::policy::Severity;
use sealsmith_lint::source::Content;
use sealsmith_lint::{Finding, Path, Report};

use super::frame::{self, Lines};
use crate::env::git::tree::Tree;
use crate::failure::Failure;
use crate::ui::{Colour, printable};

/// Writes every finding and an empty line after each.
pub(super) fn write(report: &Report, tree: &dyn Tree, colour: Colour) -> Result<String, Failure> {
    let renderer = match colour {
        Colour::Always => Renderer::styled(),
        Colour::Never => Renderer::plain(),
    };
    let secretive = secretive(report);
    let mut sources = Sources { tree, last: None };
    let mut out = String::new();
    for finding in &report.findings {
        let shown = match secretive.contains(&finding.path) {
            true => Lines::Blanked,
            false => Lines::AsTheyAre,
        };
        let text = sources.text(&finding.path)?;
        out += &renderer.render(&[group(finding, text, shown)]);
        out += "\n\n";
    }
    Ok(out)
}

/// The files that hold something that may be a secret, silenced findings included.
fn secretive(report: &Report) -> HashSet<&Path> {
    let silenced = report.silenced.iter().map(|(finding, _)| finding);
    let all = report.findings.iter().chain(silenced);
    all.filter(|finding| finding.rule.sensitive)
        .map(|finding| &finding.path)
        .collect()
}

fn group<'a>(finding: &'a Finding, text: Option<&str>, shown: Lines) -> Group<'a> {
    let title = level(finding.severity).primary_title(safe(&finding.message));
    let mut group = title
        .id(finding.rule.name)
        .element(place(finding, text, shown));
    // A note stands beside its place, if there is one.
    if let (Some(note), None) = (&finding.note, finding.mark.and(text)) {
        group = group.element(Level::NOTE.message(safe(note)));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(safe(help)));
    }
    group
}

fn place<'a>(finding: &Finding, text: Option<&str>, shown: Lines) -> Element<'a> {
    let path = safe(&finding.path.to_string());
    let drawn = text.and_then(|text| frame::draw(text, finding, path.clone(), shown));
    match (drawn, finding.mark) {
        (Some(snippet), _) => snippet.into(),
        (None, Some(mark)) => Origin::path(path)
            .line(frame::number(mark.line))
            .char_column(frame::number(mark.column))
            .into(),
        (None, None) => Origin::path(path).into(),
    }
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info | Severity::Off => Level::INFO,
    }
}

fn safe(text: &str) -> String {
    printable(text).into_owned()
}

/// The texts of files, one after another.
struct Sources<'a> {
    tree: &'a dyn Tree,
    last: Option<(Path, Option<String>)>,
}

impl Sources<'_> {
    fn text(&mut self, path: &Path) -> Result<Option<&str>, Failure> {
        if self.last.as_ref().is_none_or(|(last, _)| last != path) {
            let file = self.tree.at(path)?;
            let bytes = file.and_then(|file| match file.content {
                Content::Bytes(bytes) => String::from_utf8(bytes).ok(),
                Content::TooLarge(_) | Content::Nothing => None,
            });
            self.last = Some((path.clone(), bytes));
        }
        Ok(self.last.as_ref().and_then(|(_, text)| text.as_deref()))
    }
}
