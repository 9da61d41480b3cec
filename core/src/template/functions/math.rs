//! Arithmetic and the conversions Sprig makes for it.

use super::lists::count;
use super::{Args, Outcome, Table, text, wrong};
use crate::template::Problem;
use crate::template::format::{display, sprint};
use crate::template::number::{Decimal, parse_float, parse_int};
use crate::template::value::{Heap, Items, Value};

pub(super) const TABLE: Table = &[
    ("int", "a", |_, a| Ok(Value::Int(to_int(a.any(0))?))),
    ("int64", "a", |_, a| Ok(Value::Int64(to_int(a.any(0))?))),
    ("float64", "a", |_, a| Ok(Value::Float(to_float(a.any(0))?))),
    ("toDecimal", "a", |heap, a| {
        let octal = parse_int(&display(heap, a.any(0))?, 8);
        Ok(Value::Int64(
            octal.and_then(|int| int.try_into().ok()).unwrap_or(0),
        ))
    }),
    ("add", "a*", |_, a| fold(0, a.rest(0), i64::wrapping_add)),
    ("add1", "a", |_, a| fold(1, a.rest(0), i64::wrapping_add)),
    ("sub", "aa", |_, a| {
        fold(to_int(a.any(0))?, a.rest(1), i64::wrapping_sub)
    }),
    ("mul", "aa*", |_, a| {
        fold(to_int(a.any(0))?, a.rest(1), i64::wrapping_mul)
    }),
    ("max biggest", "aa*", |_, a| {
        fold(to_int(a.any(0))?, a.rest(1), i64::max)
    }),
    ("min", "aa*", |_, a| {
        fold(to_int(a.any(0))?, a.rest(1), i64::min)
    }),
    ("div", "aa", |_, a| divided(a, i64::wrapping_div)),
    ("mod", "aa", |_, a| divided(a, i64::wrapping_rem)),
    ("add1f", "a", |_, a| {
        decimal(to_float(a.any(0))?, &[Value::Int(1)], Decimal::add)
    }),
    ("addf", "a*", |_, a| decimal(0.0, a.rest(0), Decimal::add)),
    ("subf", "aa*", |_, a| {
        decimal(to_float(a.any(0))?, a.rest(1), Decimal::sub)
    }),
    ("mulf", "aa*", |_, a| {
        decimal(to_float(a.any(0))?, a.rest(1), Decimal::mul)
    }),
    ("divf", "aa*", |_, a| {
        match a
            .rest(1)
            .iter()
            .any(|value| matches!(to_float(value), Ok(0.0)))
        {
            true => wrong("division by zero"),
            false => decimal(to_float(a.any(0))?, a.rest(1), Decimal::div),
        }
    }),
    ("maxf", "aa*", |_, a| extreme(a, f64::max)),
    ("minf", "aa*", |_, a| extreme(a, f64::min)),
    ("floor", "a", |_, a| {
        Ok(Value::Float(to_float(a.any(0))?.floor()))
    }),
    ("ceil", "a", |_, a| {
        Ok(Value::Float(to_float(a.any(0))?.ceil()))
    }),
    ("round", "aif*", round),
    ("seq", "i*", sequence),
];

/// Converts to an integer; what is no number is 0.
pub(super) fn to_int(value: &Value) -> Result<i64, Problem> {
    Ok(match value {
        Value::Bool(truth) => i64::from(*truth),
        Value::Int(int) | Value::Int64(int) => *int,
        Value::Byte(byte) => i64::from(*byte),
        Value::Float(float) if float.trunc().abs() < 9.2e18 => *float as i64,
        Value::Float(_) => {
            let why = "its result differs between processors";
            return Err(Problem::unsupported(
                "a float beyond 64 bits as an integer",
                why,
            ));
        }
        Value::Text(text) => {
            let int = parse_int(without_zero_places(text), 0);
            int.and_then(|int| int.try_into().ok()).unwrap_or(0)
        }
        Value::Missing | Value::Nil | Value::List(_) | Value::Dict(_) => 0,
    })
}

/// Cuts off `.0`, `.00` and so on.
fn without_zero_places(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| *byte != b'0');
    match end {
        Some(end) if text[end] == b'.' && end + 1 < text.len() => &text[..end],
        _ => text,
    }
}

fn to_float(value: &Value) -> Result<f64, Problem> {
    match value {
        Value::Float(float) => Ok(*float),
        Value::Text(text) => Ok(parse_float(text)?.unwrap_or(0.0)),
        other => Ok(to_int(other)? as f64),
    }
}

fn fold(start: i64, values: &[Value], combine: fn(i64, i64) -> i64) -> Outcome {
    let ints = values.iter().map(to_int);
    let result = ints
        .into_iter()
        .try_fold(start, |sum, int| Ok(combine(sum, int?)));
    result.map(Value::Int64)
}

fn divided(a: Args<'_>, divide: fn(i64, i64) -> i64) -> Outcome {
    match (to_int(a.any(0))?, to_int(a.any(1))?) {
        (_, 0) => wrong("division by zero"),
        (above, below) => Ok(Value::Int64(divide(above, below))),
    }
}

type Combine = fn(Decimal, Decimal) -> Option<Decimal>;

fn decimal(start: f64, values: &[Value], combine: Combine) -> Outcome {
    let read =
        |float: f64| Decimal::new(float).ok_or_else(|| Problem::execution("not a finite number"));
    let mut result = read(start)?;
    for value in values {
        let next = read(to_float(value)?)?;
        let too_long = || {
            Problem::unsupported(
                "a decimal of more than 38 digits",
                "Sealsmith does not compute it",
            )
        };
        result = combine(result, next).ok_or_else(too_long)?;
    }
    Ok(Value::Float(result.to_float()))
}

fn extreme(a: Args<'_>, better: fn(f64, f64) -> f64) -> Outcome {
    let mut result = to_float(a.any(0))?;
    for value in a.rest(1) {
        let next = to_float(value)?;
        // Unlike Rust, Go prefers what is no number.
        result = if next.is_nan() || result.is_nan() {
            f64::NAN
        } else {
            better(result, next)
        };
    }
    Ok(Value::Float(result))
}

fn round(_: &mut Heap, a: Args<'_>) -> Outcome {
    let (value, places) = (to_float(a.any(0))?, a.int(1));
    let round_up_from = match a.0.get(2) {
        Some(Value::Float(from)) => *from,
        _ => 0.5,
    };
    if !(-22..=22).contains(&places) {
        return Err(Problem::unsupported(
            "rounding to more than 22 places",
            "Sealsmith does not compute it",
        ));
    }
    let scale = 10_f64.powi(places.unsigned_abs() as i32);
    let scale = if places < 0 { 1.0 / scale } else { scale };
    let scaled = scale * value;
    let rounded = if scaled.fract() >= round_up_from {
        scaled.ceil()
    } else {
        scaled.floor()
    };
    Ok(Value::Float(rounded / scale))
}

fn sequence(heap: &mut Heap, a: Args<'_>) -> Outcome {
    let ints: Vec<i64> = (0..a.0.len()).map(|i| a.int(i)).collect();
    let (start, step, end) = match ints[..] {
        [end] => (1, None, end),
        [start, end] => (start, None, end),
        [start, step, end] => (start, Some(step), end),
        _ => return text(""),
    };
    let direction = if end < start { -1 } else { 1 };
    if direction < 0 && step.is_some_and(|step| step > 0) {
        return text("");
    }
    let ints = count(
        heap,
        start,
        end.saturating_add(direction),
        step.unwrap_or(direction),
    )?;
    let list = heap.add_list(Items::Int, ints.into_iter().map(Value::Int).collect());
    let shown = sprint(heap, &[list])?;
    text(&shown[1..shown.len() - 1])
}
