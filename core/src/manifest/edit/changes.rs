//! Changes to one file, collected one after the other.

use super::Change;
use crate::manifest::value::Value;

/// Adds a change; two parts of a mapping that the file does not have yet become one insertion.
pub fn add(changes: &mut Vec<Change>, change: Change) {
    let Change::Insert {
        mapping,
        key,
        value: Value::Map(entries),
    } = change
    else {
        return changes.push(change);
    };
    let same = changes.iter_mut().find_map(|old| match old {
        Change::Insert {
            mapping: at,
            key: known,
            value: Value::Map(old),
        } if *at == mapping && *known == key => Some(old),
        _ => None,
    });
    match same {
        Some(old) => absorb(old, entries),
        None => changes.push(Change::Insert {
            mapping,
            key,
            value: Value::Map(entries),
        }),
    }
}

fn absorb(old: &mut Vec<(String, Value)>, new: Vec<(String, Value)>) {
    for (key, value) in new {
        let place = old.iter().position(|(known, _)| *known == key);
        match (place.map(|place| &mut old[place].1), value) {
            (Some(Value::Map(inner)), Value::Map(entries)) => absorb(inner, entries),
            (Some(known), value) => *known = value,
            (None, value) => old.push((key, value)),
        }
    }
}
