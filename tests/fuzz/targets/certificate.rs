//! Files that claim to hold certificates never panic, and an accepted one reads the same from its own PEM.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sealsmith_core::certificate::Certificate;

fuzz_target!(|data: &[u8]| {
    for certificate in Certificate::parse_all(data).into_iter().flatten() {
        let again = Certificate::parse(certificate.to_pem().as_bytes())
            .expect("a certificate's own PEM reads");
        assert_eq!(again.fingerprint(), certificate.fingerprint());
    }
});
