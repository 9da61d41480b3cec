//! JSON, written as Go's `encoding/json` writes it and read with its leniency.

mod read;
mod write;

use self::read::read;
use self::write::{Style, write};
use super::{Outcome, Table, text, wrong};
use crate::template::Problem;
use crate::template::value::Value;

pub(super) const TABLE: Table = &[
    ("toJson", "a", |heap, a| {
        or_empty(write(heap, a.any(0), COMPACT))
    }),
    ("mustToJson", "a", |heap, a| write(heap, a.any(0), COMPACT)),
    ("toPrettyJson", "a", |heap, a| {
        or_empty(write(heap, a.any(0), PRETTY))
    }),
    ("mustToPrettyJson", "a", |heap, a| {
        write(heap, a.any(0), PRETTY)
    }),
    ("toRawJson mustToRawJson", "a", |heap, a| {
        write(heap, a.any(0), RAW)
    }),
    ("fromJson", "s", |heap, a| match read(heap, a.text(0))? {
        Some((value, _)) => Ok(value),
        None => Ok(Value::Nil),
    }),
    ("mustFromJson", "s", |heap, a| {
        match read(heap, a.text(0))? {
            Some((value, true)) => Ok(value),
            _ => wrong("invalid JSON"),
        }
    }),
];

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
