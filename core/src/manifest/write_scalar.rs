//! Writes one scalar as Go's yaml.v2 does: which quotes, which escapes, where a long line folds.

use super::resolve::{Resolved, is_base_60};

/// Lines that are longer are folded at the next blank.
const WIDTH: usize = 80;

/// Whether a long scalar may go on in the next line.
#[derive(Clone, Copy)]
pub(super) enum Folding {
    /// Keys, and values that are spliced into a line.
    Never,
    /// With this many blanks before the rest.
    To {
        /// Blanks.
        indent: usize,
    },
}

/// Plain, single or double quoted, by the rules of yaml.v2's emitter.
pub(super) fn write_flow_scalar(out: &mut String, text: &str, folding: Folding) {
    let shape = Shape::of(text);
    let reads_back = Resolved::of(text) == Resolved::Text && !is_base_60(text);
    let one_line = !text.contains('\n') && reads_back;
    let mut line = Line::at_end_of(out, folding);
    if one_line && shape.plain_allowed && !text.is_empty() {
        line.write(text, Quotes::None);
    } else if one_line && shape.single_allowed {
        line.write(text, Quotes::Single);
    } else {
        line.write(text, Quotes::Double);
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Quotes {
    None,
    Single,
    Double,
}

/// The line being written, with its length.
struct Line<'o> {
    out: &'o mut String,
    column: usize,
    folding: Folding,
}

impl<'o> Line<'o> {
    fn at_end_of(out: &'o mut String, folding: Folding) -> Self {
        let column = out.rsplit('\n').next().unwrap_or_default().chars().count();
        Self {
            out,
            column,
            folding,
        }
    }

    fn write(&mut self, text: &str, quotes: Quotes) {
        let mark = match quotes {
            Quotes::None => "",
            Quotes::Single => "'",
            Quotes::Double => "\"",
        };
        // Lines end only at blanks, and without quotes nothing is escaped: the common case of a sealed value.
        if quotes == Quotes::None && !text.contains(' ') {
            return self.push(text);
        }
        self.push(mark);
        let mut chars = text.char_indices().peekable();
        let mut after_blank = false;
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map(|(_, next)| *next);
            let inside = quotes == Quotes::None || (at > 0 && next.is_some());
            // Only a single blank may be replaced by a line break; in double quotes a further one is escaped.
            let single = quotes == Quotes::Double || next != Some(' ');
            if c == ' ' && inside && single && !after_blank && self.fold() {
                self.push(if quotes == Quotes::Double && next == Some(' ') {
                    "\\"
                } else {
                    ""
                });
            } else {
                self.push_char(c, quotes);
            }
            after_blank = c == ' ';
        }
        self.push(mark);
    }

    /// Starts a new line when this one is long enough and may end.
    fn fold(&mut self) -> bool {
        let Folding::To { indent } = self.folding else {
            return false;
        };
        if self.column <= WIDTH {
            return false;
        }
        self.out.push('\n');
        self.out.push_str(&" ".repeat(indent));
        self.column = indent;
        true
    }

    fn push_char(&mut self, c: char, quotes: Quotes) {
        match (quotes, c) {
            (Quotes::Single, '\'') => self.push("''"),
            (Quotes::Double, c) => self.push(&escaped(c)),
            (Quotes::None | Quotes::Single, c) => {
                self.out.push(c);
                self.column += 1;
            }
        }
    }

    fn push(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }
}

/// A character as it stands between double quotes.
fn escaped(c: char) -> String {
    let short = match c {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\0' => "\\0",
        '\x07' => "\\a",
        '\x08' => "\\b",
        '\x0b' => "\\v",
        '\x0c' => "\\f",
        '\x1b' => "\\e",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\u{85}' => "\\N",
        '\u{2028}' => "\\L",
        '\u{2029}' => "\\P",
        '\u{feff}' => "\\uFEFF",
        c if is_printable(c) => return c.to_string(),
        c => return hex_escape(c),
    };
    short.to_owned()
}

fn hex_escape(c: char) -> String {
    let code = u32::from(c);
    match code {
        0..=0xFF => format!("\\x{code:02X}"),
        0x100..=0xFFFF => format!("\\u{code:04X}"),
        _ => format!("\\U{code:08X}"),
    }
}

/// What yaml.v2's scalar analysis finds.
pub(super) struct Shape {
    plain_allowed: bool,
    single_allowed: bool,
    pub(super) block_allowed: bool,
}

impl Shape {
    pub(super) fn of(text: &str) -> Self {
        if is_base64(text) {
            return Self {
                plain_allowed: true,
                single_allowed: true,
                block_allowed: true,
            };
        }
        let chars: Vec<char> = text.chars().collect();
        let is_space = |at: usize| chars.get(at) == Some(&' ');
        let breaks = |at: usize| chars.get(at).is_some_and(|&c| is_break(c));
        let last = chars.len().saturating_sub(1);
        let break_then_space = (0..last).any(|at| breaks(at) && is_space(at + 1));
        let space_then_break = (0..last).any(|at| is_space(at) && breaks(at + 1));
        let special = chars.iter().any(|&c| !is_printable(c));
        let multiline = chars.iter().any(|&c| is_break(c));
        let edge = is_space(0) || breaks(0) || is_space(last) || breaks(last);
        let never = space_then_break || special;
        Self {
            plain_allowed: !(edge
                || break_then_space
                || never
                || multiline
                || has_indicator(text, &chars)),
            single_allowed: !(break_then_space || never),
            block_allowed: !(text.is_empty() || is_space(last) || never),
        }
    }
}

/// What most values are, and what YAML has no rules about.
fn is_base64(text: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    !text.is_empty() && text.bytes().all(is_digit)
}

fn has_indicator(text: &str, chars: &[char]) -> bool {
    let blank_follows = |at: usize| {
        chars
            .get(at + 1)
            .is_none_or(|&c| c == ' ' || c == '\t' || is_break(c))
    };
    let blank_precedes =
        |at: usize| at == 0 || matches!(chars[at - 1], ' ' | '\t') || is_break(chars[at - 1]);
    let at_start = match chars.first() {
        Some(
            '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
            | '@' | '`',
        ) => true,
        Some('?' | ':' | '-') => blank_follows(0),
        _ => false,
    };
    let inside = chars
        .iter()
        .enumerate()
        .skip(1)
        .any(|(at, &c)| (c == ':' && blank_follows(at)) || (c == '#' && blank_precedes(at)));
    at_start || inside || text.starts_with("---") || text.starts_with("...")
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
        && c != '\u{feff}'
}
