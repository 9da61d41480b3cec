//! The functions of `text/template` itself; Sprig replaces its `slice`.

use std::cmp::Ordering;

use super::{Args, Outcome, Table, truth, wrong};
use crate::template::format::{display, sprint, sprintf, sprintln};
use crate::template::text::Text;
use crate::template::unicode::{Class, is, runes};
use crate::template::value::{Heap, Items, Value};
use crate::template::{Problem, text::Buffer};

pub(super) const TABLE: Table = &[
    // These two decide themselves which arguments are evaluated; the call treats them apart.
    ("and", "vv*", |_, _| wrong("is no common function")),
    ("or", "vv*", |_, _| wrong("is no common function")),
    ("not", "v", |heap, a| truth(!heap.truth(a.any(0)))),
    ("call", "vv*", |_, _| wrong("no value is a function")),
    ("len", "v", length),
    ("index", "vv*", index),
    ("print", "a*", |heap, a| {
        Ok(Value::Text(sprint(heap, a.rest(0))?))
    }),
    ("println", "a*", |heap, a| {
        Ok(Value::Text(sprintln(heap, a.rest(0))?))
    }),
    ("printf", "sa*", |heap, a| {
        Ok(Value::Text(sprintf(heap, a.text(0), a.rest(1))?))
    }),
    ("html", "a*", |heap, a| escaped(heap, a, html)),
    ("js", "a*", |heap, a| escaped(heap, a, js)),
    ("urlquery", "a*", |heap, a| escaped(heap, a, url_query)),
    ("eq", "vv*", |heap, a| match a.rest(1) {
        [] => wrong("missing argument for comparison"),
        others => truth(any_equal(heap, a.any(0), others)?),
    }),
    ("ne", "vv", |heap, a| {
        truth(!any_equal(heap, a.any(0), a.rest(1))?)
    }),
    ("lt", "vv", |heap, a| truth(less(heap, a)?)),
    ("le", "vv", |heap, a| truth(less_or_equal(heap, a)?)),
    ("gt", "vv", |heap, a| truth(!less_or_equal(heap, a)?)),
    ("ge", "vv", |heap, a| truth(!less(heap, a)?)),
];

fn length(heap: &mut Heap, a: Args<'_>) -> Outcome {
    let length = match a.any(0) {
        Value::Text(text) => text.len(),
        Value::List(id) => heap.list(*id).items.len(),
        Value::Dict(id) => heap.dict(*id).entries.len(),
        other => return wrong(&format!("len of type {}", heap.type_name(other))),
    };
    Ok(Value::Int(length as i64))
}

fn index(heap: &mut Heap, a: Args<'_>) -> Outcome {
    let mut item = a.any(0).clone();
    if item.is_nil() {
        return wrong("index of untyped nil");
    }
    for index in a.rest(1) {
        item = match (&item, index) {
            (Value::Text(text), _) => position(index, text.len()).map(|i| Value::Byte(text[i])),
            (Value::List(id), _) => {
                let items = &heap.list(*id).items;
                position(index, items.len()).map(|i| items[i].clone())
            }
            (Value::Dict(id), Value::Text(key)) => {
                let dict = heap.dict(*id);
                let empty = || {
                    if dict.of == Items::Text {
                        Vec::new().into()
                    } else {
                        Value::Nil
                    }
                };
                Some(dict.entries.get(key).cloned().unwrap_or_else(empty))
            }
            _ => None,
        }
        .ok_or_else(|| Problem::execution("wrong type or out of range"))?;
    }
    Ok(item)
}

fn position(index: &Value, length: usize) -> Option<usize> {
    let position = match index {
        Value::Int(int) | Value::Int64(int) => usize::try_from(*int).ok()?,
        Value::Byte(byte) => usize::from(*byte),
        _ => return None,
    };
    (position < length).then_some(position)
}

/// Values that can be compared: of the same kind, whatever their type.
fn compare(left: &Value, right: &Value) -> Option<Option<Ordering>> {
    Some(match (left, right) {
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        (Value::Float(left), Value::Float(right)) => left.partial_cmp(right),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        _ => Some(integer(left)?.cmp(&integer(right)?)),
    })
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Int(int) | Value::Int64(int) => Some(*int),
        Value::Byte(byte) => Some((*byte).into()),
        _ => None,
    }
}

fn any_equal(heap: &Heap, left: &Value, others: &[Value]) -> Result<bool, Problem> {
    for right in others {
        if equal(heap, left, right)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn equal(heap: &Heap, left: &Value, right: &Value) -> Result<bool, Problem> {
    if let Some(order) = compare(left, right) {
        return Ok(order == Some(Ordering::Equal));
    }
    let is_nil = |value: &Value| match value {
        Value::List(id) => heap.list(*id).nil,
        Value::Dict(id) => heap.dict(*id).nil,
        other => other.is_nil(),
    };
    let same_kind = heap.kind_name(left) == heap.kind_name(right);
    match (is_nil(left), is_nil(right)) {
        (left_nil, right_nil) if left.is_nil() || right.is_nil() => Ok(left_nil && right_nil),
        (left_nil, right_nil) if same_kind && (left_nil || right_nil) => Ok(left_nil == right_nil),
        _ => wrong("these types cannot be compared"),
    }
}

fn less(heap: &Heap, a: Args<'_>) -> Result<bool, Problem> {
    let (left, right) = (a.any(0), a.any(1));
    match compare(left, right) {
        Some(order) if !matches!(left, Value::Bool(_)) => Ok(order == Some(Ordering::Less)),
        _ => wrong(&format!(
            "cannot order {} and {}",
            heap.type_name(left),
            heap.type_name(right)
        )),
    }
}

fn less_or_equal(heap: &Heap, a: Args<'_>) -> Result<bool, Problem> {
    Ok(less(heap, a)? || equal(heap, a.any(0), a.any(1))?)
}

fn escaped(heap: &Heap, a: Args<'_>, escape: fn(&[u8], &mut Buffer)) -> Outcome {
    let shown = |value: &Value| match value {
        Value::Nil => b"<no value>"[..].into(),
        other => other.clone(),
    };
    let values: Vec<Value> = a.rest(0).iter().map(shown).collect();
    let text: Text = match &values[..] {
        [one] => display(heap, one)?,
        several => sprint(heap, several)?,
    };
    let mut out = Buffer::default();
    escape(&text, &mut out);
    Ok(out.into_bytes()?.into())
}

fn html(text: &[u8], out: &mut Buffer) {
    for byte in text {
        match byte {
            0 => out.push("\u{FFFD}"),
            b'"' => out.push("&#34;"),
            b'\'' => out.push("&#39;"),
            b'&' => out.push("&amp;"),
            b'<' => out.push("&lt;"),
            b'>' => out.push("&gt;"),
            _ => out.push([*byte]),
        }
    }
}

fn js(text: &[u8], out: &mut Buffer) {
    for (c, bytes) in runes(text) {
        match c {
            '\\' => out.push("\\\\"),
            '\'' => out.push("\\'"),
            '"' => out.push("\\\""),
            '<' | '>' | '&' | '=' | '\0'..' ' => out.push(format!("\\u{:04X}", u32::from(c))),
            _ if c.is_ascii() || is(Class::Print, c) => out.push(bytes),
            _ => out.push(format!("\\u{:04X}", u32::from(c))),
        }
    }
}

fn url_query(text: &[u8], out: &mut Buffer) {
    for byte in text {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push([*byte]);
            }
            b' ' => out.push("+"),
            _ => out.push(format!("%{byte:02X}")),
        }
    }
}
