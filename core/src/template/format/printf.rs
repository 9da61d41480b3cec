//! `printf`: Go's format strings.

use super::{Flags, Printer};
use crate::template::Problem;
use crate::template::text::Text;
use crate::template::unicode::runes;
use crate::template::value::{Heap, Value};

/// Formats values as `fmt.Sprintf` does, with its complaints in place of what does not fit.
pub(in super::super) fn sprintf(
    heap: &Heap,
    format: &[u8],
    values: &[Value],
) -> Result<Text, Problem> {
    let mut print = Print {
        printer: Printer::new(heap),
        format,
        values,
        next: 0,
        reordered: false,
        good_index: true,
    };
    while !print.format.is_empty() {
        print.literal();
        if !print.format.is_empty() {
            print.directive();
        }
    }
    if !print.reordered {
        print.extra();
    }
    print.printer.finish()
}

struct Print<'a> {
    printer: Printer<'a>,
    /// What is left of the format.
    format: &'a [u8],
    values: &'a [Value],
    /// The value the next verb takes.
    next: usize,
    reordered: bool,
    good_index: bool,
}

impl Print<'_> {
    /// Copies the text up to the next `%`, which it takes.
    fn literal(&mut self) {
        let end = self.format.iter().position(|byte| *byte == b'%');
        let length = end.unwrap_or(self.format.len());
        self.printer.out.push(&self.format[..length]);
        self.format = &self.format[length + usize::from(end.is_some())..];
        if end.is_some() && self.format.is_empty() {
            self.printer.out.push("%!(NOVERB)");
        }
    }

    fn directive(&mut self) {
        self.good_index = true;
        self.printer.flags = Flags::default();
        self.flags();
        let mut after_index = self.index();
        after_index = self.width(after_index);
        after_index = self.precision(after_index);
        if !after_index {
            self.index();
        }
        let character = &self.format[..self.format.len().min(4)];
        let Some((verb, bytes)) = runes(character).next() else {
            return self.printer.out.push("%!(NOVERB)");
        };
        self.format = &self.format[bytes.len()..];
        self.verb(verb);
    }

    fn verb(&mut self, verb: char) {
        let flags = &mut self.printer.flags;
        match self.values.get(self.next) {
            _ if verb == '%' => self.printer.out.push("%"),
            _ if !self.good_index => self.printer.out.push(format!("%!{verb}(BADINDEX)")),
            None => self.printer.out.push(format!("%!{verb}(MISSING)")),
            Some(value) => {
                if matches!(verb, 'v' | 'w') {
                    flags.go_syntax = std::mem::take(&mut flags.sharp);
                    flags.plus = false;
                }
                self.printer.argument(value, verb);
                self.next += 1;
            }
        }
    }

    fn flags(&mut self) {
        let flags = &mut self.printer.flags;
        while let [byte, rest @ ..] = self.format {
            match byte {
                b'#' => flags.sharp = true,
                b'0' => flags.zero = true,
                b'+' => flags.plus = true,
                b'-' => flags.minus = true,
                b' ' => flags.space = true,
                _ => break,
            }
            self.format = rest;
        }
    }

    /// Takes an argument index like `[2]`; says whether there was one.
    fn index(&mut self) -> bool {
        let Some(rest) = self.format.strip_prefix(b"[") else {
            return false;
        };
        self.reordered = true;
        let end = rest.iter().position(|byte| *byte == b']');
        let Some(length) = end.filter(|_| rest.len() > 1) else {
            self.format = rest;
            self.good_index = false;
            return false;
        };
        let number = number(&mut &rest[..length], true);
        self.format = &rest[length + 1..];
        match number {
            Some(number @ 1..) if number <= self.values.len() => self.next = number - 1,
            _ => self.good_index = false,
        }
        number.is_some()
    }

    fn width(&mut self, after_index: bool) -> bool {
        if self.star() {
            let width = self.star_value();
            let flags = &mut self.printer.flags;
            flags.width = width.map(|width| width.unsigned_abs() as usize);
            if width.is_some_and(i64::is_negative) {
                (flags.minus, flags.zero) = (true, false);
            }
            if width.is_none() {
                self.printer.out.push("%!(BADWIDTH)");
            }
            return false;
        }
        let width = number(&mut self.format, false);
        self.good_index &= !(after_index && width.is_some());
        self.printer.flags.width = width;
        after_index
    }

    fn precision(&mut self, after_index: bool) -> bool {
        // A point at the very end is the verb.
        let (true, Some(rest)) = (self.format.len() > 1, self.format.strip_prefix(b".")) else {
            return after_index;
        };
        self.format = rest;
        self.good_index &= !after_index;
        let after_index = self.index();
        if self.star() {
            let precision = self
                .star_value()
                .and_then(|value| usize::try_from(value).ok());
            self.printer.flags.precision = precision;
            if precision.is_none() {
                self.printer.out.push("%!(BADPREC)");
            }
            return false;
        }
        self.printer.flags.precision = number(&mut self.format, false).or(Some(0));
        after_index
    }

    fn star(&mut self) -> bool {
        let rest = self.format.strip_prefix(b"*");
        self.format = rest.unwrap_or(self.format);
        rest.is_some()
    }

    fn star_value(&mut self) -> Option<i64> {
        let value = self.values.get(self.next)?;
        self.next += 1;
        let value = match value {
            Value::Int(int) | Value::Int64(int) => *int,
            Value::Byte(byte) => i64::from(*byte),
            _ => return None,
        };
        (-1_000_000..=1_000_000).contains(&value).then_some(value)
    }

    /// Complains about values no verb took.
    fn extra(&mut self) {
        let Some(extra @ [_, ..]) = self.values.get(self.next..) else {
            return;
        };
        self.printer.flags = Flags::default();
        self.printer.out.push("%!(EXTRA ");
        for (i, value) in extra.iter().enumerate() {
            self.printer.out.push(if i > 0 { ", " } else { "" });
            if !value.is_nil() {
                self.printer.out.push(self.printer.heap.type_name(value));
                self.printer.out.push("=");
            }
            self.printer.argument(value, 'v');
        }
        self.printer.out.push(")");
    }
}

/// Takes a number of at most a million; a longer one swallows the rest, as in Go.
fn number(text: &mut &[u8], whole: bool) -> Option<usize> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, rest) = text.split_at(digits);
    let value = number.iter().try_fold(0, |value: usize, digit| {
        (value <= 1_000_000).then(|| value * 10 + usize::from(digit - b'0'))
    });
    *text = if value.is_some() { rest } else { &[] };
    value.filter(|_| digits > 0 && (!whole || rest.is_empty()))
}
