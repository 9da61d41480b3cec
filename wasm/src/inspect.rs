//! What a pasted text holds, without its values.

use sealsmith_core::manifest::build::scope_of;
use sealsmith_core::manifest::document::{Kind, Object, objects};
use sealsmith_core::manifest::secret::{self, Note};
use sealsmith_core::manifest::tree::{Node, Stream};
use sealsmith_core::manifest::value::Value;
use sealsmith_core::secret::SecretBytes;
use sealsmith_core::text::{Decoded, decode};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::json::{fields, list, number, object, text};
use crate::problem::Problem;
use crate::warnings::codes;

/// Returns a JSON array with one `{kind, name, line, column}` for each object, `kind` empty where none is said.
///
/// A Secret has also `{namespace, scope, keys, notes}`: of each key its length in bytes and what is suspicious about the
/// value, of each note its place and words.
///
/// # Errors
/// When the text is no manifest; nothing of it is skipped.
#[wasm_bindgen]
pub fn inspect(manifest: Vec<u8>) -> Result<String, Problem> {
    let bytes = SecretBytes::new(manifest);
    let stream = read(&decode(bytes.expose())?)?;
    let described: Result<Vec<_>, _> = objects(&stream)?.into_iter().map(described).collect();
    Ok(text(&list(described?)))
}

pub(crate) fn read(text: &Decoded<'_>) -> Result<Stream, Problem> {
    Ok(Stream::parse(&text.text)?)
}

fn described(found: Object<'_>) -> Result<Value, Problem> {
    let kind = match found.kind {
        Kind::Secret => return of_secret(found),
        Kind::SealedSecret => "SealedSecret",
        Kind::Other(kind) => kind,
        Kind::Unknown => "",
    };
    let metadata = found.node.get("metadata");
    let name = metadata.and_then(|metadata| metadata.get("name"));
    let name = name.and_then(Node::as_str).unwrap_or_default();
    Ok(Value::Map(headed(found, kind, name)))
}

fn headed(found: Object<'_>, kind: &str, name: &str) -> Vec<(String, Value)> {
    let position = found.node.position();
    fields([
        ("kind", Value::text(kind)),
        ("name", Value::text(name)),
        ("line", number(position.line)),
        ("column", number(position.column)),
    ])
}

fn of_secret(found: Object<'_>) -> Result<Value, Problem> {
    let (secret, notes) = secret::read(found.node)?;
    let keys = secret.data.iter().map(|(key, value)| {
        object([
            ("key", Value::text(&**key)),
            ("bytes", number(value.len())),
            ("warnings", codes(key, value.expose())),
        ])
    });
    let mut described = headed(found, "Secret", secret.name.as_deref().unwrap_or_default());
    described.extend(fields([
        (
            "namespace",
            Value::text(secret.namespace.as_deref().unwrap_or_default()),
        ),
        ("scope", Value::text(scope_of(&secret).as_str())),
        ("keys", list(keys)),
        ("notes", list(notes.iter().map(noted))),
    ]));
    Ok(Value::Map(described))
}

fn noted(note: &Note) -> Value {
    object([
        ("line", number(note.position.line)),
        ("column", number(note.position.column)),
        ("message", Value::text(note.surprise.to_string())),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_is_named_with_its_kind() {
        let text = "kind: ConfigMap\nmetadata: {name: settings}\n---\na: 1\n---\napiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: db}\n";
        let found = inspect(text.into()).unwrap();
        for (kind, name) in [("ConfigMap", "settings"), ("", ""), ("SealedSecret", "db")] {
            let words = format!("\"kind\": \"{kind}\",\n    \"name\": \"{name}\"");
            assert!(found.contains(&words), "{words} in {found}");
        }
    }

    #[test]
    fn no_value_of_a_secret_is_told() {
        let text = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: hunter2 }\n";
        let found = inspect(text.into()).unwrap();
        assert!(
            found.contains("\"bytes\": 7") && !found.contains("hunter2"),
            "{found}"
        );
    }
}
