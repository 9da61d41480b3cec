//! Cutting, padding, joining and searching strings. As in Go, lengths are in bytes.

use std::collections::BTreeMap;

use super::{Args, Outcome, Table, text, truth, wrong};
use crate::template::format::{display, quote};
use crate::template::number::parse_int;
use crate::template::text::{Buffer, Text};
use crate::template::unicode::{characters, runes};
use crate::template::value::{Heap, Items, Value};
use crate::template::{MAX_TEXT, Problem};

pub(super) const TABLE: Table = &[
    ("hello", "", |_, _| text("Hello!")),
    ("trim", "s", |_, a| {
        text(trimmed(a.text(0), char::is_whitespace))
    }),
    ("trimAll trimall", "ss", |heap, a| {
        pay_for_search(heap, a.text(1), a.text(0))?;
        let set = characters(a.text(0));
        text(trimmed(a.text(1), |c| set.contains(&c)))
    }),
    ("trimPrefix", "ss", |_, a| {
        text(a.text(1).strip_prefix(a.text(0)).unwrap_or(a.text(1)))
    }),
    ("trimSuffix", "ss", |_, a| {
        text(a.text(1).strip_suffix(a.text(0)).unwrap_or(a.text(1)))
    }),
    ("contains", "ss", |heap, a| {
        pay_for_search(heap, a.text(1), a.text(0))?;
        truth(find(a.text(1), a.text(0)).is_some())
    }),
    ("hasPrefix", "ss", |_, a| {
        truth(a.text(1).starts_with(a.text(0)))
    }),
    ("hasSuffix", "ss", |_, a| {
        truth(a.text(1).ends_with(a.text(0)))
    }),
    ("repeat", "is", |_, a| repeated(a.text(1), a.int(0))),
    ("substr", "iis", |_, a| {
        substring(a.text(2), a.int(0), a.int(1))
    }),
    ("trunc", "is", |_, a| text(truncated(a.text(1), a.int(0)))),
    ("abbrev", "is", |_, a| abbreviated(a.text(1), 0, a.int(0))),
    ("abbrevboth", "iis", |_, a| {
        abbreviated(a.text(2), a.int(0), a.int(1))
    }),
    ("wrap", "is", |_, a| wrapped(a.text(1), a.int(0), None)),
    ("wrapWith", "iss", |_, a| {
        wrapped(a.text(2), a.int(0), Some(a.text(1)))
    }),
    ("quote", "a*", |heap, a| {
        spaced(heap, a, |text, out| out.push(&quote(text, false)[..]))
    }),
    ("squote", "a*", |heap, a| {
        spaced(heap, a, |text, out| {
            out.push("'");
            out.push(text);
            out.push("'");
        })
    }),
    ("cat", "a*", |heap, a| {
        spaced(heap, a, |text, out| out.push(text))
    }),
    ("indent", "is", |_, a| indented(a.text(1), a.int(0), "")),
    ("nindent", "is", |_, a| indented(a.text(1), a.int(0), "\n")),
    ("replace", "sss", |heap, a| {
        let parts = split(heap, a.text(2), a.text(0), -1)?;
        joined(&parts, a.text(1), a.text(0).is_empty())
    }),
    ("plural", "ssi", |_, a| {
        text(a.text(usize::from(a.int(2) != 1)))
    }),
    ("atoi", "s", |_, a| {
        let int = parse_int(a.text(0), 10).unwrap_or(0);
        Ok(Value::Int(
            int.clamp(i64::MIN.into(), i64::MAX.into()) as i64
        ))
    }),
    ("splitList", "ss", |heap, a| {
        let parts = split(heap, a.text(1), a.text(0), -1)?;
        text_list(heap, parts)
    }),
    ("split", "ss", |heap, a| {
        numbered(heap, a.text(1), a.text(0), -1)
    }),
    ("splitn", "sis", |heap, a| {
        numbered(heap, a.text(2), a.text(0), a.int(1))
    }),
    ("join", "sa", |heap, a| {
        let texts = texts(heap, a.any(1))?;
        joined(
            &texts.iter().map(|text| &text[..]).collect::<Vec<_>>(),
            a.text(0),
            false,
        )
    }),
    ("toStrings", "a", |heap, a| {
        let texts = texts(heap, a.any(0))?;
        Ok(heap.add_list(Items::Text, texts.into_iter().map(Value::Text).collect()))
    }),
    ("sortAlpha", "a", |heap, a| {
        let mut texts = match a.any(0) {
            Value::List(_) => texts(heap, a.any(0))?,
            one => vec![display(heap, one)?],
        };
        texts.sort();
        Ok(heap.add_list(Items::Text, texts.into_iter().map(Value::Text).collect()))
    }),
];

/// Makes a list of strings.
pub(super) fn text_list(heap: &mut Heap, parts: Vec<&[u8]>) -> Outcome {
    Ok(heap.add_list(Items::Text, parts.into_iter().map(Value::from).collect()))
}

/// What Sprig's `strslice` makes of a value: one string for each item that is not nil.
fn texts(heap: &Heap, value: &Value) -> Result<Vec<Text>, Problem> {
    let items = match value {
        Value::List(id) => &heap.list(*id).items[..],
        one => std::slice::from_ref(one),
    };
    items
        .iter()
        .filter(|item| !item.is_nil())
        .map(|item| display(heap, item))
        .collect()
}

/// Pays for the worst case of a plain search.
fn pay_for_search(heap: &Heap, text: &[u8], part: &[u8]) -> Result<(), Problem> {
    heap.spend(text.len().saturating_mul(part.len()) / 1024)
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    match part.is_empty() {
        true => Some(0),
        false => text.windows(part.len()).position(|window| window == part),
    }
}

fn trimmed(text: &[u8], unwanted: impl Fn(char) -> bool) -> &[u8] {
    let (mut start, mut end, mut at) = (text.len(), 0, 0);
    for (c, bytes) in runes(text) {
        if !unwanted(c) {
            (start, end) = (start.min(at), at + bytes.len());
        }
        at += bytes.len();
    }
    text.get(start..end).unwrap_or_default()
}

fn repeated(part: &[u8], count: i64) -> Outcome {
    let Ok(count) = usize::try_from(count) else {
        return wrong("negative count");
    };
    match count.saturating_mul(part.len()) > MAX_TEXT {
        true => Err(Problem::Limit("16 MiB of text")),
        false => Ok(part.repeat(if part.is_empty() { 0 } else { count }).into()),
    }
}

fn substring(whole: &[u8], start: i64, end: i64) -> Outcome {
    let range = match (usize::try_from(start), usize::try_from(end)) {
        (Err(_), Ok(end)) => whole.get(..end),
        (Ok(start), Ok(end)) if end <= whole.len() => whole.get(start..end),
        (Ok(start), _) => whole.get(start..),
        (Err(_), Err(_)) => None,
    };
    range.map_or_else(|| wrong("out of range"), text)
}

fn truncated(whole: &[u8], count: i64) -> &[u8] {
    let length = whole.len() as i64;
    match count {
        _ if count < 0 && length.saturating_add(count) > 0 => &whole[(length + count) as usize..],
        0.. if length > count => &whole[..count as usize],
        _ => whole,
    }
}

fn abbreviated(whole: &[u8], offset: i64, width: i64) -> Outcome {
    let mut out = Buffer::default();
    if width < 4 || offset > 0 && width < 7 {
        out.push(whole);
    } else {
        abbreviate(whole, offset, width, &mut out);
    }
    Ok(out.into_bytes()?.into())
}

fn abbreviate(whole: &[u8], offset: i64, width: i64, out: &mut Buffer) {
    let (length, kept) = (whole.len() as i64, width - 3);
    let start = offset.min(length - kept);
    if length <= width {
        out.push(whole);
    } else if start <= 4 {
        out.push(&whole[..kept as usize]);
        out.push("...");
    } else {
        out.push("...");
        let shortened = if length - start > kept { kept } else { length };
        abbreviate(&whole[start as usize..], 0, shortened, out);
    }
}

/// Breaks lines at spaces; `wrapWith` gives the text of a break and breaks long words too.
fn wrapped(whole: &[u8], width: i64, line_break: Option<&[u8]>) -> Outcome {
    let width = usize::try_from(width).unwrap_or(0).max(1);
    let line_end = line_break.filter(|text| !text.is_empty()).unwrap_or(b"\n");
    let (mut rest, mut out) = (whole, Buffer::default());
    while rest.len() > width {
        if let Some(after) = rest.strip_prefix(b" ") {
            rest = after;
            continue;
        }
        let space = rest[..=width].iter().rposition(|byte| *byte == b' ');
        let (end, skipped) = match (space, line_break) {
            (Some(space), _) => (space, 1),
            (None, Some(_)) => (width, 0),
            (None, None) => match rest[width..].iter().position(|byte| *byte == b' ') {
                Some(space) => (width + space, 1),
                None => break,
            },
        };
        out.push(&rest[..end]);
        out.push(line_end);
        rest = &rest[end + skipped..];
    }
    out.push(rest);
    Ok(out.into_bytes()?.into())
}

/// Joins what is not nil with spaces.
fn spaced(heap: &Heap, a: Args<'_>, write: fn(&[u8], &mut Buffer)) -> Outcome {
    let mut out = Buffer::default();
    for (i, value) in a.rest(0).iter().filter(|value| !value.is_nil()).enumerate() {
        out.push(if i > 0 { " " } else { "" });
        write(&display(heap, value)?, &mut out);
    }
    Ok(out.into_bytes()?.into())
}

fn indented(whole: &[u8], spaces: i64, before: &str) -> Outcome {
    let Ok(spaces) = usize::try_from(spaces) else {
        return wrong("negative count");
    };
    let mut out = Buffer::default();
    out.push(before);
    for (i, line) in whole.split(|byte| *byte == b'\n').enumerate() {
        out.push(if i > 0 { "\n" } else { "" });
        out.fill(b' ', spaces);
        out.push(line);
        out.check()?;
    }
    Ok(out.into_bytes()?.into())
}

/// Splits into at most `limit` parts, or all if it is negative; an empty separator splits characters.
fn split<'t>(
    heap: &Heap,
    text: &'t [u8],
    separator: &[u8],
    limit: i64,
) -> Result<Vec<&'t [u8]>, Problem> {
    pay_for_search(heap, text, separator)?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut parts, mut rest, mut characters) = (Vec::new(), text, runes(text));
    while parts.len() + 1 < limit {
        let end = match separator.is_empty() {
            true => characters.next().map(|(_, bytes)| bytes.len()),
            false => find(rest, separator),
        };
        let Some(end) = end else {
            break;
        };
        heap.spend(1)?;
        parts.push(&rest[..end]);
        rest = &rest[end + separator.len()..];
    }
    if limit > 0 && !(separator.is_empty() && rest.is_empty()) {
        parts.push(rest);
    }
    Ok(parts)
}

/// Joins parts; `around` puts the separator at both ends too, as `replace` does for an empty text.
fn joined(parts: &[&[u8]], separator: &[u8], around: bool) -> Outcome {
    let mut out = Buffer::default();
    for (i, part) in parts.iter().enumerate() {
        out.push(if i > 0 || around { separator } else { b"" });
        out.push(part);
    }
    out.push(if around { separator } else { b"" });
    Ok(out.into_bytes()?.into())
}

/// `_0`, `_1` and so on.
fn numbered(heap: &mut Heap, text: &[u8], separator: &[u8], limit: i64) -> Outcome {
    let parts = split(heap, text, separator, limit)?;
    let entry =
        |(i, part): (usize, &[u8])| (Text::from(format!("_{i}").into_bytes()), Value::from(part));
    let entries: BTreeMap<_, _> = parts.into_iter().enumerate().map(entry).collect();
    Ok(heap.add_dict(Items::Text, entries))
}
