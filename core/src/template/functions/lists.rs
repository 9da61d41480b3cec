//! Lists. A function takes any kind of list and gives a `[]interface {}`, never the one it took.

use super::equal::deep_equal;
use super::math::to_int;
use super::{Args, Outcome, Table, truth, wrong};
use crate::template::Problem;
use crate::template::value::{Heap, Items, List, Value};

pub(super) const TABLE: Table = &[
    ("list tuple", "a*", |heap, a| {
        Ok(any_list(heap, a.rest(0).to_vec()))
    }),
    ("append push mustAppend mustPush", "aa", |heap, a| {
        let items = [items(heap, a.any(0))?, a.rest(1)].concat();
        Ok(any_list(heap, items))
    }),
    ("prepend mustPrepend", "aa", |heap, a| {
        let items = [a.rest(1), items(heap, a.any(0))?].concat();
        Ok(any_list(heap, items))
    }),
    ("concat", "a*", |heap, a| {
        let lists = a
            .rest(0)
            .iter()
            .map(|list| items(heap, list))
            .collect::<Result<Vec<_>, _>>()?
            .concat();
        Ok(list_or_nil(heap, (!lists.is_empty()).then_some(lists)))
    }),
    ("first mustFirst", "a", |heap, a| {
        Ok(items(heap, a.any(0))?
            .first()
            .cloned()
            .unwrap_or(Value::Nil))
    }),
    ("last mustLast", "a", |heap, a| {
        Ok(items(heap, a.any(0))?.last().cloned().unwrap_or(Value::Nil))
    }),
    ("rest mustRest", "a", |heap, a| {
        let rest = items(heap, a.any(0))?
            .split_first()
            .map(|(_, rest)| rest.to_vec());
        Ok(list_or_nil(heap, rest))
    }),
    ("initial mustInitial", "a", |heap, a| {
        let initial = items(heap, a.any(0))?
            .split_last()
            .map(|(_, initial)| initial.to_vec());
        Ok(list_or_nil(heap, initial))
    }),
    ("reverse mustReverse", "a", |heap, a| {
        let items = items(heap, a.any(0))?.iter().rev().cloned().collect();
        Ok(any_list(heap, items))
    }),
    ("compact mustCompact", "a", |heap, a| {
        let full = items(heap, a.any(0))?
            .iter()
            .filter(|item| heap.truth(item))
            .cloned()
            .collect();
        Ok(any_list(heap, full))
    }),
    ("uniq mustUniq", "a", |heap, a| {
        let mut unique = Vec::new();
        for item in items(heap, a.any(0))? {
            if !contains(heap, &unique, item)? {
                unique.push(item.clone());
            }
        }
        Ok(any_list(heap, unique))
    }),
    ("without mustWithout", "aa*", |heap, a| {
        let mut kept = Vec::new();
        for item in items(heap, a.any(0))? {
            if !contains(heap, a.rest(1), item)? {
                kept.push(item.clone());
            }
        }
        Ok(any_list(heap, kept))
    }),
    ("has mustHas", "aa", |heap, a| match a.any(1) {
        Value::Nil => truth(false),
        list => truth(contains(heap, items(heap, list)?, a.any(0))?),
    }),
    ("slice mustSlice", "aa*", slice),
    ("chunk mustChunk", "ia", chunk),
    ("until", "i", |heap, a| {
        let count = a.int(0);
        int_list(heap, 0, count, if count < 0 { -1 } else { 1 })
    }),
    ("untilStep", "iii", |heap, a| {
        int_list(heap, a.int(0), a.int(1), a.int(2))
    }),
];

/// Counts from `start` to before `stop`.
pub(super) fn count(heap: &Heap, start: i64, stop: i64, step: i64) -> Result<Vec<i64>, Problem> {
    if step == 0 || (stop < start) != (step < 0) {
        return Ok(Vec::new());
    }
    let length = start.abs_diff(stop).div_ceil(step.unsigned_abs());
    heap.spend(usize::try_from(length).unwrap_or(usize::MAX))?;
    Ok((0..length as i64)
        .map(|i| start.wrapping_add(i.wrapping_mul(step)))
        .collect())
}

fn int_list(heap: &mut Heap, start: i64, stop: i64, step: i64) -> Outcome {
    let ints = count(heap, start, stop, step)?
        .into_iter()
        .map(Value::Int)
        .collect();
    Ok(heap.add_list(Items::Int, ints))
}

fn any_list(heap: &mut Heap, items: Vec<Value>) -> Value {
    heap.add_list(Items::Any, items)
}

fn list_or_nil(heap: &mut Heap, items: Option<Vec<Value>>) -> Value {
    match items {
        None => heap.nil_list(Items::Any),
        Some(items) => any_list(heap, items),
    }
}

fn list<'h>(heap: &'h Heap, value: &Value) -> Result<&'h List, Problem> {
    match value {
        Value::List(id) => Ok(heap.list(*id)),
        other => wrong(&format!("expected a list, got {}", heap.type_name(other))),
    }
}

fn items<'h>(heap: &'h Heap, value: &Value) -> Result<&'h [Value], Problem> {
    Ok(&list(heap, value)?.items)
}

fn contains(heap: &Heap, items: &[Value], wanted: &Value) -> Result<bool, Problem> {
    for item in items {
        if deep_equal(heap, wanted, item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn slice(heap: &mut Heap, a: Args<'_>) -> Outcome {
    let list = list(heap, a.any(0))?;
    if list.items.is_empty() {
        return Ok(Value::Nil);
    }
    let bound = |i: usize, default: usize| match a.0.get(i) {
        Some(value) => to_int(value).map(|int| usize::try_from(int).unwrap_or(usize::MAX)),
        None => Ok(default),
    };
    let (start, end) = (bound(1, 0)?, bound(2, list.items.len())?);
    if start <= end && end != usize::MAX && end > list.items.len() {
        let why = "whether Go fails depends on spare memory";
        return Err(Problem::unsupported(
            "a slice beyond the end of a list",
            why,
        ));
    }
    let Some(part) = list.items.get(start..end) else {
        return wrong("out of range");
    };
    let (of, part) = (list.of, part.to_vec());
    Ok(heap.add_list(of, part))
}

fn chunk(heap: &mut Heap, a: Args<'_>) -> Outcome {
    let items = items(heap, a.any(1))?.to_vec();
    let (size, length) = (a.int(0), items.len() as f64);
    // Sprig's own formula: it gives something even for some sizes below zero.
    let count = ((length - 1.0) / size as f64).floor() + 1.0;
    if !(0.0..=length).contains(&count) {
        return wrong("the size is not positive");
    }
    let mut chunks = Vec::new();
    for start in (0..count as i64).map(|i| i * size) {
        let rest = length - start as f64;
        let taken = if rest > size as f64 && size > 0 {
            size
        } else {
            rest as i64
        };
        let chunk = usize::try_from(start)
            .ok()
            .and_then(|start| items.get(start..start + taken as usize));
        let Some(chunk) = chunk.filter(|chunk| size > 0 || chunk.len() as i64 % size != 0) else {
            return wrong("the size is not positive");
        };
        chunks.push(chunk.to_vec());
    }
    let chunks = chunks
        .into_iter()
        .map(|chunk| any_list(heap, chunk))
        .collect();
    Ok(heap.add_list(Items::Lists, chunks))
}
