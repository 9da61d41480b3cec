//! A repository whose environment has a running controller.

use crate::stand_in::{Mischief, StandIn};
use crate::support::keys::{key_pair, new_key_pair};
use crate::support::program::{Outcome, Program};
use crate::support::repository::Repository;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Why nothing of the scene fails: files and texts are the test's own.
const WORKS: &str = "what a test makes itself is well formed";

pub(crate) struct Scene {
    pub(crate) repository: Repository,
    pub(crate) controller: StandIn,
    new: tempfile::TempDir,
    old: PathBuf,
}

/// What a file starts with and ends with, whatever happens to its values.
const COMMENT: &str = "# who owns this: the platform team\n";

impl Scene {
    /// A repository with so many SealedSecrets for a former key, committed, and a controller with a newer one.
    pub(crate) fn with(files: usize, mischief: Option<Mischief>) -> Self {
        let old = key_pair(2048).certificate.parent().expect(WORKS).to_owned();
        let new = new_key_pair(2048);
        let controller = StandIn::start(&[new.path(), &old], mischief);
        let scene = Self {
            repository: Repository::new(),
            controller,
            new,
            old,
        };
        scene.repository.write(
            "certs/dev.pem",
            std::fs::read(scene.certificate()).expect(WORKS),
        );
        scene.policy(&scene.fingerprint(&scene.certificate()));
        for number in 0..files {
            scene.seal(number, &format!("name: db-{number}"), "");
        }
        scene.repository.commit("before");
        scene
    }

    /// Writes a policy that pins a key.
    pub(crate) fn policy(&self, fingerprint: &str) {
        let url = &self.controller.url;
        self.repository.write(
            "sealsmith.yaml",
            format!(
                "version: v1\nenvironments:\n  dev:\n    certificate: certs/dev.pem\n    fingerprints: [\"{fingerprint}\"]\n    controller: {{url: {url}}}\n"
            ),
        );
    }

    /// Seals a Secret with two values for the former key, with a comment and a template in its file.
    pub(crate) fn seal(&self, number: usize, name: &str, annotations: &str) {
        let secret = format!(
            "apiVersion: v1\nkind: Secret\nmetadata:\n  {name}\n  namespace: app\n  labels: {{team: a}}\n{annotations}stringData:\n  password: s3cret-{number}\n  user: admin\n"
        );
        let sealed = Program::sealsmith()
            .args(["seal", "-o", "yaml", "--cert"])
            .arg(self.old.join("tls.crt"))
            .stdin(secret)
            .text();
        self.repository
            .write(Self::path(number), COMMENT.to_owned() + &sealed);
    }

    pub(crate) fn path(number: usize) -> String {
        format!("envs/dev/sealed-secrets/app/sealed-db-{number}.yaml")
    }

    pub(crate) fn text(&self, number: usize) -> String {
        String::from_utf8(self.repository.read(Self::path(number))).expect(WORKS)
    }

    pub(crate) fn certificate(&self) -> PathBuf {
        self.new.path().join("tls.crt")
    }

    pub(crate) fn old_certificate(&self) -> PathBuf {
        self.old.join("tls.crt")
    }

    pub(crate) fn fingerprint(&self, certificate: &Path) -> String {
        let shown = Program::sealsmith()
            .args(["cert", "show", "--format", "json"])
            .arg(certificate);
        let shown: Value = serde_json::from_str(&shown.text()).expect(WORKS);
        shown[0]["fingerprint"].as_str().expect(WORKS).to_owned()
    }

    /// Re-seals the files of the environment; folders are only edited.
    pub(crate) fn reseal(&self, more: &[&str]) -> Outcome {
        self.resealing(more).run()
    }

    pub(crate) fn resealing(&self, more: &[&str]) -> Program {
        self.repository
            .sealsmith()
            .args(["reseal", "envs/dev"])
            .args(more)
    }

    /// The values of a file, opened with the new key alone.
    pub(crate) fn opened(&self, number: usize) -> Value {
        let secret = self
            .repository
            .sealsmith()
            .args(["unseal", "-o", "json", "--recovery-private-key"])
            .arg(self.new.path().join("tls.key"))
            .arg("-f")
            .arg(Self::path(number));
        let secret: Value = serde_json::from_str(&secret.text()).expect(WORKS);
        secret["data"].clone()
    }

    /// A file without its sealed values.
    pub(crate) fn around(text: &str) -> String {
        let sealed = |line: &&str| {
            line.trim_start().split_once(": Ag").is_none() && line.split_once(": AQ").is_none()
        };
        text.lines()
            .filter(sealed)
            .map(|line| format!("{line}\n"))
            .collect()
    }
}

pub(crate) fn stdout(outcome: &Outcome) -> String {
    String::from_utf8(outcome.stdout.clone()).expect(WORKS)
}
