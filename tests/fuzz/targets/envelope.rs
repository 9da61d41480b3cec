//! Bytes and text that claim to be a sealed value never panic, and what is accepted survives a round trip.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sealsmith_core::envelope::Envelope;
use sealsmith_core::sealed::SealedValue;

fuzz_target!(|data: &[u8]| {
    if let Ok(envelope) = Envelope::parse(data) {
        assert_eq!(envelope.encode(), data);
    }
    if let Ok(text) = std::str::from_utf8(data) {
        if let Ok(value) = SealedValue::parse(text) {
            let again = SealedValue::parse(value.as_str()).expect("what a value prints is a value");
            assert_eq!(again.as_str(), value.as_str());
            assert!(value.plaintext_len() < data.len());
        }
    }
});
