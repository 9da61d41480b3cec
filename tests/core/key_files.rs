//! Private keys in every shape of a backup (case 25 of the thirty hard ones).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sealsmith_core::key_file::{Error, KeyFile, parse};

use crate::certificates::der;
use crate::keys::{PAIRS, Pair, pair};

/// A key Secret as the controller makes it, with a label value of choice.
fn secret(pair: &Pair, label: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Secret\ntype: kubernetes.io/tls\nmetadata:\n  name: {}\n  namespace: kube-system\n  labels:\n    sealedsecrets.bitnami.com/sealed-secrets-key: {label}\ndata:\n  tls.crt: {}\n  tls.key: {}\n",
        pair.name.to_lowercase(),
        STANDARD.encode(pair.certificate),
        STANDARD.encode(pair.key),
    )
}

fn json(pair: &Pair) -> String {
    let (certificate, key) = (STANDARD.encode(pair.certificate), STANDARD.encode(pair.key));
    let data = serde_json::json!({ "tls.crt": certificate, "tls.key": key });
    let metadata = serde_json::json!({ "name": pair.name.to_lowercase() });
    serde_json::json!({ "apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data })
        .to_string()
}

fn list(kind: &str, secrets: &[String]) -> String {
    let items = secrets.iter().map(|secret| {
        let lines = secret.lines().map(|line| format!("  {line}\n"));
        lines.collect::<String>().replacen("  ", "- ", 1)
    });
    format!(
        "apiVersion: v1\nkind: {kind}\nitems:\n{}",
        items.collect::<String>()
    )
}

/// Asserts that a file holds exactly the keys of these pairs, in order, and nothing odd.
fn holds(file: impl AsRef<[u8]>, names: &[&str]) {
    let found = parse(file.as_ref()).map_err(|error| error.to_string());
    let KeyFile { keys, notes } = found.unwrap();
    assert_eq!(
        notes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [""; 0]
    );
    let expected = names
        .iter()
        .map(|name| pair(name).certificate().fingerprint());
    assert!(
        keys.iter().map(|key| key.fingerprint()).eq(expected),
        "{names:?}"
    );
}

fn notes(file: &str) -> Vec<String> {
    let found = parse(file.as_bytes()).map_err(|error| error.to_string());
    found
        .unwrap()
        .notes
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn error(file: impl AsRef<[u8]>) -> Error {
    parse(file.as_ref()).err().unwrap()
}

#[test]
fn pkcs1_and_pkcs8_are_read() {
    assert!(
        PAIRS
            .iter()
            .any(|pair| pair.key.contains("BEGIN RSA PRIVATE KEY"))
    );
    assert!(
        PAIRS
            .iter()
            .any(|pair| pair.key.contains("BEGIN PRIVATE KEY"))
    );
    PAIRS.iter().for_each(|pair| holds(pair.key, &[pair.name]));
    let pkcs1 = include_str!("../vectors/kubeseal/keys/rsa4096.pkcs1.key");
    holds(pkcs1, &["rsa4096"]);
}

#[test]
fn a_certificate_and_text_around_the_key_do_not_matter() {
    let Pair {
        certificate, key, ..
    } = pair("keyA");
    holds(format!("{certificate}{key}"), &["keyA"]);
    holds(format!("{key}{certificate}"), &["keyA"]);
    holds(format!("subject: x\n\n{key}notes"), &["keyA"]);
    holds(key.replace('\n', "\r\n"), &["keyA"]);
    let indented: String = key.lines().map(|line| format!("  {line}\n")).collect();
    holds(indented, &["keyA"]);
}

#[test]
fn every_key_of_a_pem_file_is_used() {
    let file = [pair("keyA").key, pair("keyB").key].concat();
    holds(file, &["keyA", "keyB"]);
}

#[test]
fn a_secret_is_read_as_yaml_and_json_whatever_its_label() {
    for label in ["active", "compromised", "\"\""] {
        holds(secret(pair("keyA"), label), &["keyA"]);
    }
    holds(json(pair("keyA")), &["keyA"]);
}

#[test]
fn string_data_is_read() {
    let key = pair("keyA").key.replace('\n', "\n    ");
    let file = format!("apiVersion: v1\nkind: Secret\nstringData:\n  tls.key: |\n    {key}");
    holds(file, &["keyA"]);
}

#[test]
fn lists_documents_and_their_mixtures_are_read() {
    let (a, b) = (
        secret(pair("keyA"), "active"),
        secret(pair("keyB"), "active"),
    );
    let both = [a.clone(), b.clone()];
    holds(list("List", &both), &["keyA", "keyB"]);
    holds(list("SecretList", &both), &["keyA", "keyB"]);
    holds(format!("{a}---\n{b}"), &["keyA", "keyB"]);
    holds(format!("---\n---\n{a}---\n{b}---\n"), &["keyA", "keyB"]);
    // What the backup recipe of the README makes, and the reverse.
    let list_a = list("List", &both[..1]);
    holds(format!("{list_a}---\n{b}"), &["keyA", "keyB"]);
    holds(format!("{b}---\n{list_a}"), &["keyB", "keyA"]);
    holds(
        json(pair("keyA")) + "\n" + &json(pair("keyB")),
        &["keyA", "keyB"],
    );
}

#[test]
fn utf_16_is_read_with_and_without_a_mark() {
    for text in [pair("keyA").key.to_owned(), secret(pair("keyA"), "active")] {
        for (mark, bytes) in [
            ("", u16::to_le_bytes as fn(u16) -> [u8; 2]),
            ("\u{feff}", u16::to_be_bytes),
        ] {
            let file: Vec<u8> = [mark, &text]
                .concat()
                .encode_utf16()
                .flat_map(bytes)
                .collect();
            holds(file, &["keyA"]);
        }
    }
}

#[test]
fn a_certificate_of_another_key_is_noted() {
    let (a, b) = (pair("keyA"), pair("keyB"));
    let (key, certificate) = (a.certificate().fingerprint(), b.certificate().fingerprint());
    let mismatch = format!(
        "certificate {certificate} does not belong to private key {key}, so what is sealed with it cannot be opened"
    );
    let mixed = Pair {
        certificate: b.certificate,
        ..*a
    };
    let expected = format!("Secret kube-system/keya, tls.crt: {mismatch}");
    assert_eq!(notes(&secret(&mixed, "active")), [expected]);
    let file = [b.certificate, a.key].concat();
    assert_eq!(notes(&file), [format!("certificate: {mismatch}")]);
    // A chain has certificates of others too.
    assert_eq!(
        notes(&[b.certificate, a.certificate, a.key].concat()),
        [""; 0]
    );
}

#[test]
fn skipped_parts_are_noted() {
    let file = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: other}}\n---\napiVersion: v1\nkind: Secret\nmetadata: {{name: empty}}\n---\napiVersion: v1\nkind: Secret\ndata: {{tls.key: '*'}}\n---\n{}",
        secret(pair("keyA"), "active"),
    );
    let expected = [
        "ConfigMap other: is not a Secret, skipped",
        "Secret empty: has no tls.key",
        "Secret at line 9, tls.key: not valid base64",
    ];
    assert_eq!(notes(&file), expected);
}

#[test]
fn a_broken_key_beside_a_good_one_is_noted() {
    let file = format!(
        "-----BEGIN RSA PRIVATE KEY-----\naGk=\n{}",
        pair("keyA").key
    );
    let expected = "PEM block 1 (RSA PRIVATE KEY): PEM block has no END line, so it is truncated";
    assert_eq!(notes(&file), [expected]);
}

macro_rules! vectors {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("../vectors/keys/refused/", $name, ".pem")))),*]
    };
}

#[test]
fn keys_that_cannot_unseal_are_refused_as_they_expect() {
    for (name, file) in vectors! {
        "ed25519" "elliptic-curve" "elliptic-curve-pkcs8" "encrypted" "encrypted-pkcs8" "openssh"
        "rsa512" "three-primes"
    } {
        let Error::NoneUsable(notes) = error(file) else {
            panic!("{name}: {}", error(file));
        };
        let problem = notes[0].problem.to_string();
        assert_eq!(
            file.lines().next(),
            Some(&*format!("expect: {problem}")),
            "{name}"
        );
    }
}

#[test]
fn encrypted_keys_come_with_a_command_that_decrypts_them() {
    let file = include_str!("../vectors/keys/refused/encrypted-pkcs8.pem");
    assert!(error(file).hint().unwrap().contains("openssl pkey"));
}

#[test]
fn files_without_any_key_are_refused() {
    for file in ["", "hello\n", "# comment\n", "- a\n- b\n"] {
        assert!(
            matches!(error(file), Error::NotFound),
            "{file:?}: {}",
            error(file)
        );
    }
    assert!(matches!(error(pair("keyA").certificate), Error::NotFound));
    assert!(matches!(error("a: [\n"), Error::Manifest(_)));
    assert!(matches!(error([0xff, 0, 0xff]), Error::NotText(_)));
    assert!(matches!(error(der(pair("rsa2048").key)), Error::Der));
    assert!(matches!(error(der(pair("keyA").key)), Error::Der));
}

#[test]
fn errors_and_notes_repeat_nothing_of_a_key() {
    let key = pair("keyA").key.replace("MII", "M*I");
    let file = format!(
        "stringData:\n  tls.key: |\n    {}",
        key.replace('\n', "\n    ")
    );
    for file in [key, file] {
        let words = format!("{0} {0:?}", error(file));
        let secret = pair("keyA").key.lines().nth(3).unwrap();
        assert!(!words.contains(&secret[..8]), "{words}");
    }
}
