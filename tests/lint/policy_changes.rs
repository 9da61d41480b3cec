//! A change that loosens the policy is judged by what was there before, and shown.

use crate::example::{Example, lines};

const PLAIN: &str = "\
-- charts/api/secret.yaml --
apiVersion: v1
kind: Secret
metadata: {name: x}
stringData: {password: correct-horse}
";

const POLICY: &str = "\
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem}
git: {base: origin/main}
";

const EXCEPTION: &str = "\
exceptions:
  - {rule: plaintext-secret, path: charts/**, reason: it is only for a little while, expires: 2027-01-31}
";

fn found(before: &str, after: &str, more: &str) -> Vec<String> {
    let text = format!("-- HEAD:sealsmith.yaml --\n{before}-- sealsmith.yaml --\n{after}{more}");
    let found = lines(&Example::parse(&text).check());
    found
        .into_iter()
        .map(|line| line.split(": ").take(2).collect::<Vec<_>>().join(": "))
        .collect()
}

#[test]
fn case_38_an_exception_for_itself_silences_nothing_and_is_shown() {
    let accepting = format!("{POLICY}{EXCEPTION}");
    let found = found(POLICY, &accepting, PLAIN);
    assert!(
        found
            .iter()
            .any(|line| line.ends_with(": plaintext-secret")),
        "{found:?}"
    );
    assert!(
        found.contains(&"sealsmith.yaml:6:12: policy-loosened".to_owned()),
        "{found:?}"
    );
    assert!(
        !found.iter().any(|line| line.ends_with(": stale-policy")),
        "it matches something, only not for this change: {found:?}"
    );
    let agreed = self::found(&accepting, &accepting, PLAIN);
    assert!(agreed.is_empty(), "{agreed:?}");
}

#[test]
fn case_38_judged_by_the_base_policy_the_loosening_is_still_shown() {
    let text = format!(
        "-- base:sealsmith.yaml --\n{POLICY}-- sealsmith.yaml --\n{POLICY}{EXCEPTION}{PLAIN}"
    );
    let found = lines(&Example::parse(&text).check());
    assert!(
        found
            .iter()
            .any(|line| line.contains(": plaintext-secret: ")),
        "{found:?}"
    );
    assert!(
        found
            .iter()
            .any(|line| line.contains(": policy-loosened: ")),
        "{found:?}"
    );
}

#[test]
fn a_lower_severity_does_not_count_for_the_change_that_brings_it() {
    let lower = format!(
        "{POLICY}rules: {{plaintext-secret: {{severity: 'off'}}, policy-loosened: {{severity: 'off'}}}}\n"
    );
    let found = found(POLICY, &lower, PLAIN);
    assert!(
        found
            .iter()
            .any(|line| line.ends_with(": plaintext-secret")),
        "{found:?}"
    );
    assert!(
        found.iter().any(|line| line.ends_with(": policy-loosened")),
        "{found:?}"
    );
}

#[test]
fn a_rule_that_takes_the_place_of_a_manual_one_is_shown_for_the_secrets_that_are_there() {
    let rule = |id: &str, name: &str, rotation: &str| {
        format!(
            "  - {{id: {id}, match: {{name: '{name}'}}, rotation: {rotation}, reason: it is only a test}}\n"
        )
    };
    let secret = "\
-- envs/dev/sealed-secrets/api/sealed-jwt.yaml --
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: jwt
  namespace: api-dev
  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}
spec:
  encryptedData: {K: <sealed dev 8 #1>}
  template: {metadata: {name: jwt, namespace: api-dev}}
";
    let (manual, wide) = (rule("jwt", "jwt", "manual"), rule("all", "*", "automated"));
    let before = format!("{POLICY}secrets:\n{manual}{wide}");
    let after = format!("{POLICY}secrets:\n{wide}{manual}");
    let head = secret.replace("-- envs", "-- HEAD:envs");
    let text =
        format!("-- HEAD:sealsmith.yaml --\n{before}-- sealsmith.yaml --\n{after}{head}{secret}");
    let found = lines(&Example::parse(&text).check());
    let expected =
        "sealsmith.yaml: policy-loosened: `api-dev/jwt` was manual by `jwt`, and `all` decides now";
    assert!(found.iter().any(|line| line == expected), "{found:#?}");
}

#[test]
fn an_entry_that_fires_only_in_some_runs_is_not_stale() {
    for (rule, stale) in [
        ("plaintext-secret", true),
        ("automation-on-manual", false),
        ("dirty-tree", false),
        ("policy-loosened", false),
    ] {
        let policy = format!("{POLICY}{}", EXCEPTION.replace("plaintext-secret", rule));
        let text = format!("-- HEAD:sealsmith.yaml --\n{policy}-- sealsmith.yaml --\n{policy}");
        let found = lines(&Example::parse(&text).check());
        assert_eq!(
            found.iter().any(|line| line.contains(": stale-policy: ")),
            stale,
            "{rule}: {found:?}"
        );
    }
}
