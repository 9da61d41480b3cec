//! Writes JSON.

use super::super::{Outcome, wrong};
use crate::template::number::format_float;
use crate::template::text::{Buffer, Text};
use crate::template::unicode::runes;
use crate::template::value::{Heap, Value};
use crate::template::{MAX_DEPTH, Problem};

/// How JSON is laid out.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) pretty: bool,
    /// Writes `<`, `>` and `&` as escapes.
    pub(super) safe_in_html: bool,
}

/// Writes a value as JSON.
pub(super) fn write(heap: &Heap, value: &Value, style: Style) -> Outcome {
    let out = Buffer::default();
    let mut writer = Writer { heap, out, style };
    writer.value(value, 0)?;
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
