//! What `init` proposes for repositories of different shapes.

use sealsmith_core::scope::Scope;
use sealsmith_lint::policy::Rotation;
use sealsmith_lint::survey::{Error, Proposal, Sighting, survey};

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
        assert_eq!(
            class(name, keys),
            (Rotation::Manual, id.to_owned()),
            "{name}"
        );
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
