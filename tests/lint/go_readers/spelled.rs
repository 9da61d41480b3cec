//! Keys and scalars in the spellings that YAML has for them.

use crate::random::Random;

/// Stands for a line break that people do not see, until all is written.
pub(super) const HIDDEN: char = '\u{1}';

/// A key with a scalar, each in any spelling.
pub(super) fn entry(random: &mut Random, key: &str, value: &str) -> String {
    let (key, value) = (spelled_key(random, key), scalar(random, value));
    match random.below(16) {
        0 => format!("? {key}\n: {value}\n"),
        1 => format!("{key}:\n  {value}\n"),
        2 => format!("{key}:\t{value}\n"),
        3 => format!("{key} : {value}\n"),
        4 => format!("{key}: # x\n  {value}\n"),
        5 => format!("{key}:{HIDDEN} {value}\n"),
        6 => format!("{key}: {value} # x{HIDDEN}# y\n"),
        _ => format!("{key}: {value}\n"),
    }
}

fn spelled_key(random: &mut Random, key: &str) -> String {
    match random.below(20) {
        0 => capital(key),
        1 => format!("!!str {key}"),
        2 => format!("&key {key}"),
        3 | 4 => inline(random, key),
        _ => key.to_owned(),
    }
}

fn capital(text: &str) -> String {
    text[..1].to_uppercase() + &text[1..]
}

/// A scalar in any spelling that may stand in a block.
pub(super) fn scalar(random: &mut Random, text: &str) -> String {
    match random.below(24) {
        0 => format!("|\n  {text}\n"),
        1 => format!("|-\n  {text}\n"),
        2 => format!(">-\n  {text}\n"),
        3 => format!("|2-\n  {text}\n"),
        4 => format!("|- # x\n    {text}\n"),
        5 | 6 => inline(random, text),
        7 => tagged(random, text),
        8 => format!("{text}\u{feff}"),
        9 => format!("\u{feff}{text}"),
        _ => text.to_owned(),
    }
}

fn tagged(random: &mut Random, text: &str) -> String {
    let tags = [
        "!!str",
        "!",
        "!<tag:yaml.org,2002:str>",
        "!!binary",
        "!custom",
        "&a",
        "!!str &a",
        "&a !!str",
        "!<!>",
        "!%21str",
        "!!st%72",
    ];
    let tag = random.pick(&tags);
    match (tag, text) {
        ("!!binary", "Secret") => "!!binary U2VjcmV0".to_owned(),
        ("!!binary", _) => format!("!!str {text}"),
        (tag, text) => format!("{tag} {text}"),
    }
}

/// A scalar in any spelling that may stand anywhere.
pub(super) fn inline(random: &mut Random, text: &str) -> String {
    match random.below(10) {
        0 => format!("'{text}'"),
        1 | 2 => format!("\"{}\"", escaped(random, text)),
        3 => format!("\"{}\\\n    {}\"", &text[..1], &text[1..]),
        4 => tagged(random, text),
        _ => text.to_owned(),
    }
}

/// The text with some characters as escapes of double quotes.
fn escaped(random: &mut Random, text: &str) -> String {
    let spelled = text.chars().map(|c| match random.below(6) {
        0 => format!("\\x{:02x}", u32::from(c)),
        1 => format!("\\u{:04X}", u32::from(c)),
        2 => format!("\\U{:08x}", u32::from(c)),
        _ => c.to_string(),
    });
    spelled.collect()
}
