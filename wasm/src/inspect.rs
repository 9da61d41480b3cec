//! What a pasted text holds, without its values.

use sealsmith_core::manifest::build::scope_of;
use sealsmith_core::manifest::document::{Kind, Object, objects};
use sealsmith_core::manifest::sealed_secret::SealedSecret;
use sealsmith_core::manifest::secret;
use sealsmith_core::manifest::tree::Stream;
use sealsmith_core::manifest::value::Value;
use sealsmith_core::scope::Scope;
use sealsmith_core::secret::SecretBytes;
use sealsmith_core::text::{Decoded, decode};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::json::{list, number, object, text};
use crate::problem::Problem;

/// Returns a JSON array with one `{kind, what, name, namespace, scope, keys, line, column}` for each object.
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
    let (kind, summary) = match found.kind {
        Kind::Secret => ("Secret", of_secret(found)?),
        Kind::SealedSecret => ("SealedSecret", of_sealed_secret(found)?),
        Kind::Other(kind) => ("Other", Summary::only(kind)),
        Kind::Unknown => ("Unknown", Summary::default()),
    };
    let position = found.node.position();
    Ok(object([
        ("kind", Value::text(kind)),
        ("what", Value::text(summary.what)),
        ("name", Value::text(summary.name)),
        ("namespace", Value::text(summary.namespace)),
        ("scope", Value::text(summary.scope.as_str())),
        ("keys", list(summary.keys.into_iter().map(Value::text))),
        ("line", number(position.line)),
        ("column", number(position.column)),
    ]))
}

#[derive(Default)]
struct Summary {
    what: String,
    name: String,
    namespace: String,
    scope: Scope,
    keys: Vec<String>,
}

impl Summary {
    fn only(what: &str) -> Self {
        Self {
            what: what.to_owned(),
            ..Self::default()
        }
    }
}

fn of_secret(found: Object<'_>) -> Result<Summary, Problem> {
    let (secret, _) = secret::read(found.node)?;
    Ok(Summary {
        scope: scope_of(&secret),
        keys: secret.data.keys().cloned().collect(),
        name: secret.name.unwrap_or_default(),
        namespace: secret.namespace.unwrap_or_default(),
        ..Summary::only("Secret")
    })
}

fn of_sealed_secret(found: Object<'_>) -> Result<Summary, Problem> {
    let Some(sealed) = SealedSecret::of(found) else {
        return Ok(Summary::default());
    };
    let keys = sealed.items()?.into_iter().map(|item| item.key.to_owned());
    Ok(Summary {
        scope: sealed.scope(),
        keys: keys.collect(),
        name: sealed.name().to_owned(),
        namespace: sealed.namespace().to_owned(),
        ..Summary::only("SealedSecret")
    })
}
