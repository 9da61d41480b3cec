//! The public length of a value against what the policy knows.

use crate::dev::{PATH, found, manifest, names};
use crate::example::Example;

const POLICY: &str = "\
-- sealsmith.yaml --
environments: {dev: {certificate: certs/dev.pem}}
secrets:
- id: aws
  match: {name: '*'}
  rotation: automated
  reason: these are made-up secrets of a test
  keys: {AWS_ACCESS_KEY_ID: {bytes: [20]}, AWS_SECRET_ACCESS_KEY: {bytes: [40]}}
";

fn messages(values: &str) -> Vec<String> {
    let report = Example::parse(&format!("{POLICY}-- {PATH} --\n{}", manifest(values))).check();
    assert!(names(&report).iter().all(|name| name == "plain-length"));
    let found = found(&report, "plain-length").into_iter();
    found
        .map(|finding| {
            format!(
                "{} ({})",
                finding.message,
                finding.note.as_deref().unwrap_or_default()
            )
        })
        .collect()
}

#[test]
fn a_line_break_at_the_end_of_an_aws_key_shows() {
    assert_eq!(
        messages("AWS_ACCESS_KEY_ID: <sealed dev 21>\nAWS_SECRET_ACCESS_KEY: <sealed dev 41>"),
        [
            "`AWS_ACCESS_KEY_ID` is 21 bytes long, not 20 (one byte more is mostly a line break at the end)",
            "`AWS_SECRET_ACCESS_KEY` is 41 bytes long, not 40 (one byte more is mostly a line break at the end)",
        ]
    );
}

#[test]
fn an_emptied_value_shows_and_an_empty_value_of_no_known_length_is_fine() {
    assert_eq!(
        messages(
            "AWS_ACCESS_KEY_ID: <sealed dev 0>\nAWS_SECRET_ACCESS_KEY: <sealed dev 40>\nOTHER: <sealed dev 0>"
        ),
        ["`AWS_ACCESS_KEY_ID` is 0 bytes long, not 20 (the value is empty)"]
    );
}

#[test]
fn an_alias_has_the_length_of_what_it_stands_for() {
    assert_eq!(
        messages("AWS_ACCESS_KEY_ID: &id <sealed dev 20>\nAWS_SECRET_ACCESS_KEY: *id"),
        ["`AWS_SECRET_ACCESS_KEY` is 20 bytes long, not 40 ()"]
    );
    assert_eq!(
        messages(
            "OTHER: &id <sealed dev 20>\nAWS_ACCESS_KEY_ID: *id\nAWS_SECRET_ACCESS_KEY: <sealed dev 40>"
        ),
        [""; 0]
    );
}

#[test]
fn a_key_that_the_policy_lists_must_be_there() {
    assert_eq!(
        messages("AWS_ACCESS_KEY_ID: <sealed dev 20>"),
        ["`airflow-dev/db` has no `AWS_SECRET_ACCESS_KEY` (`aws` in the policy lists it)"]
    );
}
