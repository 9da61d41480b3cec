//! A small repository with a policy, and what lint says of it.

use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::support::program::{Outcome, Program};
use crate::support::random::Random;
use crate::support::repository::Repository;

/// A sealed secret that is clean.
pub(crate) const DB: &str = "envs/dev/sealed-secrets/app/sealed-db.yaml";
/// Another one, whose secret only a person may change.
pub(crate) const JWT: &str = "envs/dev/sealed-secrets/app/sealed-jwt.yaml";
/// A file that has no business in the repository.
pub(crate) const PLAIN: &str = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\nstringData:\n  password: hunter2hunter2\n";

pub(crate) const POLICY: &str = "\
version: v1
layout: {namespace: '{app}-{env}'}
environments:
  dev: {}
  prod: {}
secrets:
  - id: jwt
    match: {name: jwt*}
    rotation: manual
    reason: every issued token becomes invalid at once
    approval: {trailer: Secret-Change-Approved-By}
  - id: others
    match: {name: '*'}
    rotation: automated
    reason: these are made-up secrets of a test
automation: {authors: [bot@example.com]}
rules: {weak-policy: {severity: 'off'}}
";

/// A repository to be checked.
pub(crate) struct Desk {
    pub(crate) repository: Repository,
}

/// What lint said.
pub(crate) struct Verdict {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Desk {
    /// Makes a repository with the policy and two sealed secrets, committed.
    pub(crate) fn new() -> Self {
        Self::in_repository(Repository::new())
    }

    /// Fills a repository of some kind with the same.
    pub(crate) fn in_repository(repository: Repository) -> Self {
        repository.write("sealsmith.yaml", POLICY);
        repository.write(DB, manifest("db", "app-dev", 1));
        repository.write(JWT, manifest("jwt", "app-dev", 2));
        repository.commit("first");
        Self { repository }
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        self.repository.write(path, content);
    }

    /// Writes a file and stages it.
    pub(crate) fn stage(&self, path: &str, content: impl AsRef<[u8]>) {
        self.write(path, content);
        self.repository.git(["add", path]);
    }

    /// Runs lint, one line a finding.
    pub(crate) fn lint<const N: usize>(&self, args: [&str; N]) -> Verdict {
        Verdict::of(self.linting(args).run())
    }

    /// Lint, about to be run.
    pub(crate) fn linting<const N: usize>(&self, args: [&str; N]) -> Program {
        let lint = self
            .repository
            .sealsmith()
            .args(["lint", "--format", "concise"]);
        lint.args(args)
    }

    /// Makes git run lint before a commit is made, and on its message.
    pub(crate) fn hook(&self) {
        self.hook_with("", "");
    }

    /// The same, with shell commands around it.
    pub(crate) fn hook_with(&self, before: &str, after: &str) {
        let sealsmith = env!("CARGO_BIN_EXE_sealsmith");
        for (hook, arguments) in [("pre-commit", ""), ("commit-msg", " --message \"$1\"")] {
            let script = format!(
                "#!/bin/sh\n{before}\n'{sealsmith}' lint --format concise --staged{arguments} >&2 || exit 1\n{after}\n"
            );
            let path = format!(".git/hooks/{hook}");
            self.write(&path, script);
            let path = self.repository.file(path);
            Program::new("chmod").arg("+x").arg(path).output();
        }
    }

    /// Commits as a person does: a minute later each time.
    pub(crate) fn commit<const N: usize>(&self, args: [&str; N]) -> Verdict {
        Verdict::of(self.committing(args).run())
    }

    /// A commit about to be made.
    pub(crate) fn committing<const N: usize>(&self, args: [&str; N]) -> Program {
        static MINUTE: AtomicU32 = AtomicU32::new(0);
        let minute = MINUTE.fetch_add(1, Ordering::Relaxed);
        let date = format!("2026-02-01T{:02}:{:02}:00Z", minute / 60, minute % 60);
        let commit = Program::new("git").dir(self.repository.path());
        let commit = commit.args(["commit", "--quiet"]).args(args);
        commit.env("GIT_AUTHOR_DATE", date)
    }
}

impl Verdict {
    pub(crate) fn of(outcome: Outcome) -> Self {
        Self {
            code: outcome.code,
            stdout: String::from_utf8(outcome.stdout).expect("a report is text"),
            stderr: outcome.stderr,
        }
    }

    /// Whether a rule says something about a file; the hook's report is on standard error.
    pub(crate) fn has(&self, rule: &str, path: &str) -> bool {
        let mut lines = self.stdout.lines().chain(self.stderr.lines());
        lines.any(|line| line.starts_with(path) && line.contains(&format!("[{rule}]")))
    }

    /// Fails unless lint exits with 1 and the rule speaks about the file.
    #[track_caller]
    pub(crate) fn finds(&self, rule: &str, path: &str) -> &Self {
        assert_eq!(self.code, Some(1), "{self:?}");
        assert!(self.has(rule, path), "no {rule} about {path}: {self:?}");
        self
    }

    /// Fails unless lint exits with 0.
    #[track_caller]
    pub(crate) fn passes(&self) -> &Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    /// Fails unless lint exits with 2 and says all of this.
    #[track_caller]
    pub(crate) fn could_not(&self, words: &[&str]) -> &Self {
        assert_eq!(self.code, Some(2), "{self:?}");
        for words in words {
            self.says(words);
        }
        self
    }

    /// Fails unless standard error has these words.
    #[track_caller]
    pub(crate) fn says(&self, words: &str) -> &Self {
        assert!(self.stderr.contains(words), "no \"{words}\": {self:?}");
        self
    }
}

impl std::fmt::Debug for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (code, stdout, stderr) = (self.code, &self.stdout, &self.stderr);
        write!(f, "exit {code:?}\n--- stdout\n{stdout}--- stderr\n{stderr}")
    }
}

/// A SealedSecret with two values, as the policy wants it.
pub(crate) fn manifest(name: &str, namespace: &str, seed: u64) -> String {
    let mut random = Random::seeded(seed);
    let (user, password) = (sealed(&mut random, 4), sealed(&mut random, 12));
    format!(
        "apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: {name}
  namespace: {namespace}
  annotations:
    argocd.argoproj.io/sync-wave: \"-1\"
spec:
  encryptedData:
    password: {password}
    user: {user}
  template:
    metadata:
      name: {name}
      namespace: {namespace}
"
    )
}

/// A value as sealing for a 4096-bit key makes it, of a plaintext with so many bytes.
fn sealed(random: &mut Random, plain_len: usize) -> String {
    let bytes = [vec![2, 0], random.bytes(512 + plain_len + 16)].concat();
    BASE64.encode(bytes)
}
