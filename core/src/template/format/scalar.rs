//! Strings and numbers under a verb and its flags.

use std::mem::replace;

use zeroize::Zeroizing;

use super::{Flags, Printer, escape, quote};
use crate::template::Problem;
use crate::template::number::format_float;
use crate::template::text::Buffer;
use crate::template::unicode::{Class, is, runes};
use crate::template::value::Value;

impl Printer<'_> {
    pub(super) fn text(&mut self, value: &Value, text: &[u8], verb: char) {
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

    pub(super) fn string(&mut self, text: &[u8]) {
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

    pub(super) fn integer(&mut self, value: &Value, number: u64, negative: bool, verb: char) {
        let code = if negative {
            u32::MAX
        } else {
            u32::try_from(number).unwrap_or(u32::MAX)
        };
        let c = char::from_u32(code).unwrap_or('\u{FFFD}');
        let unsigned = matches!(value, Value::Byte(_));
        match verb {
            'v' if self.flags.go_syntax && unsigned => {
                let sharp = replace(&mut self.flags.sharp, true);
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

    pub(super) fn float(&mut self, value: &Value, number: f64, verb: char) {
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
        let zero = replace(&mut self.flags.zero, false);
        self.pad(text.as_bytes());
        self.flags.zero = zero;
    }

    pub(super) fn pad(&mut self, text: &[u8]) {
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
