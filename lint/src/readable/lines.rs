//! Finds Secrets in a text that does not parse (a Helm template, a broken file) by its lines.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Readable;
use super::block::{Block, Line};
use super::literal::is_literal;
use crate::policy::Severity;

/// The most objects that are looked at in one document.
const MAX_OBJECTS: usize = 100;

/// What may stand between a colon and its value: blanks, comments, tags, anchors, the head of a block.
const GAP: &str = r"(?:\s|#[^\n\r\x{85}\x{2028}\x{2029}]*\s|[!&][^\s,{}\[\]]*\s|[|>][-+0-9]*\s)*";

/// `kind: Secret` in every spelling that YAML and JSON have for it, over lines too.
static KIND: LazyLock<Regex> = LazyLock::new(|| {
    regex(&format!(
        r#"(?i:\bkind)["']?\s*:{GAP}["']?Secret(?:List)?(?:["'\s,}}\u{{feff}}]|$)"#
    ))
});
static VERSION: LazyLock<Regex> = LazyLock::new(|| {
    regex(&format!(
        r#"(?i:\bapiVersion)["']?\s*:{GAP}["']?([^\s"',}}]+)"#
    ))
});
static DATA: LazyLock<Regex> = LazyLock::new(|| {
    regex(&format!(
        r#"(?i:\b(?:data|stringData))["']?\s*:{GAP}(?:[{{\[]{GAP}[^}}\]\s#]|[^\s{{}}\[\]#])"#
    ))
});

/// A tag, an alias or a merge key where a key or a value may stand.
static INDIRECTION: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"(?m)(?:^|[:\-?,{\[])[ \t]*(?:![^\s]*[ \t]|\*\S|<<[ \t]*:)"#));

/// Whether a text says something that its words do not.
pub(super) fn has_indirection(text: &str) -> bool {
    INDIRECTION.is_match(text)
}

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
    let value =
        |object: &Block<'_, '_>| is_core(object.text(text)).then(|| object.first_value(text))?;
    // The same for every kind, and as long as the text.
    let in_braces = LazyCell::new(|| Block::in_braces(&lines).as_ref().and_then(value));
    let kinds = KIND.find_iter(text).take(MAX_OBJECTS);
    let values = kinds.filter_map(|kind| {
        let at = lines
            .partition_point(|line| line.start <= kind.start())
            .checked_sub(1)?;
        value(&Block::around(&lines, at)).or_else(|| in_braces.clone())
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
    versions.peek().is_none() || versions.any(is_open)
}

/// Whether a version is `v1`, or one that only a reader of the whole text knows.
fn is_open(version: &str) -> bool {
    version == "v1" || version.starts_with('*') || !is_literal(version)
}

/// The place in the text as it is written: exact unless escapes had to go first, then its line.
fn raw_place(raw: &str, text: &str, at: Range<usize>) -> Range<usize> {
    if raw.len() == text.len() {
        return at;
    }
    let mut length = 0;
    let reached = resolved(raw).find(|(_, c)| {
        length += c.len_utf8();
        length > at.start
    });
    let place = reached.map_or(raw.len(), |(place, _)| place);
    let start = raw[..place].rfind('\n').map_or(0, |end| end + 1);
    start..start
}

/// Puts the characters for the escapes of double quotes that could spell a word: `\x53`, `\u0053`, and
/// a backslash at the end of a line, which joins it with the next.
fn unescaped(text: &str) -> Cow<'_, str> {
    if text.contains('\\') {
        Cow::Owned(resolved(text).map(|(_, c)| c).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// The characters that a text stands for, each with its place.
fn resolved(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut next = 0;
    std::iter::from_fn(move || {
        loop {
            let at = next;
            let c = text[at..].chars().next()?;
            match escape(&text[at..]) {
                Some((c, length)) => {
                    next += length;
                    if c.is_some() {
                        return c.map(|c| (at, c));
                    }
                }
                None => {
                    next += c.len_utf8();
                    return Some((at, c));
                }
            }
        }
    })
}

/// What an escape stands for, and its length.
fn escape(text: &str) -> Option<(Option<char>, usize)> {
    let after = text.strip_prefix('\\')?;
    let digits = match after.chars().next()? {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
            return Some((None, text.len() - after.trim_start().len()));
        }
        _ => return None,
    };
    let code = u32::from_str_radix(after.get(1..1 + digits)?, 16).ok()?;
    let c = char::from_u32(code).filter(|c| !c.is_control())?;
    Some((Some(c), digits + 2))
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
            (
                "{\"data\": {\"a\": \"aHVudGVyMg==\"},\n  \"kind\": \"Secret\"}{{ x }}",
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
            "{\"data\": {\"a\": \"{{ .x }}\"},\n  \"kind\": \"Secret\"}\n",
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
        for text in [
            "? \"k\\x69nd\"\n: Secret\n? data\n: {a: b\n",
            "kind: \"S\\\n    ecret\"\ndata: {a: b\n",
            "kind: # x\n  Secret\ndata: # y\n  a: [\n",
            "kind: |-\n  Secret\napiVersion: >-\n  v1\ndata: {a: b\n",
            "x: &v v1\napiVersion: *v\nkind: !!str &k Secret\ndata: {a: b\n",
            "apiVersion: v1\nkind: SecretList\nitems: [{data: {a: b\n",
        ] {
            assert_eq!(find(text).len(), 1, "{text}");
        }
        assert!(find("a: [\nkind: Secret\ndata: {}\n").is_empty());
    }
}
