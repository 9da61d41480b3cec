//! What `init` proposes for repositories of different shapes.

use std::collections::BTreeMap;

use sealsmith_core::manifest::sealed_secret::sealed_secrets;
use sealsmith_core::manifest::tree::Stream;
use sealsmith_core::scope::Scope;
use sealsmith_lint::baseline::Baseline;
use sealsmith_lint::policy::Rotation;
use sealsmith_lint::source::{Content, File, Mode};
use sealsmith_lint::survey::{Error, FoundCertificate, Proposal, Sighting, survey};
use sealsmith_lint::{Context, Layout, Lock, Path, Policy, Run};

use crate::example::{NOW, line};

fn seen(path: &str, namespace: &str, name: &str, keys: &[&str]) -> Sighting {
    Sighting {
        path: path.to_owned(),
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        scope: Scope::Strict,
        secret_type: String::new(),
        keys: keys.iter().map(|key| ((*key).to_owned(), None)).collect(),
    }
}

fn propose(sightings: &[Sighting]) -> Proposal {
    let proposal = survey(sightings, &[]).expect("there is something to propose");
    proposal
        .policy()
        .unwrap_or_else(|error| panic!("{error}\n{}", proposal.to_yaml()));
    proposal
}

/// The class and the reason that a secret of this name and these keys gets.
fn class(name: &str, keys: &[&str]) -> (Rotation, String) {
    let sightings = [seen(
        "envs/dev/sealed-secrets/a/sealed-x.yaml",
        "a",
        name,
        keys,
    )];
    let secret = propose(&sightings).secrets.remove(0);
    (secret.rotation, secret.reason)
}

#[test]
fn the_layout_follows_the_paths() {
    for (paths, expected, namespace) in [
        (
            [
                (
                    "envs/dev/sealed-secrets/mlflow/sealed-db.yaml",
                    "mlflow-dev",
                ),
                ("envs/prod/sealed-secrets/api/sealed-x.json", "api-prod"),
            ],
            "envs/{env}/sealed-secrets/{app}/sealed-{name}.{yaml,yml,json}",
            Some("{app}-{env}"),
        ),
        (
            [
                ("apps/api/overlays/staging/secret.yaml", "api"),
                ("apps/web/overlays/production/secret.yaml", "web"),
            ],
            "apps/{app}/overlays/{env}/{name}.{yaml,yml,json}",
            Some("{app}"),
        ),
        (
            [
                ("clusters/berlin/payments/sealed-a.yml", "payments"),
                ("clusters/seoul/payments/sealed-a.yml", "shared"),
            ],
            "clusters/{env}/{app}/sealed-{name}.{yaml,yml,json}",
            None,
        ),
    ] {
        let sightings = paths.map(|(path, namespace)| seen(path, namespace, "a", &["k"]));
        let proposal = propose(&sightings);
        assert_eq!(proposal.allow, [expected]);
        assert_eq!(proposal.namespace.as_deref(), namespace);
    }
}

#[test]
fn only_an_aws_key_is_automated_by_default() {
    let aws = class("cloud", &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]);
    assert_eq!(aws.0, Rotation::Automated);
    let lower = class("s3", &["access-key-id", "secret-access-key"]);
    assert_eq!(lower.0, Rotation::Automated);
    assert_eq!(class("half", &["AWS_ACCESS_KEY_ID"]).0, Rotation::Manual);
}

#[test]
fn names_and_keys_give_the_class_away() {
    for (name, keys, reason) in [
        ("slack-webhook-secret", &["url"][..], "alerting"),
        ("fastapi-jwt-secret", &["JWT_SECRET"], "token or session"),
        ("git-sync", &["gitSshKey", "known_hosts"], "git-sync"),
        ("mlflow-db", &["username", "password"], "server side"),
        ("pull", &[".dockerconfigjson"], "image pulls"),
        ("airflow", &["fernet-key"], "encrypted with the old"),
        ("web", &["tls.crt", "tls.key"], "issuer"),
        ("feedback-secret", &["KEY"], "nobody has said"),
    ] {
        let (rotation, why) = class(name, keys);
        assert_eq!(rotation, Rotation::Manual, "{name}");
        assert!(why.contains(reason), "{name}: {why}");
    }
}

#[test]
fn numbered_names_share_an_entry_and_environments_are_left_open() {
    let sightings: Vec<_> = (0..20)
        .flat_map(|n| ["dev", "prod"].map(|env| (n, env)))
        .map(|(n, env)| {
            seen(
                &format!("envs/{env}/sealed-secrets/svc-{n:04}/sealed-a.yaml"),
                "x",
                &format!("svc-{n:04}-{env}-config"),
                &["K"],
            )
        })
        .collect();
    let secrets = propose(&sightings).secrets;
    assert_eq!(secrets.len(), 1);
    assert_eq!(
        (secrets[0].name.as_str(), secrets[0].count),
        ("svc-*-*-config", 40)
    );
}

#[test]
fn every_secret_is_governed_by_the_entry_that_was_made_for_it() {
    let names = ["db-dev", "db-password", "db-*-x", "a", "a-prod-b", "prod"];
    let sightings: Vec<_> = names
        .iter()
        .flat_map(|name| {
            ["dev", "prod"].map(|env| {
                seen(
                    &format!("envs/{env}/sealed-secrets/app/sealed-{}.yaml", name.len()),
                    "x",
                    name,
                    &["K"],
                )
            })
        })
        .collect();
    let policy = propose(&sightings).policy().expect("it was parsed before");
    for name in names {
        assert!(
            policy
                .secrets
                .iter()
                .any(|rule| rule.matches.matches(name, Some("app"))),
            "{name}"
        );
    }
}

#[test]
fn nothing_is_proposed_from_nothing() {
    assert_eq!(
        survey(&[], &[]).expect_err("nothing was seen"),
        Error::NothingSealed
    );
    let alone = [seen("secrets/sealed-a.yaml", "x", "a", &["K"])];
    assert!(matches!(survey(&alone, &[]), Err(Error::NoEnvironment(_))));
}

#[test]
fn what_is_proposed_for_a_real_repository_breaks_no_rule_about_the_policy() {
    let root = std::path::Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/vectors/gitops"
    ));
    let files = files(root, root);
    let sightings: Vec<_> = files.iter().flat_map(sightings).collect();
    assert!(
        sightings.len() > 40,
        "only {} SealedSecrets",
        sightings.len()
    );
    let certificates = [
        ("dev", "WPsQpmVQMeUGWVR3218FhDrNJm3lKvaH2lZZwecpLO8"),
        ("prod", "YQM5AFklQZ8z+ZeuLV6UvERGCXurx2OqVLZrHN7MHDI"),
    ];
    let certificates = certificates.map(|(env, print)| FoundCertificate {
        path: format!("certs/{env}.pem"),
        fingerprint: format!("SHA256:{print}").parse().expect("a fingerprint"),
    });
    let mut proposal = survey(&sightings, &certificates).expect("there is something to propose");
    proposal.base = Some("origin/main".to_owned());
    let text = proposal.to_yaml();
    let policy = Policy::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let found = findings(&policy, &text, &files);
    let about_policy: Vec<_> = found
        .iter()
        .filter(|(code, _)| code.starts_with("SL6") || code.starts_with("SL8"))
        .collect();
    assert!(about_policy.is_empty(), "{about_policy:#?}\n{text}");
    assert!(found.is_empty(), "{found:#?}\n{text}");
}

/// What the rules say about files: code and line.
fn findings(policy: &Policy, text: &str, files: &[File]) -> Vec<(&'static str, String)> {
    let context = Context {
        policy,
        policy_text: text,
        layout: &Layout::new(&policy.layout),
        certificates: &BTreeMap::new(),
        lock: &Lock::default(),
        changed: &files.iter().map(|file| (file.path.clone(), NOW)).collect(),
        policy_before: None,
        guarding: false,
        now: NOW,
    };
    let mut run = Run::new(&context);
    run.policy();
    files.iter().for_each(|file| run.file(file));
    let report = run.finish(&Baseline::default(), true);
    let found = report.findings.iter();
    found
        .map(|finding| (finding.rule.code, line(finding)))
        .collect()
}

#[allow(
    clippy::disallowed_methods,
    reason = "the crate has no files, its test vectors are some"
)]
fn files(folder: &std::path::Path, root: &std::path::Path) -> Vec<File> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)
        .expect("the vectors are there")
        .flatten()
    {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, root));
            continue;
        }
        let below = path
            .strip_prefix(root)
            .expect("it is below")
            .to_string_lossy();
        found.push(File {
            path: Path::from(&*below),
            mode: Mode::Regular,
            content: Content::Bytes(std::fs::read(&path).expect("it can be read")),
            tracked: true,
            attributes: Vec::new(),
            permissions: None,
        });
    }
    found
}

fn sightings(file: &File) -> Vec<Sighting> {
    let Content::Bytes(bytes) = &file.content else {
        return Vec::new();
    };
    let text = String::from_utf8_lossy(bytes);
    let Ok(stream) = Stream::parse(&text) else {
        return Vec::new();
    };
    let secrets = sealed_secrets(&stream).unwrap_or_default().into_iter();
    let seen = secrets.map(|secret| {
        let items = secret.items().unwrap_or_default();
        let secret_type = secret
            .template()
            .and_then(|template| template.get("type")?.as_str());
        Sighting {
            path: file.path.to_string(),
            namespace: secret.namespace().to_owned(),
            name: secret.name().to_owned(),
            scope: secret.scope(),
            secret_type: secret_type.unwrap_or_default().to_owned(),
            keys: items
                .iter()
                .map(|item| (item.key.to_owned(), None))
                .collect(),
        }
    });
    seen.collect()
}
