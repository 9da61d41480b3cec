//! `reflect.DeepEqual`: the same type and the same content.

use crate::template::value::{Heap, Value};
use crate::template::{MAX_DEPTH, Problem};

/// Says whether two values are the same all the way down.
pub(super) fn deep_equal(heap: &Heap, left: &Value, right: &Value) -> Result<bool, Problem> {
    equal(heap, left, right, 0)
}

fn equal(heap: &Heap, left: &Value, right: &Value, depth: usize) -> Result<bool, Problem> {
    heap.spend(1)?;
    if depth > MAX_DEPTH {
        return Err(Problem::Limit("100 levels of nesting"));
    }
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => {
            heap.spend(left.len() / 64)?;
            Ok(left == right)
        }
        (Value::Bool(left), Value::Bool(right)) => Ok(left == right),
        (Value::Int(left), Value::Int(right)) | (Value::Int64(left), Value::Int64(right)) => {
            Ok(left == right)
        }
        (Value::Byte(left), Value::Byte(right)) => Ok(left == right),
        (Value::Float(left), Value::Float(right)) => Ok(left == right),
        (Value::List(left), Value::List(right)) => {
            let (left, right) = (heap.list(*left), heap.list(*right));
            let alike = left.of == right.of
                && left.nil == right.nil
                && left.items.len() == right.items.len();
            let pairs = || left.items.iter().zip(&right.items);
            Ok(alike && all_equal(heap, pairs(), depth)?)
        }
        (Value::Dict(left), Value::Dict(right)) if left == right => Ok(true),
        (Value::Dict(left), Value::Dict(right)) => {
            let (left, right) = (heap.dict(*left), heap.dict(*right));
            let alike = left.of == right.of
                && left.nil == right.nil
                && left.entries.keys().eq(right.entries.keys());
            let pairs = || left.entries.values().zip(right.entries.values());
            Ok(alike && all_equal(heap, pairs(), depth)?)
        }
        _ => Ok(left.is_nil() && right.is_nil()),
    }
}

fn all_equal<'a>(
    heap: &Heap,
    pairs: impl Iterator<Item = (&'a Value, &'a Value)>,
    depth: usize,
) -> Result<bool, Problem> {
    for (left, right) in pairs {
        if !equal(heap, left, right, depth + 1)? {
            return Ok(false);
        }
    }
    Ok(true)
}
