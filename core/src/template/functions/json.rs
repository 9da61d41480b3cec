//! JSON, written as Go's `encoding/json` writes it and read with its leniency.

use std::collections::BTreeMap;

use super::super::number::{format_float, parse_float};
use super::super::text::{Buffer, Text};
use super::super::unicode::runes;
use super::super::value::{Heap, Items, Value};
use super::super::{MAX_DEPTH, Problem};
use super::{Args, Outcome, Table, text, wrong};

pub(super) const TABLE: Table = &[
    ("toJson", "a", |heap, a| or_empty(encoded(heap, a, COMPACT))),
    ("mustToJson", "a", |heap, a| encoded(heap, a, COMPACT)),
    ("toPrettyJson", "a", |heap, a| {
        or_empty(encoded(heap, a, PRETTY))
    }),
    ("mustToPrettyJson", "a", |heap, a| encoded(heap, a, PRETTY)),
    ("toRawJson mustToRawJson", "a", |heap, a| {
        encoded(heap, a, RAW)
    }),
    ("fromJson", "s", |heap, a| {
        Ok(decoded(heap, a.text(0))?.map_or(Value::Nil, |(value, _)| value))
    }),
    ("mustFromJson", "s", |heap, a| {
        match decoded(heap, a.text(0))? {
            Some((value, true)) => Ok(value),
            _ => wrong("invalid JSON"),
        }
    }),
];

#[derive(Clone, Copy)]
struct Style {
    pretty: bool,
    /// Writes `<`, `>` and `&` as escapes.
    safe_in_html: bool,
}

const COMPACT: Style = Style {
    pretty: false,
    safe_in_html: true,
};
const PRETTY: Style = Style {
    pretty: true,
    safe_in_html: true,
};
const RAW: Style = Style {
    pretty: false,
    safe_in_html: false,
};

fn or_empty(result: Outcome) -> Outcome {
    match result {
        Err(Problem::Execution(_)) => text(""),
        other => other,
    }
}

fn encoded(heap: &mut Heap, a: Args<'_>, style: Style) -> Outcome {
    let out = Buffer::default();
    let mut writer = Writer { heap, out, style };
    writer.value(a.any(0), 0)?;
    Ok(writer.out.into_bytes()?.into())
}

struct Writer<'h> {
    heap: &'h Heap,
    out: Buffer,
    style: Style,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Problem> {
        self.heap.spend(1)?;
        self.out.check()?;
        match value {
            _ if depth > MAX_DEPTH => return Err(Problem::Limit("100 levels of nesting")),
            Value::Missing | Value::Nil => self.out.push("null"),
            Value::Bool(truth) => self.out.push(truth.to_string()),
            Value::Int(int) | Value::Int64(int) => self.out.push(int.to_string()),
            Value::Byte(byte) => self.out.push(byte.to_string()),
            Value::Float(float) => self.float(*float)?,
            Value::Text(text) => self.text(text),
            Value::List(id) if self.heap.list(*id).nil => self.out.push("null"),
            Value::Dict(id) if self.heap.dict(*id).nil => self.out.push("null"),
            Value::List(id) => {
                let items = self.heap.list(*id).items.iter().map(|item| (None, item));
                self.composite(["[", "]"], items, depth)?;
            }
            Value::Dict(id) => {
                let entries = self
                    .heap
                    .dict(*id)
                    .entries
                    .iter()
                    .map(|(key, value)| (Some(key), value));
                self.composite(["{", "}"], entries, depth)?;
            }
        }
        Ok(())
    }

    fn composite<'a>(
        &mut self,
        [open, close]: [&str; 2],
        items: impl Iterator<Item = (Option<&'a Text>, &'a Value)>,
        depth: usize,
    ) -> Result<(), Problem> {
        self.out.push(open);
        let mut empty = true;
        for (key, value) in items {
            self.out.push(if empty { "" } else { "," });
            self.new_line(depth + 1);
            if let Some(key) = key {
                self.text(key);
                self.out.push(if self.style.pretty { ": " } else { ":" });
            }
            self.value(value, depth + 1)?;
            empty = false;
        }
        if !empty {
            self.new_line(depth);
        }
        self.out.push(close);
        Ok(())
    }

    fn new_line(&mut self, depth: usize) {
        if self.style.pretty {
            self.out.push("\n");
            self.out.fill(b' ', 2 * depth);
        }
    }

    fn float(&mut self, float: f64) -> Result<(), Problem> {
        if !float.is_finite() {
            return wrong("JSON has no such number");
        }
        let near = float == 0.0 || (1e-6..1e21).contains(&float.abs());
        let text = format_float(float, if near { 'f' } else { 'e' }, None);
        self.out.push(text.replace("e-0", "e-"));
        Ok(())
    }

    fn text(&mut self, text: &[u8]) {
        self.out.push("\"");
        for (c, bytes) in runes(text) {
            match c {
                '"' => self.out.push("\\\""),
                '\\' => self.out.push("\\\\"),
                '\x08' => self.out.push("\\b"),
                '\x0c' => self.out.push("\\f"),
                '\n' => self.out.push("\\n"),
                '\r' => self.out.push("\\r"),
                '\t' => self.out.push("\\t"),
                '<' | '>' | '&' if !self.style.safe_in_html => self.out.push(bytes),
                '\0'..' ' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                    self.out.push(format!("\\u{:04x}", u32::from(c)));
                }
                '\u{FFFD}' if bytes.len() == 1 => self.out.push("\\ufffd"),
                _ => self.out.push(bytes),
            }
        }
        self.out.push("\"");
    }
}

/// Reads JSON; `None` if it is none, `false` if a number in it was too large and became null.
fn decoded(heap: &mut Heap, json: &[u8]) -> Result<Option<(Value, bool)>, Problem> {
    let mut reader = Reader {
        heap,
        rest: json,
        numbers_fit: true,
    };
    let value = reader.value(0)?;
    reader.skip_space();
    Ok(value
        .filter(|_| reader.rest.is_empty())
        .map(|value| (value, reader.numbers_fit)))
}

struct Reader<'h, 'j> {
    heap: &'h mut Heap,
    rest: &'j [u8],
    numbers_fit: bool,
}

/// `None`: this is no JSON.
type Read<T> = Result<Option<T>, Problem>;

impl Reader<'_, '_> {
    fn value(&mut self, depth: usize) -> Read<Value> {
        self.heap.spend(1)?;
        if depth > MAX_DEPTH {
            return Err(Problem::Limit("100 levels of nesting"));
        }
        self.skip_space();
        for (word, value) in [
            ("null", Value::Nil),
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
        ] {
            if self.take(word) {
                return Ok(Some(value));
            }
        }
        match self.rest.first() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => Ok(self.string().map(Value::Text)),
            _ => self.number(),
        }
    }

    fn array(&mut self, depth: usize) -> Read<Value> {
        let (mut items, mut open) = (Vec::new(), "[");
        while self.take(open) {
            self.skip_space();
            if items.is_empty() && self.take("]") {
                return Ok(Some(self.heap.add_list(Items::Any, items)));
            }
            let Some(item) = self.value(depth + 1)? else {
                return Ok(None);
            };
            items.push(item);
            self.skip_space();
            open = ",";
        }
        let closed = self.take("]");
        Ok(closed.then(|| self.heap.add_list(Items::Any, items)))
    }

    fn object(&mut self, depth: usize) -> Read<Value> {
        let (mut entries, mut open) = (BTreeMap::new(), "{");
        while self.take(open) {
            self.skip_space();
            if open == "{" && self.take("}") {
                return Ok(Some(self.heap.add_dict(Items::Any, entries)));
            }
            let key = self.string();
            self.skip_space();
            let (Some(key), true) = (key, self.take(":")) else {
                return Ok(None);
            };
            let Some(value) = self.value(depth + 1)? else {
                return Ok(None);
            };
            entries.insert(key, value);
            self.skip_space();
            open = ",";
        }
        let closed = self.take("}");
        Ok(closed.then(|| self.heap.add_dict(Items::Any, entries)))
    }

    fn number(&mut self) -> Read<Value> {
        let start = self.rest;
        self.take("-");
        let valid = (self.take("0") || self.digits()) && (!self.take(".") || self.digits());
        let power = self.take("e") || self.take("E");
        let _ = power && (self.take("+") || self.take("-"));
        if !valid || power && !self.digits() {
            return Ok(None);
        }
        let number = parse_float(&start[..start.len() - self.rest.len()])?;
        self.numbers_fit &= number.is_some();
        Ok(Some(number.map_or(Value::Nil, Value::Float)))
    }

    fn digits(&mut self) -> bool {
        let count = self
            .rest
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        self.rest = &self.rest[count..];
        count > 0
    }

    fn string(&mut self) -> Option<Text> {
        let body = self.rest.strip_prefix(b"\"")?;
        let mut escaped = false;
        let end = body.iter().position(|byte| {
            let ends = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            ends
        })?;
        self.rest = &body[end + 1..];
        unescaped(&body[..end])
    }

    fn take(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token.as_bytes());
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn skip_space(&mut self) {
        let spaces = self
            .rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
        self.rest = &self.rest[spaces.count()..];
    }
}

fn unescaped(mut body: &[u8]) -> Option<Text> {
    let mut out = Buffer::default();
    while !body.is_empty() {
        let plain = body
            .iter()
            .position(|byte| *byte == b'\\')
            .unwrap_or(body.len());
        if body[..plain].iter().any(|byte| *byte < b' ') {
            return None;
        }
        runes(&body[..plain]).for_each(|(c, _)| out.push_char(c));
        let [_, escape, rest @ ..] = &body[plain..] else {
            break;
        };
        body = rest;
        out.push_char(match escape {
            b'"' | b'\\' | b'/' => char::from(*escape),
            b'b' => '\x08',
            b'f' => '\x0c',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => code_point(&mut body)?,
            _ => return None,
        });
    }
    out.into_bytes().ok().map(Text::from)
}

/// Reads the digits after `\u`, and the second half of a pair; a lone half is U+FFFD.
fn code_point(body: &mut &[u8]) -> Option<char> {
    let high = unit(body)?;
    *body = &body[4..];
    let low = body
        .strip_prefix(b"\\u")
        .and_then(unit)
        .filter(|low| (0xDC00..0xE000).contains(low));
    match (high, low) {
        (0xD800..0xDC00, Some(low)) => {
            *body = &body[6..];
            char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00))
        }
        _ => Some(char::from_u32(high).unwrap_or('\u{FFFD}')),
    }
}

fn unit(digits: &[u8]) -> Option<u32> {
    let digits = digits.get(..4)?.iter();
    digits
        .map(|byte| char::from(*byte).to_digit(16))
        .try_fold(0, |unit, digit| Some(unit << 4 | digit?))
}
