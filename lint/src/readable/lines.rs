//! Finds Secrets in a text that does not parse (a Helm template, a broken file) by its lines.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Readable;
use super::block::{Block, Line};
use super::literal::is_literal;
use crate::policy::Severity;

/// The most objects that are looked at in one document.
const MAX_OBJECTS: usize = 100;

/// `kind: Secret` in every spelling that YAML and JSON have for it, over lines too.
static KIND: LazyLock<Regex> = LazyLock::new(|| {
    regex(r#"(?i:\bkind)["']?\s*:\s*(?:[!&][^\s,{}\[\]]*\s+)*["']?Secret(?:["'\s,}\u{feff}]|$)"#)
});
static VERSION: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"(?i:\bapiVersion)["']?\s*:\s*["']?([^\s"',}]+)"#));
static DATA: LazyLock<Regex> = LazyLock::new(|| {
    regex(r#"(?i:\b(?:data|stringData))["']?\s*:\s*(?:[{\[][^}\]\s]|[^\s{}\[\]#])"#)
});

/// Returns the Secrets of one document that look like ones with values.
pub(super) fn find(raw: &str) -> Vec<Readable> {
    let text = unescaped(raw);
    if text.contains("{{") {
        return in_template(raw, &text);
    }
    let found = KIND
        .find(&text)
        .filter(|_| is_core(&text))
        .and_then(|_| DATA.find(&text));
    let found = found.map(|data| Readable {
        object: String::new(),
        fields: Vec::new(),
        at: raw_place(raw, &text, data.start()..data.start()),
        severity: Severity::Error,
    });
    found.into_iter().collect()
}

fn in_template(raw: &str, text: &str) -> Vec<Readable> {
    let lines = Line::all(text);
    let kinds = KIND.find_iter(text).take(MAX_OBJECTS);
    let values = kinds.filter_map(|kind| {
        let at = lines
            .partition_point(|line| line.start <= kind.start())
            .checked_sub(1)?;
        let object = Block::around(&lines, at);
        is_core(object.text(text)).then(|| object.first_value(text))?
    });
    let secrets = values.map(|(field, key)| Readable {
        object: String::new(),
        fields: vec![field],
        at: raw_place(raw, text, key),
        severity: Severity::Error,
    });
    secrets.collect()
}

fn is_core(text: &str) -> bool {
    let mut versions = VERSION
        .captures_iter(text)
        .filter_map(|found| Some(found.get(1)?.as_str()))
        .peekable();
    versions.peek().is_none() || versions.any(|version| version == "v1" || !is_literal(version))
}

/// The place in the text as it is written: exact unless escapes had to go first, then its line.
fn raw_place(raw: &str, text: &str, at: Range<usize>) -> Range<usize> {
    if raw.len() == text.len() {
        return at;
    }
    let line = text[..at.start].matches('\n').count();
    let start = raw
        .match_indices('\n')
        .map(|(at, _)| at + 1)
        .nth(line.wrapping_sub(1))
        .unwrap_or(0);
    start..start
}

/// Puts the characters for the escapes of double quotes that could spell a word: `\x53`, `\u0053`.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !["\\x", "\\u", "\\U"]
        .iter()
        .any(|escape| text.contains(escape))
    {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let (c, len) = escape(after).unwrap_or(('\\', 0));
        out.push(c);
        rest = &after[len..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn escape(after: &str) -> Option<(char, usize)> {
    let digits = match after.bytes().next()? {
        b'x' => 2,
        b'u' => 4,
        b'U' => 8,
        _ => return None,
    };
    let code = u32::from_str_radix(after.get(1..1 + digits)?, 16).ok()?;
    let c = char::from_u32(code).filter(|c| !c.is_control())?;
    Some((c, digits + 1))
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant that the tests compile")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Vec<String> {
        find(text)
            .into_iter()
            .flat_map(|readable| readable.fields)
            .collect()
    }

    #[test]
    fn values_in_a_template_are_found() {
        for (text, field) in [
            (
                "kind: Secret\nstringData:\n  {{- if .Values.x }}\n  a: {{ .Values.a }}\n  b: hunter2 # {{ x }}\n",
                "stringData.b",
            ),
            (
                "apiVersion: v1\nkind: \"S\\x65cret\"\nstringData: {a: \"{{ .x }}\", b: hunter2}\n",
                "stringData.b",
            ),
            (
                "{{ x }}\nitems:\n  - apiVersion: v1\n    kind: Secret\n    data:\n      a: |\n        aHVudGVyMg==\n",
                "data.a",
            ),
            (
                "# {{ x }}\n{\"kind\": \"Secret\", \"data\": {\"a\": \"aHVudGVyMg==\"}}",
                "data.a",
            ),
        ] {
            assert_eq!(fields(text), [field], "{text}");
        }
    }

    #[test]
    fn what_a_template_fills_in_is_no_value() {
        for text in [
            "kind: Secret\ndata:\n  {{- range $k, $v := .Values.secrets }}\n  {{ $k }}: {{ $v | b64enc }}\n  {{- end }}\n",
            "kind: Secret\nstringData:\n  a: {{ .Values.a }}\n  b: |\n    {{ .Values.b }}\n  c: \"\"\n",
            "kind: Secret\ndata:\n{{ (.Files.Glob \"x/*\").AsSecrets | indent 2 }}\ntype: Opaque\n",
            "kind: Secret\napiVersion: other.example/v1\nstringData:\n  a: hunter2{{ x }}\n  b: hunter2\n",
            "items:\n- kind: Secret\n  name: {{ x }}\n- kind: ConfigMap\n  data:\n    a: b\n",
            "kind: SealedSecret # {{ x }}\ndata:\n  a: b\n",
        ] {
            assert_eq!(find(text), [], "{text}");
        }
    }

    #[test]
    fn without_template_braces_the_words_are_enough() {
        assert_eq!(
            find("a: [\nkind:\n  Secret\nstringData:\n  a: b\n").len(),
            1
        );
        assert_eq!(find("? \"k\\x69nd\"\n: Secret\n? data\n: {a: b\n").len(), 1);
        assert!(find("a: [\nkind: Secret\ndata: {}\n").is_empty());
    }
}
