//! What a commit that says it re-seals may change.

use crate::example::{Example, line};

const POLICY: &str = "\
layout: {namespace: '{app}-{env}'}
environments:
  dev: {certificate: certs/dev.pem, fingerprints: ['SHA256:WPsQpmVQMeUGWVR3218FhDrNJm3lKvaH2lZZwecpLO8']}
  prod: {certificate: certs/prod.pem, fingerprints: ['SHA256:YQM5AFklQZ8z+ZeuLV6UvERGCXurx2OqVLZrHN7MHDI']}
secrets:
  - id: manual
    match: {name: '*'}
    rotation: manual
    reason: every issued token becomes invalid at once
automation: {authors: [bot@example.com]}
";

fn manifest(name: &str, values: &str) -> String {
    format!(
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: {name}\n  namespace: api-dev\n  \
         annotations: {{argocd.argoproj.io/sync-wave: \"-1\"}}\nspec:\n  encryptedData:\n{values}  \
         template:\n    metadata: {{name: {name}, namespace: api-dev}}\n"
    )
}

fn values(one: &str, other: &str) -> String {
    format!("    A: <sealed dev {one}>\n    B: <sealed dev {other}>\n")
}

const A: &str = "envs/dev/sealed-secrets/api/sealed-a.yaml";
const B: &str = "envs/dev/sealed-secrets/api/sealed-b.yaml";

/// What rules say of a re-seal by automation of two manual secrets, of which `changed` says more.
fn found(changed: &[(&str, &str)]) -> Vec<String> {
    let a = manifest("a", &values("32 #2", "32 #12"));
    let mut files = vec![
        ("HEAD:sealsmith.yaml", POLICY.to_owned()),
        ("sealsmith.yaml", POLICY.to_owned()),
        ("HEAD:certs/dev.pem", "old".to_owned()),
        ("certs/dev.pem", "new".to_owned()),
        ("HEAD:certs/prod.pem", "prod".to_owned()),
        ("certs/prod.pem", "prod".to_owned()),
    ];
    let (before, after) = (format!("HEAD:{A}"), A);
    files.push((&before, manifest("a", &values("32 #1", "32 #11"))));
    files.push((after, a));
    let (before, after) = (format!("HEAD:{B}"), B);
    files.push((&before, manifest("b", "    C: <sealed dev 8 #3>\n")));
    files.push((after, manifest("b", "    C: <sealed dev 8 #4>\n")));
    for (path, text) in changed {
        files.retain(|(known, _)| known != path);
        if !text.is_empty() {
            files.push((path, (*text).to_owned()));
        }
    }
    let text: String = files
        .iter()
        .map(|(path, text)| format!("-- {path} --\n{}\n", text.trim_end()))
        .collect();
    let commit = "-- commit --\nbot@example.com\nre-seal dev\n\nSealsmith-Operation: reseal\n";
    let report = Example::parse(&format!("{text}{commit}")).check();
    let about = [
        "reseal-changed-more",
        "automation-on-manual",
        "unapproved-manual-change",
    ];
    let found = report
        .findings
        .iter()
        .filter(|one| about.contains(&one.rule.name));
    found.map(line).collect()
}

#[test]
fn case_36_a_bot_may_reseal_every_manual_secret_for_a_new_key() {
    let pinned = POLICY.replace(
        "WPsQpmVQMeUGWVR3218FhDrNJm3lKvaH2lZZwecpLO8",
        "BL8Q3ZLPw+4ZUFhp+mdJexqgkRq5fKsapGw1haj5VZQ",
    );
    assert_eq!(found(&[]), Vec::<String>::new());
    assert_eq!(found(&[("sealsmith.yaml", &pinned)]), Vec::<String>::new());
    let lock = "sealsmith.lock";
    assert_eq!(found(&[(lock, "# empty\n")]), Vec::<String>::new());
}

#[test]
fn case_36_the_same_commit_with_more_in_it_is_refused() {
    let a = |values: String| manifest("a", &values);
    let usual = || values("32 #2", "32 #12");
    let other_pin = POLICY.replace(
        "YQM5AFklQZ8z+ZeuLV6UvERGCXurx2OqVLZrHN7MHDI",
        "BL8Q3ZLPw+4ZUFhp+mdJexqgkRq5fKsapGw1haj5VZQ",
    );
    let looser = POLICY.replace("rotation: manual", "rotation: automated");
    for (what, path, text) in [
        ("another length", A, a(values("33 #2", "32 #12"))),
        ("a template", A, a(usual()) + "    data: {A: '{{ .B }}'}\n"),
        (
            "a label",
            A,
            a(usual()).replace("    metadata: {", "    metadata: {labels: {x: y}, "),
        ),
        (
            "another name",
            A,
            a(usual()).replace("a, namespace", "x, namespace"),
        ),
        ("a key more", A, a(usual() + "    D: <sealed dev 1 #9>\n")),
        ("a key less", A, a("    A: <sealed dev 32 #2>\n".to_owned())),
        ("swapped ciphertexts", A, a(values("32 #11", "32 #1"))),
        ("one ciphertext for both", A, a(values("32 #2", "32 #2"))),
        (
            "no ciphertext",
            A,
            a("    A: AgBx\n    B: <sealed dev 32 #12>\n".to_owned()),
        ),
        ("a comment", A, format!("# hello\n{}", a(usual()))),
        ("a removed file", A, String::new()),
        (
            "a new file",
            "envs/dev/sealed-secrets/api/sealed-c.yaml",
            manifest("c", "    C: <sealed dev 8 #7>\n"),
        ),
        (
            "a file of another kind",
            "charts/api/values.yaml",
            "a: b\n".to_owned(),
        ),
        (
            "the certificate of another environment",
            "certs/prod.pem",
            "other".to_owned(),
        ),
        ("no certificate", "certs/dev.pem", String::new()),
        (
            "the pins of another environment",
            "sealsmith.yaml",
            other_pin,
        ),
        ("the policy", "sealsmith.yaml", looser),
    ] {
        let found = found(&[(path, &text)]);
        assert!(
            found
                .iter()
                .any(|line| line.contains(": reseal-changed-more: ")),
            "{what}: {found:#?}"
        );
    }
}

#[test]
fn a_copied_value_is_recognised_across_files() {
    // What stays where it is and is copied is `repeated-ciphertext`; here the other one gets a new value.
    let a = manifest("a", "    A: <sealed dev 8 #3>\n");
    let head = manifest("a", "    A: <sealed dev 8 #1>\n");
    let found = found(&[(&format!("HEAD:{A}"), &head), (A, &a)]);
    assert!(
        found.iter().any(|line| line.contains("stood elsewhere")),
        "{found:#?}"
    );
}

#[test]
fn what_is_beyond_a_reseal_in_a_manual_secret_is_automations_doing() {
    let found = found(&[(A, &manifest("a", &values("33 #2", "32 #12")))]);
    let rules: Vec<_> = found
        .iter()
        .filter_map(|line| line.split(": ").nth(1))
        .collect();
    assert_eq!(
        rules,
        ["automation-on-manual", "reseal-changed-more"],
        "{found:#?}"
    );
}
