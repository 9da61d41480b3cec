//! What kubeseal sealed, this crate opens.

use sealsmith_core::envelope::decode_base64;
use sealsmith_core::scope::{Label, Scope};
use sealsmith_core::sealed::SealedValue;
use serde_json::Value;

use crate::keys::{BACKENDS, PAIRS, pair};

const VECTORS: &str = include_str!("../vectors/kubeseal/vectors.json");
const CASES: &str = include_str!("../vectors/kubeseal/kubeseal-cases.json");

/// The keys that the vectors are sealed for, and two that they are not.
const KEYS: [&str; 6] = [
    "keyA",
    "keyB",
    "rsa2048",
    "rsa3072",
    "rsa4096",
    "rsa4096-old",
];

/// One value that `kubeseal --raw` sealed.
struct Vector {
    key: String,
    label: Label,
    sealed: SealedValue,
    plaintext: Vec<u8>,
}

fn vectors() -> Vec<Vector> {
    let file: Value = serde_json::from_str(VECTORS).unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    vectors.iter().map(vector).collect()
}

fn vector(json: &Value) -> Vector {
    let text = |field: &str| json[field].as_str().unwrap();
    let scope: Scope = text("scope").parse().unwrap();
    Vector {
        key: text("key").to_owned(),
        label: Label::new(scope, text("namespace"), text("name")),
        sealed: SealedValue::parse(text("sealed")).unwrap(),
        plaintext: decode_base64(text("plaintext")).unwrap(),
    }
}

#[test]
fn every_backend_opens_all_sixty_values() {
    for backend in BACKENDS {
        let ring = backend.ring(&KEYS);
        let vectors = vectors();
        assert_eq!(vectors.len(), 60);
        for vector in vectors {
            let opened = ring.unseal(&vector.label, &vector.sealed).unwrap();
            assert!(opened.plaintext.expose() == vector.plaintext);
            let key = pair(&vector.key).certificate();
            assert_eq!(opened.fingerprint, key.fingerprint());
            assert_eq!(vector.sealed.plaintext_len(), vector.plaintext.len());
        }
    }
}

#[test]
fn every_value_explains_its_key_and_label() {
    for backend in BACKENDS {
        let ring = backend.ring(&KEYS);
        for vector in vectors() {
            let explanation = ring.explain(&vector.sealed);
            let key = pair(&vector.key).certificate();
            assert_eq!(explanation.fingerprint, Some(key.fingerprint()));
            assert_eq!(explanation.label_hash, Some(vector.label.hash()));
            assert!(explanation.intact);
        }
    }
}

#[test]
fn fingerprints_are_those_of_ssh_keygen() {
    let file: Value = serde_json::from_str(CASES).unwrap();
    for name in ["keyA", "keyB"] {
        let expected = file["fingerprints"][name].as_str().unwrap();
        assert_eq!(pair(name).certificate().fingerprint().to_string(), expected);
        assert_eq!(pair(name).private_key().fingerprint().to_string(), expected);
    }
}

#[test]
fn certificate_and_private_key_of_a_pair_belong_together() {
    for pair in PAIRS {
        let certificate = pair.certificate();
        assert_eq!(certificate.public_key(), pair.private_key().public_key());
    }
}
