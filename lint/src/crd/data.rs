//! `spec.encryptedData`, and `spec.data` of the format before.

use sealsmith_core::manifest::resolve::loses_its_text;
use sealsmith_core::manifest::sealed_secret::SealedSecret;
use sealsmith_core::manifest::tree::{Node, Style};
use sealsmith_core::name::DataKey;

use super::violation::{Violations, joined};
use super::{key_of, name_of};
use crate::text::shown;
use crate::value::{LEGACY, Undecoded, Value};

const PATH: &str = "spec.encryptedData";

/// Checks the sealed values.
pub(super) fn encrypted(
    secret: SealedSecret<'_>,
    spec: Node<'_>,
    values: &[Value<'_>],
    found: &mut Violations,
) {
    let Some(data) = spec.get("encryptedData").filter(|data| !data.is_null()) else {
        let at = key_of(spec, "encryptedData").unwrap_or_else(|| name_of(secret));
        found
            .add(at, PATH, format!("`{PATH}` is missing"))
            .note("the API server requires it")
            .help("write `encryptedData: {}` when every value comes from the template");
        return;
    };
    if !found.is_mapping(data, PATH) {
        return;
    }
    let own = values
        .iter()
        .filter(|value| value.key != LEGACY && value.key != "<<");
    for value in own {
        data_key(value.key_node, PATH, found);
        if matches!(value.bytes, Err(Undecoded::NoText)) {
            no_text(value, found);
        }
    }
}

fn no_text(value: &Value<'_>, found: &mut Violations) {
    let key = shown(value.key);
    if value.node.is_null() {
        found
            .add(
                value.key_node,
                value.field(),
                format!("`{key}` has no value"),
            )
            .note("the API server drops the key, and the Secret lacks it")
            .help("seal a value for it, or remove the key");
    } else {
        found
            .add(value.node, value.field(), format!("`{key}` is not a text"))
            .help("seal the value again");
    }
}

/// Checks a key that becomes one of the Secret's.
pub(super) fn data_key(key: Node<'_>, path: &str, found: &mut Violations) {
    let name = key.scalar().unwrap_or_default();
    if DataKey::parse(name).is_err() {
        found
            .add(
                key,
                joined(path, name),
                format!("`{}` is no key that a Secret can have", shown(name)),
            )
            .note("a key has letters, digits, `-`, `_` and `.`, at most 253 of them")
            .help("rename the key; a sealed value may move to another key");
    } else if key.style() == Some(Style::Plain) && key.tag().is_none() && loses_its_text(name) {
        found
            .add(
                key,
                joined(path, name),
                format!("the key `{}` is no text for Kubernetes", shown(name)),
            )
            .note("it reads another key than this, as `true` for `yes`")
            .help("write the key in quotes");
    }
}

/// Checks the format before, which seals a whole Secret as one value.
pub(super) fn legacy(secret: SealedSecret<'_>, spec: Node<'_>, found: &mut Violations) {
    let Some(data) = secret.legacy_data() else {
        return;
    };
    let at = key_of(spec, "data").unwrap_or(data);
    if !data.is_scalar() {
        found
            .add(at, LEGACY, format!("`{LEGACY}` is not a text"))
            .help("did you mean `encryptedData`?");
        return;
    }
    let values = spec
        .get("encryptedData")
        .map_or(0, |values| values.entries().count());
    let note = match values {
        0 => "kubeseal no longer reads it, and a controller may be told not to",
        _ => "the controller refuses it beside `encryptedData`",
    };
    found
        .add(
            at,
            LEGACY,
            format!("`{LEGACY}` is the format of 2018, a whole Secret in one value"),
        )
        .note(note)
        .help("seal the Secret again: each of its values in `encryptedData`");
}
