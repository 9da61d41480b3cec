//! Where people go wrong, said while they type.

use sealsmith_core::manifest::value::Value;
use sealsmith_core::name::{DataKey, Namespace, SecretName};
use sealsmith_core::secret::SecretBytes;
use sealsmith_core::suspicion::{AwsKey, Suspicion, suspicions_of};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::code::Warning;
use crate::json::{list, text};
use crate::problem::Problem;

/// Returns the codes of what is suspicious about a value, as a JSON array.
#[wasm_bindgen]
pub fn warnings(key: &str, value: Vec<u8>) -> String {
    let value = SecretBytes::new(value);
    text(&codes(key, value.expose()))
}

/// Says whether Kubernetes takes a text as a `name`, `namespace` or `key`.
///
/// # Errors
/// When it does not.
#[wasm_bindgen(js_name = checkName)]
pub fn check_name(what: &str, text: &str) -> Result<(), Problem> {
    match what {
        "name" => SecretName::parse(text).map(drop)?,
        "namespace" => Namespace::parse(text).map(drop)?,
        _ => DataKey::parse(text).map(drop)?,
    }
    Ok(())
}

pub(crate) fn codes(key: &str, value: &[u8]) -> Value {
    let found = suspicions_of(key, value).into_iter();
    list(found.map(code).map(Value::text))
}

fn code(suspicion: Suspicion) -> &'static str {
    let warning = match suspicion {
        Suspicion::TrailingNewline => Warning::TrailingNewline,
        Suspicion::SurroundingBlank => Warning::SurroundingBlank,
        Suspicion::Utf16 => Warning::Utf16,
        Suspicion::Empty => Warning::Empty,
        Suspicion::AwsKeyLength { what, .. } => match what {
            AwsKey::Id => Warning::AwsKeyIdLength,
            AwsKey::Secret => Warning::AwsSecretKeyLength,
        },
        _ => Warning::Suspicious,
    };
    warning.as_str()
}
