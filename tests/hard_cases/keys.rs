//! Cases 25 and 26 at the command: shapes of keys and certificates, and what is said about bad ones.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::desk::{certificate, manifest, private, refused, sealed, secrets, texts, vectors};
use crate::support::program::Program;

const SECRET: &str =
    "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n  namespace: b\nstringData:\n  k: v\n";

fn text(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path).expect("PEM is text")
}

fn key_secret(pair: &str, label: &str) -> String {
    let [crt, key] = [certificate(pair), private(pair)].map(|file| BASE64.encode(text(file)));
    format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: key\n  labels:\n    sealedsecrets.bitnami.com/sealed-secrets-key: {label}\ndata:\n  tls.crt: {crt}\n  tls.key: {key}\ntype: kubernetes.io/tls\n"
    )
}

fn list(kind: &str, pairs: &[&str]) -> String {
    let items: String = pairs
        .iter()
        .map(|pair| {
            format!(
                "- {}\n",
                key_secret(pair, "active").trim_end().replace('\n', "\n  ")
            )
        })
        .collect();
    format!("apiVersion: v1\nkind: {kind}\nitems:\n{items}")
}

/// Opens a file with one value for each of two keys, both from one key file.
fn opens_both(backup: &str) {
    let (a, b) = (
        sealed("rsa2048", "ns1", "app", "1"),
        sealed("rsa3072", "ns1", "app", "2"),
    );
    let folder = tempfile::tempdir().expect("the temporary folder is writable");
    let file = folder.path().join("backup");
    std::fs::write(&file, backup).expect("the folder is ours");
    let output = Program::sealsmith()
        .args(["unseal", "--recovery-private-key"])
        .arg(file)
        .stdin(manifest("ns1", "app", &[("a", &a), ("b", &b)]))
        .output();
    assert_eq!(secrets(&output)[0].1, texts(&[("a", "1"), ("b", "2")]));
}

#[test]
fn both_keys_of_every_shape_of_backup_are_used() {
    let (one, two) = (text(private("rsa2048")), text(private("rsa3072")));
    let (first, second) = (
        key_secret("rsa2048", "active"),
        key_secret("rsa3072", "compromised"),
    );
    opens_both(&format!("{one}{two}"));
    opens_both(&format!(
        "{}{one}words\n{}{two}",
        text(certificate("rsa2048")),
        text(certificate("rsa3072"))
    ));
    opens_both(&format!("{first}---\n{second}"));
    opens_both(&list("List", &["rsa2048", "rsa3072"]));
    opens_both(&list("SecretList", &["rsa2048", "rsa3072"]));
    // What the backup recipe of the README of sealed-secrets writes.
    opens_both(&format!("{}---\n{second}", list("List", &["rsa2048"])));
}

#[test]
fn a_key_beside_the_certificate_of_another_is_used_with_a_warning() {
    let folder = tempfile::tempdir().expect("the temporary folder is writable");
    let file = folder.path().join("backup.yaml");
    let own = BASE64.encode(text(certificate("rsa2048")));
    let other = BASE64.encode(text(certificate("rsa3072")));
    std::fs::write(&file, key_secret("rsa2048", "active").replace(&own, &other))
        .expect("the folder is ours");
    let outcome = Program::sealsmith()
        .args(["unseal", "--recovery-private-key"])
        .arg(file)
        .stdin(manifest(
            "ns1",
            "app",
            &[("k", &sealed("rsa2048", "ns1", "app", "v"))],
        ))
        .run();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("warning: "), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("tls.crt"), "{}", outcome.stderr);
}

#[test]
fn keys_that_cannot_unseal_are_named() {
    let cases = [
        ("elliptic-curve.pem", "elliptic curve"),
        ("encrypted.pem", "encrypted"),
        ("encrypted-pkcs8.pem", "encrypted"),
    ];
    for (file, words) in cases {
        let outcome = Program::sealsmith()
            .args(["unseal", "--recovery-private-key"])
            .arg(vectors().join("keys/refused").join(file))
            .stdin(manifest("ns1", "app", &[]))
            .run();
        refused(&outcome, 2, &[words, file]);
    }
}

fn seal_with(path: impl AsRef<Path>) -> Program {
    Program::sealsmith()
        .args(["seal", "-o", "yaml", "--cert"])
        .arg(path.as_ref())
        .stdin(SECRET)
}

#[test]
fn certificates_that_cannot_seal_are_refused_and_nothing_is_printed() {
    let folder = vectors().join("certificates");
    let cases: [(PathBuf, &str); 5] = [
        (folder.join("expired.pem"), "expired on 20"),
        (folder.join("elliptic-curve.pem"), "elliptic curve"),
        (folder.join("ed25519.pem"), "Ed25519"),
        (folder.join("rsa512.pem"), "512"),
        (private("rsa2048"), "private key"),
    ];
    for (file, words) in cases {
        refused(
            &seal_with(&file).run(),
            2,
            &[words, &file.display().to_string()],
        );
    }
}

#[test]
fn der_and_public_keys_are_refused_with_their_name() {
    let folder = tempfile::tempdir().expect("the temporary folder is writable");
    let convert = |args: &[&str], file: &str| {
        let file = folder.path().join(file);
        let openssl = Program::new("openssl")
            .arg("x509")
            .args(args)
            .arg("-in")
            .arg(certificate("rsa2048"));
        std::fs::write(&file, openssl.output()).expect("the folder is ours");
        file
    };
    let der = convert(&["-outform", "DER"], "tls.der");
    refused(&seal_with(der).run(), 2, &["DER"]);
    let public = convert(&["-pubkey", "-noout"], "public.pem");
    refused(&seal_with(public).run(), 2, &["PUBLIC KEY"]);
}

#[test]
fn a_certificate_of_the_future_seals_with_a_warning() {
    let outcome = seal_with(vectors().join("certificates/future.pem")).run();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("warning: "), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("is valid from"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn the_first_certificate_of_a_file_seals_and_text_before_it_is_skipped() {
    let folder = tempfile::tempdir().expect("the temporary folder is writable");
    let file = folder.path().join("both.pem");
    let words = "subject=/O=words\n  before\n";
    let both = format!(
        "{words}{}{}",
        text(certificate("rsa2048")),
        text(certificate("rsa3072"))
    );
    std::fs::write(&file, both).expect("the folder is ours");
    let sealed = seal_with(&file).output();
    assert_eq!(super::desk::opened("rsa2048", sealed), texts(&[("k", "v")]));
}

#[test]
fn an_expired_certificate_of_a_later_place_does_not_matter() {
    let folder = tempfile::tempdir().expect("the temporary folder is writable");
    let file = folder.path().join("both.pem");
    let both = text(certificate("rsa2048")) + &text(vectors().join("certificates/expired.pem"));
    std::fs::write(&file, both).expect("the folder is ours");
    seal_with(&file).output();
}
