//! Reads JSON.

use std::collections::BTreeMap;

use crate::template::number::parse_float;
use crate::template::text::{Buffer, Text};
use crate::template::unicode::runes;
use crate::template::value::{Heap, Items, Value};
use crate::template::{MAX_DEPTH, Problem};

/// Reads JSON; `None` if it is none, `false` if a number in it was too large and became null.
pub(super) fn read(heap: &mut Heap, json: &[u8]) -> Result<Option<(Value, bool)>, Problem> {
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
