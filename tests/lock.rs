//! `sealsmith.lock`: every command that seals into a repository keeps it, and git can merge it.

mod support;

use sealsmith_core::certificate::Certificate;
use sealsmith_lint::Lock;
use sealsmith_lint::lock::{FILE, digest};
use support::repository::Repository;

const OLD: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../tests/vectors/kubeseal/keys/rsa4096-old"
);
const NEW: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../tests/vectors/kubeseal/keys/rsa4096"
);
const GITOPS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/gitops");
const DEV: &str = "envs/dev/sealed-secrets";

/// A repository whose values are all for the old key, with a policy.
fn repository() -> Repository {
    let repository = Repository::new();
    repository.copy_from(GITOPS.as_ref());
    repository.write("sealsmith.yaml", "layout: {allow: ['envs/{env}/sealed-secrets/{app}/**']}\nenvironments: {dev: {}, prod: {}}\n");
    repository.commit("as it was");
    repository
}

fn reseal(repository: &Repository, folder: &str) -> support::program::Outcome {
    let sealsmith = repository.sealsmith().args(["reseal", "--yes", folder]);
    sealsmith
        .args([
            "--recovery-private-key",
            &format!("{OLD}.key"),
            "--recovery-private-key",
            &format!("{NEW}.key"),
        ])
        .args(["--cert", &format!("{NEW}.crt")])
        .run()
}

fn lock(repository: &Repository) -> Lock {
    let text = String::from_utf8(repository.read(FILE)).expect("a lock file is text");
    Lock::parse(&text).expect("what was written can be read")
}

fn fingerprint(key: &str) -> String {
    let pem = std::fs::read(format!("{key}.crt")).expect("a vector");
    let certificate = Certificate::parse(&pem).expect("a vector is valid");
    certificate.fingerprint().to_string()
}

/// The sealed values of all files below a folder, found by their look.
fn values(repository: &Repository, folder: &str) -> Vec<String> {
    let text = repository.git([
        "grep",
        "-h",
        "--untracked",
        "-o",
        "-E",
        "Ag[A-Za-z0-9+/]{300,}={0,2}",
        "--",
        folder,
    ]);
    text.lines().map(str::to_owned).collect()
}

#[test]
fn re_sealing_notes_every_value_of_the_environment_and_nothing_else() {
    let repository = repository();
    let outcome = reseal(&repository, DEV);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let lock = lock(&repository);
    let values = values(&repository, DEV);
    assert!(values.len() > 50, "{}", values.len());
    for value in &values {
        let entry = lock.get(&digest(value)).expect("every value is noted");
        assert_eq!(entry.fingerprint.to_string(), fingerprint(NEW));
    }
    assert_eq!(lock.digests().count(), values.len());
}

#[test]
fn re_sealing_again_changes_nothing_not_even_the_times() {
    let repository = repository();
    reseal(&repository, DEV);
    let first = repository.read(FILE);
    repository.commit("re-sealed");
    let outcome = reseal(&repository, DEV);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(repository.read(FILE), first);
    assert_eq!(repository.git(["status", "--porcelain"]), "");
}

#[test]
fn a_run_that_is_repeated_before_the_commit_trusts_its_own_lock_file() {
    let repository = repository();
    reseal(&repository, DEV);
    let outcome = reseal(&repository, DEV);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
}

#[test]
fn a_lock_file_changed_by_hand_is_dirt() {
    let repository = repository();
    repository.write(FILE, "# mine\n");
    let outcome = reseal(&repository, DEV);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(outcome.stderr.contains(FILE), "{}", outcome.stderr);
    assert_eq!(repository.git(["status", "--porcelain", "--", "envs"]), "");
}

#[test]
fn a_broken_lock_file_stops_before_the_first_write() {
    let repository = repository();
    repository.write(FILE, "<<<<<<< HEAD\n");
    repository.commit("a conflict");
    let outcome = reseal(&repository, DEV);
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert!(
        outcome
            .stderr
            .contains("sealsmith.lock:1: unresolved conflict"),
        "{}",
        outcome.stderr
    );
    assert_eq!(repository.git(["status", "--porcelain"]), "");
}

#[test]
fn a_repository_without_a_policy_keeps_no_lock_file() {
    let repository = repository();
    repository.git(["rm", "--quiet", "sealsmith.yaml"]);
    repository.commit("no policy");
    assert_eq!(reseal(&repository, DEV).code, Some(0));
    assert!(!repository.file(FILE).exists());
}

#[test]
fn two_branches_that_re_seal_different_environments_merge_by_union() {
    let repository = repository();
    repository.write(".gitattributes", "sealsmith.lock merge=union\n");
    repository.write(FILE, Lock::default().to_string());
    repository.commit("attributes");
    repository.git(["switch", "--quiet", "--create", "prod"]);
    reseal(&repository, "envs/prod/sealed-secrets");
    repository.commit("prod");
    repository.git(["switch", "--quiet", "main"]);
    reseal(&repository, DEV);
    repository.commit("dev");
    repository.git(["merge", "--quiet", "--no-edit", "prod"]);
    let lock = lock(&repository);
    for value in values(&repository, "envs") {
        assert!(lock.get(&digest(&value)).is_some());
    }
}

#[test]
fn sealing_into_the_layout_notes_the_new_values_and_forgets_the_old() {
    let repository = repository();
    let file = format!("{DEV}/mlflow/sealed-new.yaml");
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: new, namespace: mlflow-dev}\nstringData: {a: 'one', b: 'two'}\n";
    let seal = || {
        let sealsmith =
            repository
                .sealsmith()
                .args(["seal", "--cert", &format!("{NEW}.crt"), "-w", &file]);
        let outcome = sealsmith.stdin(secret.as_bytes()).run();
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    };
    seal();
    let first = values(&repository, &file);
    seal();
    let lock = lock(&repository);
    assert_eq!((first.len(), lock.digests().count()), (2, 2));
    assert!(first.iter().all(|value| lock.get(&digest(value)).is_none()));
    assert!(
        values(&repository, &file)
            .iter()
            .all(|value| lock.get(&digest(value)).is_some())
    );
}

#[test]
fn sealing_for_a_new_application_notes_its_values() {
    let repository = repository();
    let file = format!("{DEV}/superset/sealed-new.yaml");
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: new, namespace: superset-dev}\nstringData: {a: 'one'}\n";
    let sealsmith =
        repository
            .sealsmith()
            .args(["seal", "--cert", &format!("{NEW}.crt"), "-w", &file]);
    let outcome = sealsmith.stdin(secret.as_bytes()).run();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(lock(&repository).digests().count(), 1);
}

#[test]
fn setting_one_value_notes_that_value_alone() {
    let repository = repository();
    let file = format!("{DEV}/mlflow/sealed-db-password-secret.yaml");
    let before = values(&repository, &file);
    let sealsmith =
        repository
            .sealsmith()
            .args(["set", "--cert", &format!("{OLD}.crt"), &file, "password"]);
    let outcome = sealsmith.stdin(b"hunter2hunter2").run();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let after = values(&repository, &file);
    let new: Vec<_> = after
        .iter()
        .filter(|value| !before.contains(value))
        .collect();
    let lock = lock(&repository);
    assert_eq!((new.len(), lock.digests().count()), (1, 1));
    let entry = lock.get(&digest(new[0])).expect("the new value is noted");
    assert_eq!(entry.fingerprint.to_string(), fingerprint(OLD));
}

#[test]
fn sealing_elsewhere_keeps_no_lock_file() {
    let repository = repository();
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: new, namespace: mlflow-dev}\nstringData: {a: 'one'}\n";
    for destination in [&["-w", "elsewhere.yaml"][..], &[]] {
        let sealsmith = repository
            .sealsmith()
            .args(["seal", "--cert", &format!("{NEW}.crt")])
            .args(destination);
        assert_eq!(sealsmith.stdin(secret.as_bytes()).run().code, Some(0));
    }
    assert!(!repository.file(FILE).exists());
}

#[test]
fn status_reminds_of_what_was_sealed_longer_ago_than_the_policy_allows() {
    let repository = repository();
    let policy = "layout: {allow: ['envs/{env}/sealed-secrets/{app}/**']}
environments: {dev: {}, prod: {}}
secrets:
  - id: aws-credentials
    match: {name: 'aws-credentials-*'}
    rotation: automated
    reason: access keys rotate on a schedule
    max-age: 90d
";
    repository.write("sealsmith.yaml", policy);
    repository.commit("how old a key may become");
    assert_eq!(reseal(&repository, DEV).code, Some(0));
    let fresh = repository.sealsmith().args(["status", "dev"]).run();
    assert!(!fresh.stderr.contains("is due"), "{}", fresh.stderr);

    let lock = String::from_utf8(repository.read(FILE)).expect("a lock file is text");
    let old: String = lock
        .lines()
        .map(|line| {
            let (start, _) = line.rsplit_once(' ').expect("a line ends with a time");
            format!("{start} 2020-01-01T00:00:00Z\n")
        })
        .collect();
    repository.write(FILE, old);
    let overdue = repository.sealsmith().args(["status", "dev"]).run();
    assert_eq!(overdue.code, Some(0));
    assert!(
        overdue.stderr.contains("aws-credentials is due: envs/dev/"),
        "{}",
        overdue.stderr
    );
    assert!(
        overdue.stderr.contains("90 are allowed"),
        "{}",
        overdue.stderr
    );
}
