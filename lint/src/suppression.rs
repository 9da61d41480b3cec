//! Comments that silence a finding: `# sealsmith: allow(RULE) until 2027-03-31 -- why`.

use std::ops::Range;

use sealsmith_core::manifest::tree::{Node, Stream};

use crate::finding::Mark;
use crate::policy::Date;
use crate::source::Source;

/// The longest time for which a comment may silence a finding, in days.
pub const MAX_DAYS: i64 = 180;

const MARKER: &str = "sealsmith:";

/// A comment that means to silence something.
#[derive(Clone, Debug)]
pub struct Suppression {
    /// Where it stands.
    pub mark: Mark,
    /// The lines it speaks for; line 0 is the file as a whole.
    pub lines: (u32, u32),
    /// The bytes that go when it is removed: its whole line, when it has one of its own.
    pub range: Range<usize>,
    /// What it says.
    pub meaning: Result<Meaning, Error>,
}

/// What a suppression says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// The rules it silences.
    pub rules: Vec<String>,
    /// The last day on which it does.
    pub until: Date,
    /// Why.
    pub reason: String,
}

/// Why a suppression says nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It does not have the form.
    #[error("a suppression reads `# sealsmith: allow(RULE) until 2027-03-31 -- why`")]
    Form,
    /// It has no usable day.
    #[error("{0}")]
    Until(String),
    /// It does not say why.
    #[error(
        "the reason is missing or too short: say in ten characters or more why the finding is accepted"
    )]
    Reason,
}

/// Returns every suppression of a file. Only YAML has comments, and a `#` inside a value is none.
#[must_use]
pub fn suppressions(source: &Source<'_>) -> Vec<Suppression> {
    let Some(stream) = source.stream() else {
        return Vec::new();
    };
    let text = stream.text();
    if !text.contains(MARKER) {
        return Vec::new();
    }
    let (scalars, lines) = (scalars(stream), Lines::of(text));
    let mut start = 0;
    let mut found = Vec::new();
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let comment = line
            .contains(MARKER)
            .then(|| comment(line, start, &scalars));
        if let Some(comment) = comment.flatten() {
            found.extend(suppression(source, &lines, index, start + comment));
        }
        start += line.len();
    }
    found
}

/// What each line of a text is followed and preceded by.
struct Lines<'a> {
    text: &'a str,
    /// The line, from 1, of the first content after each line.
    next_content: Vec<u32>,
    /// How many lines there are before the first content, `---` left aside.
    head: usize,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        let number = |index: usize| u32::try_from(index + 1).unwrap_or(u32::MAX);
        let mut next_content: Vec<u32> = (0..lines.len()).map(number).collect();
        let mut next = None;
        for index in (0..lines.len()).rev() {
            next_content[index] = next.unwrap_or(next_content[index]);
            if !is_comment(lines[index]) {
                next = Some(number(index));
            }
        }
        let is_head = |line: &&&str| is_comment(line) || line.starts_with("---");
        Self {
            text,
            next_content,
            head: lines.iter().take_while(is_head).count(),
        }
    }
}

fn suppression(
    source: &Source<'_>,
    lines: &Lines<'_>,
    index: usize,
    start: usize,
) -> Option<Suppression> {
    let text = lines.text;
    let end = text[start..]
        .find(['\n', '\r'])
        .map_or(text.len(), |end| start + end);
    let words = text[start + 1..end].trim().strip_prefix(MARKER)?;
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let own_line = text[line_start..start].trim().is_empty();
    let line = u32::try_from(index + 1).ok()?;
    let next = match own_line {
        true => lines.next_content.get(index).copied()?,
        false => line,
    };
    let whole = own_line && index < lines.head;
    Some(Suppression {
        mark: source.mark(start..end)?,
        range: removal(text, line_start, start, end, own_line),
        lines: (if whole { 0 } else { line }, next),
        meaning: meaning(words.trim()),
    })
}

fn removal(
    text: &str,
    line_start: usize,
    start: usize,
    end: usize,
    own_line: bool,
) -> Range<usize> {
    if own_line {
        let newline = text[end..]
            .find('\n')
            .map_or(text.len(), |newline| end + newline + 1);
        return line_start..newline;
    }
    let content = text[line_start..start].trim_end().len();
    line_start + content..end
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

fn meaning(words: &str) -> Result<Meaning, Error> {
    let (rules, rest) = words
        .strip_prefix("allow(")
        .and_then(|words| words.split_once(')'))
        .ok_or(Error::Form)?;
    let (until, reason) = rest
        .trim_start()
        .strip_prefix("until ")
        .and_then(|rest| rest.split_once("--"))
        .ok_or(Error::Form)?;
    let rules: Vec<_> = rules
        .split(',')
        .map(|rule| rule.trim().to_owned())
        .collect();
    if rules.iter().any(String::is_empty) {
        return Err(Error::Form);
    }
    let until = Date::parse(until.trim()).map_err(|error| Error::Until(error.to_string()))?;
    let reason = reason.trim();
    if reason.chars().filter(|c| !c.is_whitespace()).count() < 10 {
        return Err(Error::Reason);
    }
    Ok(Meaning {
        rules,
        until,
        reason: reason.to_owned(),
    })
}

/// Where a comment starts on a line that starts at `start`.
fn comment(line: &str, start: usize, scalars: &[Range<usize>]) -> Option<usize> {
    let mut hashes = line.match_indices('#').map(|(at, _)| at);
    let opens = |at: &usize| line[..*at].ends_with([' ', '\t']) || *at == 0;
    let in_scalar = |at: usize| {
        let after = scalars.partition_point(|range| range.start <= start + at);
        after
            .checked_sub(1)
            .is_some_and(|last| scalars[last].contains(&(start + at)))
    };
    hashes.find(|at| opens(at) && !in_scalar(*at))
}

fn scalars(stream: &Stream) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let roots = stream
        .documents()
        .filter_map(sealsmith_core::manifest::tree::Document::root);
    roots.for_each(|root| collect(root, &mut found));
    found.sort_by_key(|range| range.start);
    found
}

fn collect(node: Node<'_>, found: &mut Vec<Range<usize>>) {
    // What an alias stands for is collected where it is written.
    if node.is_alias() {
        return;
    }
    if node.is_scalar() {
        found.push(node.range());
    }
    for (key, value) in node.entries() {
        collect(key, found);
        collect(value, found);
    }
    node.items().for_each(|item| collect(item, found));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suppression_names_rules_a_day_and_a_reason() {
        let meaning = meaning(
            "allow(sync-wave, mixed-file) until 2027-03-31 -- operator CRD has no waves, OPS-77",
        )
        .unwrap();
        assert_eq!(meaning.rules, ["sync-wave", "mixed-file"]);
        assert_eq!(meaning.until.to_string(), "2027-03-31");
        assert_eq!(meaning.reason, "operator CRD has no waves, OPS-77");
    }

    #[test]
    fn every_part_is_required() {
        for (words, expected) in [
            ("allow(sync-wave) -- it is fine as it is", Error::Form),
            (
                "allow() until 2027-03-31 -- it is fine as it is",
                Error::Form,
            ),
            ("allow(sync-wave) until 2027-03-31", Error::Form),
            ("allow(sync-wave) until 2027-03-31 -- .", Error::Reason),
            (
                "ignore(sync-wave) until 2027-03-31 -- it is fine as it is",
                Error::Form,
            ),
        ] {
            assert_eq!(meaning(words), Err(expected), "{words}");
        }
        assert!(matches!(
            meaning("allow(a) until soon -- it is fine as it is"),
            Err(Error::Until(_))
        ));
    }
}
