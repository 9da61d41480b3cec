//! Defaults, choices, types and `fail`.

use super::equal::deep_equal;
use super::{Table, text, truth};
use crate::template::Problem;
use crate::template::format::display;
use crate::template::value::Value;

pub(super) const TABLE: Table = &[
    ("default", "aa*", |heap, a| match a.rest(1) {
        [given, ..] if heap.truth(given) => Ok(given.clone()),
        _ => Ok(a.any(0).clone()),
    }),
    ("empty", "a", |heap, a| truth(!heap.truth(a.any(0)))),
    ("coalesce", "a*", |heap, a| {
        Ok(a.rest(0)
            .iter()
            .find(|value| heap.truth(value))
            .cloned()
            .unwrap_or(Value::Nil))
    }),
    ("all", "a*", |heap, a| {
        truth(a.rest(0).iter().all(|value| heap.truth(value)))
    }),
    ("any", "a*", |heap, a| {
        truth(a.rest(0).iter().any(|value| heap.truth(value)))
    }),
    ("ternary", "aab", |heap, a| {
        Ok(a.any(usize::from(!heap.truth(a.any(2)))).clone())
    }),
    ("fail", "s", |_, _| Err(Problem::FailCalled)),
    ("typeOf", "a", |heap, a| text(heap.type_name(a.any(0)))),
    ("typeIs", "sa", |heap, a| {
        truth(a.text(0) == heap.type_name(a.any(1)).as_bytes())
    }),
    // It also accepts a pointer to the type, and no value is one.
    ("typeIsLike", "sa", |heap, a| {
        truth(a.text(0) == heap.type_name(a.any(1)).as_bytes())
    }),
    ("kindOf", "a", |heap, a| text(heap.kind_name(a.any(0)))),
    ("kindIs", "sa", |heap, a| {
        truth(a.text(0) == heap.kind_name(a.any(1)).as_bytes())
    }),
    ("deepEqual", "aa", |heap, a| {
        truth(deep_equal(heap, a.any(0), a.any(1))?)
    }),
    ("toString", "a", |heap, a| {
        Ok(Value::Text(display(heap, a.any(0))?))
    }),
];
