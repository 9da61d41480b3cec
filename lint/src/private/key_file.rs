//! Files that are a private key, by what they hold or by their names.

use super::{Material, file_name};
use crate::credential::{self, Kind};
use crate::encryption::is_encrypted;
use crate::policy::Severity;
use crate::readable::literal::is_literal;
use crate::source::{Content, Reading, Source, Unread};

/// Endings of files that hold a private key in a form that is no text.
const CONTAINERS: [&str; 2] = [".p12", ".pfx"];

/// The shortest text that is a key on its own, as a Fernet key or 16 bytes in hexadecimal digits.
const MIN_KEY: usize = 32;

/// How a presentation starts that has the name of a key.
const KEYNOTE: &[u8] = b"PK\x03\x04";

/// Returns the key that a file is.
pub(super) fn find(source: &Source<'_>) -> Option<Material> {
    match source.reading() {
        Reading::Text { text, .. } => in_text(source, text),
        Reading::Unread(Unread::Binary | Unread::NotUtf8(_)) => in_binary(source),
        Reading::Manifests(_) | Reading::Unread(_) => None,
    }
}

fn in_text(source: &Source<'_>, text: &str) -> Option<Material> {
    let starts = text.trim_start().starts_with("-----BEGIN ");
    let named = is_named_key(source);
    if starts || named {
        let mut keys = credential::in_text(text).into_iter();
        let key = keys.find(|sighting| matches!(sighting.kind, Kind::PrivateKey | Kind::AgeKey));
        if let Some(key) = key {
            return Some(Material {
                at: Some(key.at),
                ..material("a private key")
            });
        }
    }
    let word = text.trim();
    let is_key = word.len() >= MIN_KEY && !word.contains(char::is_whitespace) && is_literal(word);
    let opaque = named && is_key && !credential::is_filler(word.as_bytes());
    opaque.then(|| material("a key file"))
}

fn in_binary(source: &Source<'_>) -> Option<Material> {
    let Content::Bytes(bytes) = &source.file().content else {
        return None;
    };
    let is_other = bytes.starts_with(KEYNOTE) || is_encrypted(source);
    let name = file_name(source);
    let named = is_named_key(source) || CONTAINERS.iter().any(|ending| name.ends_with(ending));
    (named && !is_other).then(|| material("a key file"))
}

fn is_named_key(source: &Source<'_>) -> bool {
    file_name(source).ends_with(".key")
}

fn material(what: &str) -> Material {
    Material {
        what: what.to_owned(),
        note: "whoever has it can act as its owner",
        object: String::new(),
        field: String::new(),
        at: None,
        severity: Severity::Error,
    }
}
