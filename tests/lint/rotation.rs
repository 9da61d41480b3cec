//! Half a rotation, and one that is due.

use crate::example::{Example, line, lines};

const POLICY: &str = "\
layout: {namespace: '{app}-{env}'}
environments:
  dev:
    certificate: certs/dev.pem
    aws: {account-id: '000000000000', user: mlops, secret: aws, apps: [airflow, mlflow]}
secrets:
  - id: aws
    match: {name: aws, app: '{airflow,mlflow}'}
    rotation: automated
    reason: access keys rotate on a schedule
    max-age: 90d
";

fn manifest(app: &str, id: &str, secret: &str) -> String {
    format!(
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: aws\n  namespace: {app}-dev\n  \
         annotations: {{argocd.argoproj.io/sync-wave: \"-1\"}}\nspec:\n  encryptedData:\n    \
         AWS_ACCESS_KEY_ID: <sealed dev 20 #{id}>\n    AWS_SECRET_ACCESS_KEY: <sealed dev 40 #{secret}>\n  \
         template: {{metadata: {{name: aws, namespace: {app}-dev}}}}\n"
    )
}

fn path(app: &str) -> String {
    format!("envs/dev/sealed-secrets/{app}/sealed-aws.yaml")
}

/// What is found when both applications get these numbers of keys in one commit.
fn rotated(airflow: (&str, &str), mlflow: (&str, &str), message: &str) -> Vec<String> {
    let mut text = format!("-- sealsmith.yaml --\n{POLICY}");
    for (app, (id, secret), old) in [("airflow", airflow, "1"), ("mlflow", mlflow, "2")] {
        let file = path(app);
        text += &format!("-- HEAD:{file} --\n{}", manifest(app, old, old));
        text += &format!("-- {file} --\n{}", manifest(app, id, secret));
    }
    let text = format!("{text}-- commit --\nops@example.com\n{message}\n");
    lines(&Example::parse(&text).check())
}

#[test]
fn both_parts_of_a_key_change_in_every_copy() {
    assert_eq!(
        rotated(("3", "3"), ("4", "4"), "new key"),
        Vec::<String>::new()
    );
    let half = rotated(("3", "1"), ("4", "4"), "new key");
    assert_eq!(half.len(), 2, "{half:#?}");
    assert!(
        half[0].contains("partial-rotation: `airflow-dev/aws` gets another `AWS_ACCESS_KEY_ID`")
    );
    let one = rotated(("3", "3"), ("2", "2"), "new key");
    assert_eq!(one.len(), 1, "{one:#?}");
    assert!(
        one[0].contains("gets a new access key, and `mlflow` did not"),
        "{one:#?}"
    );
}

#[test]
fn a_reseal_of_one_file_is_no_rotation() {
    let message = "re-seal\n\nSealsmith-Operation: reseal";
    assert_eq!(
        rotated(("3", "3"), ("2", "2"), message),
        Vec::<String>::new()
    );
}

#[test]
fn the_lock_says_the_age_before_git_does() {
    let fingerprint = "SHA256:WPsQpmVQMeUGWVR3218FhDrNJm3lKvaH2lZZwecpLO8";
    let lock = |day: &str| {
        let line = |value: &str| format!("<digest dev {value}> {fingerprint} {day}T00:00:00Z\n");
        [line("20 #1"), line("40 #1")].concat()
    };
    for (day, days, overdue) in [("2026-08-01", "1", true), ("2026-11-01", "400", false)] {
        let file = path("airflow");
        let text = format!(
            "-- sealsmith.yaml --\n{POLICY}-- {file} --\n{}-- sealsmith.lock --\n{}-- changed --\n{days} {file}\n",
            manifest("airflow", "1", "1"),
            lock(day)
        );
        let found = lines(&Example::parse(&text).check());
        let found = found
            .iter()
            .filter(|line| line.contains("rotation-overdue"));
        assert_eq!(found.count(), usize::from(overdue), "{day}");
    }
}

#[test]
fn an_unknown_age_is_said_once() {
    let files = ["airflow", "mlflow"]
        .map(|app| format!("-- {} --\n{}", path(app), manifest(app, app, app)));
    let text = format!(
        "-- sealsmith.yaml --\n{POLICY}{}",
        files
            .concat()
            .replace("#airflow", "#1")
            .replace("#mlflow", "#2")
    );
    let report = Example::parse(&text).check();
    let found = report
        .findings
        .iter()
        .filter(|one| one.rule.name == "rotation-overdue");
    let found: Vec<_> = found.map(line).collect();
    assert_eq!(
        found,
        ["sealsmith.yaml: rotation-overdue: the age of 2 SealedSecrets is unknown"]
    );
    let partly = Example::parse(&format!("{text}-- incomplete --\n")).check();
    assert!(
        !partly
            .findings
            .iter()
            .any(|one| one.rule.name == "rotation-overdue")
    );
}
