//! The values a template computes with, typed as in Go, and the heap that owns lists and dicts.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::text::Text;
use super::{MAX_STEPS, Problem};

/// A value.
#[derive(Clone)]
pub(super) enum Value {
    /// Go's zero `reflect.Value`: what a missing key gives. Prints as `<no value>`.
    Missing,
    /// A nil `interface{}`. Prints as `<nil>`.
    Nil,
    Bool(bool),
    Int(i64),
    Int64(i64),
    /// A `uint8`: what indexing a string gives.
    Byte(u8),
    Float(f64),
    Text(Text),
    List(ListId),
    Dict(DictId),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct ListId(usize);

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct DictId(usize);

/// A Go slice; never changed once it exists.
pub(super) struct List {
    pub(super) of: Items,
    /// A nil slice prints and compares differently from an empty one.
    pub(super) nil: bool,
    pub(super) items: Vec<Value>,
}

/// The element type of a list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Items {
    Any,
    Text,
    Int,
    Lists,
}

/// A Go map with string keys; shared, and changed in place by `set` and its like.
pub(super) struct Dict {
    pub(super) of: Items,
    pub(super) nil: bool,
    pub(super) entries: BTreeMap<Text, Value>,
}

/// Owns every list and dict until rendering ends, so that a dict that contains itself is freed and
/// wiped too, and without recursion.
#[derive(Default)]
pub(super) struct Heap {
    lists: Vec<List>,
    dicts: Vec<Dict>,
    steps: Cell<u64>,
}

impl Heap {
    /// Pays for work; every loop over values does so.
    pub(super) fn spend(&self, steps: usize) -> Result<(), Problem> {
        self.steps
            .set(self.steps.get().saturating_add(steps as u64));
        match self.steps.get() > MAX_STEPS {
            true => Err(Problem::Limit("1000000 steps")),
            false => Ok(()),
        }
    }

    pub(super) fn add_list(&mut self, of: Items, items: Vec<Value>) -> Value {
        let nil = false;
        self.lists.push(List { of, nil, items });
        Value::List(ListId(self.lists.len() - 1))
    }

    pub(super) fn nil_list(&mut self, of: Items) -> Value {
        let (nil, items) = (true, Vec::new());
        self.lists.push(List { of, nil, items });
        Value::List(ListId(self.lists.len() - 1))
    }

    pub(super) fn add_dict(&mut self, of: Items, entries: BTreeMap<Text, Value>) -> Value {
        let nil = false;
        self.dicts.push(Dict { of, nil, entries });
        Value::Dict(DictId(self.dicts.len() - 1))
    }

    pub(super) fn nil_dict(&mut self) -> Value {
        let (of, nil, entries) = (Items::Any, true, BTreeMap::new());
        self.dicts.push(Dict { of, nil, entries });
        Value::Dict(DictId(self.dicts.len() - 1))
    }

    pub(super) fn list(&self, id: ListId) -> &List {
        &self.lists[id.0]
    }

    pub(super) fn dict(&self, id: DictId) -> &Dict {
        &self.dicts[id.0]
    }

    pub(super) fn dict_mut(&mut self, id: DictId) -> &mut Dict {
        &mut self.dicts[id.0]
    }

    /// Says whether a value counts as true; empty and zero do not.
    pub(super) fn truth(&self, value: &Value) -> bool {
        match value {
            Value::Missing | Value::Nil => false,
            Value::Bool(truth) => *truth,
            Value::Int(number) | Value::Int64(number) => *number != 0,
            Value::Byte(byte) => *byte != 0,
            Value::Float(number) => *number != 0.0,
            Value::Text(text) => !text.is_empty(),
            Value::List(id) => !self.list(*id).items.is_empty(),
            Value::Dict(id) => !self.dict(*id).entries.is_empty(),
        }
    }

    /// Returns what it costs to look at a value once.
    pub(super) fn size(&self, value: &Value) -> usize {
        match value {
            Value::Text(text) => text.len() / 64,
            Value::List(id) => self.list(*id).items.len(),
            Value::Dict(id) => self.dict(*id).entries.len(),
            _ => 0,
        }
    }

    /// Returns the name Go's `%T` prints.
    pub(super) fn type_name(&self, value: &Value) -> &'static str {
        match value {
            Value::Missing | Value::Nil => "<nil>",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Int64(_) => "int64",
            Value::Byte(_) => "uint8",
            Value::Float(_) => "float64",
            Value::Text(_) => "string",
            Value::List(id) => match self.list(*id).of {
                Items::Any => "[]interface {}",
                Items::Text => "[]string",
                Items::Int => "[]int",
                Items::Lists => "[][]interface {}",
            },
            Value::Dict(id) => match self.dict(*id).of {
                Items::Text => "map[string]string",
                Items::Any | Items::Int | Items::Lists => "map[string]interface {}",
            },
        }
    }

    /// Returns the name of Go's `reflect.Kind`.
    pub(super) fn kind_name(&self, value: &Value) -> &'static str {
        match value {
            Value::Missing | Value::Nil => "invalid",
            Value::List(_) => "slice",
            Value::Dict(_) => "map",
            scalar => self.type_name(scalar),
        }
    }
}

impl Value {
    /// Forgets that a nil was an `interface{}`, as a Go pipeline does.
    pub(super) fn unwrapped(self) -> Self {
        match self {
            Self::Nil => Self::Missing,
            other => other,
        }
    }

    pub(super) fn is_nil(&self) -> bool {
        matches!(self, Self::Missing | Self::Nil)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Text(bytes.into())
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Text(bytes.into())
    }
}
