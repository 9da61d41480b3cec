//! What must not open, and what is said about it.

use aes_gcm::aead::Aead;
use aes_gcm::aead::consts::U12;
use aes_gcm::aes::Aes192;
use aes_gcm::{Aes128Gcm, Aes256Gcm, AesGcm, KeyInit, Nonce};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use rsa::pkcs8::DecodePublicKey as _;
use sealsmith_core::scope::{Label, Scope};
use sealsmith_core::sealed::SealedValue;
use sealsmith_core::unseal::{Error, Explanation, KeyRing};
use sha2::Sha256;

use crate::keys::{BACKENDS, Backend, pair};

fn label() -> Label {
    Label::new(Scope::Strict, "ns1", "app")
}

fn seal(key: &str) -> SealedValue {
    let sealing = Backend::Portable.sealing(&pair(key).certificate()).unwrap();
    let mut rng = ChaCha20Rng::seed_from_u64(5);
    sealing.seal(&mut rng, &label(), b"value").unwrap()
}

/// Returns a value with the byte at `place`, counted from the end when negative, flipped.
fn flipped(value: &SealedValue, place: isize) -> SealedValue {
    let mut bytes = value.as_bytes().to_vec();
    let place = place.rem_euclid(bytes.len().cast_signed()).cast_unsigned();
    bytes[place] ^= 1;
    SealedValue::from_bytes(bytes).unwrap()
}

fn error(ring: &KeyRing, label: &Label, value: &SealedValue) -> Error {
    ring.unseal(label, value).err().unwrap()
}

#[test]
fn an_empty_ring_says_so() {
    let ring = KeyRing::new(Vec::new());
    assert_eq!(error(&ring, &label(), &seal("rsa2048")), Error::NoKeys);
    assert_eq!(ring.explain(&seal("rsa2048")), Explanation::default());
}

#[test]
fn keys_of_another_size_are_not_tried() {
    for backend in BACKENDS {
        let ring = backend.ring(&["rsa4096", "rsa3072"]);
        let expected = Error::NoKeyOfSize { bits: 2048 };
        assert_eq!(error(&ring, &label(), &seal("rsa2048")), expected);
    }
}

#[test]
fn another_key_and_another_label_are_alike_without_a_diagnosis() {
    for backend in BACKENDS {
        let ring = backend.ring(&["keyA", "keyB"]);
        let tried = Error::NoneOpened { tried: 2 };
        assert_eq!(error(&ring, &label(), &seal("rsa2048")), tried);
        let other = Label::new(Scope::Strict, "ns1", "other");
        assert_eq!(error(&ring, &other, &seal("keyA")), tried);
    }
}

#[test]
fn a_diagnosis_tells_another_label_from_another_key() {
    for backend in BACKENDS {
        let ring = backend.ring(&["keyA", "keyB"]);
        let explanation = ring.explain(&seal("keyB"));
        let fingerprint = pair("keyB").certificate().fingerprint();
        assert_eq!(explanation.fingerprint, Some(fingerprint));
        assert_eq!(explanation.label_hash, Some(label().hash()));
        assert!(explanation.intact);
        assert_eq!(ring.explain(&seal("rsa2048")), Explanation::default());
    }
}

#[test]
fn damaged_content_names_the_key_that_it_was_sealed_for() {
    let fingerprint = pair("keyA").certificate().fingerprint();
    for backend in BACKENDS {
        let ring = backend.ring(&["keyB", "keyA"]);
        let value = seal("keyA");
        let longer = [value.as_bytes(), &[0]].concat();
        let shorter = value.as_bytes()[..value.as_bytes().len() - 1].to_vec();
        for damaged in [
            flipped(&value, -1),
            flipped(&value, -17),
            SealedValue::from_bytes(longer).unwrap(),
            SealedValue::from_bytes(shorter).unwrap(),
        ] {
            let expected = Error::Damaged { fingerprint };
            assert_eq!(error(&ring, &label(), &damaged), expected);
            assert!(!ring.explain(&damaged).intact);
            assert_eq!(ring.explain(&damaged).fingerprint, Some(fingerprint));
        }
    }
}

#[test]
fn a_damaged_wrapped_key_looks_like_another_key() {
    for backend in BACKENDS {
        let ring = backend.ring(&["keyA"]);
        let damaged = flipped(&seal("keyA"), 100);
        let tried = Error::NoneOpened { tried: 1 };
        assert_eq!(error(&ring, &label(), &damaged), tried);
        assert_eq!(ring.explain(&damaged), Explanation::default());
    }
}

/// Wraps any session key as Go would, and encrypts with it.
fn seal_with(session_key: &[u8], ciphertext: Vec<u8>) -> SealedValue {
    let spki = pair("rsa2048").certificate().public_key().to_spki_der();
    let key = rsa::PublicKey::from_public_key_der(&spki).unwrap();
    let padding = rsa::Oaep::<Sha256>::new_with_label(label().as_bytes());
    let mut rng = ChaCha20Rng::seed_from_u64(6);
    let wrapped = key.encrypt(&mut rng, padding, session_key).unwrap();
    SealedValue::from_bytes([&[1, 0], &wrapped[..], &ciphertext].concat()).unwrap()
}

fn encrypt<C: KeyInit + Aead<NonceSize = U12>>(session_key: &[u8]) -> Vec<u8> {
    let cipher = C::new_from_slice(session_key).unwrap();
    cipher.encrypt(&Nonce::default(), &b"value"[..]).unwrap()
}

/// Case 5 of the thirty hard ones.
#[test]
fn session_keys_of_every_aes_size_open() {
    let key = [7; 32];
    let values = [
        seal_with(&key[..16], encrypt::<Aes128Gcm>(&key[..16])),
        seal_with(&key[..24], encrypt::<AesGcm<Aes192, U12>>(&key[..24])),
        seal_with(&key[..32], encrypt::<Aes256Gcm>(&key[..32])),
    ];
    for backend in BACKENDS {
        let ring = backend.ring(&["rsa2048"]);
        for value in &values {
            let opened = ring.unseal(&label(), value).unwrap();
            assert_eq!(opened.plaintext.expose(), b"value");
            assert!(ring.explain(value).intact);
        }
    }
}

#[test]
fn session_keys_of_other_sizes_are_named() {
    let fingerprint = pair("rsa2048").certificate().fingerprint();
    for backend in BACKENDS {
        let ring = backend.ring(&["rsa2048"]);
        for bytes in [0, 1, 15, 17, 31, 33] {
            let value = seal_with(&vec![7; bytes], encrypt::<Aes256Gcm>(&[7; 32]));
            let expected = Error::SessionKey { fingerprint, bytes };
            assert_eq!(error(&ring, &label(), &value), expected);
        }
    }
}

#[test]
fn the_ring_keeps_each_key_once() {
    let ring = Backend::Portable.ring(&["keyA", "keyB", "keyA"]);
    assert_eq!(ring.len(), 2);
}
