//! Quoted strings: Go's `strconv.Quote`.

use std::fmt::Write as _;

use zeroize::Zeroizing;

use crate::template::unicode::{Class, is, runes};

/// Quotes a string as a Go literal, in ASCII only if asked.
pub(in super::super) fn quote(text: &[u8], ascii: bool) -> Zeroizing<Vec<u8>> {
    // No escape is longer than four times its bytes, so this never grows and leaves nothing behind.
    let mut quoted = Zeroizing::new(String::with_capacity(4 * text.len() + 2));
    quoted.push('"');
    for (c, bytes) in runes(text) {
        match bytes {
            [byte] if !byte.is_ascii() => quoted.push_str(&format!("\\x{byte:02x}")),
            _ => escape(c, '"', ascii, &mut quoted),
        }
    }
    quoted.push('"');
    Zeroizing::new(std::mem::take(&mut *quoted).into_bytes())
}

/// Writes one character as it stands between quotes.
pub(super) fn escape(c: char, quote: char, ascii: bool, out: &mut String) {
    let letter = match c {
        '\x07' => 'a',
        '\x08' => 'b',
        '\x0c' => 'f',
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\x0b' => 'v',
        _ if c == quote || c == '\\' => c,
        _ if (c.is_ascii() || !ascii) && is(Class::Print, c) => return out.push(c),
        _ => {
            let written = match u32::from(c) {
                code @ ..0x80 => write!(out, "\\x{code:02x}"),
                code @ ..0x1_0000 => write!(out, "\\u{code:04x}"),
                code => write!(out, "\\U{code:08x}"),
            };
            return written.expect("a string takes everything");
        }
    };
    out.extend(['\\', letter]);
}
