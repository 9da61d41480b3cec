//! Bulk work inside one process, against the cryptography alone.

use crate::bare::Bare;
use crate::figure::{Report, all_cores, in_turn, on_threads};
use crate::support::keys::{KeyPair, key_pair, new_key_pair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use sealsmith_core::certificate::Certificate;
use sealsmith_core::private_key::PrivateKey;
use sealsmith_core::scope::{Label, Scope};
use sealsmith_core::seal::SealingKey;
use sealsmith_core::sealed::SealedValue;
use sealsmith_core::unseal::{KeyRing, UnsealingKey};

pub(crate) const VALUE: &[u8] = b"forty bytes, as long as an AWS secret is";
const ROUNDS: usize = 9;

/// Sealing many values of 40 bytes for a 4096-bit key.
pub(crate) fn seal(report: &mut Report) {
    let (bare, key, label) = (bare(), sealing_key(&new_key()), label());
    for (cores, name) in [(1, "one core"), (all_cores(), "all cores")] {
        let times = in_turn(
            ROUNDS,
            || on_threads(cores, || seal_batch(&key, &label, 2000)),
            || on_threads(cores, || bare.seal_batch(label.as_bytes(), VALUE, 2000)),
        );
        report.speed(
            &format!("bulk seal, {name}, 2,000 values each"),
            "bare aws-lc-rs",
            times,
            0.85,
        );
    }
}

/// Opening with an old 4096-bit key and sealing with a new one.
pub(crate) fn reseal(report: &mut Report) {
    let (bare, ring, key, label) = (bare(), key_ring(), sealing_key(&new_key()), label());
    let text = seal_one(&sealing_key(&old_key()), &label)
        .as_str()
        .to_owned();
    let bytes = BASE64.decode(&text).expect("a sealed value is base64");
    for (cores, name) in [(1, "one core"), (all_cores(), "all cores")] {
        let times = in_turn(
            ROUNDS,
            || on_threads(cores, || reseal_batch(&ring, &key, &label, &text, 100)),
            || on_threads(cores, || bare.reseal_batch(label.as_bytes(), &bytes, 100)),
        );
        report.speed(
            &format!("bulk re-seal, {name}, 100 values each"),
            "bare aws-lc-rs",
            times,
            0.85,
        );
    }
}

/// The key that files are sealed for before a bench.
pub(crate) fn old_key() -> KeyPair {
    key_pair(4096)
}

/// The key that they are re-sealed for.
pub(crate) fn new_key() -> KeyPair {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("throw-away-key-4096-new");
    if !folder.exists() {
        std::fs::rename(new_key_pair(4096).path(), &folder).expect("the folder is writable");
    }
    KeyPair {
        certificate: folder.join("tls.crt"),
        private_key: folder.join("tls.key"),
    }
}

/// Bare calls between the two keys.
pub(crate) fn bare() -> Bare {
    Bare::new(
        &private_der(),
        &certificate(&new_key()).public_key().to_spki_der(),
    )
}

pub(crate) fn sealing_key(pair: &KeyPair) -> SealingKey {
    SealingKey::native(certificate(pair).public_key()).expect("the key has 4096 bits")
}

pub(crate) fn seal_one(key: &SealingKey, label: &Label) -> SealedValue {
    key.seal(&mut ChaCha20Rng::from_seed([1; 32]), label, VALUE)
        .expect("a value can be sealed")
}

pub(crate) fn label() -> Label {
    Label::new(Scope::Strict, "app", "db")
}

fn seal_batch(key: &SealingKey, label: &Label, count: usize) {
    let mut random = ChaCha20Rng::from_seed([2; 32]);
    for _ in 0..count {
        drop(
            key.seal(&mut random, label, VALUE)
                .expect("a value can be sealed"),
        );
    }
}

/// From text to text, as it stands in a file.
fn reseal_batch(ring: &KeyRing, key: &SealingKey, label: &Label, text: &str, count: usize) {
    let mut random = ChaCha20Rng::from_seed([3; 32]);
    for _ in 0..count {
        let value = SealedValue::parse(text).expect("a sealed value reads");
        let opened = ring.unseal(label, &value).expect("the old key opens it");
        drop(
            key.seal(&mut random, label, opened.plaintext.expose())
                .expect("a value can be sealed"),
        );
    }
}

fn key_ring() -> KeyRing {
    let key = PrivateKey::from_pkcs8_der(&private_der()).expect("openssl writes PKCS#8");
    KeyRing::new(vec![
        UnsealingKey::native(&key).expect("the key has 4096 bits"),
    ])
}

fn certificate(pair: &KeyPair) -> Certificate {
    let pem = std::fs::read(&pair.certificate).expect("the certificate was made before");
    Certificate::parse(&pem).expect("openssl makes certificates")
}

fn private_der() -> Vec<u8> {
    let pem = std::fs::read_to_string(old_key().private_key).expect("the key was made before");
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    BASE64.decode(base64).expect("PEM is base64")
}
