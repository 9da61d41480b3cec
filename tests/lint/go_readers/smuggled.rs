//! Texts with a Secret in a form that one reader or another might not see.

use super::spelled::{HIDDEN, entry, inline, scalar};
use crate::random::Random;

/// Where a line ends, for some readers only.
const BREAKS: [&str; 6] = ["\n", "\r\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"];

/// What may stand between two documents.
const SEPARATORS: [&str; 20] = [
    "---\n",
    "---\n",
    "---\n",
    "--- \n",
    "---\t\n",
    "--- # next\n",
    "...\n",
    "...\n---\n",
    "---\n---\n",
    "---\r\n",
    "\u{feff}---\n",
    "---\n\u{feff}",
    "%YAML 1.1\n---\n",
    "...\n%YAML 1.2\n---\n",
    "--- !!map\n",
    "--- &top\n",
    "--- ",
    " ---\n",
    "---more\n",
    "# ---\n",
];

/// What may stand before everything.
const STARTS: [&str; 10] = [
    "",
    "",
    "",
    "",
    "---\n",
    "\u{feff}",
    "# a comment\n",
    "\n\n",
    "%YAML 1.1\n---\n",
    "%TAG ! tag:yaml.org,2002:\n---\n",
];

/// Makes up a text.
pub(crate) fn text(random: &mut Random) -> String {
    let mut text = if random.one_in(6) {
        json(random)
    } else {
        stream(random)
    };
    for _ in 0..[0, 0, 0, 1, 1, 2][random.below(6)] {
        damage(random, &mut text);
    }
    ended(random, &text)
}

/// Chooses what ends lines: mostly one way for a text, now and then any.
fn ended(random: &mut Random, text: &str) -> String {
    let usual = if random.one_in(8) {
        random.pick(&["\r\n", "\r", "\u{85}"])
    } else {
        "\n"
    };
    let mixed = random.one_in(10);
    let ends = text.chars().map(|c| match c {
        '\n' if mixed && random.one_in(4) => random.pick(&BREAKS).to_owned(),
        '\n' => usual.to_owned(),
        HIDDEN => random.pick(&BREAKS).to_owned(),
        other => other.to_string(),
    });
    ends.collect()
}

fn stream(random: &mut Random) -> String {
    let mut text = random.pick(&STARTS).to_owned();
    for n in 0..1 + random.below(3) {
        if n > 0 {
            text += random.pick(&SEPARATORS);
        }
        text += &document(random);
    }
    text
}

fn document(random: &mut Random) -> String {
    match random.below(12) {
        0 => decoy(random),
        1 => flow(random),
        2 | 3 => list(random),
        4 => json_object(random) + "\n",
        5 => indented(&secret(random), 2),
        _ => secret(random),
    }
}

/// An object that is no Secret, as far as anyone agrees.
fn decoy(random: &mut Random) -> String {
    let decoys = [
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: b\n",
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    apiVersion: v1\n    kind: Service\n",
        "just text\n",
        "- a\n- b\n",
        "\n",
        "a: [1, 2\n",
        "a: \"b\n",
    ];
    random.pick(&decoys).to_owned()
}

/// A Secret as a block mapping: its fields in any order, each in any spelling, with other fields around.
fn secret(random: &mut Random) -> String {
    let mut fields = vec![kind(random), version(random), values(random)];
    if random.one_in(2) {
        fields.push("metadata:\n  name: a\n".to_owned());
    }
    if random.one_in(6) {
        fields.push("type: Opaque # as usual\n".to_owned());
    }
    if random.one_in(6) {
        fields.push(extra(random));
    }
    shuffle(random, &mut fields);
    // Anchors stand before their aliases.
    fields.sort_by_key(|field| !field.starts_with("x-"));
    fields.concat()
}

/// A field that is no part of a Secret, but may be in its way.
fn extra(random: &mut Random) -> String {
    let fields = [
        "kind: ConfigMap\n",
        "apiVersion: apps/v1\n",
        "Kind: ConfigMap\n",
        "x-y: !!set {a, b}\n",
        "note: >\n  some text\n  of two lines\n",
        "? [a, b]\n: c\n",
        "1: 2\n",
        "null: a\n",
        "<<: {immutable: true}\n",
        "items: []\n",
        "stringData: {}\n",
        "data:\n",
        "sops: {}\n",
        "sops: {mac: x}\n",
    ];
    random.pick(&fields).to_owned()
}

fn kind(random: &mut Random) -> String {
    let word = if random.one_in(12) {
        "SecretList"
    } else {
        "Secret"
    };
    match random.below(12) {
        0 => format!("x-kind: &kind {}\nkind: *kind\n", scalar(random, word)),
        1 => format!(
            "x-base: &base {{kind: {}}}\n<<: *base\n",
            inline(random, word)
        ),
        2 => format!(
            "x-base: &base\n  kind: {}\n<<: [*base]\n",
            inline(random, word)
        ),
        3 => format!("<<: {{kind: {}}}\n", inline(random, word)),
        4 => format!(
            "kind: ConfigMap{}{HIDDEN}kind: {word}\n",
            random.pick(&["", " # x", " # note ", "  #"])
        ),
        5 => format!("note: text{HIDDEN}kind: {word}\n"),
        6 => {
            let mut both = [entry(random, "kind", word), "kind: ConfigMap\n".to_owned()];
            shuffle(random, &mut both);
            both.concat()
        }
        _ => entry(random, "kind", word),
    }
}

fn version(random: &mut Random) -> String {
    match random.below(12) {
        0 => "x-v: &v v1\napiVersion: *v\n".to_owned(),
        1 => "<<: {apiVersion: v1}\n".to_owned(),
        2 => "apiVersion: apps/v1\napiVersion: v1\n".to_owned(),
        3 => format!("apiVersion: apps/v1 # x{HIDDEN}apiVersion: v1\n"),
        _ => entry(random, "apiVersion", "v1"),
    }
}

fn values(random: &mut Random) -> String {
    let (name, value) = *random.pick(&[
        &("data", "aHVudGVyMg=="),
        &("data", "aHVudGVyMg=="),
        &("stringData", "hunter2"),
        &("stringData", "correct horse"),
        &("stringData", "12345678"),
    ]);
    let field = entry(random, "password", value);
    match random.below(12) {
        0 => format!("x-data: &data\n{}{name}: *data\n", indented(&field, 2)),
        1 => format!("{name}: {{password: {}}}\n", inline(random, value)),
        2 => format!("{name}:\n  <<: {{password: {}}}\n", inline(random, value)),
        3 => format!("<<:\n  {name}:\n{}", indented(&field, 4)),
        4 => format!("{name}: {{}}\n{name}:\n{}", indented(&field, 2)),
        5 => format!("{name}: {{}} # x{HIDDEN}{name}:\n{}", indented(&field, 2)),
        6 => format!("? {name}\n:\n{}", indented(&field, 2)),
        7 => format!(
            "{}:{}\n{}",
            inline(random, name),
            random.pick(&["", " ", " # x", " !!map", " &d"]),
            indented(&field, 2)
        ),
        _ => format!("{name}:\n{}", indented(&field, 1 + random.below(4))),
    }
}

fn flow(random: &mut Random) -> String {
    let mut fields = vec![
        format!("{}: {}", inline(random, "kind"), inline(random, "Secret")),
        format!("{}: {}", inline(random, "apiVersion"), inline(random, "v1")),
        format!(
            "stringData: {{{}: {}}}",
            inline(random, "password"),
            inline(random, "hunter2")
        ),
    ];
    if random.one_in(3) {
        fields.push(
            random
                .pick(&[
                    "kind: ConfigMap",
                    "<<: {kind: Secret}",
                    "a",
                    "? b : c",
                    "items: []",
                ])
                .to_owned(),
        );
    }
    shuffle(random, &mut fields);
    let between = random.pick(&[", ", ",", ",\n ", " ,\n  ", ", # x\n "]);
    format!(
        "{{{}{}}}\n",
        fields.join(between),
        random.pick(&["", ",", "\n"])
    )
}

fn list(random: &mut Random) -> String {
    let item = match random.below(4) {
        0 => "- apiVersion: v1\n  kind: ConfigMap\n".to_owned() + &item(&secret(random)),
        1 => item(&list_of("List", &item(&secret(random)))),
        2 => {
            return list_of(
                random.pick(&["SecretList", "Secret", "List"]),
                "- stringData:\n    password: hunter2\n",
            );
        }
        _ => item(&secret(random)),
    };
    let kind = random.pick(&["List", "List", "SecretList", "ConfigMapList", "Anything"]);
    list_of(kind, &item)
}

fn list_of(kind: &str, items: &str) -> String {
    format!("apiVersion: v1\nkind: {kind}\nitems:\n{items}")
}

fn item(object: &str) -> String {
    let inner = indented(object, 2);
    "- ".to_owned() + inner.get(2..).unwrap_or_default()
}

/// Moves every line to the right, whatever it ends with.
fn indented(text: &str, by: usize) -> String {
    let mut out = String::new();
    let mut at_start = true;
    for c in text.chars() {
        if at_start && c != '\n' {
            out.push_str(&" ".repeat(by));
        }
        at_start = c == '\n' || c == HIDDEN;
        out.push(c);
    }
    out
}

fn json(random: &mut Random) -> String {
    match random.below(5) {
        0 => format!(
            "{{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [{}]}}",
            json_object(random)
        ),
        1 => format!(
            "{}{}{}",
            json_object(random),
            random.pick(&["", "\n", " ", "\n---\n"]),
            json_object(random)
        ),
        2 => format!("[{}]\n", json_object(random)),
        _ => json_object(random),
    }
}

fn json_object(random: &mut Random) -> String {
    let mut fields = vec![
        format!(
            "\"{}\": \"{}\"",
            spelled_json(random, "kind"),
            spelled_json(random, "Secret")
        ),
        format!("\"{}\": \"v1\"", spelled_json(random, "apiVersion")),
        format!(
            "\"{}\": {{\"password\": \"aHVudGVyMg==\"}}",
            spelled_json(random, "data")
        ),
    ];
    if random.one_in(4) {
        let more = [
            "\"kind\": \"ConfigMap\"",
            "\"data\": {}",
            "\"metadata\": {\"name\": \"a\"}",
            "\"n\": 1e400",
            "\"t\": \"a\\/b\\ud83d\\ude00\"",
        ];
        fields.push(random.pick(&more).to_owned());
    }
    shuffle(random, &mut fields);
    let between = random.pick(&[", ", ",", ",\n\t", ",\n  "]);
    format!("{{{}}}", fields.join(between))
}

fn spelled_json(random: &mut Random, text: &str) -> String {
    let rare = |c: char| format!("\\u{:04x}", u32::from(c));
    let escape = random.one_in(5);
    text.chars()
        .map(|c| {
            if escape && random.one_in(3) {
                rare(c)
            } else {
                c.to_string()
            }
        })
        .collect()
}

/// Does something to a text that an editor, a merge or an enemy might do.
fn damage(random: &mut Random, text: &mut String) {
    let at = place(random, text);
    match random.below(9) {
        0 => text.insert_str(at, random.pick(&BREAKS)),
        1 => text.insert(at, '\u{feff}'),
        2 => text.insert(at, '\t'),
        3 => text.insert_str(at, random.pick(&INDICATORS)),
        4 => text.truncate(at),
        5 => text.insert_str(
            at,
            random.pick(&["{{ .x }}", "{{- if .x }}\n", "${X}", "<<<<<<< HEAD\n"]),
        ),
        6 => *text = indented(text, 1),
        7 => *text = text.replace("  ", random.pick(&["\t", " ", "    "])),
        _ => *text = moved(random, text),
    }
}

/// What means something to YAML where it stands.
const INDICATORS: [&str; 22] = [
    "#", " #", ":", ": ", "- ", "\"", "'", "{", "}", "[", "]", "&a ", "*a", "!", "|", ">", "%",
    "@", "`", "\\", ",", "? ",
];

/// The text with a line more, less or elsewhere.
fn moved(random: &mut Random, text: &str) -> String {
    let mut lines: Vec<_> = text.split_inclusive('\n').collect();
    if let Some(last) = lines.len().checked_sub(1) {
        let (line, other) = (random.below(last + 1), random.below(last + 1));
        match random.below(4) {
            0 => lines.insert(line, random.pick(&SEPARATORS)),
            1 => lines.insert(line, lines[other]),
            2 => drop(lines.remove(line)),
            _ => lines.swap(line, other),
        }
    }
    lines.concat()
}

/// A place between two characters.
fn place(random: &mut Random, text: &str) -> usize {
    let at = random.below(text.len() + 1);
    (0..=at)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

fn shuffle<T>(random: &mut Random, items: &mut [T]) {
    for last in (1..items.len()).rev() {
        items.swap(last, random.below(last + 1));
    }
}
