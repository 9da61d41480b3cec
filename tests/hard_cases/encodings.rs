//! Case 17: what Windows does to text.

use super::desk::{certificate, manifest, opened, private, refused, seal, sealed, texts, unseal};
use crate::support::program::Program;
use crate::support::repository::Repository;

const SECRET: &str =
    "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n  namespace: b\nstringData:\n  k: vä\n";

#[test]
fn a_secret_in_any_encoding_is_sealed_as_its_text() {
    for (name, bytes) in encodings(SECRET) {
        let sealed = seal("rsa2048", bytes).text();
        assert_eq!(opened("rsa2048", sealed), texts(&[("k", "vä")]), "{name}");
    }
}

#[test]
fn a_sealed_secret_in_any_encoding_is_unsealed() {
    let file = manifest("b", "a", &[("k", &sealed("rsa2048", "b", "a", "v"))]);
    for (name, bytes) in encodings(&file) {
        assert_eq!(opened("rsa2048", bytes), texts(&[("k", "v")]), "{name}");
    }
}

#[test]
fn certificates_and_private_keys_in_any_encoding_are_read() {
    let folder = tempfile::tempdir().expect("the temporary folder is writable");
    let text = |path| std::fs::read_to_string(path).expect("PEM is text");
    let write = |file: &str, bytes: Vec<u8>| {
        let path = folder.path().join(file);
        std::fs::write(&path, bytes).expect("the folder is ours");
        path
    };
    let certificates = encodings(&text(certificate("rsa2048")));
    let keys = encodings(&text(private("rsa2048")));
    for ((name, certificate), (_, key)) in certificates.into_iter().zip(keys) {
        let sealed = Program::sealsmith()
            .args(["seal", "-o", "yaml", "--cert"])
            .arg(write("tls.crt", certificate))
            .stdin(SECRET)
            .output();
        let output = Program::sealsmith()
            .args(["unseal", "--recovery-private-key"])
            .arg(write("tls.key", key))
            .stdin(sealed)
            .text();
        assert!(output.contains("\"k\": \"dsOk\""), "{name}: {output}");
    }
}

#[test]
fn a_utf_16_file_is_not_edited_and_the_way_out_is_told() {
    let file = manifest("b", "a", &[("k", &sealed("rsa2048", "b", "a", "v"))]);
    for (name, bytes) in utf_16(&file) {
        let (repository, path) = repository(&bytes);
        let set = repository
            .sealsmith()
            .args(["set", path, "k", "--cert"])
            .arg(certificate("rsa3072"))
            .stdin("new")
            .run();
        refused(&set, 2, &["UTF-16", "iconv -f UTF-16"]);
        let reseal = reseal(&repository, path).run();
        assert_eq!(reseal.code, Some(1), "{name}: {}", reseal.stderr);
        assert!(reseal.stderr.contains("UTF-16"), "{}", reseal.stderr);
        assert!(
            reseal.stderr.contains("iconv -f UTF-16"),
            "{}",
            reseal.stderr
        );
        assert_eq!(repository.read(path), bytes, "{name}");
    }
}

#[test]
fn a_resealed_file_keeps_its_byte_order_mark_and_line_endings() {
    let file = manifest("b", "a", &[("k", &sealed("rsa2048", "b", "a", "v"))]);
    for text in [
        file.replace('\n', "\r\n"),
        format!("\u{feff}{file}"),
        format!("\u{feff}{}", file.replace('\n', "\r\n")),
    ] {
        let (repository, path) = repository(text.as_bytes());
        reseal(&repository, path).output();
        let new = String::from_utf8(repository.read(path)).expect("it is text");
        assert_ne!(new, text);
        // rsa3072 wraps the session key in 128 bytes more.
        let (start, end) = (text.find("k: ").expect("it has a key"), text.len());
        assert_eq!(new[..start], text[..start]);
        assert_eq!(new.matches('\r').count(), text.matches('\r').count());
        assert_eq!(new.ends_with("\r\n"), text[start..end].ends_with("\r\n"));
        assert_eq!(opened("rsa3072", new), texts(&[("k", "v")]));
    }
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_place() {
    let mut bytes = SECRET.as_bytes().to_vec();
    bytes[20] = 0xff;
    refused(&seal("rsa2048", bytes.clone()).run(), 2, &["byte 20"]);
    refused(&unseal(&["rsa2048"], bytes).run(), 2, &["byte 20"]);
}

fn repository(bytes: &[u8]) -> (Repository, &'static str) {
    let path = "envs/dev/sealed-secrets/a/sealed-a.yaml";
    let repository = Repository::new();
    repository.write(path, bytes);
    repository.commit("start");
    (repository, path)
}

fn reseal(repository: &Repository, path: &str) -> Program {
    repository
        .sealsmith()
        .args(["reseal", path, "--recovery-private-key"])
        .arg(private("rsa2048"))
        .arg("--cert")
        .arg(certificate("rsa3072"))
}

fn encodings(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let mut all = utf_16(text);
    all.push(("UTF-8 with mark", format!("\u{feff}{text}").into()));
    all.push(("UTF-8 with CRLF", text.replace('\n', "\r\n").into()));
    all
}

fn utf_16(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let marked = format!("\u{feff}{text}");
    let little = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    vec![
        ("UTF-16LE", little(text)),
        ("UTF-16BE", big(text)),
        ("UTF-16LE with mark", little(&marked)),
        ("UTF-16BE with mark", big(&marked)),
    ]
}
