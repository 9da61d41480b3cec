//! Text that claims to be a manifest never panics, and an edit that is made changes the sealed values alone.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sealsmith_core::manifest::edit::{Change, apply};
use sealsmith_core::manifest::sealed_secret::{Item, sealed_secrets};
use sealsmith_core::manifest::tree::Stream;
use sealsmith_core::manifest::{document, secret};

const NEW: &str = "AgBuZXcgY2lwaGVydGV4dA==";

fuzz_target!(|text: &str| {
    let Ok(stream) = Stream::parse(text) else {
        return;
    };
    read_secrets(&stream);
    let before = items(&stream);
    let Ok(edited) = apply(&stream, &changes(&before)) else {
        return;
    };
    let stream = Stream::parse(&edited).expect("a proven edit reads");
    let after = items(&stream);
    assert!(
        before
            .iter()
            .map(|item| item.key)
            .eq(after.iter().map(|item| item.key))
    );
    assert!(after.iter().all(|item| item.text == NEW));
});

fn read_secrets(stream: &Stream) {
    for object in document::objects(stream).into_iter().flatten() {
        let _ = secret::read(object.node);
    }
}

fn items(stream: &Stream) -> Vec<Item<'_>> {
    let found = sealed_secrets(stream).unwrap_or_default();
    found
        .into_iter()
        .filter_map(|sealed| sealed.items().ok())
        .flatten()
        .collect()
}

fn changes(items: &[Item<'_>]) -> Vec<Change> {
    items
        .iter()
        .map(|item| Change::Replace {
            scalar: item.scalar,
            text: NEW.to_owned(),
        })
        .collect()
}
