//! Templates never panic, overflow the stack, hang or render more than the limit, whatever they and the items hold.

#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use sealsmith_core::secret::SecretBytes;
use sealsmith_core::template::render;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let secret = |bytes: &[u8]| SecretBytes::new(bytes.to_vec());
    let items = [
        ("text", secret(b"value")),
        ("number", secret(b"42")),
        ("bytes", secret(data)),
    ];
    let items: BTreeMap<_, _> = items.map(|(key, value)| (key.to_owned(), value)).into();
    if let Ok(rendered) = render("key", &text, &items) {
        assert!(rendered.len() <= 16 << 20);
    }
});
