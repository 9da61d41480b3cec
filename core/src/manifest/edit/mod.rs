//! Byte-exact edits: scalars replaced and entries inserted in place, then proven by reading the result again.

use std::cmp::Reverse;
use std::ops::Range;

use zeroize::Zeroizing;

use super::resolve::Resolved;
use super::tree::{Error as ReadError, Format, Node, NodeId, Position, Stream, Style};
use super::value::Value;
use super::write_yaml::{json_string, scalar};

mod changes;
mod proof;

pub use changes::add;

/// One change to a file.
pub enum Change {
    /// A scalar gets another text; its quotes or block style stay.
    Replace {
        /// The scalar, never an alias to it.
        scalar: NodeId,
        /// The new text.
        text: String,
    },
    /// A list of texts gets other items; it must be written in brackets, or hold a single item.
    SetList {
        /// The sequence.
        sequence: NodeId,
        /// The new items.
        items: Vec<String>,
    },
    /// A mapping gets another entry at its end.
    Insert {
        /// The mapping, or the null that stands in its place.
        mapping: NodeId,
        /// The new key.
        key: String,
        /// The new value.
        value: Value,
    },
}

/// Why an edit was not made. The text stays as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The scalar cannot take the text without losing its style.
    #[error("{position}: this value cannot be edited in place ({why}), edit it by hand")]
    NotInPlace {
        /// Where it stands.
        position: Position,
        /// What is in the way.
        why: &'static str,
    },
    /// Two changes at the same place.
    #[error("{position}: two different changes to the same value, which an alias shares")]
    Conflict {
        /// Where it stands.
        position: Position,
    },
    /// The result cannot be read.
    #[error("the edited text would not be readable at {0}")]
    Unreadable(ReadError),
    /// The result differs elsewhere.
    #[error("the edit would change something else at {position}, so it was not made")]
    Unproven {
        /// The first place that differs, in the edited text.
        position: Position,
    },
}

/// Applies changes to a text and proves that nothing else differs.
///
/// The result is parsed again and compared node by node: every document, key, value, tag, anchor
/// and quoting style must be what it was, but for the scalars and entries named in `changes`.
///
/// # Errors
/// [`Error`]; no partial result is ever returned.
pub fn apply(stream: &Stream, changes: &[Change]) -> Result<Zeroizing<String>, Error> {
    let mut splices = changes
        .iter()
        .filter_map(|change| splice(stream, change))
        .collect::<Result<Vec<_>, _>>()?;
    splices.extend(insertions(stream, changes));
    // Where mappings end at the same place, the inner one is continued before the outer one.
    splices.sort_by_key(|splice| (splice.range.start, splice.range.end, Reverse(splice.depth)));
    // The same change twice, through two aliases, is one change.
    splices.dedup();
    let edited = write(stream, &splices)?;
    let result = Stream::parse(&edited).map_err(Error::Unreadable)?;
    proof::prove(stream, &result, changes)?;
    Ok(edited)
}

#[derive(PartialEq)]
struct Splice {
    range: Range<usize>,
    text: String,
    insertion: bool,
    /// Where the mapping starts that something is inserted into.
    depth: usize,
}

fn write(stream: &Stream, splices: &[Splice]) -> Result<Zeroizing<String>, Error> {
    let text = stream.text();
    let growth: usize = splices.iter().map(|splice| splice.text.len()).sum();
    let mut out = Zeroizing::new(String::with_capacity(text.len() + growth));
    let mut at = 0;
    for splice in splices {
        let overlaps =
            splice.range.start < at || (splice.range.start == at && at > 0 && !splice.insertion);
        if overlaps {
            return Err(Error::Conflict {
                position: stream.position(splice.range.start),
            });
        }
        out.push_str(&text[at..splice.range.start]);
        out.push_str(&splice.text);
        at = splice.range.end;
    }
    out.push_str(&text[at..]);
    Ok(out)
}

fn splice(stream: &Stream, change: &Change) -> Option<Result<Splice, Error>> {
    match change {
        Change::Replace { scalar, text } => Some(replacement(stream.node(*scalar), text)),
        Change::SetList { sequence, items } => Some(list(stream.node(*sequence), items)),
        Change::Insert { .. } => None,
    }
}

type Entry<'c> = (&'c str, &'c Value);

/// One splice for each mapping, whatever number of entries it gets.
fn insertions(stream: &Stream, changes: &[Change]) -> Vec<Splice> {
    let mut mappings: Vec<(NodeId, Vec<Entry<'_>>)> = Vec::new();
    for change in changes {
        if let Change::Insert {
            mapping,
            key,
            value,
        } = change
        {
            // Entries of one mapping come together, so the last is nearly always the one.
            match mappings
                .iter_mut()
                .rev()
                .find(|(known, _)| known == mapping)
            {
                Some((_, entries)) => entries.push((key, value)),
                None => mappings.push((*mapping, vec![(key, value)])),
            }
        }
    }
    let one = |(mapping, entries): (NodeId, Vec<_>)| Splice {
        depth: stream.node(mapping).range().start,
        ..insertion(stream.node(mapping), &entries)
    };
    mappings.into_iter().map(one).collect()
}

fn list(sequence: Node<'_>, items: &[String]) -> Result<Splice, Error> {
    if sequence.is_flow() {
        let quoted: Vec<_> = items.iter().map(|item| json_string(item)).collect();
        let text = format!(
            "[{}]",
            quoted
                .iter()
                .map(|item| item.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        );
        return Ok(Splice {
            range: sequence.range(),
            text,
            insertion: false,
            depth: 0,
        });
    }
    match (sequence.items().collect::<Vec<_>>().as_slice(), items) {
        ([old], [new]) => replacement(*old, new),
        _ => Err(Error::NotInPlace {
            position: sequence.position(),
            why: "it is a list over several lines",
        }),
    }
}

/// Base64 needs no quotes in any style; anything else is written anew.
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
}

/// A token that readers take for text without quotes too: `true` and `12` are none, and no number is that long.
fn is_plain_token(text: &str) -> bool {
    is_token(text) && (text.len() > 64 || Resolved::of(text) == Resolved::Text)
}

fn replacement(node: Node<'_>, new: &str) -> Result<Splice, Error> {
    let (range, text) = (node.range(), node.stream().text());
    let raw = &text[range.clone()];
    let refuse = |why| {
        Err(Error::NotInPlace {
            position: node.position(),
            why,
        })
    };
    let quoted = |quote: char| raw.len() >= 2 && raw.starts_with(quote) && raw.ends_with(quote);
    let keep_quotes = |text: &str| Splice {
        range: range.start + 1..range.end - 1,
        text: text.to_owned(),
        insertion: false,
        depth: 0,
    };
    let whole = |text: String| Splice {
        range: range.clone(),
        text,
        insertion: false,
        depth: 0,
    };
    match node.style() {
        _ if node.is_absent() => Ok(Splice {
            range: after_colon(node)..after_colon(node),
            text: format!(" {}", *written(node, new)),
            insertion: true,
            depth: 0,
        }),
        Some(Style::SingleQuoted) if is_token(new) && quoted('\'') => Ok(keep_quotes(new)),
        Some(Style::DoubleQuoted) if is_token(new) && quoted('"') => Ok(keep_quotes(new)),
        Some(Style::Plain) if is_plain_token(new) && node.stream().format() == Format::Yaml => {
            Ok(whole(new.to_owned()))
        }
        Some(Style::Plain | Style::SingleQuoted | Style::DoubleQuoted) => {
            Ok(whole(written(node, new).to_string()))
        }
        Some(Style::Literal | Style::Folded) if is_token(new) && !raw.trim().is_empty() => {
            let start = range.start + (raw.len() - raw.trim_start().len());
            Ok(Splice {
                range: start..start + raw.trim().len(),
                text: new.to_owned(),
                insertion: false,
                depth: 0,
            })
        }
        Some(Style::Literal | Style::Folded) => refuse("it is a block of text"),
        None => refuse("it is no text"),
    }
}

/// The text as it may stand where the node stands: JSON quoting inside braces.
fn written(node: Node<'_>, text: &str) -> Zeroizing<String> {
    let in_flow = node.stream().format() == Format::Json
        || parent_of(node).is_some_and(|(parent, _)| parent.is_flow());
    if in_flow {
        json_string(text)
    } else {
        scalar(text)
    }
}

fn insertion(mapping: Node<'_>, entries: &[Entry<'_>]) -> Splice {
    let last = mapping.entries().last();
    match last {
        Some((last_key, last_value)) if mapping.is_flow() => {
            insert_in_flow(last_key, last_value, entries)
        }
        Some((last_key, last_value)) => insert_in_block(mapping, last_key, last_value, entries),
        None if mapping.is_mapping() => fill_braces(mapping, entries),
        None => fill_nothing(mapping, entries),
    }
}

fn insert_in_flow(last_key: Node<'_>, last_value: Node<'_>, entries: &[Entry<'_>]) -> Splice {
    let text = last_key.stream().text();
    let end = last_value.range().end.max(last_key.range().end);
    let lead = &text[line_start(text, last_key.range().start)..last_key.range().start];
    let own_line = lead.trim().is_empty() && text[..last_key.range().start].contains('\n');
    let (separator, eol) = if own_line {
        (format!(",{}{lead}", line_break(text)), line_break(text))
    } else {
        (", ".to_owned(), " ")
    };
    let entry = |(key, value): &Entry<'_>| json_entry(key, value, lead.len() / 2, eol);
    let text = entries
        .iter()
        .map(|one| format!("{separator}{}", entry(one)));
    Splice {
        range: end..end,
        text: text.collect(),
        insertion: true,
        depth: 0,
    }
}

fn insert_in_block(
    mapping: Node<'_>,
    last_key: Node<'_>,
    last_value: Node<'_>,
    entries: &[Entry<'_>],
) -> Splice {
    let text = mapping.stream().text();
    let first_key = mapping
        .entries()
        .next()
        .map_or(last_key, |(first, _)| first);
    let end = line_end(text, content_end(last_key.range().end, last_value));
    let indent = first_key.position().column - 1;
    Splice {
        range: end..end,
        text: block_lines(entries, indent, line_break(text)),
        insertion: true,
        depth: 0,
    }
}

/// `{}` becomes a block where its line allows it, else a filled pair of braces.
fn fill_braces(mapping: Node<'_>, entries: &[Entry<'_>]) -> Splice {
    let (text, range) = (mapping.stream().text(), mapping.range());
    let lead = leading_blanks(text, range.start);
    let eol = line_break(text);
    if mapping.stream().format() == Format::Json && text.contains('\n') {
        let separator = format!(",{eol}{lead}  ");
        let entries = json_entries(entries, &separator, lead.len() / 2 + 1, eol);
        return Splice {
            range,
            text: format!("{{{eol}{lead}  {entries}{eol}{lead}}}"),
            insertion: false,
            depth: 0,
        };
    }
    let own_line = parent_of(mapping)
        .is_some_and(|(parent, key)| !parent.is_flow() && key.position().column == lead.len() + 1);
    if mapping.stream().format() == Format::Json
        || !own_line
        || mapping.data().anchored
        || mapping.tag().is_some()
    {
        return Splice {
            range,
            text: format!("{{{}}}", json_entries(entries, ", ", 0, " ")),
            insertion: false,
            depth: 0,
        };
    }
    let start = text[..range.start].trim_end_matches([' ', '\t']).len();
    Splice {
        range: start..range.end,
        text: block_lines(entries, lead.len() + 2, eol),
        insertion: false,
        depth: 0,
    }
}

/// A key without a value gets a block below it; a null that is spelled out is replaced.
fn fill_nothing(node: Node<'_>, entries: &[Entry<'_>]) -> Splice {
    let text = node.stream().text();
    if !node.is_absent() || node.stream().format() == Format::Json {
        return Splice {
            range: node.range(),
            text: format!("{{{}}}", json_entries(entries, ", ", 0, " ")),
            insertion: false,
            depth: 0,
        };
    }
    let at = after_colon(node);
    let indent = parent_of(node).map_or(0, |(_, key)| key.position().column - 1) + 2;
    Splice {
        range: at..at,
        text: block_lines(entries, indent, line_break(text)),
        insertion: true,
        depth: 0,
    }
}

/// Entries of a block, each on lines of its own below what is there.
fn block_lines(entries: &[Entry<'_>], indent: usize, eol: &str) -> String {
    let line = |(key, value): &Entry<'_>| format!("{eol}{}", block_entry(key, value, indent, eol));
    entries.iter().map(line).collect()
}

fn json_entries(entries: &[Entry<'_>], separator: &str, indent: usize, eol: &str) -> String {
    let entry = |(key, value): &Entry<'_>| json_entry(key, value, indent, eol);
    entries
        .iter()
        .map(entry)
        .collect::<Vec<_>>()
        .join(separator)
}

fn block_entry(key: &str, value: &Value, indent: usize, eol: &str) -> String {
    let pad = " ".repeat(indent);
    let entry = match value {
        Value::Text(text) if is_plain_token(text) => {
            Zeroizing::new(format!("{}: {}\n", *scalar(key), **text))
        }
        // Borrowed into a map of one entry, so that the writer decides on the layout.
        other => one_entry(key, other).to_yaml(),
    };
    let lines: Vec<_> = entry
        .trim_end_matches('\n')
        .split('\n')
        .map(|line| {
            if line.is_empty() {
                String::new()
            } else {
                format!("{pad}{line}")
            }
        })
        .collect();
    lines.join(eol)
}

fn json_entry(key: &str, value: &Value, depth: usize, eol: &str) -> String {
    let (json, pad) = (value.to_json(), "  ".repeat(depth));
    // A text holds no line break of its own in JSON, so each one here is layout.
    let lines = json.trim_end().lines().enumerate();
    let indented = lines.map(|(n, line)| match (n, eol) {
        (0, _) => line.to_owned(),
        (_, " ") => format!(" {}", line.trim_start()),
        _ => format!("{eol}{pad}{line}"),
    });
    format!("{}: {}", *json_string(key), indented.collect::<String>())
}

fn one_entry(key: &str, value: &Value) -> Value {
    Value::Map(vec![(key.to_owned(), value.duplicate())])
}

/// Where the content of an entry ends: block scalars reach into the blank lines after them, empty values sit before the colon.
fn content_end(key_end: usize, value: Node<'_>) -> usize {
    let text = value.stream().text();
    let deepest = |node: Node<'_>| node.range().end;
    let mut end = deepest(value).max(key_end);
    if value.data().flow || value.is_alias() {
        return end;
    }
    let nested = value
        .entries()
        .last()
        .map(|(key, value)| content_end(key.range().end, value));
    let nested = nested.or_else(|| value.items().last().map(|item| content_end(key_end, item)));
    if let Some(nested) = nested {
        end = nested;
    }
    text[..end].trim_end().len().max(key_end)
}

/// The mapping and key under which a node stands.
fn parent_of<'a>(node: Node<'a>) -> Option<(Node<'a>, Node<'a>)> {
    let stream = node.stream();
    let all = (0..stream.nodes.len()).map(|index| stream.node(NodeId(index)));
    let entries = all
        .filter(|candidate| !candidate.is_alias())
        .flat_map(|parent| {
            parent
                .entries()
                .map(move |(key, value)| (parent, key, value))
        });
    entries
        .into_iter()
        .find(|(_, _, value)| value.id() == node.id())
        .map(|(parent, key, _)| (parent, key))
}

fn after_colon(node: Node<'_>) -> usize {
    let text = node.stream().text();
    let key_end = parent_of(node).map_or(node.range().end, |(_, key)| key.range().end);
    text[key_end..]
        .find(':')
        .map_or(key_end, |at| key_end + at + 1)
}

fn leading_blanks(text: &str, at: usize) -> &str {
    let line = &text[line_start(text, at)..];
    &line[..line.len() - line.trim_start_matches(' ').len()]
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |found| found + 1)
}

/// The end of the line of an offset, before its line break.
fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |found| at + found);
    if text[at..end].ends_with('\r') {
        end - 1
    } else {
        end
    }
}

fn line_break(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}
