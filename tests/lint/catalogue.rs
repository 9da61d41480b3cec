//! What every rule promises in its own file.

use std::collections::BTreeSet;

use sealsmith_lint::RULES;
use sealsmith_lint::policy::RULE_NAMES;
use sealsmith_lint::reference::reference;

use crate::example::{Example, lines};

#[test]
fn every_bad_example_breaks_its_rule() {
    for rule in RULES {
        let report = Example::parse(rule.bad).check();
        let broken = report
            .findings
            .iter()
            .any(|finding| finding.rule.name == rule.name);
        assert!(
            broken,
            "{} does not object to its bad example: {:#?}",
            rule.name,
            lines(&report)
        );
    }
}

#[test]
fn no_good_example_breaks_any_rule() {
    for rule in RULES {
        let report = Example::parse(rule.good).check();
        let found: Vec<_> = lines(&report);
        assert!(found.is_empty(), "{}: {found:#?}", rule.name);
    }
}

#[test]
fn every_bad_example_breaks_only_its_rule() {
    for rule in RULES {
        let report = Example::parse(rule.bad).check();
        let others: Vec<_> = lines(&report)
            .into_iter()
            .filter(|line| !line.contains(&format!(": {}: ", rule.name)))
            .collect();
        assert!(
            others.is_empty() || MAY_BREAK_MORE.contains(&rule.name),
            "{}: {others:#?}",
            rule.name
        );
    }
}

/// What these rules object to breaks another rule as well, always.
const MAY_BREAK_MORE: [&str; 0] = [];

#[test]
fn every_name_that_a_policy_may_use_has_a_rule_in_the_same_order() {
    let names: Vec<_> = RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(names, RULE_NAMES);
}

#[test]
fn codes_are_in_order_and_given_once() {
    let codes: Vec<_> = RULES.iter().map(|rule| rule.code).collect();
    let sorted: BTreeSet<_> = codes.iter().copied().collect();
    assert_eq!(codes, sorted.into_iter().collect::<Vec<_>>());
}

#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "the crate has no files, its documentation is one"
)]
fn the_reference_is_what_the_rules_say() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/RULES.md");
    let expected = reference();
    if std::env::var_os("SEALSMITH_WRITE_RULES").is_some() {
        std::fs::write(path, &expected).expect("the page can be written");
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == expected,
        "lint/RULES.md is out of date: ./tests/run docs writes it anew"
    );
}

#[test]
fn texts_are_sentences_that_name_no_line_ends() {
    for rule in RULES {
        assert!(
            !rule.summary.ends_with('.') && rule.why.ends_with('.') && rule.how.ends_with('.'),
            "{}",
            rule.name
        );
        assert!(
            rule.summary.len() <= 100,
            "{}: the summary is one line",
            rule.name
        );
    }
}
