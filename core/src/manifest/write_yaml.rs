//! Writes a [`Value`] as YAML exactly as kubeseal does (Go's yaml.v2 behind `sigs.k8s.io/yaml`).

use std::cmp::Ordering;

use zeroize::Zeroizing;

use super::value::{Value, push_indent, write_json_string};
use super::write_scalar::{Folding, Shape, write_flow_scalar};

/// Longer keys, in bytes, are written apart from their values.
const LONGEST_SIMPLE_KEY: usize = 128;

impl Value {
    /// Writes one YAML document without its `---`: keys sorted, two blanks of indent, lists not indented.
    #[must_use]
    pub fn to_yaml(&self) -> Zeroizing<String> {
        let mut out = Zeroizing::new(String::with_capacity(self.size_hint(0)));
        match self {
            Self::Map(entries) if !entries.is_empty() => write_map(&mut out, entries, 0),
            Self::List(items) if !items.is_empty() => write_list(&mut out, items, 0),
            other => write_inline(&mut out, other, 0),
        }
        out
    }
}

/// Returns a scalar as kubeseal writes it in a block mapping: plain where that is unambiguous.
#[must_use]
pub fn scalar(text: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(6 * text.len() + 2));
    write_flow_scalar(&mut out, text, Folding::Never);
    out
}

fn write_map(out: &mut String, entries: &[(String, Value)], indent: usize) {
    let mut sorted: Vec<_> = entries.iter().collect();
    sorted.sort_by(|(a, _), (b, _)| natural_order(a, b));
    for (index, (key, value)) in sorted.into_iter().enumerate() {
        // The first entry of a list item stands on the line of its dash.
        if index > 0 || !out.ends_with("- ") {
            push_indent(out, indent);
        }
        write_key(out, key, indent);
        write_nested(out, value, indent);
    }
}

/// A key and its colon; a long key stands apart, behind a question mark.
fn write_key(out: &mut String, key: &str, indent: usize) {
    let apart = key.len() > LONGEST_SIMPLE_KEY;
    out.push_str(if apart { "? " } else { "" });
    write_flow_scalar(out, key, Folding::Never);
    if apart {
        out.push('\n');
        push_indent(out, indent);
    }
    out.push(':');
}

fn write_nested(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Map(entries) if !entries.is_empty() => {
            out.push('\n');
            write_map(out, entries, indent + 1);
        }
        Value::List(items) if !items.is_empty() => {
            out.push('\n');
            write_list(out, items, indent);
        }
        other => {
            out.push(' ');
            write_inline(out, other, indent + 1);
        }
    }
}

fn write_list(out: &mut String, items: &[Value], indent: usize) {
    for item in items {
        push_indent(out, indent);
        out.push_str("- ");
        match item {
            Value::Map(entries) if !entries.is_empty() => write_map(out, entries, indent + 1),
            Value::List(_)
            | Value::Map(_)
            | Value::Text(_)
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Null => write_inline(out, item, indent + 1),
        }
    }
}

/// Writes what fits on one line, or a literal block, and ends the line.
fn write_inline(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Text(text) if text.contains('\n') && Shape::of(text).block_allowed => {
            return write_literal(out, text, indent);
        }
        Value::Text(text) => write_flow_scalar(out, text, Folding::To { indent: 2 * indent }),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(text) => out.push_str(text),
        Value::Null => out.push_str("null"),
        Value::Map(_) => out.push_str("{}"),
        Value::List(items) => out.push_str(if items.is_empty() { "[]" } else { "" }),
    }
    out.push('\n');
}

fn write_literal(out: &mut String, text: &str, indent: usize) {
    out.push('|');
    if text.starts_with([' ', '\n']) {
        out.push('2');
    }
    let kept = text.trim_end_matches('\n');
    out.push_str(match text.len() - kept.len() {
        0 => "-",
        1 if !kept.is_empty() => "",
        _ => "+",
    });
    out.push('\n');
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        if !line.is_empty() {
            push_indent(out, indent);
            out.push_str(line);
        }
        out.push('\n');
    }
}

/// yaml.v2's order of keys: digits by value, letters after anything else.
fn natural_order(a: &str, b: &str) -> Ordering {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let Some(at) = a.iter().zip(&b).position(|(x, y)| x != y) else {
        return a.len().cmp(&b.len());
    };
    match (a[at].is_alphabetic(), b[at].is_alphabetic()) {
        (true, true) => a[at].cmp(&b[at]),
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => {
            let carries =
                (a[at] == '0' || b[at] == '0') && digits_before(&a[..at]).any(|c| c != '0');
            let (x, y) = (digit_run(&a[at..], carries), digit_run(&b[at..], carries));
            x.cmp(&y).then(a[at].cmp(&b[at]))
        }
    }
}

fn digits_before(chars: &[char]) -> impl Iterator<Item = char> {
    chars.iter().rev().copied().take_while(char::is_ascii_digit)
}

/// The value and length of the digits at the start; `carries` puts a 1 before them, as yaml.v2 does.
fn digit_run(chars: &[char], carries: bool) -> (u128, usize) {
    let digits: Vec<_> = chars.iter().take_while(|c| c.is_ascii_digit()).collect();
    let start = u128::from(carries);
    let value = digits.iter().take(30).fold(start, |sum, digit| {
        sum * 10 + u128::from(digit.to_digit(10).unwrap_or(0))
    });
    (value, digits.len())
}

/// Returns text as a JSON string, for flow mappings and JSON files.
#[must_use]
pub fn json_string(text: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(6 * text.len() + 2));
    write_json_string(&mut out, text);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ambiguous_scalars_are_quoted_as_kubeseal_does() {
        for (text, expected) in [
            ("abc", "abc"),
            ("no", "\"no\""),
            ("1", "\"1\""),
            ("1e3", "\"1e3\""),
            ("~", "\"~\""),
            ("y", "\"y\""),
            ("", "\"\""),
            ("a: b", "'a: b'"),
            ("#x", "'#x'"),
            ("-", "'-'"),
            (" x", "' x'"),
            ("@x", "'@x'"),
            ("it's", "it's"),
            ("1:30", "\"1:30\""),
            ("2024-01-01", "\"2024-01-01\""),
            ("한국", "한국"),
            ("😀", "\"\\U0001F600\""),
            ("a\tb", "\"a\\tb\""),
            ("a#b", "a#b"),
            ("x:", "'x:'"),
        ] {
            assert_eq!(scalar(text).as_str(), expected, "{text:?}");
        }
    }

    #[test]
    fn keys_sort_by_the_value_of_their_digits() {
        let mut keys = ["a10", "a2", "b", "A", "1", "_x", "a-b", "a.b"];
        keys.sort_by(|a, b| natural_order(a, b));
        assert_eq!(keys, ["_x", "1", "A", "a-b", "a.b", "a2", "a10", "b"]);
    }

    #[test]
    fn lines_become_a_literal_block() {
        let value = Value::texts([("note", "one\ntwo\n"), ("cut", "one\ntwo")]);
        assert_eq!(
            value.to_yaml().as_str(),
            "cut: |-\n  one\n  two\nnote: |\n  one\n  two\n"
        );
    }
}
