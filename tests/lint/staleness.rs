//! Which values are sealed for a key that is no longer current, as far as files and git can tell.

use sealsmith_lint::policy::Severity;

use crate::dev::{PATH, annotated, found, manifest, names};
use crate::example::Example;

const EXPIRED: &str = include_str!("../vectors/certificates/expired.pem");
/// Made on the evening before the day of the tests.
const OLD: &str = "SHA256:WPsQpmVQMeUGWVR3218FhDrNJm3lKvaH2lZZwecpLO8";
const NEW: &str = "SHA256:weQnHrqfjz4jbdIIAPIaKxWcY1plURRHhuPpRFzsZNM";

/// A policy whose `dev` has these settings.
fn policy(dev: &str) -> String {
    format!(
        "-- sealsmith.yaml --\nenvironments: {{dev: {{certificate: certs/dev.pem{dev}}}}}\nsecrets:\n- {{id: all, match: {{name: '*'}}, rotation: automated, reason: these are made-up secrets of a test}}\n"
    )
}

fn file() -> String {
    format!(
        "-- {PATH} --\n{}",
        manifest("password: <sealed dev 12 #1>\ntoken: <sealed dev 12 #2>")
    )
}

/// What the rule says, with where.
fn said(text: &str) -> Vec<String> {
    let report = Example::parse(text).check();
    let found = found(&report, "stale-certificate").into_iter();
    found
        .map(|finding| format!("{}: {}", finding.path, finding.message))
        .collect()
}

fn lock(one: &str, other: &str) -> String {
    format!(
        "-- sealsmith.lock --\n<digest dev 12 #1> {one} 2026-11-24T09:00:00Z\n<digest dev 12 #2> {other} 2026-11-24T09:00:00Z\n"
    )
}

#[test]
fn the_lock_file_decides_where_it_knows() {
    let dev = policy(&format!(", fingerprints: ['{OLD}']"));
    assert_eq!(said(&(dev.clone() + &lock(OLD, OLD) + &file())), [""; 0]);
    assert_eq!(
        said(&(dev.clone() + &lock(OLD, NEW) + &file())),
        [format!(
            "{PATH}: `airflow-dev/db` is not sealed for the current key of dev: `token`"
        )]
    );
    assert_eq!(
        said(&(policy("") + &lock(NEW, NEW) + &file())).len(),
        1,
        "without pins the certificates decide"
    );
    let both = policy(&format!(", fingerprints: ['{OLD}', '{NEW}']"));
    assert_eq!(said(&(both + &lock(OLD, NEW) + &file())), [""; 0]);
}

#[test]
fn a_file_that_is_older_than_the_certificate_is_stale_unless_the_lock_file_knows_better() {
    let dev = policy(&format!(", fingerprints: ['{OLD}']"));
    let changed = |days: u32| format!("-- changed --\n{days} {PATH}\n");
    assert_eq!(said(&(dev.clone() + &changed(3) + &file())).len(), 1);
    assert_eq!(said(&(dev.clone() + &changed(0) + &file())), [""; 0]);
    assert_eq!(said(&(dev.clone() + &file())), [""; 0], "nobody asked git");
    assert_eq!(
        said(&(dev.clone() + &lock(OLD, OLD) + &changed(3) + &file())),
        [""; 0]
    );
    let unknown = policy(&format!(", fingerprints: ['{OLD}', '{NEW}']"));
    assert_eq!(
        said(&(unknown + &changed(3) + &file())),
        [""; 0],
        "the other key may be of any age"
    );
}

#[test]
fn a_certificate_says_when_it_ends_and_whose_it_is() {
    let report = Example::parse(&policy(""))
        .certified("dev", EXPIRED)
        .check();
    assert_eq!(names(&report), ["stale-certificate"]);
    let messages: Vec<_> = found(&report, "stale-certificate")
        .iter()
        .map(|finding| finding.message.clone())
        .collect();
    assert_eq!(messages, ["the certificate of dev has expired"]);
    assert_eq!(
        said(&policy(&format!(", fingerprints: ['{NEW}', '{OLD}']"))),
        [format!(
            "certs/dev.pem: the certificate of dev is for the key {OLD}, and the first pinned one is {NEW}"
        )]
    );
}

#[test]
fn a_protected_environment_is_an_error() {
    for (settings, severity) in [
        ("", Severity::Warning),
        (", protected: true", Severity::Error),
    ] {
        let report = Example::parse(&policy(settings))
            .certified("dev", EXPIRED)
            .check();
        assert_eq!(found(&report, "stale-certificate")[0].severity, severity);
    }
}

#[test]
fn a_secret_is_named_once_with_its_keys() {
    let dev = policy(&format!(", fingerprints: ['{OLD}']"));
    let text = annotated(
        "",
        "",
        "password: <sealed dev 12 #1>\ntoken: <sealed dev 12 #2>",
    );
    assert_eq!(
        said(&(dev + &lock(NEW, NEW) + &format!("-- {PATH} --\n{text}"))),
        [format!(
            "{PATH}: `airflow-dev/db` is not sealed for the current key of dev: `password` and `token`"
        )]
    );
}
