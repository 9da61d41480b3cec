//! The lines of one object in a template, by their indentation.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::fields::is_named;
use super::literal::{is_encoded_literal, is_encrypted, is_literal};

static ENTRY: LazyLock<Regex> = LazyLock::new(|| {
    let key = r#"(?:\{\{.*?\}\}|"[^"]*"|'[^']*'|[^:{}"'#])+"#;
    Regex::new(&format!(r"^({key}):(?:\s+(.*))?$")).expect("a constant that the tests compile")
});
static PAIR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"["']?([\w.\-/]+)["']?\s*:\s*("[^"]*"|'[^']*'|\{\{.*?\}\}|[^,{}\s][^,}]*)"#)
        .expect("a constant that the tests compile")
});

/// A line with something on it.
pub(super) struct Line<'t> {
    /// Where its text starts, hyphens of a list left out.
    pub(super) start: usize,
    indent: usize,
    column: usize,
    text: &'t str,
}

/// The lines of one object.
pub(super) struct Block<'l, 't> {
    lines: &'l [Line<'t>],
    column: usize,
}

impl<'t> Line<'t> {
    /// The lines of a text that hold more than blanks, comments and template instructions.
    pub(super) fn all(text: &'t str) -> Vec<Self> {
        let breaks = ['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'];
        let mut start = 0;
        let mut lines = Vec::new();
        for line in text.split_inclusive(breaks) {
            lines.extend(Self::new(start, line));
            start += line.len();
        }
        lines
    }

    fn new(start: usize, line: &'t str) -> Option<Self> {
        let line = line.trim_end();
        let indent = line.len() - line.trim_start().len();
        let mut text = &line[indent..];
        while let Some(item) = text.strip_prefix("- ") {
            text = item.trim_start();
        }
        let column = line.len() - text.len();
        let instruction = text.starts_with("{{") && text.ends_with("}}") && !text.contains("}}:");
        let nothing = text.is_empty() || text.starts_with('#') || instruction;
        (!nothing).then_some(Self {
            start: start + column,
            indent,
            column,
            text,
        })
    }

    /// Key and value of a mapping's entry.
    fn entry(&self) -> Option<(&'t str, &'t str)> {
        let found = ENTRY.captures(self.text)?;
        let key = found.get(1)?.as_str().trim().trim_matches(['"', '\'']);
        Some((key, found.get(2).map_or("", |value| value.as_str())))
    }
}

impl<'l, 't> Block<'l, 't> {
    /// The object that has a field on that line.
    pub(super) fn around(lines: &'l [Line<'t>], at: usize) -> Self {
        let column = lines[at].column;
        let above = lines[..at].iter().rposition(|line| line.indent < column);
        let first = match above {
            _ if lines[at].indent < column => at,
            Some(above) if lines[above].column == column => above,
            Some(above) => above + 1,
            None => 0,
        };
        let below = lines[at + 1..].iter().position(|line| line.indent < column);
        let end = below.map_or(lines.len(), |below| at + 1 + below);
        Self {
            lines: &lines[first..end],
            column,
        }
    }

    /// Everything, when it stands in braces: there, indentation means nothing.
    pub(super) fn in_braces(lines: &'l [Line<'t>]) -> Option<Self> {
        let first = lines.iter().find(|line| line.text != "---")?;
        let opens = first.text.starts_with(['{', '[']) && !first.text.starts_with("{{");
        opens.then_some(Self { lines, column: 0 })
    }

    /// Its text.
    pub(super) fn text(&self, text: &'t str) -> &'t str {
        let end = self
            .lines
            .last()
            .map_or(0, |line| line.start + line.text.len());
        &text[self.lines.first().map_or(0, |line| line.start)..end]
    }

    /// The first field under `data` or `stringData` that has a value, and where its key stands.
    pub(super) fn first_value(&self, text: &'t str) -> Option<(String, Range<usize>)> {
        let one_line = self
            .lines
            .iter()
            .find_map(|line| in_flow(line.text).map(|found| (line, found)));
        let in_lines = || {
            self.lines
                .iter()
                .enumerate()
                .find_map(|(at, line)| self.data(at, line))
        };
        let (field, key) = match one_line {
            Some((line, (field, key))) => (field, line.start + key.start..line.start + key.end),
            None => in_lines()?,
        };
        text.get(key.clone()).map(|_| (field, key))
    }

    fn data(&self, at: usize, line: &Line<'t>) -> Option<(String, Range<usize>)> {
        let (name, rest) = line.entry().filter(|_| line.column == self.column)?;
        let field = ["data", "stringData"]
            .into_iter()
            .find(|field| is_named(name, field))?;
        if !without_comment(rest).is_empty() {
            return None;
        }
        let below = &self.lines[at + 1..];
        let end = below
            .iter()
            .position(|line| line.column <= self.column)
            .unwrap_or(below.len());
        let (key, place) = entries(&below[..end], field)?;
        Some((format!("{field}.{key}"), place))
    }
}

/// The first entry with a value among the lines below `data`.
fn entries<'t>(lines: &[Line<'t>], field: &str) -> Option<(&'t str, Range<usize>)> {
    let mut rest = lines;
    while let Some((line, below)) = rest.split_first() {
        let end = below
            .iter()
            .position(|other| other.column <= line.column)
            .unwrap_or(below.len());
        if let Some((key, value)) = line.entry() {
            let value = without_comment(value);
            let long = value.is_empty() || value.starts_with(['|', '>']);
            let text = || {
                below[..end]
                    .iter()
                    .map(|line| line.text)
                    .collect::<Vec<_>>()
                    .join("\n")
            };
            if if long {
                is_value(&text(), field)
            } else {
                is_value(value, field)
            } {
                return Some((
                    key,
                    line.start..line.start + line.text.find(':').unwrap_or(0),
                ));
            }
        }
        rest = &below[end..];
    }
    None
}

/// The first entry with a value in `data: {…}` on one line.
fn in_flow(line: &str) -> Option<(String, Range<usize>)> {
    for field in ["stringData", "data"] {
        let Some((at, _)) = line
            .match_indices(field)
            .find(|(at, _)| opens(&line[at + field.len()..]))
        else {
            continue;
        };
        let inner = at + field.len();
        let end = line[inner..]
            .find("}}}")
            .map_or(line.len(), |end| inner + end + 2);
        for pair in PAIR.captures_iter(&line[inner..end]) {
            let (key, value) = (pair.get(1)?, pair.get(2)?);
            if is_value(value.as_str(), field) {
                return Some((
                    format!("{field}.{}", key.as_str()),
                    inner + key.start()..inner + key.end(),
                ));
            }
        }
    }
    None
}

/// Whether `: {` follows a key, but not `: {{`.
fn opens(after: &str) -> bool {
    let after = after.trim_start_matches(['"', '\'']).trim_start();
    let inner = after
        .strip_prefix(':')
        .map(str::trim_start)
        .and_then(|value| value.strip_prefix('{'));
    inner.is_some_and(|inner| !inner.starts_with('{'))
}

fn is_value(text: &str, field: &str) -> bool {
    let text = text.trim().trim_matches(['"', '\'']);
    let literal = if field == "data" {
        is_encoded_literal(text)
    } else {
        is_literal(text)
    };
    literal && !is_encrypted(text) && !matches!(text, "~" | "null" | "{}")
}

fn without_comment(value: &str) -> &str {
    let value = value.trim();
    if value.starts_with('#') {
        return "";
    }
    if value.starts_with(['"', '\'']) {
        return value;
    }
    value
        .split_once(" #")
        .map_or(value, |(value, _)| value.trim_end())
}
