//! Takes from a file what rules need to compare it with others.

use sealsmith_core::manifest::sealed_secret::SealedSecret;
use sha2::{Digest as _, Sha256};

use crate::claims::claims;
use crate::consumers::consumers;
use crate::encryption::is_encrypted;
use crate::frame::{frame, pins};
use crate::generator::taken;
use crate::index::{Indexed, SealedEntry, ValueEntry};
use crate::source::Source;
use crate::value::Value;

/// The annotation that orders what Argo CD applies.
pub(crate) use sealsmith_core::manifest::build::SYNC_WAVE;

/// Returns what is kept of a file.
#[must_use]
pub(crate) fn index(source: &Source<'_>) -> Indexed {
    let secrets = source.sealed();
    Indexed {
        path: source.path().clone(),
        mode: source.file().mode,
        place: source.place().cloned(),
        secrets: secrets
            .filter_map(|(secret, values)| entry(source, secret, values))
            .collect(),
        claims: claims(source),
        consumers: consumers(source),
        taken: taken(source),
        encrypted: is_encrypted(source),
        frame: frame(source),
        pins: pins(source),
    }
}

fn entry(
    source: &Source<'_>,
    secret: SealedSecret<'_>,
    values: &[Value<'_>],
) -> Option<SealedEntry> {
    let metadata = secret.node().get("metadata");
    let annotations = metadata.and_then(|metadata| metadata.get("annotations"));
    let wave = annotations.and_then(|annotations| annotations.get(SYNC_WAVE)?.scalar());
    Some(SealedEntry {
        namespace: secret.namespace().to_owned(),
        name: secret.name().to_owned(),
        scope: secret.scope(),
        mark: source.mark_of_name(secret)?,
        wave: wave.map(str::to_owned),
        values: values
            .iter()
            .filter_map(|value| value_entry(source, value))
            .collect(),
        rendered: rendered(secret),
    })
}

fn value_entry(source: &Source<'_>, value: &Value<'_>) -> Option<ValueEntry> {
    Some(ValueEntry {
        key: value.key.to_owned(),
        mark: source.mark(value.range())?,
        digest: value.digest(),
        plain_len: value.envelope().map(|envelope| envelope.plaintext_len()),
    })
}

/// SHA-256 of the templates that make values too, as they are written.
fn rendered(secret: SealedSecret<'_>) -> Option<[u8; 32]> {
    let data = secret
        .template()?
        .get("data")
        .filter(|data| !data.is_null())?;
    let text = &data.stream().text()[data.resolved().range()];
    Some(Sha256::digest(text.trim_end()).into())
}
