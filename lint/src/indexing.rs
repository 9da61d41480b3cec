//! Takes from a file what rules need to compare it with others.

use std::ops::Range;

use sealsmith_core::manifest::sealed_secret::{Item, SealedSecret};
use sealsmith_core::sealed::SealedValue;
use sha2::{Digest as _, Sha256};

use crate::claims::claims;
use crate::consumers::consumers;
use crate::finding::Mark;
use crate::index::{Indexed, SealedEntry, ValueEntry};
use crate::source::{Content, Source};

/// The annotation that orders what Argo CD applies.
pub(crate) const SYNC_WAVE: &str = "argocd.argoproj.io/sync-wave";

/// Returns what is kept of a file.
#[must_use]
pub(crate) fn index(source: &Source<'_>) -> Indexed {
    let secrets = source.sealed_secrets().iter();
    Indexed {
        path: source.path().clone(),
        mode: source.file().mode,
        place: source.place().cloned(),
        secrets: secrets
            .filter_map(|secret| entry(source, *secret))
            .collect(),
        claims: claims(source),
        consumers: consumers(source),
        frame: frame(source),
    }
}

fn entry(source: &Source<'_>, secret: SealedSecret<'_>) -> Option<SealedEntry> {
    let metadata = secret.node().get("metadata");
    let name = metadata.and_then(|metadata| metadata.get("name"));
    let annotations = metadata.and_then(|metadata| metadata.get("annotations"));
    let wave = annotations.and_then(|annotations| annotations.get(SYNC_WAVE)?.scalar());
    let items = secret.items().unwrap_or_default();
    Some(SealedEntry {
        namespace: secret.namespace().to_owned(),
        name: secret.name().to_owned(),
        scope: secret.scope(),
        mark: source.mark_of(name.unwrap_or(secret.node()))?,
        wave: wave.map(str::to_owned),
        values: items
            .iter()
            .filter_map(|item| value(source, item))
            .collect(),
    })
}

fn value(source: &Source<'_>, item: &Item<'_>) -> Option<ValueEntry> {
    let sealed = SealedValue::parse(item.text).ok();
    let bytes = sealed
        .as_ref()
        .map_or(item.text.as_bytes(), SealedValue::as_bytes);
    Some(ValueEntry {
        key: item.key.to_owned(),
        mark: mark(source, item)?,
        digest: Sha256::digest(bytes).into(),
        plain_len: sealed.as_ref().map(SealedValue::plaintext_len),
    })
}

fn mark(source: &Source<'_>, item: &Item<'_>) -> Option<Mark> {
    source.mark_of(source.stream()?.node(item.scalar))
}

/// SHA-256 of all that is no sealed value.
fn frame(source: &Source<'_>) -> [u8; 32] {
    let Some(text) = source.text() else {
        return match &source.file().content {
            Content::Bytes(bytes) => Sha256::digest(bytes).into(),
            _ => [0; 32],
        };
    };
    let mut digest = Sha256::new();
    let mut at = 0;
    for range in sealed_ranges(source) {
        digest.update(&text.as_bytes()[at..range.start]);
        digest.update([0]);
        at = range.end;
    }
    digest.update(&text.as_bytes()[at..]);
    digest.finalize().into()
}

fn sealed_ranges(source: &Source<'_>) -> Vec<Range<usize>> {
    let Some(stream) = source.stream() else {
        return Vec::new();
    };
    let secrets = source.sealed_secrets().iter();
    let items = secrets.flat_map(|secret| secret.items().unwrap_or_default());
    let mut ranges: Vec<_> = items.map(|item| stream.node(item.scalar).range()).collect();
    ranges.sort_by_key(|range| range.start);
    ranges.dedup();
    ranges
}
