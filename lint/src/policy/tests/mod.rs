use sealsmith_core::scope::Scope;

use super::*;

const SAMPLE: &str = include_str!("sample.yaml");

fn sample() -> Policy {
    Policy::parse(SAMPLE).unwrap_or_else(|error| panic!("{error}"))
}

/// Parses the sample with one text replaced, and returns what is said about it.
fn refusal(from: &str, to: &str) -> String {
    assert_eq!(SAMPLE.matches(from).count(), 1, "{from}");
    let text = SAMPLE.replace(from, to);
    Policy::parse(&text).unwrap_err().to_string()
}

/// The same, where the first line must name the place of `mark` within the new text.
fn refusal_at(from: &str, to: &str, mark: &str) -> String {
    let said = refusal(from, to);
    let at = SAMPLE.find(from).unwrap() + to.find(mark).unwrap();
    let before = &SAMPLE.replace(from, to)[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    let place = format!("sealsmith.yaml:{line}:{column}: ");
    let first = said.lines().next().unwrap();
    first
        .strip_prefix(&place)
        .unwrap_or_else(|| panic!("not at {place}{said}"))
        .to_owned()
}

fn first_line(from: &str, to: &str) -> String {
    refusal(from, to).lines().next().unwrap().to_owned()
}

#[test]
fn the_whole_sample_is_read() {
    let policy = sample();
    assert_eq!(
        policy.layout.allow[0].as_str(),
        LayoutSettings::default().allow[0].as_str()
    );
    assert_eq!(policy.layout.ignore.len(), 2);
    assert_eq!(
        policy.environments.names().collect::<Vec<_>>(),
        ["dev", "prod"]
    );
    assert_eq!(policy.secrets.len(), 5);
    assert_eq!(
        policy.automation.authors,
        ["sealsmith-bot@users.noreply.example.com"]
    );
    assert_eq!(policy.git.base.as_deref(), Some("origin/main"));
    assert_eq!(policy.rules.len(), 3);
    assert_eq!(policy.exceptions[0].expires.to_string(), "2027-03-31");
}

#[test]
fn an_environment_has_everything_the_sample_says() {
    let policy = sample();
    let dev = policy.environment("dev").unwrap();
    assert_eq!(
        dev.certificate.as_ref().unwrap().below("/repo".as_ref()),
        std::path::Path::new("/repo/certs/dev.pem")
    );
    assert!(dev.allows(Scope::NamespaceWide) && !dev.allows(Scope::ClusterWide));
    assert!(
        matches!(&dev.controller.reach, Reach::Cluster { context: Some(context), .. } if context == "dev")
    );
    assert_eq!(
        dev.slack.as_ref().unwrap().webhook,
        Webhook::Env("SEALSMITH_SLACK_WEBHOOK".to_owned())
    );
    assert_eq!(dev.argocd.as_ref().unwrap().timeout, Duration::minutes(10));
    let window = dev.windows.controller_key.as_ref().unwrap();
    assert!(
        window.days.contains(4) && !window.days.contains(5) && window.notify == Notify::Required
    );
    let aws = dev.aws.as_ref().unwrap();
    assert_eq!(aws.account_id.as_str(), "000000000000");
    assert_eq!(aws.grace(true), Duration::hours(4));
    assert_eq!(
        aws.probes,
        [Probe::S3Bucket("mlops-dev-artifacts".to_owned())]
    );
}

#[test]
fn secrets_say_who_may_change_them() {
    let policy = sample();
    let rule = |name: &str, app| {
        policy
            .secrets
            .iter()
            .find(|rule| rule.matches.matches(name, app))
    };
    let aws = rule("aws-credentials-dev-secret", Some("mlflow")).unwrap();
    assert_eq!((aws.rotation, aws.restarts), (Rotation::Automated, true));
    assert_eq!(aws.keys["AWS_ACCESS_KEY_ID"].bytes, [20]);
    assert!(rule("aws-credentials-dev-secret", Some("redis")).is_none());
    let jwt = rule("fastapi-jwt-secret", Some("fastapi")).unwrap();
    assert_eq!(jwt.approval.as_ref().unwrap().by, ["@backend-leads"]);
}

#[test]
fn an_empty_policy_has_the_defaults() {
    let policy = Policy::parse("").unwrap();
    assert_eq!(policy.layout.allow.len(), 1);
    assert_eq!(policy.automation.trailer, "Sealsmith-Operation");
    assert_eq!(policy.git.require_clean, [Guarded::Reseal, Guarded::Rotate]);
    assert!(policy.git.require_branch && policy.environments.is_empty());
    let policy = Policy::parse("environments: {dev: {}}").unwrap();
    let dev = policy.environment("dev").unwrap();
    let controller = &dev.controller;
    assert_eq!(
        (
            &*controller.name,
            &*controller.namespace,
            &*controller.version
        ),
        ("sealed-secrets", "kube-system", "0.36")
    );
    assert!(dev.allows(Scope::ClusterWide));
}

#[test]
fn environments_keep_their_order() {
    let policy = Policy::parse("environments: {zeta: {}, alpha: {}, mid: {}}").unwrap();
    assert_eq!(
        policy.environments.names().collect::<Vec<_>>(),
        ["zeta", "alpha", "mid"]
    );
}

#[test]
fn prod_is_protected_unless_it_says_otherwise() {
    let policy =
        Policy::parse("environments: {prod: {protected: false}, dev: {protected: true}}").unwrap();
    assert!(!policy.is_protected("prod") && policy.is_protected("dev"));
    assert!(Policy::default().is_protected("prod") && !Policy::default().is_protected("dev"));
}

#[test]
fn a_misspelt_field_shows_its_place_and_what_was_meant() {
    let text = "secrets:\n  - id: x\n    rotaton: manual\n";
    assert_eq!(
        Policy::parse(text).unwrap_err().to_string(),
        "sealsmith.yaml:3:5: unknown field `rotaton`, expected one of id, match, rotation, reason, max-age, owners, \
         keys, restarts, approval\n  \
         |\n3 |     rotaton: manual\n  |     ^^^^^^^ did you mean `rotation`?"
    );
}

#[test]
fn a_wrong_value_shows_its_place() {
    for (from, to, mark, message) in [
        (
            "max-age: 90d",
            "max-age: 90",
            "90",
            "\"90\" is no length of time: write a number",
        ),
        ("[\"SHA256:YQM5", "[\"SHA256:YQM", "\"", "\"SHA256:YQMAFklQ"),
        (
            "rotation: automated",
            "rotation: automatic",
            "automatic",
            "unknown value `automatic`, expected one of automated, manual",
        ),
        (
            "{name: git-ssh-*}",
            "{name: \"[git\"}",
            "\"[",
            "\"[git\" is no glob: unclosed character class",
        ),
        (
            "owners: [\"@sre\"]",
            "reason: x",
            "reason",
            "duplicate mapping key `reason` is not allowed here",
        ),
        (
            "expires: 2027-03-31",
            "expires: 2027-02-31",
            "2027",
            "\"2027-02-31\" is no day",
        ),
        (
            "rule: plaintext-secret",
            "rule: plain-secret",
            "plain-",
            "unknown rule `plain-secret`",
        ),
        (
            "sync-wave: {severity",
            "sync-waves: {severity",
            "sync",
            "unknown rule `sync-waves`, did you mean `sync-wave`?",
        ),
        (
            "env: prod}",
            "env: prd}",
            "prd",
            "no environment is named \"prd\"",
        ),
        (
            "secret: aws-credentials ",
            "secret: aws-credential ",
            "aws",
            "no secret has the id \"aws-credential\"",
        ),
        (
            "secret: aws-credentials ",
            "secret: jwt ",
            "jwt",
            "secret \"jwt\" is manual, so it is not rotated",
        ),
        (
            "- id: git-ssh",
            "- id: jwt",
            "jwt",
            "id \"jwt\" is used twice",
        ),
        (
            "grace: 4h",
            "grace: soon",
            "soon",
            "\"soon\" is no length of time",
        ),
        (
            "scopes: [strict]",
            "scopes: []",
            "[",
            "this list needs at least one item",
        ),
        (
            "\n  dev:\n",
            "\n  a/b:\n",
            "a/b",
            "\"a/b\" cannot name an environment",
        ),
        (
            "\n  dev:\n",
            "\n  Dev_1:\n",
            "Dev_1",
            "\"Dev_1\" cannot name an environment: use up to 63 of a-z, 0-9 and -",
        ),
        (
            "\n  dev:\n",
            "\n  dev-:\n",
            "dev-",
            "\"dev-\" cannot name an environment",
        ),
        (
            "account-id: \"000000000000\"",
            "account-id: 12",
            "12",
            "an AWS account id has twelve digits",
        ),
        (
            "version: v1",
            "version: v2",
            "v2",
            "unknown value `v2`, expected v1",
        ),
        ("parity: true", "parity: yes", "yes", "invalid boolean"),
        (
            "envs/{env}/",
            "envs/{enviroment}/",
            "envs",
            "unknown capture {enviroment}",
        ),
        (
            "certificate: certs/prod.pem",
            "certificate: ~/prod.pem",
            "~",
            "a path cannot start with ~",
        ),
        (
            "certificate: certs/prod.pem",
            "certificate: ../prod.pem",
            "..",
            "\"../prod.pem\" is outside the repository",
        ),
        (
            "certificate: certs/prod.pem",
            "certificate: certs/../../prod.pem",
            "certs",
            "\"certs/../../prod.pem\" is outside the repository",
        ),
        (
            "certificate: certs/prod.pem",
            "certificate: /etc/prod.pem",
            "/etc",
            "\"/etc/prod.pem\" is outside the repository",
        ),
    ] {
        let said = refusal_at(from, to, mark);
        assert!(said.starts_with(message), "{from} -> {to}: {said}");
    }
}

#[test]
fn a_wrong_shape_is_named_as_people_write_it() {
    for (text, message) in [
        (
            "environments: [dev]",
            "sealsmith.yaml:1:15: expected a mapping (names with values) here",
        ),
        ("secrets: {}", "sealsmith.yaml:1:10: expected a list here"),
        (
            "git: {base: [a]}",
            "sealsmith.yaml:1:13: expected a text here",
        ),
        (
            "- a",
            "sealsmith.yaml:1:1: expected a mapping (names with values) here",
        ),
    ] {
        let said = Policy::parse(text).unwrap_err().to_string();
        assert_eq!(said.lines().next(), Some(message));
    }
}

#[test]
fn a_reason_must_say_something() {
    let reason = "git-sync stops for all DAGs when the key and the deploy key differ";
    assert!(
        first_line(reason, "because")
            .ends_with("the reason has 7 characters, and needs at least 10")
    );
    assert!(first_line(reason, "\"  \"").ends_with("the reason is empty"));
}

#[test]
fn a_controller_is_reached_in_one_way() {
    let controller = "controller: {name: sealed-secrets, namespace: kube-system}";
    for (to, message) in [
        (
            "controller: {url: \"http://x\", keys: keys}",
            "url and keys exclude each other",
        ),
        (
            "controller: {keys: keys, context: prod}",
            "keys and context exclude each other",
        ),
        (
            "controller: {url: \"http://x\", kubeconfig: k}",
            "url and kubeconfig exclude each other",
        ),
        (
            "controller: {url: example.org}",
            "must start with http:// or https://",
        ),
        (
            "controller: {version: latest}",
            "\"latest\" is no controller version: write it as \"0.36\"",
        ),
    ] {
        let said = refusal_at(controller, to, "{");
        assert!(said.ends_with(message), "{said}");
    }
    let keys = Policy::parse("environments: {dev: {controller: {keys: ../keys}}}").unwrap();
    assert!(
        matches!(&keys.environment("dev").unwrap().controller.reach, Reach::Keys(path) if path.as_str() == "../keys")
    );
}

#[test]
fn a_webhook_address_in_the_file_is_refused_and_not_repeated() {
    let literal = "https://hooks.example.com/T0/B0/abcdef";
    let text = refusal_at("{env: SEALSMITH_SLACK_WEBHOOK}", literal, "https");
    assert!(
        text.starts_with("the webhook's address is a secret"),
        "{text}"
    );
    let text = refusal("{env: SEALSMITH_SLACK_WEBHOOK}", literal);
    assert!(
        !text.contains("hooks.example.com") && !text.contains("abcdef"),
        "{text}"
    );
    let two = first_line("{env: SEALSMITH_SLACK_WEBHOOK}", "{env: A, file: b}");
    assert!(
        two.ends_with("a webhook is found in one place: env, file or command"),
        "{two}"
    );
}

#[test]
fn hostile_files_are_refused_quickly() {
    let bomb = "a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n";
    for text in [
        bomb.to_owned(),
        "[".repeat(100_000),
        "- ".repeat(20_000),
        "? ".repeat(50_000),
        "a: 1\n---\nb: 2\n".to_owned(),
    ] {
        assert!(Policy::parse(&text).is_err());
    }
    let large = Policy::parse(&"#".repeat(LIMIT + 1)).unwrap_err();
    assert_eq!(
        large.to_string(),
        "sealsmith.yaml has 1048577 bytes, the limit is 1048576"
    );
}

#[test]
fn more_than_one_document_is_refused() {
    let error = Policy::parse("version: v1\n---\nversion: v1\n").unwrap_err();
    assert!(
        error.to_string().contains("more than one document"),
        "{error}"
    );
}

#[test]
fn the_schema_names_every_field_and_closes_every_object() {
    let schema: serde_json::Value = serde_json::from_str(&schema()).unwrap();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    assert_eq!(schema["additionalProperties"], false);
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        let is_struct = definition.get("properties").is_some();
        assert!(
            !is_struct || definition["additionalProperties"] == false,
            "{name}"
        );
    }
    let environment = &schema["$defs"]["Environment"]["properties"];
    assert_eq!(
        environment["fingerprints"]["items"]["pattern"],
        "^SHA256:[A-Za-z0-9+/]{43}$"
    );
    assert!(
        environment["certificate"]["description"]
            .as_str()
            .unwrap()
            .starts_with("The controller's certificate")
    );
    assert_eq!(
        schema["$defs"]["SecretRule"]["required"],
        serde_json::json!(["id", "match", "rotation", "reason"])
    );
}

mod random {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_is_a_policy_or_an_error(text in "\\PC{0,200}") {
            let _ = Policy::parse(&text).map_err(|error| error.to_string());
        }

        #[test]
        fn a_damaged_sample_is_a_policy_or_an_error(at in 0..SAMPLE.len(), length in 0usize..20, new in "\\PC{0,8}") {
            let end = (at + length).min(SAMPLE.len());
            if SAMPLE.is_char_boundary(at) && SAMPLE.is_char_boundary(end) {
                let text = format!("{}{new}{}", &SAMPLE[..at], &SAMPLE[end..]);
                let _ = Policy::parse(&text).map_err(|error| error.to_string());
            }
        }
    }
}
