//! Values as text: Go's `fmt`.

mod printf;
mod quote;

use zeroize::Zeroizing;

pub(super) use self::printf::sprintf;
pub(super) use self::quote::{escape, quote};
use super::number::format_float;
use super::text::{Buffer, Text};
use super::unicode::{Class, is, runes};
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

    fn text(&mut self, value: &Value, text: &[u8], verb: char) {
        match verb {
            'q' => self.quoted(text),
            'v' if self.flags.go_syntax => self.quoted(text),
            'v' | 's' => self.string(text),
            'x' | 'X' => self.hexadecimal(text, verb == 'X'),
            _ => self.bad_verb(value, verb),
        }
    }

    /// Returns as many characters as the precision allows.
    fn truncated<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        let limit = self.flags.precision.unwrap_or(usize::MAX);
        let length = runes(text).take(limit).map(|(_, bytes)| bytes.len()).sum();
        &text[..length]
    }

    fn string(&mut self, text: &[u8]) {
        self.pad(self.truncated(text));
    }

    fn quoted(&mut self, text: &[u8]) {
        let text = self.truncated(text);
        let plain = |(c, bytes): (char, &[u8])| match c {
            '`' | '\u{7F}' | '\u{FEFF}' => false,
            '\u{FFFD}' => bytes.len() > 1,
            _ => c >= ' ' || c == '\t',
        };
        if self.flags.sharp && runes(text).all(plain) {
            let quoted = Zeroizing::new([b"`", text, b"`"].concat());
            return self.pad(&quoted);
        }
        let quoted = quote(text, self.flags.plus);
        self.pad(&quoted);
    }

    fn hexadecimal(&mut self, text: &[u8], upper: bool) {
        let Flags { sharp, space, .. } = self.flags;
        let mut body = Buffer::default();
        let text = &text[..text.len().min(self.flags.precision.unwrap_or(usize::MAX))];
        for (i, byte) in text.iter().enumerate() {
            body.push(if i > 0 && space { " " } else { "" });
            if sharp && (i == 0 || space) {
                body.push(if upper { "0X" } else { "0x" });
            }
            body.push(if upper {
                format!("{byte:02X}")
            } else {
                format!("{byte:02x}")
            });
        }
        match body.into_bytes() {
            Ok(body) => self.pad(&Zeroizing::new(body)),
            Err(problem) => self.fail(problem),
        }
    }

    fn integer(&mut self, value: &Value, number: u64, negative: bool, verb: char) {
        let code = if negative {
            u32::MAX
        } else {
            u32::try_from(number).unwrap_or(u32::MAX)
        };
        let c = char::from_u32(code).unwrap_or('\u{FFFD}');
        let unsigned = matches!(value, Value::Byte(_));
        match verb {
            'v' if self.flags.go_syntax && unsigned => {
                let sharp = std::mem::replace(&mut self.flags.sharp, true);
                self.digits(number, negative, 'x');
                self.flags.sharp = sharp;
            }
            'v' | 'd' | 'b' | 'o' | 'O' | 'x' | 'X' => self.digits(number, negative, verb),
            'c' => self.pad(c.encode_utf8(&mut [0; 4]).as_bytes()),
            'q' => {
                let mut quoted = String::from('\'');
                escape(c, '\'', self.flags.plus, &mut quoted);
                self.pad((quoted + "'").as_bytes());
            }
            'U' => self.code_point(
                if negative {
                    number.wrapping_neg()
                } else {
                    number
                },
                c,
            ),
            _ => self.bad_verb(value, verb),
        }
    }

    fn digits(&mut self, number: u64, negative: bool, verb: char) {
        let Flags {
            width,
            precision,
            minus,
            plus,
            sharp,
            space,
            zero,
            ..
        } = self.flags;
        let signed = negative || plus || space;
        let least = match (precision, width) {
            (Some(0), _) if number == 0 => return self.pad_with_spaces(""),
            (Some(precision), _) => precision,
            (None, Some(width)) if zero && !minus => width.saturating_sub(usize::from(signed)),
            _ => 0,
        };
        let body = match verb {
            'b' => format!("{number:b}"),
            'o' | 'O' => format!("{number:o}"),
            'x' => format!("{number:x}"),
            'X' => format!("{number:X}"),
            _ => number.to_string(),
        };
        let body = "0".repeat(least.saturating_sub(body.len())) + &body;
        let prefix = match verb {
            'O' if sharp && !body.starts_with('0') => "0o0",
            'O' => "0o",
            'b' if sharp => "0b",
            'o' if sharp && !body.starts_with('0') => "0",
            'x' if sharp => "0x",
            'X' if sharp => "0X",
            _ => "",
        };
        let sign = match () {
            () if negative => "-",
            () if plus => "+",
            () if space => " ",
            () => "",
        };
        self.pad_with_spaces(&format!("{sign}{prefix}{body}"));
    }

    fn code_point(&mut self, number: u64, c: char) {
        let digits = format!("{number:X}");
        let zeros = self
            .flags
            .precision
            .unwrap_or(4)
            .max(4)
            .saturating_sub(digits.len());
        let shown = self.flags.sharp && u64::from(c) == number && is(Class::Print, c);
        let shown = if shown {
            format!(" '{c}'")
        } else {
            String::new()
        };
        self.pad_with_spaces(&format!("U+{}{digits}{shown}", "0".repeat(zeros)));
    }

    fn float(&mut self, value: &Value, number: f64, verb: char) {
        if self.flags.sharp || matches!(verb, 'b' | 'x' | 'X') {
            return self.fail(Problem::unsupported(
                "this form of a float",
                "Sealsmith does not have it",
            ));
        }
        let (form, precision) = match verb {
            'v' | 'g' | 'G' => ('g', None),
            'e' | 'E' => ('e', Some(6)),
            'f' | 'F' => ('f', Some(6)),
            _ => return self.bad_verb(value, verb),
        };
        let mut text = format_float(number, form, self.flags.precision.or(precision));
        if matches!(verb, 'G' | 'E') {
            text = text.replace('e', "E");
        }
        let Flags {
            plus,
            space,
            zero,
            minus,
            width,
            ..
        } = self.flags;
        if !text.starts_with(['+', '-']) {
            text.insert(0, '+');
        }
        let unsigned = text[1..].to_owned();
        if text.starts_with('+') && !plus {
            text.replace_range(..1, if space { " " } else { "" });
        }
        if !number.is_finite() {
            // Only an infinity keeps a plus nobody asked for.
            let text = if number == f64::INFINITY && !space {
                format!("+{unsigned}")
            } else {
                text
            };
            return self.pad_with_spaces(&text);
        }
        if zero
            && !minus
            && text.len() > unsigned.len()
            && width.is_some_and(|width| width > text.len())
        {
            self.out.push(&text[..1]);
            self.out.fill(b'0', width.unwrap_or(0) - text.len());
            return self.out.push(unsigned);
        }
        self.pad(text.as_bytes());
    }

    fn pad_with_spaces(&mut self, text: &str) {
        let zero = std::mem::replace(&mut self.flags.zero, false);
        self.pad(text.as_bytes());
        self.flags.zero = zero;
    }

    fn pad(&mut self, text: &[u8]) {
        let Flags {
            minus, zero, width, ..
        } = self.flags;
        let missing = width.unwrap_or(0).saturating_sub(runes(text).count());
        if minus {
            self.out.push(text);
            self.out.fill(b' ', missing);
        } else {
            self.out.fill(if zero { b'0' } else { b' ' }, missing);
            self.out.push(text);
        }
    }
}
