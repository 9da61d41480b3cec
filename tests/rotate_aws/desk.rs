//! An operator's clone of a bare remote with `dev` and `prod`, three applications in each, an AWS account, and the cluster
//! that runs it all.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use sealsmith_core::certificate::Certificate;
use sealsmith_core::scope::{Label, Scope};
use sealsmith_core::seal::SealingKey;
use serde_json::Value;

use crate::moto::{ACCOUNT, Held, Key, allow};
use crate::side_by_side::aws::Account;
use crate::side_by_side::prober::Prober;
use crate::stand_in::{Application, Rolls, StandIn};
use crate::support::keys::{KeyPair, key_pair};
use crate::support::program::{Outcome, Program};
use crate::support::repository::Repository;

pub(crate) const APPS: [&str; 3] = ["airflow", "fastapi", "mlflow"];
const WORKS: &str = "what a test makes itself is well formed";

/// What a desk is like.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) environments: &'static [&'static str],
    pub(crate) rolls: Rolls,
    /// More lines of `environments.<env>.aws`, without their margin.
    pub(crate) aws: &'static str,
    /// Whether manifests are written as nobody else writes them.
    pub(crate) odd_files: bool,
    /// Whether the operator is the user whose key is rotated.
    pub(crate) own: bool,
    /// The data keys of the two parts.
    pub(crate) keys: [&'static str; 2],
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            environments: &["dev"],
            rolls: Rolls::ByItself,
            aws: "",
            odd_files: false,
            own: false,
            keys: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
        }
    }
}

/// Everything that takes part. The order is the one in which it ends.
pub(crate) struct Desk {
    pub(crate) clone: Repository,
    pub(crate) prober: Prober,
    pub(crate) cluster: Arc<StandIn>,
    pub(crate) aws: Account,
    /// Whose credentials do it.
    pub(crate) operator: Key,
    /// The key of each environment at the start.
    pub(crate) old: Vec<Key>,
    /// The data keys of its two parts.
    pub(crate) names: [&'static str; 2],
    /// Every file of the repository when the last thing but a rotation happened to it, by path.
    start: Mutex<BTreeMap<String, Vec<u8>>>,
    /// The ids of keys that others made.
    pub(crate) known: Mutex<BTreeSet<String>>,
    /// Everything that the program said.
    pub(crate) said: Mutex<Vec<String>>,
    /// Every secret access key that there ever was.
    secrets: Mutex<BTreeSet<String>>,
    outside: tempfile::TempDir,
}

impl Desk {
    /// One environment whose workloads roll by themselves.
    pub(crate) fn new() -> Self {
        Self::with(&Setting::default())
    }

    pub(crate) fn with(setting: &Setting) -> Self {
        let outside = tempfile::tempdir().expect("the temporary folder is writable");
        for folder in ["backup", "state", "tmp"] {
            let folder = outside.path().join(folder);
            std::fs::create_dir(&folder).expect(WORKS);
            std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).expect(WORKS);
        }
        let aws = Account::open();
        let bucket = aws.name("artifacts");
        aws.bucket(&bucket);
        let clone = Repository::new();
        clone.write(
            "sealsmith.yaml",
            policy(setting, &aws, &outside.path().join("backup")),
        );
        let (operator, old) = people(&aws, &clone, setting);
        write_files(&clone, setting, &old);
        clone.commit("start");
        let remote = outside.path().join("origin.git");
        let url = format!("file://{}", remote.display());
        Program::new("git")
            .args(["init", "--quiet", "--bare", "--initial-branch=main"])
            .arg(&remote)
            .output();
        clone.git(["remote", "add", "origin", &url]);
        clone.git(["push", "--quiet", "--set-upstream", "origin", "main"]);
        let cluster = Arc::new(StandIn::start(&key(), &remote));
        cluster.deploys(&applications(setting));
        std::fs::write(outside.path().join("kubeconfig"), cluster.kubeconfig()).expect(WORKS);
        let prober = Prober::start(&cluster, &aws.url(), &bucket);
        prober.works_on();
        assert_eq!(
            prober.refused(),
            Vec::<String>::new(),
            "before anything began"
        );
        aws.clear();
        let start = Mutex::new(files(&clone));
        let known = old.iter().map(|key| key.id.clone()).collect();
        Self {
            clone,
            prober,
            cluster,
            aws,
            operator,
            old,
            names: setting.keys,
            start,
            known: Mutex::new(known),
            said: Mutex::default(),
            secrets: Mutex::default(),
            outside,
        }
    }

    /// `sealsmith` in the clone, with the operator's credentials.
    pub(crate) fn sealsmith<const N: usize>(&self, args: [&str; N]) -> Program {
        self.clone
            .sealsmith()
            .args(args)
            .env("XDG_STATE_HOME", self.place("state"))
            .env("TMPDIR", self.place("tmp"))
            .env("KUBECONFIG", self.place("kubeconfig"))
            .env("AWS_ACCESS_KEY_ID", &self.operator.id)
            .env("AWS_SECRET_ACCESS_KEY", &self.operator.secret)
            .env("AWS_REGION", "us-east-1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_ENDPOINT_URL", self.aws.url())
    }

    /// `sealsmith rotate aws dev` with the shortest waits.
    pub(crate) fn begin(&self, flags: &[&str]) -> Program {
        self.sealsmith([
            "rotate",
            "aws",
            "dev",
            "--grace",
            "1s",
            "--soak",
            "1s",
            "--timeout",
            "20s",
        ])
        .args(flags)
    }

    /// `sealsmith rotate aws dev --resume`, or another way to go on.
    pub(crate) fn go_on(&self, flags: &[&str]) -> Program {
        self.sealsmith(["rotate", "aws", "dev", "--timeout", "20s"])
            .args(flags)
    }

    /// The same for somebody who does not wait long for what does not come.
    pub(crate) fn go_on_in_a_hurry(&self, flags: &[&str]) -> Program {
        self.sealsmith(["rotate", "aws", "dev", "--timeout", "3s"])
            .args(flags)
    }

    /// Runs it, and remembers what it said and which keys there are.
    pub(crate) fn run(&self, program: Program) -> Outcome {
        let outcome = program.run();
        self.said.lock().expect(WORKS).push(said(&outcome));
        self.secrets();
        outcome
    }

    /// It dies at this place.
    pub(crate) fn dies_at(&self, place: &str, program: Program) {
        let outcome = self.run(program.env("SEALSMITH_FAILPOINT", place));
        assert_eq!(
            outcome.code,
            None,
            "nobody died at {place}:\n{}",
            said(&outcome)
        );
    }

    /// Goes on to the end.
    pub(crate) fn is_resumed(&self) {
        self.ends(self.go_on(&["--resume"]), 0, &[]);
        self.is_done();
    }

    /// Goes back to the beginning.
    pub(crate) fn is_aborted(&self) {
        self.ends(self.go_on(&["--abort"]), 0, &[]);
        self.is_undone();
    }

    /// Gives the user a second key, which somebody else made.
    pub(crate) fn second_key(&self, status: &str, used: Option<i64>) -> Key {
        let key = self.aws.key(&self.user("dev"));
        let change = serde_json::json!({"id": key.id, "status": status});
        self.aws.change_key(change);
        if let Some(used) = used {
            self.aws
                .change_key(serde_json::json!({"id": key.id, "used": used}));
        }
        self.known.lock().expect(WORKS).insert(key.id.clone());
        key
    }

    /// Every secret access key of the user that was ever seen.
    pub(crate) fn secrets(&self) -> BTreeSet<String> {
        let mut secrets = self.secrets.lock().expect(WORKS);
        secrets.extend(self.keys().into_iter().map(|key| key.secret));
        secrets.clone()
    }

    /// Changes the policy, and waits until the cluster is there.
    pub(crate) fn edits_the_policy(&self, from: &str, to: &str) {
        let policy = String::from_utf8(self.clone.read("sealsmith.yaml")).expect(WORKS);
        assert!(policy.contains(from), "no {from:?} in:\n{policy}");
        self.clone
            .write("sealsmith.yaml", policy.replacen(from, to, 1));
        self.publishes("another policy");
    }

    /// Commits and pushes what there is, and waits until the cluster is there.
    pub(crate) fn publishes(&self, message: &str) {
        self.clone.commit(message);
        self.clone.git(["push", "--quiet"]);
        *self.start.lock().expect(WORKS) = files(&self.clone);
        let tip = self.remote_tip().trim().to_owned();
        self.cluster.waits_until("the cluster is at rest", |world| {
            world.is_settled() && world.argocd.is_at(&tip)
        });
    }

    /// A file or folder beside the clone: `backup`, `state`, `tmp`, `kubeconfig`, `origin.git`.
    pub(crate) fn place(&self, name: &str) -> PathBuf {
        self.outside.path().join(name)
    }

    /// Every file as it was before the rotation, by path.
    pub(crate) fn start(&self) -> BTreeMap<String, Vec<u8>> {
        self.start.lock().expect(WORKS).clone()
    }

    /// The user of an environment.
    pub(crate) fn user(&self, environment: &str) -> String {
        self.aws.name(&format!("svc-{environment}"))
    }

    pub(crate) fn keys(&self) -> Vec<Held> {
        self.aws.keys(&self.user("dev"))
    }

    /// The manifest of an application in `dev`.
    pub(crate) fn manifest(app: &str) -> String {
        manifest("dev", app)
    }

    pub(crate) fn head(&self) -> String {
        self.clone.git(["rev-parse", "HEAD"])
    }

    /// The commit of the branch at the remote.
    pub(crate) fn remote_tip(&self) -> String {
        let git = Program::new("git")
            .arg("--git-dir")
            .arg(self.place("origin.git"));
        git.args(["rev-parse", "refs/heads/main"]).text()
    }

    /// What is unfinished, as the state folder has it.
    pub(crate) fn journals(&self) -> Vec<PathBuf> {
        let folders = entries(&self.place("state/sealsmith"));
        let files = folders.iter().flat_map(|folder| entries(folder));
        files
            .filter(|file| {
                file.extension()
                    .is_some_and(|extension| extension == "json")
            })
            .collect()
    }

    pub(crate) fn backup_files(&self) -> Vec<PathBuf> {
        entries(&self.place("backup"))
    }

    /// The backups, each as it is, or decrypted; what a kill left half written is none.
    pub(crate) fn backups(&self) -> Vec<(PathBuf, Value)> {
        let read = |path: PathBuf| {
            let text = match path.extension().is_some_and(|end| end == "age") {
                true => Program::new("age")
                    .args(["--decrypt", "--identity"])
                    .args([self.place("identity"), path.clone()])
                    .output(),
                false => std::fs::read(&path).expect(WORKS),
            };
            (
                path,
                serde_json::from_slice(&text).expect("a backup is JSON"),
            )
        };
        let files = self.backup_files().into_iter();
        let whole = files.filter(|path| is_backup(path));
        whole.map(read).collect()
    }

    /// It ends with this code and says these words.
    pub(crate) fn ends(&self, program: Program, code: i32, words: &[&str]) -> Outcome {
        let outcome = self.run(program);
        let said = said(&outcome);
        assert_eq!(outcome.code, Some(code), "{said}");
        for word in words {
            assert!(said.contains(word), "no {word:?} in:\n{said}");
        }
        outcome
    }

    /// It is refused with these words before anything happened anywhere.
    pub(crate) fn refuses(&self, program: Program, code: i32, words: &[&str]) {
        let before = self.picture();
        let outcome = self.ends(program, code, words);
        assert_eq!(self.picture(), before, "{}", outcome.stderr);
        for action in ["CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey"] {
            assert_eq!(self.aws.count(action), 0, "{action}");
        }
    }

    fn picture(&self) -> impl PartialEq + std::fmt::Debug + use<> {
        let keys: Vec<_> = self
            .keys()
            .into_iter()
            .map(|key| (key.id, key.status))
            .collect();
        let backups = entries(&self.place("backup"));
        let git = [
            self.clone.git(["status", "--porcelain"]),
            self.clone.git(["diff", "HEAD"]),
            self.head(),
            self.remote_tip(),
        ];
        (keys, backups, git, self.journals())
    }
}

fn files(clone: &Repository) -> BTreeMap<String, Vec<u8>> {
    let paths = clone.git(["ls-files"]);
    let read = |path: &str| (path.to_owned(), clone.read(path));
    paths.lines().map(read).collect()
}

/// Everything that a program said.
pub(crate) fn said(outcome: &Outcome) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&outcome.stdout),
        outcome.stderr
    )
}

pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// The controller's key.
pub(crate) fn key() -> KeyPair {
    key_pair(2048)
}

pub(crate) fn manifest(environment: &str, app: &str) -> String {
    format!(
        "envs/{environment}/sealed-secrets/{app}/sealed-aws-credentials-{environment}-secret.yaml"
    )
}

fn policy(setting: &Setting, aws: &Account, backup: &Path) -> String {
    let mut text = "version: v1\nlayout:\n  namespace: \"{app}-{env}\"\nenvironments:\n".to_owned();
    for environment in setting.environments {
        let user = aws.name(&format!("svc-{environment}"));
        let (backup, bucket) = (backup.display(), aws.name("artifacts"));
        let more: String = setting
            .aws
            .lines()
            .map(|line| format!("      {line}\n"))
            .collect();
        let [id, secret] = setting.keys;
        text.push_str(&format!(
            "  {environment}:
    certificate: certs/{environment}.pem
    argocd: {{timeout: 20s}}
    aws:
      account-id: \"{ACCOUNT}\"
      user: {user}
      secret: aws-credentials
      apps: [airflow, fastapi, mlflow]
      keys: {{id: {id}, secret: {secret}}}
      backup: {{folder: {backup}}}
      probes: [{{s3-bucket: {bucket}}}]
{more}"
        ));
    }
    text.push_str(
        "secrets:
  - id: aws-credentials
    match: {name: aws-credentials-*}
    rotation: automated
    reason: two access keys may be live at once
    max-age: 90d
  - id: database
    match: {name: db-*}
    rotation: manual
    reason: the server changes in the same window
",
    );
    text
}

fn write_files(clone: &Repository, setting: &Setting, old: &[Key]) {
    let certificate = std::fs::read(key().certificate).expect(WORKS);
    let parsed = Certificate::parse(&certificate).expect(WORKS);
    let sealing = SealingKey::native(parsed.public_key()).expect(WORKS);
    let mut random = ChaCha20Rng::from_seed([7; 32]);
    clone.write("notes.md", "notes\n");
    for (environment, key) in setting.environments.iter().zip(old) {
        clone.write(format!("certs/{environment}.pem"), &certificate);
        for app in APPS {
            let namespace = format!("{app}-{environment}");
            let mut seal = |name: &str, values: &[(&str, &str)]| {
                let label = Label::new(Scope::Strict, &namespace, name);
                let lines = values.iter().map(|(key, value)| {
                    let sealed = sealing.seal(&mut random, &label, value.as_bytes());
                    format!("    {key}: {}\n", sealed.expect(WORKS).as_str())
                });
                sealed_secret(&namespace, name, &lines.collect::<String>())
            };
            let [id, secret] = setting.keys;
            let name = format!("aws-credentials-{environment}-secret");
            let values = [
                (id, &*key.id),
                ("AWS_DEFAULT_REGION", "us-east-1"),
                (secret, &*key.secret),
            ];
            let text = seal(&name, &values);
            let text = if setting.odd_files {
                odd(app, text)
            } else {
                text
            };
            clone.write(manifest(environment, app), text);
            let name = format!("db-{environment}-secret");
            let path = format!("envs/{environment}/sealed-secrets/{app}/sealed-{name}.yaml");
            clone.write(
                path,
                seal(&name, &[("password", "hunter2-of-the-database")]),
            );
        }
    }
}

/// The same manifest in another dress: after another document, with Windows' line ends, with quotes and an anchor.
fn odd(app: &str, text: String) -> String {
    let config = "# first a document of another kind\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n";
    match app {
        "airflow" => format!("{config}---\n{text}...\n"),
        "fastapi" => format!("\u{feff}{}", text.replace('\n', "\r\n")),
        _ => text
            .replace("  name: ", "  name: &name ")
            .replace("      name: &name ", "      name: ")
            .replacen("type: Opaque", "type: \"Opaque\" # as ever", 1),
    }
}

fn sealed_secret(namespace: &str, name: &str, values: &str) -> String {
    format!(
        "# who owns this: the platform team
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: {name}
  namespace: {namespace}
  annotations:
    argocd.argoproj.io/sync-wave: \"-1\"
spec:
  encryptedData:
{values}  template:
    metadata:
      name: {name}
      namespace: {namespace}
    type: Opaque
"
    )
}

fn applications(setting: &Setting) -> Vec<Application> {
    let of = |environment: &str, app: &str| Application {
        name: format!("{app}-{environment}"),
        namespace: format!("{app}-{environment}"),
        folder: format!("envs/{environment}/sealed-secrets/{app}"),
        secret: format!("aws-credentials-{environment}-secret"),
        keys: setting.keys,
        rolls: setting.rolls,
    };
    let environments = setting.environments.iter();
    environments
        .flat_map(|environment| APPS.map(|app| of(environment, app)))
        .collect()
}

/// The operator, with exactly the rights that the program asks for, and the key of each environment's user. An operator that
/// is the user itself has them beside its own.
fn people(aws: &Account, clone: &Repository, setting: &Setting) -> (Key, Vec<Key>) {
    let (mut policies, mut old) = (Vec::new(), Vec::new());
    for environment in setting.environments {
        let print = clone
            .sealsmith()
            .args(["rotate", "aws", environment, "--print-iam-policy"]);
        let policy: Value = serde_json::from_str(&print.text()).expect("the policy is JSON");
        let user = aws.name(&format!("svc-{environment}"));
        let uses = allow(&["s3:*"]);
        match setting.own {
            true => aws.user(&user, &[uses, policy]),
            false => {
                aws.user(&user, &[uses]);
                policies.push(policy);
            }
        }
        old.push(aws.key(&user));
    }
    if setting.own {
        let Key { id, secret } = &old[0];
        let (id, secret) = (id.clone(), secret.clone());
        return (Key { id, secret }, old);
    }
    let name = aws.name("operator");
    aws.user(&name, &policies);
    (aws.key(&name), old)
}

/// Puts a hook where git finds it: of a clone, or of a remote.
pub(crate) fn hook(folder: &Path, name: &str, script: &str) {
    let path = folder.join("hooks").join(name);
    std::fs::create_dir_all(folder.join("hooks")).expect("the folder is writable");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("the folder is writable");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))
        .expect("the file is ours");
}

/// Whether a file has the name of a whole backup.
pub(crate) fn is_backup(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.strip_suffix(".age").unwrap_or(&name);
    name.starts_with("aws-access-key.") && name.ends_with(".json")
}
