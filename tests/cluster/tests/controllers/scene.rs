//! A cluster whose controller has taken a new key into use, and folders with files for the old one.

use sealsmith_test_cluster::{Cluster, ControllerKey, ControllerSetup, Lent, Pool, Result};
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

pub(crate) struct Scene {
    pub(crate) cluster: Cluster,
    old: ControllerKey,
    new: ControllerKey,
}

static POOL: Pool<Scene> = Pool::new();
static FOLDERS: AtomicUsize = AtomicUsize::new(0);

impl Scene {
    /// One of those that tests have in turn; the controller does not limit requests.
    pub(crate) fn lent() -> Result<Lent<Self>> {
        POOL.lend(Self::is_fit, Self::alone)
    }

    /// One for a test alone, which changes it for good.
    pub(crate) fn alone() -> Result<Self> {
        Self::named("sealed-secrets")
    }

    /// The same with a Service of this name.
    pub(crate) fn named(name: &str) -> Result<Self> {
        let old = ControllerKey::made_before(Duration::from_secs(3600))?;
        let new = ControllerKey::new()?;
        let setup = ControllerSetup::new(name, "kube-system")
            .flag("--rate-limit", "100000")
            .key(&old)
            .key(&new);
        let cluster = Cluster::builder().controller_as(setup).start()?;
        Ok(Self { cluster, old, new })
    }

    // No test has taken its keys away.
    fn is_fit(&self) -> bool {
        let controller = self.cluster.controller();
        let served = controller
            .lead_here()
            .and_then(|()| controller.certificate());
        served.is_ok_and(|served| served.trim() == self.new.certificate().trim())
    }

    /// A new folder with so many files for the old key, and a policy that pins the new one.
    pub(crate) fn folder(&self, files: usize, controller: &str) -> Folder {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let root = self.cluster.folder().join(format!("work-{number}"));
        let folder = Folder { root };
        folder.write("old.pem", self.old.certificate());
        folder.write("new.pem", self.new.certificate());
        folder.write("keys/old.pem", self.old.private_key());
        folder.write("keys/new.pem", self.new.private_key());
        folder.pin(&fingerprint(&folder.root.join("new.pem")), controller);
        for number in 0..files {
            folder.seal(number);
        }
        folder
    }

    /// The flag for its kubeconfig.
    pub(crate) fn kubeconfig(&self) -> [&str; 2] {
        let path = self
            .cluster
            .kubeconfig()
            .to_str()
            .expect("the path is text");
        ["--kubeconfig", path]
    }
}

pub(crate) struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Writes a policy that pins a key.
    pub(crate) fn pin(&self, fingerprint: &str, controller: &str) {
        let text = format!(
            "version: v1\nenvironments:\n  dev:\n    certificate: new.pem\n    fingerprints: [\"{fingerprint}\"]\n    controller: {controller}\n"
        );
        self.write("sealsmith.yaml", &text);
    }

    fn seal(&self, number: usize) {
        let secret = json!({"apiVersion": "v1", "kind": "Secret",
            "metadata": {"name": format!("db-{number}"), "namespace": "app", "labels": {"team": "a"}},
            "stringData": {"password": format!("s3cret-{number}"), "empty": "", "user": "admin"}});
        let seal = [
            "seal",
            "-o",
            "yaml",
            "--allow-empty-data",
            "--cert",
            "old.pem",
        ];
        let sealed = self.run_with(&seal, secret.to_string().as_bytes());
        assert!(sealed.status.success(), "{}", said(&sealed));
        let sealed = String::from_utf8(sealed.stdout).expect("YAML is text");
        self.write(&path(number), &format!("# kept\n{sealed}"));
    }

    /// Re-seals all of its files; without git, so that they are only edited.
    pub(crate) fn reseal(&self, more: &[&str]) -> Output {
        self.run(&[&["reseal", "envs/dev", "--no-git"], more].concat())
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(arguments, b"")
    }

    fn run_with(&self, arguments: &[&str], stdin: &[u8]) -> Output {
        let program =
            std::env::var_os("SEALSMITH_PROGRAM").expect("./tests/run cluster names the program");
        let mut child = Command::new(program)
            .args(arguments)
            .current_dir(&self.root)
            .env_remove("KUBECONFIG")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut pipe = child.stdin.take().expect("it is piped");
        // A program that reads no input may be gone.
        let _ = pipe.write_all(stdin);
        drop(pipe);
        child.wait_with_output().expect("it ends")
    }

    /// The values of a file, opened with the new key alone.
    pub(crate) fn opened(&self, number: usize) -> Value {
        let path = path(number);
        let unseal = [
            "unseal",
            "-o",
            "json",
            "--recovery-private-key",
            "keys/new.pem",
            "-f",
            &path,
        ];
        let output = self.run(&unseal);
        assert!(output.status.success(), "{}", said(&output));
        let secret: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
        secret["data"].clone()
    }

    pub(crate) fn text(&self, number: usize) -> String {
        std::fs::read_to_string(self.root.join(path(number))).expect("the file was written")
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        let folder = path.parent().expect("a file is in a folder");
        std::fs::create_dir_all(folder).expect("the cluster's folder is writable");
        std::fs::write(path, text).expect("the cluster's folder is writable");
    }

    pub(crate) fn fingerprint_of(&self, certificate: &str) -> String {
        fingerprint(&self.root.join(certificate))
    }
}

/// What a file with a number below ten opens to, in base64.
pub(crate) fn plaintext(number: usize) -> Value {
    // s3cret-0 to s3cret-9: the last byte is the second of a group of three.
    let last = ["A", "E", "I", "M", "Q", "U", "Y", "c", "g", "k"][number];
    json!({"password": format!("czNjcmV0LT{last}="), "empty": "", "user": "YWRtaW4="})
}

pub(crate) fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

#[track_caller]
pub(crate) fn ended(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}", said(output));
}

fn path(number: usize) -> String {
    format!("envs/dev/sealed-secrets/app/sealed-db-{number}.yaml")
}

fn fingerprint(certificate: &Path) -> String {
    let folder = Folder {
        root: certificate
            .parent()
            .expect("a file is in a folder")
            .to_owned(),
    };
    let path = certificate.to_str().expect("the path is text");
    let output = folder.run(&["cert", "show", "--format", "json", path]);
    let shown: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    shown[0]["fingerprint"]
        .as_str()
        .expect("it is text")
        .to_owned()
}
