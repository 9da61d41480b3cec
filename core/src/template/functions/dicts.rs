//! Dicts, which `set`, `unset` and `merge` change in place.

use std::collections::BTreeMap;

use super::{Args, Outcome, Table, truth, wrong};
use crate::template::format::display;
use crate::template::value::{DictId, Heap, Items, Value};
use crate::template::{MAX_DEPTH, Problem};

pub(super) const TABLE: Table = &[
    ("dict", "a*", dict),
    ("get", "ms", |heap, a| {
        let empty = || Vec::new().into();
        Ok(heap
            .dict(a.dict(0))
            .entries
            .get(a.text(1))
            .cloned()
            .unwrap_or_else(empty))
    }),
    ("set", "msa", |heap, a| match heap.dict(a.dict(0)).nil {
        true => wrong("the dict is nil"),
        false => {
            heap.dict_mut(a.dict(0))
                .entries
                .insert(a.text(1).into(), a.any(2).clone());
            Ok(a.any(0).clone())
        }
    }),
    ("unset", "ms", |heap, a| {
        heap.dict_mut(a.dict(0)).entries.remove(a.text(1));
        Ok(a.any(0).clone())
    }),
    ("hasKey", "ms", |heap, a| {
        truth(heap.dict(a.dict(0)).entries.contains_key(a.text(1)))
    }),
    ("pluck", "sm*", |heap, a| {
        let dicts = (1..a.0.len()).map(|i| &heap.dict(a.dict(i)).entries);
        let found = dicts
            .filter_map(|entries| entries.get(a.text(0)).cloned())
            .collect();
        Ok(heap.add_list(Items::Any, found))
    }),
    // Go gives keys and values in an order that changes; sorted is one of them.
    ("keys", "m*", |heap, a| {
        let dicts = (0..a.0.len()).map(|i| &heap.dict(a.dict(i)).entries);
        let keys = dicts
            .flat_map(|entries| entries.keys().cloned().map(Value::Text))
            .collect();
        Ok(heap.add_list(Items::Text, keys))
    }),
    ("values", "m", |heap, a| {
        let values = heap.dict(a.dict(0)).entries.values().cloned().collect();
        Ok(heap.add_list(Items::Any, values))
    }),
    ("pick", "ms*", |heap, a| filtered(heap, a, true)),
    ("omit", "ms*", |heap, a| filtered(heap, a, false)),
    ("dig", "a*", dig),
    ("merge mustMerge", "mm*", |heap, a| {
        merge_all(heap, a, false)
    }),
    ("mergeOverwrite mustMergeOverwrite", "mm*", |heap, a| {
        merge_all(heap, a, true)
    }),
    ("deepCopy mustDeepCopy", "a", |heap, a| match a.any(0) {
        Value::Nil => wrong("nil has no copy"),
        value => deep_copy(heap, value, 0),
    }),
];

fn dict(heap: &mut Heap, a: Args<'_>) -> Outcome {
    let mut entries = BTreeMap::new();
    for pair in a.rest(0).chunks(2) {
        let value = pair.get(1).cloned().unwrap_or_else(|| Vec::new().into());
        entries.insert(display(heap, &pair[0])?, value);
    }
    Ok(heap.add_dict(Items::Any, entries))
}

/// Copies the entries whose keys are named, or those whose keys are not.
fn filtered(heap: &mut Heap, a: Args<'_>, named: bool) -> Outcome {
    let names: Vec<&[u8]> = (1..a.0.len()).map(|i| a.text(i)).collect();
    let entries = heap.dict(a.dict(0)).entries.iter();
    let kept = entries.filter(|(key, _)| names.contains(&&key[..]) == named);
    let kept = kept
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    Ok(heap.add_dict(Items::Any, kept))
}

fn dig(heap: &mut Heap, a: Args<'_>) -> Outcome {
    let [keys @ .., default, dict] = a.0 else {
        return wrong("needs at least three arguments");
    };
    let mut found = dict;
    if keys.is_empty() || keys.iter().any(|key| !matches!(key, Value::Text(_))) {
        return wrong("needs keys that are strings");
    }
    for key in keys {
        let (Value::Text(key), Some(id)) = (key, any_dict(heap, found)) else {
            return wrong("a key on the way holds no dict");
        };
        match heap.dict(id).entries.get(key) {
            Some(value) => found = value,
            None => return Ok(default.clone()),
        }
    }
    Ok(found.clone())
}

fn any_dict(heap: &Heap, value: &Value) -> Option<DictId> {
    match value {
        Value::Dict(id) if heap.dict(*id).of == Items::Any => Some(*id),
        _ => None,
    }
}

fn merge_all(heap: &mut Heap, a: Args<'_>, overwrite: bool) -> Outcome {
    let mut target = a.any(0).clone();
    if (0..a.0.len()).all(|i| heap.dict(a.dict(i)).nil) {
        return Ok(target);
    }
    if heap.dict(a.dict(0)).nil {
        target = heap.add_dict(Items::Any, BTreeMap::new());
    }
    if let Value::Dict(id) = target {
        for i in 1..a.0.len() {
            merge(heap, id, a.dict(i), overwrite, 0)?;
        }
    }
    Ok(target)
}

/// Merges as Sprig's library does: dicts into dicts, lists as a whole, and what is empty gives way.
fn merge(
    heap: &mut Heap,
    target: DictId,
    source: DictId,
    overwrite: bool,
    depth: usize,
) -> Result<(), Problem> {
    if depth > MAX_DEPTH {
        return Err(Problem::Limit("100 levels of nesting"));
    }
    for (key, new) in heap.dict(source).entries.clone() {
        heap.spend(1)?;
        let old = heap.dict(target).entries.get(&key).cloned();
        if let (Some(Value::Dict(old)), Value::Dict(new)) = (&old, &new) {
            merge(heap, *old, *new, overwrite, depth + 1)?;
        }
        let replaces = match (old.filter(|old| heap.truth(old)), &new) {
            (_, Value::Nil) => overwrite,
            (Some(Value::Dict(_)), Value::Dict(_)) => false,
            (old, _) => old.is_none() || overwrite,
        };
        if replaces && heap.dict(target).of == Items::Text && heap.dict(source).of != Items::Text {
            return wrong("a map[string]string takes nothing from another type");
        }
        if replaces {
            heap.dict_mut(target).entries.insert(key, new);
        }
    }
    Ok(())
}

fn deep_copy(heap: &mut Heap, value: &Value, depth: usize) -> Outcome {
    heap.spend(1)?;
    if depth > MAX_DEPTH {
        return Err(Problem::Limit("100 levels of nesting"));
    }
    match value {
        Value::List(id) if !heap.list(*id).nil => {
            let (of, items) = (heap.list(*id).of, heap.list(*id).items.clone());
            let copies = items.iter().map(|item| deep_copy(heap, item, depth + 1));
            let copies = copies.collect::<Result<_, _>>()?;
            Ok(heap.add_list(of, copies))
        }
        Value::Dict(id) => {
            let (of, entries) = (heap.dict(*id).of, heap.dict(*id).entries.clone());
            let copies = entries
                .into_iter()
                .map(|(key, value)| Ok((key, deep_copy(heap, &value, depth + 1)?)));
            let copies = copies.collect::<Result<_, _>>()?;
            Ok(heap.add_dict(of, copies))
        }
        scalar => Ok(scalar.clone()),
    }
}
