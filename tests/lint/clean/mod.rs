//! Ten thousand clean files give no finding.

#![allow(clippy::print_stdout, reason = "the rate of each rule is its result")]

mod bystanders;
mod manifests;
mod written;

use std::collections::BTreeMap;

use sealsmith_lint::{RULES, Run, baseline::Baseline};

use crate::example::line;
use crate::random::Random;
use crate::settings::Settings;
use manifests::{CERTIFICATES, Sealer};

/// As many files as are checked.
const FILES: usize = 10_000;

const POLICY: &str = "\
layout: {namespace: '{app}-{env}'}
environments:
  dev:
    certificate: certs/dev.pem
    fingerprints: ['SHA256:YQM5AFklQZ8z+ZeuLV6UvERGCXurx2OqVLZrHN7MHDI']
    parity: true
  staging:
    certificate: certs/staging.pem
    fingerprints: ['SHA256:0yexisLX1IAdeKL/2HF7Qy87kKpYzG/RCSzUQpQDWjI']
    parity: true
  prod:
    certificate: certs/prod.pem
    fingerprints: ['SHA256:BL8Q3ZLPw+4ZUFhp+mdJexqgkRq5fKsapGw1haj5VZQ']
    parity: true
secrets:
  - id: aws
    match: {name: '*aws*'}
    rotation: automated
    reason: access keys rotate on a schedule
    keys: {AWS_ACCESS_KEY_ID: {bytes: [20]}, AWS_SECRET_ACCESS_KEY: {bytes: [40]}}
  - id: others
    match: {name: '[a-z]*'}
    rotation: manual
    reason: each of these needs a person to look at it
git: {base: origin/main}
";

#[test]
fn clean_files_give_no_finding() {
    let settings = Settings::new(POLICY, &CERTIFICATES);
    let mut random = Random::seeded(1);
    let mut sealer = Sealer::new();
    let mut files = vec![crate::settings::tracked("sealsmith.yaml", POLICY)];
    for number in 0.. {
        if files.len() >= FILES {
            break;
        }
        files.extend(manifests::everywhere(&mut random, &mut sealer, number));
        files.push(bystanders::file(&mut random, number));
    }
    let settings = Settings {
        lock: sealer.lock,
        ..settings
    };
    let context = settings.context();
    let mut run = Run::new(&context);
    run.policy();
    files.iter().for_each(|file| run.file(file));
    let report = run.finish(&Baseline::default(), true);
    let mut counts: BTreeMap<_, usize> = RULES.iter().map(|rule| (rule.name, 0)).collect();
    report
        .findings
        .iter()
        .for_each(|finding| *counts.entry(finding.rule.name).or_default() += 1);
    let checked = report.checked;
    println!(
        "{} files, {} SealedSecrets, {} values",
        checked.files, checked.secrets, checked.values
    );
    for rule in RULES {
        let count = counts[rule.name];
        println!(
            "{:<26} {count:>5} {:>7.3}%",
            rule.name,
            100.0 * count as f64 / files.len() as f64
        );
    }
    let first: Vec<_> = report.findings.iter().map(line).take(12).collect();
    assert!(
        first.is_empty(),
        "{} findings: {first:#?}",
        report.findings.len()
    );
    assert!(
        checked.values > 10_000 && checked.in_layout > 6_000,
        "{checked:?}"
    );
}
