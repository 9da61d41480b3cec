//! The repository of the vectors: sixty files of a platform team, all of them as they should be.

#![allow(
    clippy::disallowed_methods,
    reason = "a test reads the vectors that it is about"
)]

use std::path::Path;

use crate::dev::names;
use crate::example::Example;
use crate::example::lines;

const POLICY: &str = "\
-- sealsmith.yaml --
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem, scopes: [strict, namespace-wide]}
  prod: {certificate: certs/prod.pem, scopes: [strict, namespace-wide]}
secrets:
- id: aws-credentials
  match: {name: aws-credentials-*}
  rotation: automated
  reason: access keys rotate on a schedule
  keys: {AWS_ACCESS_KEY_ID: {bytes: [20]}, AWS_SECRET_ACCESS_KEY: {bytes: [40]}}
- {id: all, match: {name: '*'}, rotation: manual, reason: each of these needs a person}
git: {base: origin/main}
";

/// Both environments of the repository were sealed for this key.
const KEY: &str = include_str!("../vectors/kubeseal/keys/rsa4096-old.crt");

#[test]
fn a_correct_repository_gives_no_finding() {
    let mut example = Example::parse(POLICY)
        .certified("dev", KEY)
        .certified("prod", KEY);
    let root = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/vectors/gitops"
    ));
    let mut files = Vec::new();
    collect(root, &mut files);
    for file in &files {
        let path = file
            .strip_prefix(root)
            .expect("it lies below")
            .to_str()
            .expect("names are text");
        example = example.with(
            path.as_bytes(),
            &std::fs::read(file).expect("it can be read"),
        );
    }
    let report = example.check();
    assert_eq!(names(&report), [""; 0], "{:#?}", lines(&report));
    assert!(
        report.checked.in_layout >= 60 && report.checked.values > 100,
        "{:?}",
        report.checked
    );
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the vectors are here") {
        let path = entry.expect("it can be read").path();
        match path.is_dir() {
            true => collect(&path, files),
            false => files.push(path),
        }
    }
}
