//! Slash-separated paths, lexically: Go's `path`. On the controller `os*` is the same.

use super::{Outcome, Table, text, truth};
use crate::template::text::Buffer;
use crate::template::value::Value;

pub(super) const TABLE: Table = &[
    ("base osBase", "s", |_, a| text(base(a.text(0)))),
    ("dir osDir", "s", |_, a| {
        clean(&a.text(0)[..name_start(a.text(0))])
    }),
    ("clean osClean", "s", |_, a| clean(a.text(0))),
    ("ext osExt", "s", |_, a| text(extension(a.text(0)))),
    ("isAbs osIsAbs", "s", |_, a| {
        truth(a.text(0).starts_with(b"/"))
    }),
];

fn name_start(path: &[u8]) -> usize {
    path.iter()
        .rposition(|byte| *byte == b'/')
        .map_or(0, |slash| slash + 1)
}

fn base(path: &[u8]) -> &[u8] {
    let end = path
        .iter()
        .rposition(|byte| *byte != b'/')
        .map_or(0, |last| last + 1);
    match &path[name_start(&path[..end])..end] {
        [] if path.is_empty() => b".",
        [] => b"/",
        name => name,
    }
}

fn extension(path: &[u8]) -> &[u8] {
    let name = &path[name_start(path)..];
    let dot = name.iter().rposition(|byte| *byte == b'.');
    &name[dot.unwrap_or(name.len())..]
}

fn clean(path: &[u8]) -> Outcome {
    let rooted = path.starts_with(b"/");
    let mut names: Vec<&[u8]> = Vec::new();
    for name in path.split(|byte| *byte == b'/') {
        match name {
            b"" | b"." => {}
            b".." if names.last().is_some_and(|last| *last != b"..") => drop(names.pop()),
            b".." if rooted => {}
            _ => names.push(name),
        }
    }
    let mut cleaned = Buffer::default();
    cleaned.push(if rooted { "/" } else { "" });
    for (i, name) in names.iter().enumerate() {
        cleaned.push(if i > 0 { "/" } else { "" });
        cleaned.push(name);
    }
    match cleaned.into_bytes()? {
        bytes if bytes.is_empty() => text("."),
        bytes => Ok(Value::from(bytes)),
    }
}
