//! Values that the controller cannot take apart, and odd ones that it can.

use crate::dev::{broken, manifest, report, sealed};
use crate::example::{Example, value};
use crate::fixing::fixed;

fn good() -> String {
    value("dev 12", "x")
}

/// The value over several lines, each so far in.
fn wrapped(value: &str, indent: usize) -> String {
    let lines = value
        .as_bytes()
        .chunks(76)
        .map(|line| String::from_utf8_lossy(line));
    lines
        .map(|line| format!("\n{}{line}", " ".repeat(indent)))
        .collect()
}

#[test]
fn a_damaged_value_is_malformed() {
    let good = good();
    for (what, value) in [
        ("cut by a character", good[..good.len() - 1].to_owned()),
        (
            "cut by four",
            good[..good.len() - 8].trim_end_matches('=').to_owned() + "A",
        ),
        (
            "the alphabet of URLs",
            good.replace('+', "-").replace('/', "_"),
        ),
        (
            "a space inside",
            format!("\"{} {}\"", &good[..80], &good[80..]),
        ),
        ("no padding", good.trim_end_matches('=').to_owned()),
        ("text after the padding", format!("{good}AAAA")),
        ("empty", "\"\"".to_owned()),
        ("folded by YAML", format!(">-{}", wrapped(&good, 2))),
        ("wrapped without quotes", wrapped(&good, 2)),
    ] {
        let found = broken(&manifest(&format!("password: {value}")));
        assert_eq!(found, ["malformed-ciphertext"], "{what}: {value}");
    }
}

#[test]
fn what_the_controller_reads_is_no_finding() {
    let good = good();
    let at = good.find('=').expect("542 bytes end with padding") - 1;
    let next = char::from(good.as_bytes()[at] + 1);
    for (what, value) in [
        (
            "a literal block over lines",
            format!("|{}", wrapped(&good, 2)),
        ),
        (
            "quoted with escaped line breaks",
            format!(
                "\"{}\"",
                wrapped(&good, 2).trim_start().replace('\n', "\\\n")
            ),
        ),
        (
            "bits left over in the last character",
            format!("{}{next}=", &good[..at]),
        ),
        ("quoted", format!("'{good}'")),
    ] {
        assert_eq!(
            broken(&manifest(&format!("password: {value}"))),
            [""; 0],
            "{what}: {value}"
        );
    }
}

#[test]
fn folded_lines_are_joined_and_nothing_else_changes() {
    let good = good();
    for (before, after) in [
        (
            format!("password: >-{}", wrapped(&good, 2)),
            format!("password: >-\n  {good}"),
        ),
        (
            format!("password:{}", wrapped(&good, 2)),
            format!("password:\n  {good}"),
        ),
        (
            format!("password: \"{} {}\" # keep", &good[..80], &good[80..]),
            format!("password: \"{good}\" # keep"),
        ),
    ] {
        let text = manifest(&before);
        assert_eq!(fixed(&text, &report(&text)), manifest(&after));
        assert_eq!(broken(&manifest(&after)), [""; 0]);
    }
}

#[test]
fn a_header_that_no_key_makes_is_malformed() {
    let encoded = |header: u16, rest: usize| {
        use base64::Engine as _;
        let bytes = [&header.to_be_bytes()[..], &vec![1; rest]].concat();
        base64::engine::general_purpose::STANDARD.encode(bytes)
    };
    for (header, rest) in [
        (0, 600),
        (65_535, 600),
        (65_535, 65_535 + 16),
        (512, 512 + 15),
        (100, 600),
    ] {
        let found = broken(&manifest(&format!("password: {}", encoded(header, rest))));
        assert_eq!(found, ["malformed-ciphertext"], "{header} and {rest}");
    }
}

#[test]
fn a_value_for_a_larger_key_than_the_certificates_is_for_another_controller() {
    let policy = "environments: {dev: {certificate: certs/dev.pem}}\nsecrets:\n- {id: all, match: {name: '*'}, rotation: automated, reason: these are made-up secrets of a test}\n";
    let text = manifest(&format!("password: {}", sealed(&[1; 512], 12)));
    let example = Example::parse(&format!(
        "-- sealsmith.yaml --\n{policy}-- {} --\n{text}",
        crate::dev::PATH
    ));
    let example = example.certified("dev", include_str!("../vectors/kubeseal/keys/rsa2048.crt"));
    assert_eq!(crate::dev::names(&example.check()), ["wrong-key-size"]);
}
