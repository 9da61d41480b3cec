//! Which texts are values, and which only stand for a value that is filled in elsewhere.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sealsmith_core::manifest::tree::Node;

use crate::secret_like;

/// The longest base64 text that may hide a placeholder.
const MAX_PLACEHOLDER: usize = 1024;

/// What marks a part that a tool fills in: its start, its end.
const MARKERS: [(&str, &str); 4] = [("${", "}"), ("$(", ")"), ("{{", "}}"), ("<path:", ">")];

/// How a text starts that names a value in another store.
const REFERENCES: [&str; 4] = ["ref+", "vault:", "op://", "secretref:"];

/// Whether a node holds a value anywhere in it; `encrypted` accepts what SOPS encrypts.
pub(crate) fn holds_literal(node: Node<'_>, is_literal: &impl Fn(&str) -> bool) -> bool {
    match node.as_str() {
        Some(text) => is_literal(text),
        None => {
            let values = node.entries().map(|(_, value)| value);
            values
                .chain(node.items())
                .any(|child| holds_literal(child, is_literal))
        }
    }
}

/// Whether a text is a value: not empty, and not a placeholder.
pub(crate) fn is_literal(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && !is_placeholder(text)
}

/// Whether a base64 text holds a value.
pub(crate) fn is_encoded_literal(text: &str) -> bool {
    is_literal(text) && decoded(text).is_none_or(|decoded| is_literal(&decoded))
}

/// Whether a text is what SOPS leaves of a value.
pub(crate) fn is_encrypted(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("ENC[") && text.ends_with(']')
}

fn decoded(text: &str) -> Option<String> {
    let short = text.len() <= MAX_PLACEHOLDER;
    let bytes = STANDARD
        .decode(
            text.split_whitespace()
                .collect::<String>()
                .get(..)
                .filter(|_| short)?,
        )
        .ok()?;
    String::from_utf8(bytes).ok()
}

fn is_placeholder(text: &str) -> bool {
    let reference = REFERENCES
        .iter()
        .any(|reference| text.starts_with(reference));
    let whole = text.starts_with('<') && text.ends_with('>') && !text[1..].contains(['<', '\n']);
    let filled_in = MARKERS.iter().any(|marker| has_marker(text, marker));
    (reference || whole || filled_in) && !text.lines().any(assigns)
}

fn has_marker(text: &str, (start, end): &(&str, &str)) -> bool {
    let Some((_, rest)) = text.split_once(start) else {
        return false;
    };
    let inner = rest.split_once(end).map_or("", |(inner, _)| inner);
    inner.contains(|c: char| c.is_ascii_alphanumeric())
}

/// Whether a line of a longer text gives a secret a value, as `password = hunter22`.
fn assigns(line: &str) -> bool {
    let Some((key, value)) = line.split_once(['=', ':']) else {
        return false;
    };
    let value = value.trim().trim_matches(['"', '\'']);
    let marked = MARKERS.iter().any(|marker| has_marker(value, marker));
    secret_like::names_secret(key) && value.len() >= secret_like::MIN_LENGTH && !marked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_no_values() {
        for text in [
            "",
            "  ",
            "${DB_PASSWORD}",
            "$(DB_PASSWORD)",
            "<path:secret/data/app#password>",
            "<password>",
            "{{ .Values.password | b64enc }}",
            "postgres://app:${DB_PASSWORD}@db/app",
            "vault:secret/data/app#password",
            "[db]\nuser = app\npassword = {{ .Values.password }}\n",
        ] {
            assert!(!is_literal(text), "{text}");
        }
        assert!(!is_encoded_literal("JHtEQl9QQVNTV09SRH0="));
    }

    #[test]
    fn everything_else_is_a_value() {
        for text in [
            "hunter2",
            "5432",
            "${}",
            "{{",
            "a<b>",
            "user = ${USER}\npassword = hunter22\n",
            "<a>\n<b>",
        ] {
            assert!(is_literal(text), "{text}");
        }
        assert!(is_encoded_literal("aHVudGVyMg==") && is_encoded_literal("not base64"));
    }
}
