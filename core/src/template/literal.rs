//! Strings, characters and numbers as they are written in a template.

use super::number::{parse_float, parse_int};

/// A number; Go decides its type where it is used.
#[derive(Clone, Copy)]
pub(super) struct Number {
    /// Its value as an integer, if it is one that fits.
    pub(super) int: Option<i64>,
    pub(super) float: f64,
    /// It is a float where nothing asks for an integer.
    pub(super) looks_float: bool,
}

/// Reads a number.
pub(super) fn number(text: &str) -> Result<Number, &'static str> {
    const FLOAT: [char; 5] = ['.', 'e', 'E', 'p', 'P'];
    let hexadecimal = text.len() > 2 && (text.starts_with("0x") || text.starts_with("0X"));
    let looks_float = text.contains(FLOAT) && (!hexadecimal || text.contains(['p', 'P']));
    if let Some(value) = parse_int(text.as_bytes(), 0) {
        let int = i64::try_from(value).ok();
        return match int {
            None if u64::try_from(value).is_err() => Err("integer overflow"),
            _ => Ok(Number {
                int,
                float: value as f64,
                looks_float,
            }),
        };
    }
    match parse_float(text.as_bytes()) {
        Ok(Some(float)) if text.contains(FLOAT) => Ok(Number {
            int: whole(float),
            float,
            looks_float,
        }),
        Ok(Some(_)) => Err("integer overflow"),
        Ok(None) => Err("illegal number syntax"),
        Err(_) => Err("hexadecimal floats are not supported"),
    }
}

/// Reads a character constant with its quotes.
pub(super) fn character(quoted: &str) -> Option<Number> {
    let (unit, rest) = unit(quoted.strip_prefix('\'')?, '\'')?;
    let value = match unit {
        Unit::Byte(byte) => byte.into(),
        Unit::Char(c) => u32::from(c),
    };
    let (int, float) = (Some(value.into()), value.into());
    (rest == "'").then_some(Number {
        int,
        float,
        looks_float: false,
    })
}

/// Reads a string constant with its quotes.
pub(super) fn string(quoted: &str) -> Option<Vec<u8>> {
    if let Some(raw) = quoted.strip_prefix('`') {
        // Go drops carriage returns from raw strings.
        return Some(raw.strip_suffix('`')?.replace('\r', "").into_bytes());
    }
    let mut rest = quoted.strip_prefix('"')?.strip_suffix('"')?;
    let mut bytes = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        let (unit, after) = unit(rest, '"')?;
        rest = after;
        match unit {
            Unit::Byte(byte) => bytes.push(byte),
            Unit::Char(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Some(bytes)
}

/// Returns a float as an integer if it is one.
pub(super) fn whole(float: f64) -> Option<i64> {
    let fits = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&float);
    (fits && float.trunc() == float).then_some(float as i64)
}

/// One escaped or plain character; `\x` and `\0` escapes give bytes.
enum Unit {
    Byte(u8),
    Char(char),
}

fn unit(text: &str, quote: char) -> Option<(Unit, &str)> {
    let mut chars = text.chars();
    let first = chars.next().filter(|c| *c != quote && *c != '\n')?;
    if first != '\\' {
        return Some((Unit::Char(first), chars.as_str()));
    }
    let escape = chars.next()?;
    let rest = chars.as_str();
    let simple = match escape {
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        '\\' => '\\',
        'x' => return coded(rest, 2, 16, true),
        'u' => return coded(rest, 4, 16, false),
        'U' => return coded(rest, 8, 16, false),
        '0'..='7' => return coded(&text[1..], 3, 8, true),
        c if c == quote => quote,
        _ => return None,
    };
    Some((Unit::Char(simple), rest))
}

fn coded(text: &str, length: usize, base: u32, byte: bool) -> Option<(Unit, &str)> {
    let digits = text
        .get(..length)
        .filter(|digits| digits.chars().all(|c| c.is_digit(base)))?;
    let value = u32::from_str_radix(digits, base).ok()?;
    let unit = match byte {
        true => Unit::Byte(value.try_into().ok()?),
        false => Unit::Char(char::from_u32(value)?),
    };
    Some((unit, &text[length..]))
}
