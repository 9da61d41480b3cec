//! What a pasted or dropped file offers to seal for.

use sealsmith_core::certificate::Certificate;
use sealsmith_core::manifest::value::Value;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::json::{list, number, object, text};
use crate::problem::Problem;

/// Reads every certificate of a PEM file and returns a JSON array, with at least one of
/// `{fingerprint, bits, serial, notBefore, notAfter, pem}`; times in seconds since 1970.
///
/// # Errors
/// When the bytes hold no certificate with an RSA key.
#[wasm_bindgen(js_name = readCertificates)]
pub fn read_certificates(bytes: &[u8]) -> Result<String, Problem> {
    let certificates = Certificate::parse_all(bytes)?;
    Ok(text(&list(certificates.iter().map(described))))
}

fn described(certificate: &Certificate) -> Value {
    object([
        (
            "fingerprint",
            Value::text(certificate.fingerprint().to_string()),
        ),
        ("bits", number(certificate.public_key().bits())),
        ("serial", Value::text(certificate.serial())),
        ("notBefore", number(certificate.not_before())),
        ("notAfter", number(certificate.not_after())),
        ("pem", Value::text(certificate.to_pem())),
    ])
}
