//! Hostile input is refused in words: it never panics and never costs more than its own length.

use proptest::prelude::*;
use proptest::sample::Index;
use sealsmith_core::certificate::Certificate;
use sealsmith_core::envelope::{Envelope, decode_base64};
use sealsmith_core::sealed::SealedValue;
use sealsmith_core::{key_file, name, text};

use crate::certificates::{armoured, der};
use crate::keys::{BACKENDS, pair};

/// Something was done to valid bytes: they were cut, and some of them changed.
fn damage(bytes: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec((any::<Index>(), any::<u8>()), 0..4);
    let length = bytes.len();
    (changes, prop_oneof![3 => Just(length), 1 => 1..=length]).prop_map(move |(changes, length)| {
        let mut bytes = bytes[..length].to_vec();
        for (place, byte) in changes {
            *place.get_mut(&mut bytes) = byte;
        }
        bytes
    })
}

fn key_pem(label: &str, der: &[u8]) -> String {
    armoured(der).replace("CERTIFICATE", label)
}

/// One key for the portable backend alone, and one for both.
fn damaged_key() -> impl Strategy<Value = Vec<u8>> {
    let damaged = |name| damage(der(pair(name).key));
    prop_oneof![damaged("rsa1024"), damaged("keyA")]
}

/// Text made of the words that the formats look for.
fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "-----BEGIN ",
        "-----END ",
        "CERTIFICATE",
        "PRIVATE KEY",
        "RSA ",
        "-----",
        "\n",
        "\r\n",
        ":",
        "kind: Secret\n",
        "apiVersion: v1\n",
        "data:\n",
        "  tls.key: ",
        "stringData: {",
        "}",
        "---\n",
        "- ",
        "aGk=",
        "MII",
        "\u{feff}",
        "\0",
        "{\"kind\":\"List\",\"items\":[",
        "&a ",
        "*a ",
        "|\n",
    ]);
    prop::collection::vec(word, 0..40).prop_map(|words| words.concat())
}

fn read_all(bytes: &[u8]) {
    let _ = Envelope::parse(bytes);
    let _ = text::decode(bytes).is_ok();
    let _ = Certificate::parse(bytes);
    let _ = Certificate::parse_all(bytes);
    let _ = key_file::parse(bytes).is_ok();
    let text = String::from_utf8_lossy(bytes);
    let _ = decode_base64(&text);
    let _ = SealedValue::parse(&text);
    let _ = name::DataKey::parse(&text);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read_all(&bytes);
    }

    #[test]
    fn arbitrary_words_never_panic(text in words()) {
        read_all(text.as_bytes());
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        read_all(&utf16);
    }

    #[test]
    fn damaged_certificates_never_panic(der in damage(der(pair("keyA").certificate))) {
        read_all(&der);
        read_all(armoured(&der).as_bytes());
    }

    #[test]
    fn decoding_base64_never_reads_more_than_there_is(text in "[A-Za-z0-9+/=\\n\\r -]{0,80}") {
        match decode_base64(&text) {
            Ok(bytes) => prop_assert!(bytes.len() <= text.len() / 4 * 3),
            Err(error) => prop_assert!(error.offset <= text.len()),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_private_keys_never_panic_when_made_ready(der in damaged_key()) {
        for label in ["RSA PRIVATE KEY", "PRIVATE KEY"] {
            let Ok(file) = key_file::parse(key_pem(label, &der).as_bytes()) else { continue };
            for backend in BACKENDS {
                let _ = backend.unsealing(&file.keys[0]).is_ok();
            }
        }
    }

    #[test]
    fn damaged_values_never_panic_when_opened(bytes in damage(sealed())) {
        let Ok(value) = SealedValue::from_bytes(bytes) else { return Ok(()) };
        let label = sealsmith_core::scope::Label::new(Default::default(), "mlops-dev", "airflow");
        for backend in BACKENDS {
            let ring = backend.ring(&["rsa2048"]);
            let _ = ring.unseal(&label, &value).is_ok();
            let _ = ring.explain(&value);
        }
    }
}

/// Returns the bytes of a recorded value.
fn sealed() -> Vec<u8> {
    let vector = include_str!("../vectors/sealed/strict.txt");
    let line = vector
        .lines()
        .find_map(|line| line.strip_prefix("sealed: "));
    decode_base64(line.unwrap()).unwrap()
}

#[test]
fn long_input_without_content_is_refused_at_once() {
    for text in [
        "-----BEGIN A-----\n",
        "-----BEGIN CERTIFICATE-----\n",
        "=",
        "\n",
        "a: ",
    ] {
        read_all(text.repeat(100_000).as_bytes());
    }
}

#[test]
fn numbers_of_a_key_that_do_not_belong_together_are_refused() {
    let good = der(pair("keyA").key);
    // The middle of the file is inside the first prime; changed, it is another number.
    let mut damaged = good.clone();
    damaged[good.len() / 2] ^= 1;
    let file = key_file::parse(key_pem("RSA PRIVATE KEY", &damaged).as_bytes()).unwrap();
    for backend in BACKENDS {
        assert!(backend.unsealing(&file.keys[0]).is_err());
    }
}
