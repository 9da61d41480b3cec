//! What every rule promises in its own file.

use std::collections::BTreeSet;

use sealsmith_lint::RULES;
use sealsmith_lint::policy::RULE_NAMES;

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
fn the_catalogue_has_each_name_of_the_policy_once_and_codes_in_order() {
    let names: Vec<_> = RULES.iter().map(|rule| rule.name).collect();
    // Added as the catalogue grows; a name without a rule would be accepted in a policy and do nothing.
    assert!(
        names.iter().all(|name| RULE_NAMES.contains(name)),
        "{names:?}"
    );
    let codes: BTreeSet<_> = RULES.iter().map(|rule| rule.code).collect();
    assert_eq!(codes.len(), RULES.len(), "a code is given twice");
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
