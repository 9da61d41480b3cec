//! Values as text: Go's `fmt`.

mod printf;
mod quote;
mod scalar;

pub(super) use self::printf::sprintf;
use self::quote::escape;
pub(super) use self::quote::quote;
use super::text::{Buffer, Text};
use super::value::{Heap, Value};
use super::{MAX_DEPTH, Problem};

/// Formats one value as `%v` does; a string is itself.
pub(super) fn display(heap: &Heap, value: &Value) -> Result<Text, Problem> {
    match value {
        Value::Text(text) => Ok(text.clone()),
        other => sprint(heap, std::slice::from_ref(other)),
    }
}

/// Formats values with a space between two that are no strings: `fmt.Sprint`.
pub(super) fn sprint(heap: &Heap, values: &[Value]) -> Result<Text, Problem> {
    let mut printer = Printer::new(heap);
    let is_text = |i: usize| matches!(values[i], Value::Text(_));
    for (i, value) in values.iter().enumerate() {
        if i > 0 && !is_text(i) && !is_text(i - 1) {
            printer.out.push(" ");
        }
        printer.argument(value, 'v');
    }
    printer.finish()
}

/// Formats values with spaces between them and a newline after: `fmt.Sprintln`.
pub(super) fn sprintln(heap: &Heap, values: &[Value]) -> Result<Text, Problem> {
    let mut printer = Printer::new(heap);
    for (i, value) in values.iter().enumerate() {
        printer.out.push(if i > 0 { " " } else { "" });
        printer.argument(value, 'v');
    }
    printer.out.push("\n");
    printer.finish()
}

/// What stands between `%` and the verb.
#[derive(Clone, Copy, Default)]
struct Flags {
    width: Option<usize>,
    precision: Option<usize>,
    minus: bool,
    plus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    /// `%#v`: values as Go writes them.
    go_syntax: bool,
}

struct Printer<'h> {
    heap: &'h Heap,
    out: Buffer,
    flags: Flags,
    /// The first problem; what is printed after it does not count.
    problem: Option<Problem>,
}

impl<'h> Printer<'h> {
    fn new(heap: &'h Heap) -> Self {
        let (out, flags, problem) = (Buffer::default(), Flags::default(), None);
        Self {
            heap,
            out,
            flags,
            problem,
        }
    }

    fn finish(self) -> Result<Text, Problem> {
        match self.problem {
            Some(problem) => Err(problem),
            None => Ok(self.out.into_bytes()?.into()),
        }
    }

    fn fail(&mut self, problem: Problem) {
        self.problem.get_or_insert(problem);
    }

    /// Prints an argument of `print` or `printf`.
    fn argument(&mut self, value: &Value, verb: char) {
        match (value, verb) {
            (_, 'T') if !value.is_nil() => self.string(self.heap.type_name(value).as_bytes()),
            (Value::Missing | Value::Nil, 'T' | 'v') => self.pad(b"<nil>"),
            (Value::Missing | Value::Nil, _) => self.bad_verb(value, verb),
            (Value::List(_) | Value::Dict(_), 'p') => {
                self.fail(Problem::unsupported(
                    "printf %p",
                    "an address differs from run to run",
                ));
            }
            (Value::List(_) | Value::Dict(_), 'w') => self.bad_verb(value, verb),
            _ => self.value(value, verb, 0),
        }
    }

    fn value(&mut self, value: &Value, verb: char, depth: usize) {
        match self.heap.spend(1) {
            Err(problem) => return self.fail(problem),
            Ok(()) if depth > MAX_DEPTH => {
                return self.fail(Problem::Limit("100 levels of nesting"));
            }
            Ok(()) => {}
        }
        match value {
            Value::Missing | Value::Nil if self.flags.go_syntax => {
                self.out.push("interface {}(nil)");
            }
            Value::Missing | Value::Nil => self.out.push("<nil>"),
            Value::Bool(truth) if matches!(verb, 't' | 'v') => {
                self.pad(truth.to_string().as_bytes());
            }
            Value::Int(int) | Value::Int64(int) => {
                self.integer(value, int.unsigned_abs(), *int < 0, verb);
            }
            Value::Byte(byte) => self.integer(value, u64::from(*byte), false, verb),
            Value::Float(float) => self.float(value, *float, verb),
            Value::Text(text) => self.text(value, text, verb),
            Value::List(id) => {
                let list = self.heap.list(*id);
                let items = list.items.iter().map(|item| (None, item));
                self.composite(value, list.nil, ["[", "]"], items, verb, depth);
            }
            Value::Dict(id) => {
                let dict = self.heap.dict(*id);
                let entries = dict.entries.iter().map(|(key, item)| (Some(key), item));
                self.composite(value, dict.nil, ["map[", "]"], entries, verb, depth);
            }
            Value::Bool(_) => self.bad_verb(value, verb),
        }
    }

    fn composite<'a>(
        &mut self,
        value: &Value,
        nil: bool,
        [open, close]: [&str; 2],
        items: impl Iterator<Item = (Option<&'a Text>, &'a Value)>,
        verb: char,
        depth: usize,
    ) {
        let (open, between, close) = match self.flags.go_syntax {
            true if nil => {
                return self
                    .out
                    .push(format!("{}(nil)", self.heap.type_name(value)));
            }
            true => (format!("{}{{", self.heap.type_name(value)), ", ", "}"),
            false => (open.to_owned(), " ", close),
        };
        self.out.push(open);
        for (i, (key, item)) in items.enumerate() {
            self.out.push(if i > 0 { between } else { "" });
            if let Some(key) = key {
                self.value(&Value::Text(key.clone()), verb, depth + 1);
                self.out.push(":");
            }
            self.value(item, verb, depth + 1);
            if self.problem.is_some() {
                return;
            }
        }
        self.out.push(close);
    }

    /// `%!d(string=hi)`: what Go prints for a verb that does not fit the value.
    fn bad_verb(&mut self, value: &Value, verb: char) {
        self.out
            .push(format!("%!{verb}({}", self.heap.type_name(value)));
        if !value.is_nil() {
            self.out.push("=");
            self.value(value, 'v', 0);
        }
        self.out.push(")");
    }
}
