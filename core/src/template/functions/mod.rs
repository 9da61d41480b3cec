//! The functions a template may call: Go's builtins and Sprig's, one table for each topic.

mod builtin;
mod case;
mod dicts;
mod encoding;
mod equal;
mod flow;
mod json;
mod lists;
mod math;
mod offline;
mod paths;
mod regex_syntax;
mod regexes;
mod strings;

use super::Problem;
use super::value::{DictId, Heap, Value};

/// What a function returns.
type Outcome = Result<Value, Problem>;
type Run = fn(&mut Heap, Args<'_>) -> Outcome;

/// Names of a function, separated by spaces; its parameters; the function.
///
/// A parameter is a letter: `s`tring, `i`nt, `f`loat64, `b`ool, `m`ap\[string\]interface{}, `a`ny
/// (an `interface{}`) or `v`alue (a `reflect.Value`, which can be missing). A `*` says that the one
/// before it may come any number of times.
type Table = &'static [(&'static str, &'static str, Run)];

const TABLES: [Table; 11] = [
    builtin::TABLE,
    strings::TABLE,
    case::TABLE,
    regexes::TABLE,
    math::TABLE,
    lists::TABLE,
    dicts::TABLE,
    flow::TABLE,
    encoding::TABLE,
    json::TABLE,
    paths::TABLE,
];

/// What a name in a template stands for.
pub(super) enum Callable {
    Known(Function),
    /// The controller has it; Sealsmith cannot know its result.
    Offline {
        name: &'static str,
        why: &'static str,
    },
}

/// A function with the name it was called by.
pub(super) struct Function {
    pub(super) name: &'static str,
    takes: &'static str,
    pub(super) run: Run,
}

/// Finds a function that the controller has.
pub(super) fn find(name: &str) -> Option<Callable> {
    let entries = TABLES.iter().copied().flatten();
    let mut known = entries.flat_map(|(names, takes, run)| {
        names.split(' ').map(move |name| Function {
            name,
            takes,
            run: *run,
        })
    });
    known
        .find(|function| function.name == name)
        .map(Callable::Known)
        .or_else(|| offline::find(name))
}

impl Function {
    /// Says whether the function can be given so many arguments.
    pub(super) fn takes_count(&self, count: usize) -> bool {
        match self.takes.strip_suffix('*') {
            Some(parameters) => count + 1 >= parameters.len(),
            None => count == self.takes.len(),
        }
    }

    /// Returns the letter of the `i`th parameter.
    pub(super) fn parameter(&self, i: usize) -> u8 {
        let parameters = self.takes.trim_end_matches('*').as_bytes();
        parameters
            .get(i)
            .or(parameters.last())
            .copied()
            .unwrap_or(b'a')
    }
}

/// The arguments of a call, checked against the parameters.
#[derive(Clone, Copy)]
pub(super) struct Args<'a>(pub(super) &'a [Value]);

impl<'a> Args<'a> {
    fn any(self, i: usize) -> &'a Value {
        &self.0[i]
    }

    fn text(self, i: usize) -> &'a [u8] {
        match self.any(i) {
            Value::Text(text) => text,
            _ => unreachable!("the call checked that it is a string"),
        }
    }

    fn int(self, i: usize) -> i64 {
        match self.any(i) {
            Value::Int(int) => *int,
            _ => unreachable!("the call checked that it is an int"),
        }
    }

    fn dict(self, i: usize) -> DictId {
        match self.any(i) {
            Value::Dict(id) => *id,
            _ => unreachable!("the call checked that it is a dict"),
        }
    }

    fn rest(self, from: usize) -> &'a [Value] {
        &self.0[from..]
    }
}

fn text(bytes: impl AsRef<[u8]>) -> Outcome {
    Ok(bytes.as_ref().into())
}

fn truth(value: bool) -> Outcome {
    Ok(Value::Bool(value))
}

/// An error that Go would report as well.
fn wrong<T>(why: &str) -> Result<T, Problem> {
    Err(Problem::execution(why))
}
