//! A manifest to be written: JSON in kubeseal's layout here, YAML in [`super::write_yaml`].

use zeroize::Zeroizing;

/// A JSON value in the order it is to be written. Strings are wiped on drop.
pub enum Value {
    /// Text.
    Text(Zeroizing<String>),
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// `null`.
    Null,
    /// A list.
    List(Vec<Self>),
    /// Entries in order.
    Map(Vec<(String, Self)>),
}

impl Value {
    /// A text value.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(Zeroizing::new(text.into()))
    }

    /// A map of texts.
    pub fn texts<K: Into<String>, V: Into<String>>(
        entries: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        Self::Map(
            entries
                .into_iter()
                .map(|(key, value)| (key.into(), Self::text(value)))
                .collect(),
        )
    }

    /// A copy, for the one caller that writes a part on its own. Deliberately not `Clone`.
    pub(super) fn duplicate(&self) -> Self {
        match self {
            Self::Text(text) => Self::Text(text.clone()),
            Self::Bool(value) => Self::Bool(*value),
            Self::Number(text) => Self::Number(text.clone()),
            Self::Null => Self::Null,
            Self::List(items) => Self::List(items.iter().map(Self::duplicate).collect()),
            Self::Map(entries) => Self::Map(
                entries
                    .iter()
                    .map(|(key, value)| (key.clone(), value.duplicate()))
                    .collect(),
            ),
        }
    }

    /// Writes JSON as kubeseal does: two blanks of indent, `<`, `>` and `&` escaped, one newline at the end.
    #[must_use]
    pub fn to_json(&self) -> Zeroizing<String> {
        let mut out = Zeroizing::new(String::with_capacity(self.size_hint(0)));
        self.write_json(&mut out, 0);
        out.push('\n');
        out
    }

    fn write_json(&self, out: &mut String, indent: usize) {
        match self {
            Self::Text(text) => write_json_string(out, text),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number(text) => out.push_str(text),
            Self::Null => out.push_str("null"),
            Self::List(items) => write_collection(out, indent, ['[', ']'], items, |out, item| {
                item.write_json(out, indent + 1);
            }),
            Self::Map(entries) => {
                write_collection(out, indent, ['{', '}'], entries, |out, (key, value)| {
                    write_json_string(out, key);
                    out.push_str(": ");
                    value.write_json(out, indent + 1);
                });
            }
        }
    }

    /// An upper bound of the written size in bytes, so that the buffer never moves and leaves secret bytes behind.
    pub(super) fn size_hint(&self, depth: usize) -> usize {
        let line = 2 * depth + 8;
        match self {
            Self::Text(text) => 6 * text.len() + line + text.len() / 2 * depth,
            Self::Number(text) => text.len() + line,
            Self::Bool(_) | Self::Null => line,
            Self::List(items) => {
                items
                    .iter()
                    .map(|item| item.size_hint(depth + 1) + line)
                    .sum::<usize>()
                    + line
            }
            Self::Map(entries) => {
                entries
                    .iter()
                    .map(|(key, value)| 6 * key.len() + value.size_hint(depth + 1) + line)
                    .sum::<usize>()
                    + line
            }
        }
    }
}

fn write_collection<T>(
    out: &mut String,
    indent: usize,
    [open, close]: [char; 2],
    items: &[T],
    mut write: impl FnMut(&mut String, &T),
) {
    out.push(open);
    for (index, item) in items.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        push_indent(out, indent + 1);
        write(out, item);
    }
    if !items.is_empty() {
        out.push('\n');
        push_indent(out, indent);
    }
    out.push(close);
}

pub(super) fn push_indent(out: &mut String, depth: usize) {
    (0..depth).for_each(|_| out.push_str("  "));
}

/// Appends a JSON string as Go's encoder writes it.
pub(super) fn write_json_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\x1f' => {
                push_unicode_escape(out, c);
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

fn push_unicode_escape(out: &mut String, c: char) {
    out.push_str("\\u");
    for shift in [12, 8, 4, 0] {
        let digit = (u32::from(c) >> shift) & 0xF;
        out.push(char::from_digit(digit, 16).expect("a hex digit is below 16"));
    }
}
