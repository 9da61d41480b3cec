//! The lines of a file that a finding is about.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Snippet};
use sealsmith_lint::Finding;
use sealsmith_lint::finding::Mark;

use crate::ui::printable;

/// Lines of one finding that are shown at most; the rest of a long value says nothing more.
const MOST_LINES: usize = 4;

/// How the lines of a frame are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lines {
    /// As the file has them.
    AsTheyAre,
    /// Their shape alone.
    Blanked,
}

/// Draws the lines that a finding marks; nothing when the text has no such place.
pub(super) fn draw<'a>(
    text: &str,
    finding: &Finding,
    path: String,
    lines: Lines,
) -> Option<Snippet<'a, Annotation<'a>>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mark = finding.mark?;
    let (shown, span) = cut(text, mark)?;
    let shown = match lines {
        Lines::AsTheyAre => shown,
        Lines::Blanked => blanked(&shown),
    };
    let mut annotation = AnnotationKind::Primary.span(span);
    if let Some(note) = &finding.note {
        annotation = annotation.label(printable(note).into_owned());
    }
    let snippet = Snippet::source(shown)
        .line_start(number(mark.line))
        .path(path);
    Some(snippet.annotation(annotation))
}

/// A line or column number as other libraries count it.
pub(super) fn number(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

/// Returns the marked lines, and the marked bytes in them.
fn cut(text: &str, mark: Mark) -> Option<(String, Range<usize>)> {
    let first = number(mark.line).checked_sub(1)?;
    let count = number(mark.end_line).checked_sub(first)?;
    let lines: Vec<&str> = text
        .split_inclusive('\n')
        .skip(first)
        .take(count.min(MOST_LINES))
        .collect();
    let start = offset(lines.first()?, mark.column);
    let last = lines.last()?;
    let before: usize = lines.iter().map(|line| line.len()).sum::<usize>() - last.len();
    let end = match count > MOST_LINES {
        true => before + last.trim_end().len(),
        false => before + offset(last, mark.end_column),
    };
    Some((lines.concat(), start..end.max(start)))
}

/// Returns where a column starts; a column behind the line is its end.
fn offset(line: &str, column: u32) -> usize {
    let line = line.trim_end_matches(['\n', '\r']);
    let mut starts = line.char_indices().map(|(start, _)| start);
    starts
        .nth(number(column).saturating_sub(1))
        .unwrap_or(line.len())
}

/// Keeps the shape of lines that may hold a secret, and nothing of what they say.
fn blanked(text: &str) -> String {
    let blank = |c: char| if c.is_whitespace() { c } else { '*' };
    text.chars().map(blank).collect()
}
