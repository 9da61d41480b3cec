//! Each spelling of each scope in each place, against what the controller makes of it.

use sealsmith_core::scope::{CLUSTER_WIDE, NAMESPACE_WIDE};

use crate::dev::{PATH, annotated, broken, found, names, report};
use crate::example::{Example, value};
use crate::fixing::applied;

const NONE: &[&str] = &[];
const NAMESPACE: &[&str] = &[NAMESPACE_WIDE];
const CLUSTER: &[&str] = &[CLUSTER_WIDE];
const BOTH: &[&str] = &[NAMESPACE_WIDE, CLUSTER_WIDE];

fn text(own: &str, template: &str) -> String {
    annotated(
        own,
        template,
        &format!("password: {}", value("dev 12", "x")),
    )
}

fn lines(names: &[&str], spelling: &str) -> String {
    let lines: Vec<_> = names
        .iter()
        .map(|name| format!("{name}: {spelling}"))
        .collect();
    lines.join("\n")
}

/// What is said when the annotations stand outside, in the template, in both places.
fn said(names: &[&str], spelling: &str) -> [Vec<String>; 3] {
    let lines = lines(names, spelling);
    [(lines.as_str(), ""), ("", &lines), (&lines, &lines)]
        .map(|(own, template)| broken(&text(own, template)))
}

#[test]
fn no_annotation_is_strict_and_fine() {
    assert_eq!(
        said(NONE, "\"true\""),
        [(); 3].map(|()| Vec::<String>::new())
    );
}

#[test]
fn exactly_true_counts_outside_and_not_in_the_template() {
    for names in [NAMESPACE, CLUSTER] {
        assert_eq!(
            said(names, "\"true\""),
            [vec![], vec!["scope-mismatch"], vec![]]
        );
    }
    // Cluster-wide wins, which nobody who wrote namespace-wide expects.
    assert_eq!(
        said(BOTH, "\"true\""),
        [(); 3].map(|()| vec!["scope-mismatch"])
    );
}

#[test]
fn true_without_quotes_is_refused_by_the_api_server() {
    for names in [NAMESPACE, CLUSTER] {
        let template = vec!["ambiguous-yaml", "scope-mismatch"];
        assert_eq!(
            said(names, "true"),
            [vec!["ambiguous-yaml"], template, vec!["ambiguous-yaml"]]
        );
    }
    assert_eq!(
        said(BOTH, "true"),
        [(); 3].map(|()| vec!["ambiguous-yaml", "scope-mismatch"])
    );
}

#[test]
fn another_spelling_is_strict_for_the_controller() {
    for names in [NAMESPACE, CLUSTER, BOTH] {
        assert_eq!(
            said(names, "\"True\""),
            [(); 3].map(|()| vec!["scope-mismatch"])
        );
        assert_eq!(
            said(names, "yes"),
            [(); 3].map(|()| vec!["ambiguous-yaml", "scope-mismatch"])
        );
    }
    assert_eq!(
        said(NAMESPACE, "\"false\""),
        [(); 3].map(|()| Vec::<String>::new())
    );
}

#[test]
fn each_wrong_spelling_is_named_where_it_stands() {
    let report = report(&text(&lines(BOTH, "\"True\""), &lines(NAMESPACE, "\"1\"")));
    let places: Vec<_> = found(&report, "scope-mismatch")
        .iter()
        .filter_map(|finding| finding.mark)
        .map(|mark| mark.line)
        .collect();
    assert_eq!(places, [8, 9, 18]);
}

#[test]
fn two_places_that_disagree_are_a_mismatch() {
    let (namespace, cluster) = (lines(NAMESPACE, "\"true\""), lines(CLUSTER, "\"true\""));
    assert_eq!(broken(&text(&namespace, &cluster)), ["scope-mismatch"]);
    assert_eq!(broken(&text(&cluster, &namespace)), ["scope-mismatch"]);
    // What kubeseal makes of a Secret with both annotations.
    assert_eq!(broken(&text(&cluster, &lines(BOTH, "\"true\""))), [""; 0]);
}

#[test]
fn a_controller_that_reads_the_template_needs_it_there() {
    let policy = |version: &str| {
        format!(
            "-- sealsmith.yaml --\nenvironments: {{dev: {{certificate: certs/dev.pem, controller: {{version: '{version}'}}}}}}\nsecrets:\n- {{id: all, match: {{name: '*'}}, rotation: automated, reason: these are made-up secrets of a test}}\n-- {PATH} --\n{}",
            text(&lines(NAMESPACE, "\"true\""), "")
        )
    };
    assert_eq!(
        names(&Example::parse(&policy("0.35.1")).check()),
        ["scope-mismatch"]
    );
    assert_eq!(names(&Example::parse(&policy("v0.36.0")).check()), [""; 0]);
}

#[test]
fn a_skipped_owner_needs_another_mark_of_ownership() {
    let annotation = |name: &str| format!("sealedsecrets.bitnami.com/{name}: \"true\"");
    let skip = annotation("skip-set-owner-references");
    assert_eq!(broken(&text("", &skip)), ["scope-mismatch"]);
    for other in ["managed", "patch"] {
        assert_eq!(
            broken(&text("", &format!("{skip}\n{}", annotation(other)))),
            [""; 0]
        );
    }
    assert_eq!(
        broken(&text(&skip, "")),
        ["scope-mismatch"],
        "the controller does not look there"
    );
}

#[test]
fn a_fix_of_a_scope_is_never_applied_unasked_and_puts_it_right() {
    let wide = lines(NAMESPACE, "\"true\"");
    for (own, template) in [
        (lines(NAMESPACE, "\"True\""), wide.clone()),
        (lines(NAMESPACE, "'yes'"), wide.clone()),
        (String::new(), wide.clone()),
    ] {
        let before = text(&own, &template);
        let report = report(&before);
        assert!(
            report
                .findings
                .iter()
                .all(|finding| finding.fix.as_ref().is_none_or(|fix| !fix.safe))
        );
        assert_eq!(applied(&before, &report, |_| true), text(&wide, &wide));
    }
}
