//! Certificates in the shapes that people pass, and what is said about the ones that cannot seal.

use std::fmt::Display;

use sealsmith_core::certificate::{Certificate, Error, Found, Validity};

use crate::keys::{PAIRS, pair};

/// 2026-06-15, the day on which the vectors are judged.
const NOW: i64 = 1_781_481_600;

macro_rules! vectors {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("../vectors/certificates/", $name, ".pem")))),*]
    };
}

#[test]
fn vectors_are_judged_as_they_expect() {
    for (name, file) in vectors! {
        "ed25519" "elliptic-curve" "expired" "future" "rsa512" "subject"
    } {
        let outcome = Certificate::parse(file.as_bytes()).map(|certificate| outcome(&certificate));
        let outcome = outcome.unwrap_or_else(|error| error.to_string());
        assert_eq!(
            file.lines().next(),
            Some(&*format!("expect: {outcome}")),
            "{name}"
        );
    }
}

fn outcome(certificate: &Certificate) -> String {
    let validity = match certificate.validity(NOW) {
        Validity::Valid { .. } => "valid",
        Validity::Expired { .. } => "expired",
        Validity::NotYetValid { .. } => "not yet valid",
    };
    format!("{} bits, {validity}", certificate.public_key().bits())
}

#[test]
fn validity_turns_at_the_second() {
    let certificate = Certificate::parse(include_bytes!("../vectors/certificates/expired.pem"));
    let certificate = certificate.unwrap();
    let (not_before, not_after) = (certificate.not_before(), certificate.not_after());
    assert_eq!((not_before, not_after), (1_454_284_800, 1_769_817_600));
    let at = |now| certificate.validity(now);
    assert_eq!(at(not_before - 1), Validity::NotYetValid { not_before });
    assert_eq!(at(not_before), Validity::Valid { days_left: 3652 });
    assert_eq!(at(not_after - 86_399), Validity::Valid { days_left: 0 });
    assert_eq!(at(not_after), Validity::Valid { days_left: 0 });
    assert_eq!(at(not_after + 1), Validity::Expired { not_after });
}

#[test]
fn subject_and_serial_are_those_of_openssl() {
    let named = include_bytes!("../vectors/certificates/subject.pem");
    assert_eq!(
        Certificate::parse(named).unwrap().subject(),
        "CN=sealed-secrets"
    );
    let own = pair("keyA").certificate();
    assert_eq!(own.serial(), SERIAL_OF_KEY_A);
}

const SERIAL_OF_KEY_A: &str = "4D6BFD5A57958BD5E1684360B3FBB9D965147C7E";

#[test]
fn a_certificate_reads_back_from_its_own_pem() {
    for pair in PAIRS {
        let certificate = pair.certificate();
        let pem = certificate.to_pem();
        assert_eq!(Certificate::parse(pem.as_bytes()).unwrap(), certificate);
        assert!(pair.certificate.ends_with(&pem), "{}", pair.name);
    }
}

#[test]
fn whatever_surrounds_the_certificate_is_skipped() {
    let pair = pair("keyA");
    let pem = pair.certificate;
    let utf16 = |mark: &str| [mark, pem].concat();
    let files = [
        format!("Bag Attributes\n    friendlyName: x\n{pem}trailing"),
        format!("{}{pem}", pair.key),
        format!("{pem}-----BEGIN CERTIFICATE-----\nbroken"),
        format!("-----BEGIN CERTIFICATE-----\nA: b\n\naGk=\n-----END CERTIFICATE-----\n{pem}"),
        pem.replace('\n', "\r\n"),
        pem.trim_end().to_owned(),
        pem.lines().map(|line| format!("    {line}\n")).collect(),
        utf16("\u{feff}"),
    ];
    for file in files {
        assert_eq!(
            Certificate::parse(file.as_bytes()).unwrap(),
            pair.certificate(),
            "{file}"
        );
    }
    for file in [utf16(""), utf16("\u{feff}")] {
        for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            let file: Vec<u8> = file.encode_utf16().flat_map(bytes).collect();
            assert_eq!(Certificate::parse(&file).unwrap(), pair.certificate());
        }
    }
}

#[test]
fn the_first_of_several_certificates_seals() {
    let file = [pair("keyA").certificate, pair("keyB").certificate].concat();
    let all = Certificate::parse_all(file.as_bytes()).unwrap();
    assert_eq!(
        all,
        [pair("keyA").certificate(), pair("keyB").certificate()]
    );
    assert_eq!(Certificate::parse(file.as_bytes()).unwrap(), all[0]);
}

#[test]
fn an_unreadable_later_certificate_matters_only_when_all_are_asked_for() {
    let file = format!("{}-----BEGIN CERTIFICATE-----\n", pair("keyA").certificate);
    assert!(Certificate::parse(file.as_bytes()).is_ok());
    assert_eq!(Certificate::parse_all(file.as_bytes()), Err(Error::NoEnd));
}

fn refused(file: impl AsRef<[u8]>) -> Error {
    let error = Certificate::parse(file.as_ref()).unwrap_err();
    let all = Certificate::parse_all(file.as_ref()).unwrap_err();
    assert_eq!(error, all);
    error
}

fn says(error: &dyn Display, words: &str) {
    assert_eq!(error.to_string(), words);
}

#[test]
fn a_file_without_certificate_is_refused_with_what_it_holds() {
    let pair = pair("keyA");
    for file in ["", "\n", "hello", "BEGIN CERTIFICATE"] {
        assert_eq!(refused(file), Error::NotFound);
    }
    let block = |label: &str| format!("-----BEGIN {label}-----\naGk=\n-----END {label}-----\n");
    says(
        &refused(block("PUBLIC KEY")),
        "no certificate found, but a public key (PUBLIC KEY)",
    );
    says(
        &refused(pair.key),
        "no certificate found, but a private key (PRIVATE KEY)",
    );
    says(
        &refused(block("CERTIFICATE REQUEST")),
        "no certificate found, but a certificate request (CERTIFICATE REQUEST)",
    );
    says(
        &refused(block("PGP MESSAGE")),
        "no certificate found, but a PEM block called \"PGP MESSAGE\"",
    );
    let headers = pair.certificate.replacen("-----\n", "-----\nA: b\n\n", 1);
    assert_eq!(refused(headers), Error::FoundOther(Found::WithHeaders));
}

#[test]
fn binary_der_is_refused_with_a_command_that_converts_it() {
    let error = refused(der(pair("keyA").certificate));
    assert_eq!(error, Error::Der);
    assert!(error.hint().unwrap().contains("openssl x509 -inform der"));
}

#[test]
fn truncated_certificates_are_named() {
    let pem = pair("keyA").certificate;
    let lines: Vec<&str> = pem.lines().collect();
    let cut = lines[..lines.len() - 3].join("\n");
    assert_eq!(refused(&cut), Error::NoEnd);
    let pasted = format!("{cut}\n-----END CERTIFICATE-----\n");
    assert!(matches!(
        refused(pasted),
        Error::Truncated { .. } | Error::Base64
    ));
    let short = &der(pem)[..300];
    assert!(matches!(refused(armoured(short)), Error::Truncated { .. }));
}

#[test]
fn bytes_that_are_no_certificate_are_named() {
    says(&refused(armoured(b"hello")), "certificate is not valid DER");
    says(
        &refused([0xff, 0x00, 0xff]),
        "certificate is not readable as text",
    );
    let broken = pair("keyA").certificate.replace("MII", "M*I");
    assert_eq!(refused(broken), Error::Base64);
}

/// Returns the bytes inside the first block of a PEM file.
pub(crate) fn der(pem: &str) -> Vec<u8> {
    let body = pem
        .lines()
        .skip_while(|line| !line.starts_with("-----BEGIN"));
    let body: String = body
        .skip(1)
        .take_while(|line| !line.starts_with('-'))
        .collect();
    sealsmith_core::envelope::decode_base64(&body).unwrap()
}

pub(crate) fn armoured(der: &[u8]) -> String {
    use base64::Engine as _;
    let body = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
}
