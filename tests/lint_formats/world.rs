//! A repository whose findings are hard to write down, and one without any.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use serde_json::Value;

use crate::support::program::Outcome;
use crate::support::repository::Repository;

/// What no report may ever hold.
pub(crate) const SECRET: &str = "correct-horse-battery";

/// File names that end a field, a line or a text in some format.
pub(crate) const ODD_NAMES: [&[u8]; 10] = [
    b"charts/a,b: 100%25.yaml",
    b"charts/two\nlines.yaml",
    b"charts/tab\there\r.yaml",
    b"charts/not utf-8 \xff.yaml",
    b"charts/<![CDATA[ \"quoted\" & 'quoted' ]]>.yaml",
    "charts/\u{ac12} \u{1f9ad}.yaml".as_bytes(),
    "charts/bidi \u{202e}lmay.yaml".as_bytes(),
    b"charts/back\\slash.yaml",
    b"charts/[click](https:\\example.com).yaml",
    b"charts/escape \x1b[31m.yaml",
];

/// The SealedSecret without a sync-wave, which names no secret value.
pub(crate) const WAVELESS: &str = "envs/dev/sealed-secrets/app/sealed-db.yaml";

const POLICY: &str = "\
environments:
  dev: {}
rules:
  sync-wave: {severity: warning}
exceptions:
  - rule: plaintext-secret
    path: legacy/**
    reason: \"removed with the chart \\\"<legacy>\\\" & its values\"
    expires: 2099-12-31
secrets:
  - id: db
    match: {name: db}
    rotation: manual
    reason: the server changes its side in the same window
";

/// Makes a repository with a finding in every odd file, a warning, and a silenced finding.
pub(crate) fn messy() -> Repository {
    let repository = Repository::new();
    repository.write("sealsmith.yaml", POLICY);
    for name in ODD_NAMES {
        repository.write(OsStr::from_bytes(name), secret());
    }
    repository.write("legacy/old.yaml", secret());
    repository.write(WAVELESS, waveless());
    repository.git(["add", "--all"]);
    repository
}

/// Makes a repository that breaks no rule.
pub(crate) fn clean() -> Repository {
    let repository = Repository::new();
    repository.write("README.md", "Nothing sealed yet.\n");
    repository.git(["add", "--all"]);
    repository
}

/// Runs `lint` in a format; nothing that it writes holds the secret.
pub(crate) fn lint(repository: &Repository, format: &str) -> Outcome {
    lint_with(repository, format, &[])
}

/// As [`lint`], with more flags.
pub(crate) fn lint_with(repository: &Repository, format: &str, flags: &[&str]) -> Outcome {
    let flags: Vec<&OsStr> = flags.iter().map(OsStr::new).collect();
    lint_paths(repository, format, &flags)
}

/// As [`lint`], of some files alone.
pub(crate) fn lint_paths(repository: &Repository, format: &str, flags: &[&OsStr]) -> Outcome {
    let program = repository.sealsmith().args(["lint", "--format", format]);
    let outcome = program.args(flags).run();
    for text in [&text(&outcome), &outcome.stderr] {
        assert!(!text.contains(SECRET), "{format} shows a secret:\n{text}");
    }
    outcome
}

/// What a run wrote for programs.
pub(crate) fn text(outcome: &Outcome) -> String {
    String::from_utf8(outcome.stdout.clone()).expect("reports are UTF-8")
}

/// The same, read as JSON: there is nothing before and nothing after it.
pub(crate) fn json(outcome: &Outcome) -> Value {
    serde_json::from_slice(&outcome.stdout).expect("standard output is one JSON value")
}

fn secret() -> String {
    format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: db, namespace: app}}\n\
         stringData:\n  password: {SECRET}\n"
    )
}

fn waveless() -> String {
    // The envelope is well-formed: the length of the wrapped key, and as many bytes and more behind it.
    let value = "A".repeat(2) + "IA" + &"B".repeat(400);
    format!(
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\n\
         metadata:\n  name: db\n  namespace: app\n\
         spec:\n  encryptedData:\n    password: {value}\n  \
         template:\n    metadata:\n      name: db\n      namespace: app\n"
    )
}
