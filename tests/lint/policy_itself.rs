//! What rules say about the policy itself, and how it is put right.

use sealsmith_lint::Finding;
use sealsmith_lint::baseline::Baseline;
use sealsmith_lint::policy::Policy;

use crate::example::{Example, line};

const SECRET: &str = "\
-- envs/dev/sealed-secrets/api/sealed-jwt.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: jwt
  namespace: api-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {K: <sealed dev 8>}
  template: {metadata: {name: jwt, namespace: api-dev}}
";

fn found(policy: &str, rule: &str) -> Vec<Finding> {
    let report = Example::parse(&format!("-- sealsmith.yaml --\n{policy}{SECRET}")).check();
    report
        .findings
        .into_iter()
        .filter(|one| one.rule.name == rule)
        .collect()
}

fn messages(policy: &str, rule: &str) -> Vec<String> {
    found(policy, rule).iter().map(line).collect()
}

/// The policy after the safe fixes of a rule.
fn fixed(policy: &str, rule: &str) -> String {
    let findings = found(policy, rule);
    let fixes = findings
        .iter()
        .filter_map(|finding| finding.fix.as_ref())
        .flat_map(|fix| &fix.edits);
    let mut edits: Vec<_> = fixes.collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.range.start));
    let mut text = policy.to_owned();
    edits
        .into_iter()
        .for_each(|edit| text.replace_range(edit.range.clone(), &edit.text));
    Policy::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    text
}

fn rule(id: &str, name: &str, rotation: &str) -> String {
    format!(
        "  - {{id: {id}, match: {{name: '{name}'}}, rotation: {rotation}, reason: it is only a test}}\n"
    )
}

#[test]
fn environments_with_one_key_and_applications_without_their_rule_contradict() {
    let policy = "\
environments:
  dev: {certificate: certs/one.pem, aws: {account-id: '000000000000', user: u, secret: aws, apps: [api, web]}}
  stg: {certificate: certs/one.pem}
secrets:
  - {id: aws, match: {name: jwt, app: api}, rotation: automated, reason: it is only a test}
";
    assert_eq!(
        messages(policy, "contradictory-policy"),
        [
            "sealsmith.yaml:2:99: contradictory-policy: rule `aws` does not match `web`, which `aws.apps` names",
            "sealsmith.yaml:3:22: contradictory-policy: stg and dev have the same key",
        ]
    );
}

#[test]
fn a_policy_that_says_it_all_is_not_weak() {
    let strong = "environments: {}\ngit: {base: origin/main}\n";
    assert!(messages(strong, "weak-policy").is_empty());
    let weak = [
        ("git: {base: origin/main}", "git: {}"),
        ("environments: {}", "environments: {dev: {}}"),
        ("environments: {}", "automation: {trailer: ''}"),
        (
            "environments: {}",
            "rules: {automation-on-manual: {severity: warning}}",
        ),
        (
            "environments: {}",
            "secrets: [{id: all, match: {name: '*'}, rotation: automated, reason: it is only a test}]",
        ),
    ];
    for (from, to) in weak {
        assert_eq!(
            messages(&strong.replace(from, to), "weak-policy").len(),
            1,
            "{to}"
        );
    }
}

#[test]
fn what_matches_nothing_is_removed_and_nothing_else() {
    let keep = rule("jwt", "jwt", "manual");
    let policy = format!(
        "secrets:\n  # the first\n{keep}  # the second\n{}exceptions:\n  - rule: mixed-file\n    path: x.yaml\n    reason: it is only a test\n    expires: 2027-01-31\ngit: {{base: main}}\n",
        rule("db", "db", "manual")
    );
    let expected = format!("secrets:\n  # the first\n{keep}git: {{base: main}}\n");
    assert_eq!(fixed(&policy, "stale-policy"), expected);
}

#[test]
fn a_rule_may_be_for_what_cannot_be_read_now() {
    let policy = format!(
        "secrets:\n{}{}",
        rule("jwt", "jwt", "manual"),
        rule("db", "db", "manual")
    );
    assert_eq!(messages(&policy, "stale-policy").len(), 1);
    let broken = "-- envs/dev/sealed-secrets/api/sealed-db.yaml --\n<<<<<<< HEAD\n";
    let text = format!("-- sealsmith.yaml --\n{policy}{SECRET}{broken}");
    let report = Example::parse(&text).check();
    assert!(
        !report
            .findings
            .iter()
            .any(|one| one.rule.name == "stale-policy")
    );
}

#[test]
fn a_line_of_the_baseline_that_matches_nothing_is_removed() {
    let text =
        "# accepted when lint came\nsync-wave\tx.yaml\tapi-dev/x\t\nplain-length\ty.yaml\t\t\n";
    let baseline = Baseline::parse(text).expect("lines of four fields");
    let report = Example::parse(SECRET).check_with(&baseline, |_, _| {});
    let stale = report
        .findings
        .iter()
        .filter(|one| one.rule.name == "stale-policy");
    let ranges =
        stale.filter_map(|one| Some(text[one.fix.as_ref()?.edits[0].range.clone()].to_owned()));
    let expected = [
        "plain-length\ty.yaml\t\t\n",
        "sync-wave\tx.yaml\tapi-dev/x\t\n",
    ];
    let mut ranges: Vec<_> = ranges.collect();
    ranges.sort();
    assert_eq!(ranges, expected);
}

#[test]
fn a_policy_that_stands_elsewhere_has_no_places_and_no_fixes_here() {
    let base = format!(
        "secrets:\n{}{}",
        rule("jwt", "jwt", "manual"),
        rule("db", "db", "manual")
    );
    let text = format!(
        "-- base:sealsmith.yaml --\n{base}-- sealsmith.yaml --\ngit: {{base: main}}\n{SECRET}"
    );
    let report = Example::parse(&text).check();
    let stale: Vec<_> = report
        .findings
        .iter()
        .filter(|one| one.rule.name == "stale-policy")
        .collect();
    assert_eq!(stale.len(), 1);
    assert!(stale[0].mark.is_none() && stale[0].fix.is_none());
}

#[test]
fn a_policy_that_cannot_be_read_is_shown_where_it_is_wrong() {
    let text =
        "-- base:sealsmith.yaml --\nversion: v1\n-- sealsmith.yaml --\nversion: v1\ngitt: {}\n";
    let report = Example::parse(text).check();
    let found: Vec<_> = report
        .findings
        .iter()
        .filter(|one| one.rule.name == "invalid-policy")
        .map(line)
        .collect();
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with(
            "sealsmith.yaml:2:1: invalid-policy: the policy cannot be read: unknown field `gitt`"
        ),
        "{found:?}"
    );
}
