//! A whole repository under a new key: the diff is ciphertext, the plaintexts are the old ones.

use std::collections::BTreeMap;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value};

use super::desk::{certificate, json, private, vectors};
use crate::support::program::Program;
use crate::support::repository::Repository;
use crate::support::secret::without_ciphertext;

const FILES: usize = 60;
const ODD_MODE: u32 = 0o640;
const ODD_FILE: &str = "envs/dev/sealed-secrets/mlflow/sealed-registry-secret.yaml";
const LINK: &str = "envs/dev/sealed-secrets/mlflow/sealed-linked-secret.yaml";

#[test]
fn a_repository_is_resealed_and_the_diff_touches_only_ciphertext() {
    let repository = repository();
    let before = snapshot(&repository);
    reseal(&repository, "dev", &["rsa4096-old"]);
    reseal(&repository, "prod", &["rsa4096-old"]);
    let after = snapshot(&repository);
    only_ciphertext_differs(&before, &after);
    let changed = repository.git(["diff", "--name-only"]);
    assert_eq!(changed.lines().count(), FILES);
    assert!(changed.lines().all(|path| path.starts_with("envs/")));
    assert_eq!(
        repository
            .git(["status", "--short", "--untracked-files=all"])
            .lines()
            .count(),
        FILES
    );
    opens_to_the_known_plaintexts(&repository);
}

#[test]
fn a_second_run_changes_no_byte() {
    let repository = repository();
    reseal(&repository, "dev", &["rsa4096-old"]);
    repository.commit("new key");
    let before = snapshot(&repository);
    let report = reseal(&repository, "dev", &["rsa4096-old", "rsa4096"]);
    assert!(report.contains("nothing to do"), "{report}");
    assert_eq!(snapshot(&repository), before);
}

#[test]
fn a_second_run_needs_neither_the_new_private_key_nor_a_commit() {
    let repository = repository();
    reseal(&repository, "dev", &["rsa4096-old"]);
    let before = snapshot(&repository);
    let report = reseal(&repository, "dev", &["rsa4096-old"]);
    assert!(report.contains("nothing to do"), "{report}");
    assert_eq!(snapshot(&repository), before);
}

#[test]
fn another_clone_without_the_new_private_key_leaves_everything_and_says_so() {
    let repository = repository();
    reseal(&repository, "dev", &["rsa4096-old"]);
    repository.commit("new key");
    // What this machine remembers does not travel with the commits.
    std::fs::remove_file(repository.path().join(".git/sealsmith-resealed"))
        .expect("the run left it");
    let before = snapshot(&repository);
    let outcome = command(&repository, "dev", &["rsa4096-old"]).run();
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("left behind"), "{}", outcome.stderr);
    assert_eq!(snapshot(&repository), before);
}

#[test]
fn a_dry_run_counts_and_changes_nothing() {
    let repository = repository();
    let before = snapshot(&repository);
    let outcome = command(&repository, "dev", &["rsa4096-old"])
        .arg("--dry-run")
        .run();
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    let shown = String::from_utf8(outcome.stdout).expect("it is text");
    assert!(
        shown.contains("would change 58 values in 30 files"),
        "{shown}"
    );
    assert_eq!(snapshot(&repository), before);
}

/// The repository of the vectors, with a mode and a symlink that are worth keeping.
fn repository() -> Repository {
    let repository = Repository::new();
    repository.copy_from(&vectors().join("gitops"));
    let mode = std::fs::Permissions::from_mode(ODD_MODE);
    std::fs::set_permissions(repository.file(ODD_FILE), mode).expect("the file is ours");
    symlink("sealed-registry-secret.yaml", repository.file(LINK)).expect("the folder is ours");
    repository.commit("as it was");
    repository
}

fn reseal(repository: &Repository, environment: &str, keys: &[&str]) -> String {
    command(repository, environment, keys).text()
}

fn command(repository: &Repository, environment: &str, keys: &[&str]) -> Program {
    let keys = keys
        .iter()
        .flat_map(|key| ["--recovery-private-key".into(), private(key)]);
    repository
        .sealsmith()
        .args(["reseal", "--yes"])
        .arg(format!("envs/{environment}/sealed-secrets"))
        .args(keys)
        .arg("--cert")
        .arg(certificate("rsa4096"))
}

/// Every file that git knows: its content, and its mode or where it leads.
#[derive(Debug, PartialEq)]
struct Entry {
    content: String,
    mode: u32,
    leads_to: Option<PathBuf>,
}

fn snapshot(repository: &Repository) -> BTreeMap<String, Entry> {
    let paths = repository.git(["ls-files", "--cached", "--others"]);
    paths
        .lines()
        .map(|path| (path.to_owned(), entry(&repository.file(path))))
        .collect()
}

fn entry(path: &Path) -> Entry {
    let metadata = path.symlink_metadata().expect("git knows the file");
    Entry {
        content: std::fs::read_to_string(path).expect("the file is text"),
        mode: metadata.permissions().mode(),
        leads_to: path.read_link().ok(),
    }
}

/// Proven without a parser: with every long run of base64 replaced by its length, nothing differs.
fn only_ciphertext_differs(before: &BTreeMap<String, Entry>, after: &BTreeMap<String, Entry>) {
    assert_eq!(before.len(), after.len());
    for (path, old) in before {
        let new = &after[path];
        assert_eq!(
            without_ciphertext(&old.content),
            without_ciphertext(&new.content),
            "{path}"
        );
        assert_eq!(
            (old.mode, &old.leads_to),
            (new.mode, &new.leads_to),
            "{path}"
        );
        assert_eq!(
            old.content != new.content,
            path.starts_with("envs/"),
            "{path}"
        );
    }
    assert_eq!(before[ODD_FILE].mode & 0o777, ODD_MODE);
    assert!(before[LINK].leads_to.is_some());
}

fn opens_to_the_known_plaintexts(repository: &Repository) {
    let file = std::fs::read(vectors().join("gitops.plain.json")).expect("the vectors are here");
    let known: Map<String, Value> = serde_json::from_slice(&file).expect("they are JSON");
    assert_eq!(known.len(), FILES);
    for (path, secrets) in &known {
        assert_eq!(&opened(repository, path), secrets, "{path}");
    }
}

fn opened(repository: &Repository, path: &str) -> Value {
    let output = repository
        .sealsmith()
        .args(["unseal", "-o", "json", "-f", path, "--recovery-private-key"])
        .arg(private("rsa4096"))
        .output();
    let secret = |secret: &Value| {
        let name = secret["metadata"]["name"].as_str().expect("it has a name");
        let data = super::desk::data(secret).into_iter();
        let data: Map<_, _> = data
            .map(|(key, value)| (key, BASE64.encode(value).into()))
            .collect();
        (name.to_owned(), Value::Object(data))
    };
    Value::Object(json(&output).iter().map(secret).collect())
}

#[test]
fn production_is_not_resealed_without_a_yes() {
    let repository = repository();
    let before = snapshot(&repository);
    let outcome = repository
        .sealsmith()
        .args([
            "reseal",
            "envs/prod/sealed-secrets",
            "--recovery-private-key",
        ])
        .arg(private("rsa4096-old"))
        .arg("--cert")
        .arg(certificate("rsa4096"))
        .run();
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("--yes"), "{}", outcome.stderr);
    assert_eq!(snapshot(&repository), before);
}
