//! Regular expressions. Go and Rust take most of RE2's syntax alike; the rest is translated.

use regex::{Captures, Regex, RegexBuilder};

use super::regex_syntax;
use super::strings::text_list;
use super::{Args, Outcome, Table, text, truth};
use crate::template::Problem;
use crate::template::text::Buffer;
use crate::template::value::{Heap, Items, Value};

/// How large an expression may be, compiled, in bytes.
const SIZES: [usize; 2] = [1 << 15, 1 << 20];
/// What compiling an expression costs.
const COMPILING: usize = 1000;

pub(super) const TABLE: Table = &[
    ("regexMatch", "ss", |heap, a| match matched(heap, a) {
        Err(Problem::Execution(_)) => truth(false),
        other => other,
    }),
    ("mustRegexMatch", "ss", matched),
    ("regexFind mustRegexFind", "ss", |heap, a| {
        let (regex, subject) = compiled(heap, a)?;
        text(regex.find(subject).map_or("", |found| found.as_str()))
    }),
    ("regexFindAll mustRegexFindAll", "ssi", |heap, a| {
        let (regex, subject) = compiled(heap, a)?;
        let limit = usize::try_from(a.int(2)).unwrap_or(usize::MAX);
        let found: Vec<&[u8]> = regex
            .find_iter(subject)
            .take(limit)
            .map(|found| found.as_str().as_bytes())
            .collect();
        match found.is_empty() {
            true => Ok(heap.nil_list(Items::Text)),
            false => text_list(heap, found),
        }
    }),
    ("regexReplaceAll mustRegexReplaceAll", "sss", |heap, a| {
        replaced(heap, a, expand)
    }),
    (
        "regexReplaceAllLiteral mustRegexReplaceAllLiteral",
        "sss",
        |heap, a| replaced(heap, a, |literal, _, _, out| out.push(literal)),
    ),
    ("regexSplit mustRegexSplit", "ssi", split),
    ("regexQuoteMeta", "s", |_, a| {
        let mut out = Buffer::default();
        for byte in a.text(0) {
            out.push(if br"\.+*?()|[]{}^$".contains(byte) {
                "\\"
            } else {
                ""
            });
            out.push([*byte]);
        }
        Ok(out.into_bytes()?.into())
    }),
];

fn compiled<'a>(heap: &Heap, a: Args<'a>) -> Result<(Regex, &'a str), Problem> {
    let (Ok(pattern), Ok(subject)) = (
        std::str::from_utf8(a.text(0)),
        std::str::from_utf8(a.text(1)),
    ) else {
        return Err(Problem::unsupported(
            "a regular expression on bytes that are no UTF-8",
            "Go treats them its own way",
        ));
    };
    let translated = regex_syntax::translated(pattern)?;
    for size in SIZES {
        // The larger an expression, the more of it may be tried at each byte.
        heap.spend(COMPILING + subject.len().saturating_mul(size / SIZES[0]))?;
        match RegexBuilder::new(&translated).size_limit(size).build() {
            Ok(regex) => return Ok((regex, subject)),
            Err(regex::Error::CompiledTooBig(_)) => {}
            Err(_) => return Err(Problem::execution("invalid regular expression")),
        }
    }
    Err(Problem::Limit("1 MiB for a regular expression"))
}

fn matched(heap: &mut Heap, a: Args<'_>) -> Outcome {
    let (regex, subject) = compiled(heap, a)?;
    truth(regex.is_match(subject))
}

type Replacement = fn(&[u8], &Regex, &Captures<'_>, &mut Buffer);

fn replaced(heap: &mut Heap, a: Args<'_>, replacement: Replacement) -> Outcome {
    let (regex, subject) = compiled(heap, a)?;
    let (mut out, mut end) = (Buffer::default(), 0);
    for captures in regex.captures_iter(subject) {
        let Some(found) = captures.get(0) else {
            continue;
        };
        out.push(&subject[end..found.start()]);
        replacement(a.text(2), &regex, &captures, &mut out);
        end = found.end();
        out.check()?;
    }
    out.push(&subject[end..]);
    Ok(out.into_bytes()?.into())
}

/// Writes a replacement with `$1`, `${1}`, `$name` and `$$`.
fn expand(mut template: &[u8], regex: &Regex, captures: &Captures<'_>, out: &mut Buffer) {
    while let Some(dollar) = template.iter().position(|byte| *byte == b'$') {
        out.push(&template[..dollar]);
        template = &template[dollar + 1..];
        if let Some(rest) = template.strip_prefix(b"$") {
            out.push("$");
            template = rest;
        } else if let Some((name, rest)) = reference(template) {
            out.push(group(name, regex, captures));
            template = rest;
        } else {
            out.push("$");
        }
    }
    out.push(template);
}

fn reference(template: &[u8]) -> Option<(&[u8], &[u8])> {
    let braced = template.strip_prefix(b"{");
    let text = braced.unwrap_or(template);
    let length = text
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
        .count();
    let (name, rest) = text.split_at(length);
    let rest = if braced.is_some() {
        rest.strip_prefix(b"}")?
    } else {
        rest
    };
    (!name.is_empty()).then_some((name, rest))
}

fn group<'t>(name: &[u8], regex: &Regex, captures: &Captures<'t>) -> &'t str {
    let name = std::str::from_utf8(name).unwrap_or_default();
    let by_name = || regex.capture_names().position(|known| known == Some(name));
    let is_number =
        name.bytes().all(|byte| byte.is_ascii_digit()) && (name == "0" || !name.starts_with('0'));
    let number = if is_number {
        name.parse().ok()
    } else {
        by_name()
    };
    number
        .and_then(|number| captures.get(number))
        .map_or("", |group| group.as_str())
}

fn split(heap: &mut Heap, a: Args<'_>) -> Outcome {
    let (regex, subject) = compiled(heap, a)?;
    let limit = usize::try_from(a.int(2)).unwrap_or(usize::MAX);
    if limit == 0 {
        return Ok(heap.nil_list(Items::Text));
    }
    if !a.text(0).is_empty() && subject.is_empty() {
        return text_list(heap, vec![b""]);
    }
    let (mut parts, mut start, mut end) = (Vec::new(), 0, 0);
    for found in regex.find_iter(subject).take(limit) {
        if parts.len() + 1 == limit {
            break;
        }
        end = found.start();
        if found.end() != 0 {
            parts.push(&subject.as_bytes()[start..end]);
        }
        start = found.end();
    }
    if end != subject.len() {
        parts.push(&subject.as_bytes()[start..]);
    }
    let parts: Vec<Value> = parts.into_iter().map(Value::from).collect();
    heap.spend(parts.len())?;
    Ok(heap.add_list(Items::Text, parts))
}
