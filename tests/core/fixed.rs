//! Fixed randomness: what the random source gives is all that varies, and it is taken in a fixed order.

use std::convert::Infallible;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{SeedableRng as _, TryCryptoRng, TryRng};
use sealsmith_core::scope::Label;
use serde_json::Value;

use crate::keys::{BACKENDS, Backend, pair};

/// A source that counts upwards from zero and remembers what was asked of it.
#[derive(Default)]
struct Counting {
    next: u8,
    asked: Vec<usize>,
}

impl TryRng for Counting {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unreachable!("sealing asks for bytes only")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unreachable!("sealing asks for bytes only")
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.asked.push(bytes.len());
        for byte in bytes {
            *byte = self.next;
            self.next = self.next.wrapping_add(1);
        }
        Ok(())
    }
}

impl TryCryptoRng for Counting {}

#[test]
fn content_is_the_known_answer_for_the_session_key_that_was_drawn() {
    let cases = include_str!("../vectors/kubeseal/kubeseal-cases.json");
    let cases: Value = serde_json::from_str(cases).unwrap();
    let answer = &cases["kat"]["gcm"];
    let plaintext = answer["plaintext"].as_str().unwrap();
    // The counting source draws the key of the known answer: 00 01 02 … 1f.
    assert_eq!(answer["key_hex"], hex(&(0..32).collect::<Vec<u8>>()));
    for backend in BACKENDS {
        let content = |text: &str| content_of(*backend, text);
        assert_eq!(answer["ct_tag_hex"], content(plaintext));
        assert_eq!(content(""), "f05d76ae4ab99fe5a6f69b3148c2363d");
    }
}

fn content_of(backend: Backend, plaintext: &str) -> String {
    let sealing = backend.sealing(&pair("rsa2048").certificate()).unwrap();
    let label = Label::new(Default::default(), "ns", "name");
    let mut rng = Counting::default();
    let value = sealing.seal(&mut rng, &label, plaintext.as_bytes());
    hex(value.unwrap().envelope().ciphertext())
}

#[test]
fn the_session_key_is_drawn_before_the_oaep_seed() {
    let label = Label::new(Default::default(), "ns", "name");
    for backend in BACKENDS {
        let sealing = backend.sealing(&pair("rsa2048").certificate()).unwrap();
        let mut rng = Counting::default();
        sealing.seal(&mut rng, &label, b"value").unwrap();
        match backend {
            Backend::Portable => assert_eq!(rng.asked, [32, 32]),
            #[cfg(feature = "native")]
            Backend::Native => assert_eq!(rng.asked, [32]),
        }
    }
}

/// One vector of `tests/vectors/sealed`, as `name: value` lines.
struct Vector(&'static str);

impl Vector {
    fn field(&self, name: &str) -> &'static str {
        let mut lines = self.0.lines();
        let found = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        found.unwrap_or_else(|| panic!("no line {name}"))
    }

    fn label(&self) -> Label {
        let scope = self.field("scope").parse().unwrap();
        Label::new(scope, self.field("namespace"), self.field("name"))
    }
}

const VECTORS: [Vector; 3] = [
    Vector(include_str!("../vectors/sealed/strict.txt")),
    Vector(include_str!("../vectors/sealed/namespace-wide.txt")),
    Vector(include_str!("../vectors/sealed/cluster-wide.txt")),
];

#[test]
fn fixed_randomness_gives_the_recorded_values() {
    for vector in VECTORS {
        let key = pair(vector.field("key"));
        let sealing = Backend::Portable.sealing(&key.certificate()).unwrap();
        let mut rng = ChaCha20Rng::seed_from_u64(vector.field("seed").parse().unwrap());
        let plaintext = vector.field("plaintext").as_bytes();
        let value = sealing.seal(&mut rng, &vector.label(), plaintext).unwrap();
        assert_eq!(value.as_str(), vector.field("sealed"));
    }
}

#[test]
fn the_recorded_values_open() {
    for (backend, vector) in BACKENDS.iter().flat_map(|b| VECTORS.map(|v| (b, v))) {
        let value = vector.field("sealed");
        let value = sealsmith_core::sealed::SealedValue::parse(value).unwrap();
        let ring = backend.ring(&[vector.field("key")]);
        let opened = ring.unseal(&vector.label(), &value).unwrap();
        assert_eq!(
            opened.plaintext.expose(),
            vector.field("plaintext").as_bytes()
        );
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
