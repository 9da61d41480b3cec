//! An object as text, in the styles of people and tools.

use serde_json::{Map, Value};

use crate::random::Random;

const COMMENTS: [&str; 6] = [
    "owner: platform team; rotate via the runbook",
    "비밀번호는 분기마다 바뀝니다",
    "the controller makes a kind: Secret of it",
    "see https://wiki.example/secrets#rotation",
    "{{ not a template }}",
    "- list: like",
];

/// How one file is written.
struct Style {
    indent: usize,
    crlf: bool,
    commented: bool,
    flow: bool,
}

/// Returns the ending of the file's name, and its text.
pub(super) fn text(random: &mut Random, object: &Value) -> (&'static str, String) {
    if random.one_in(6) {
        let pretty = serde_json::to_string_pretty(object).expect("a tree of JSON");
        let text = if random.one_in(3) {
            object.to_string()
        } else {
            pretty + "\n"
        };
        return (if random.one_in(4) { "yaml" } else { "json" }, text);
    }
    let style = Style {
        indent: 2 + 2 * random.below(2),
        crlf: random.one_in(8),
        commented: random.one_in(3),
        flow: random.one_in(4),
    };
    let object = if random.one_in(12) {
        list(object)
    } else {
        object.clone()
    };
    let start = random.pick(&[
        "",
        "",
        "",
        "---\n",
        "# managed by hand\n",
        "\u{feff}",
        "---\n# first\n",
        "\n",
    ]);
    let end = random.pick(&["", "", "", "\n", "# end\n", "---\n"]);
    let text = format!("{start}{}{end}", mapping(random, &object, 0, &style));
    let text = if style.crlf {
        text.replace('\n', "\r\n")
    } else {
        text
    };
    (random.pick(&["yaml", "yaml", "yml"]), text)
}

fn list(object: &Value) -> Value {
    serde_json::json!({"apiVersion": "v1", "kind": "List", "items": [object]})
}

fn mapping(random: &mut Random, object: &Value, depth: usize, style: &Style) -> String {
    let empty = Map::new();
    let mut entries: Vec<_> = object.as_object().unwrap_or(&empty).iter().collect();
    for last in (1..entries.len()).rev() {
        entries.swap(last, random.below(last + 1));
    }
    let pad = " ".repeat(depth * style.indent);
    let mut out = String::new();
    for (key, value) in entries {
        if style.commented && random.one_in(4) {
            out += &format!("{pad}# {}\n", random.pick(&COMMENTS));
        }
        out += &format!(
            "{pad}{}:{}",
            spelled(random, key),
            entry(random, key, value, depth, style)
        );
    }
    out
}

/// What follows a key and its colon.
fn entry(random: &mut Random, key: &str, value: &Value, depth: usize, style: &Style) -> String {
    let pad = " ".repeat((depth + 1) * style.indent);
    match value {
        Value::Object(map) if style.flow && key == "labels" => format!(" {}\n", flow(random, map)),
        Value::Object(_) => format!("\n{}", mapping(random, value, depth + 1, style)),
        Value::Array(items) => {
            let inner = mapping(random, &items[0], depth + 2, style);
            let hyphen = " ".repeat((depth + 2) * style.indent - 2) + "- ";
            format!("\n{hyphen}\n{inner}").replace("- \n", "-\n")
        }
        Value::String(text) if text.contains('\n') => {
            let lines: String = text.lines().map(|line| format!("{pad}{line}\n")).collect();
            format!(" |\n{lines}")
        }
        Value::String(text) if text.len() > 200 => sealed(random, text, &pad),
        Value::String(text) => {
            let comment = if style.commented && random.one_in(5) {
                format!(" # {}", random.pick(&COMMENTS))
            } else {
                String::new()
            };
            format!(" {}{comment}\n", spelled(random, text))
        }
        other => format!(" {other}\n"),
    }
}

/// A sealed value: on one line, or as a block that keeps its line breaks.
fn sealed(random: &mut Random, text: &str, pad: &str) -> String {
    match random.below(6) {
        0 => format!(" \"{text}\"\n"),
        1 => format!(" '{text}'\n"),
        2 => format!(" >-\n{pad}{text}\n"),
        3 => format!(" |-\n{pad}{text}\n"),
        4 => {
            let lines: Vec<_> = text
                .as_bytes()
                .chunks(76)
                .map(|line| format!("{pad}{}\n", String::from_utf8_lossy(line)))
                .collect();
            format!(" |-\n{}", lines.concat())
        }
        _ => format!(" {text}\n"),
    }
}

fn flow(random: &mut Random, map: &Map<String, Value>) -> String {
    let entries = map.iter().map(|(key, value)| {
        format!(
            "{}: {}",
            spelled(random, key),
            spelled(random, value.as_str().unwrap_or_default())
        )
    });
    format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
}

/// A short text, quoted where YAML would read something else.
fn spelled(random: &mut Random, text: &str) -> String {
    let word = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '.');
    let plain = word
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c))
        && text != "true";
    match random.below(if plain { 8 } else { 2 }) {
        0 => format!("\"{text}\""),
        1 => format!("'{text}'"),
        _ => text.to_owned(),
    }
}
