//! Every rule's violation, put at random into a real repository, is found where it was put.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "lint does no I/O, but its tests read their vectors and print their figures"
)]

mod changes;
mod ciphertext;
mod deploy;
mod guards;
mod input;
mod layout;
mod plaintext;
mod policies;
mod scene;

use sealsmith_lint::Report;
use sealsmith_lint::policy::RULE_NAMES;

use crate::example::line;
use crate::random::Random;
use scene::{Scene, Spot};

/// How often each rule's violation is put in.
const TIMES: usize = 12;

/// Puts a violation of a rule into the repository.
type Mutator = fn(&mut Random, &mut Scene) -> Spot;

const MUTATORS: [(&str, Mutator); 43] = [
    ("unreadable-input", input::unreadable),
    ("ambiguous-yaml", input::ambiguous),
    ("outside-layout", layout::outside),
    ("mixed-file", layout::mixed),
    ("namespace-mismatch", layout::other_namespace),
    ("name-mismatch", layout::other_name),
    ("duplicate-secret", layout::twice),
    ("env-drift", layout::only_here),
    ("irregular-file", layout::irregular),
    ("plaintext-secret", plaintext::secret),
    ("literal-in-generator", plaintext::in_generator),
    ("credential-in-text", plaintext::credential),
    ("private-material", plaintext::private),
    ("stray-plaintext", plaintext::stray),
    ("leaked-last-applied", plaintext::last_applied),
    ("malformed-ciphertext", ciphertext::malformed),
    ("wrong-key-size", ciphertext::of_another_size),
    ("foreign-ciphertext", ciphertext::foreign),
    ("repeated-ciphertext", ciphertext::repeated),
    ("plain-length", ciphertext::too_long),
    ("scope-mismatch", ciphertext::other_scope),
    ("scope-not-allowed", ciphertext::wide),
    ("schema", ciphertext::schema),
    ("stale-certificate", ciphertext::stale),
    ("sync-wave", deploy::wave),
    ("missing-checksum", deploy::no_checksum),
    ("competing-owner", deploy::competitor),
    ("unclassified-secret", changes::unclassified),
    ("unapproved-manual-change", changes::unapproved),
    ("automation-on-manual", changes::automated),
    ("reseal-changed-more", changes::more_than_resealed),
    ("partial-rotation", changes::half_rotated),
    ("rotation-overdue", changes::overdue),
    ("dirty-tree", guards::dirty),
    ("unfinished-git", guards::unfinished),
    ("behind-upstream", guards::behind),
    ("invalid-policy", policies::invalid),
    ("contradictory-policy", policies::contradictory),
    ("stale-policy", policies::stale),
    ("bad-suppression", policies::bad_comment),
    ("unused-suppression", policies::unused_comment),
    ("weak-policy", policies::weak),
    ("policy-loosened", policies::loosened),
];

#[test]
fn the_repository_gives_no_finding() {
    let report = Scene::read().check();
    let found: Vec<_> = report.findings.iter().map(line).collect();
    assert!(found.is_empty(), "{found:#?}");
    assert_eq!(
        (
            report.checked.in_layout,
            report.checked.secrets,
            report.checked.values
        ),
        (60, 62, 126)
    );
}

#[test]
fn every_rule_has_a_mutator() {
    let names: Vec<_> = MUTATORS.iter().map(|(rule, _)| *rule).collect();
    assert_eq!(names, RULE_NAMES);
}

#[test]
fn every_violation_is_found_at_its_place() {
    let scene = Scene::read();
    let mut missed = Vec::new();
    println!("{:<26} {:>5} {:>5} {:>7}", "rule", "put", "found", "rate");
    for (number, (rule, mutate)) in MUTATORS.iter().enumerate() {
        let before = missed.len();
        for time in 0..TIMES {
            let random = &mut Random::seeded((number * 1000 + time) as u64);
            let mut scene = scene.clone();
            let spot = mutate(random, &mut scene);
            let report = scene.check();
            if !is_found(&report, rule, &spot) {
                let found: Vec<_> = report.findings.iter().map(line).take(5).collect();
                missed.push(format!("{rule} #{time} at {spot:?}, but {found:#?}"));
            }
        }
        let found = TIMES - (missed.len() - before);
        println!(
            "{rule:<26} {TIMES:>5} {found:>5} {:>6.1}%",
            100.0 * found as f64 / TIMES as f64
        );
    }
    assert!(
        missed.is_empty(),
        "{} are missed:\n{}",
        missed.len(),
        missed.join("\n")
    );
}

fn is_found(report: &Report, rule: &str, spot: &Spot) -> bool {
    report.findings.iter().any(|finding| {
        let line = finding.mark.map(|mark| mark.line as usize);
        finding.rule.name == rule && finding.path.lossy() == spot.path && line == spot.line
    })
}
