//! Two environments of three applications on a real cluster, whose consumers use access keys of a strict moto.

use crate::consumers::Consumers;
use crate::moto::{Held, Key, Moto};
use crate::program::{self, Outcome};
use sealsmith_test_cluster::{Application, Cluster, Repository, Result, Seen, until};
use serde_json::{Value, json};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(crate) const APPLICATIONS: [&str; 3] = ["airflow", "fastapi", "mlflow"];
pub(crate) const ENVIRONMENTS: [&str; 2] = ["dev", "prod"];
const BUCKET: &str = "artifacts";

/// Everything that a rotation meets.
pub(crate) struct Scene {
    pub(crate) moto: Moto,
    pub(crate) operator: Key,
    pub(crate) repository: Repository,
    pub(crate) applications: Vec<Application>,
    state: PathBuf,
    pub(crate) cluster: Cluster,
}

impl Scene {
    pub(crate) fn new() -> Result<Self> {
        let cluster = Cluster::builder()
            .controller("sealed-secrets", "kube-system")
            .argocd()
            .workloads()
            .start()?;
        let moto = Moto::start();
        moto.bucket(BUCKET);
        let operator = moto.operator("operator");
        let repository = cluster.repository("gitops")?;
        let certificate = cluster.controller().certificate()?;
        let state = cluster.folder().join("state");
        for folder in [&state, &state.join("backup")] {
            std::fs::create_dir_all(folder).unwrap();
            std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).unwrap();
        }
        for env in ENVIRONMENTS {
            let certificate = repository.write(&format!("certs/{env}.pem"), &certificate)?;
            moto.user(&user(env), &[crate::moto::allow(&["s3:*"])]);
            let key = moto.key(&user(env));
            for app in APPLICATIONS {
                let text = sealed(&certificate, app, env, &key);
                repository.write(&file(app, env), text)?;
            }
        }
        let policy = policy(&state.join("backup"));
        repository.write("sealsmith.yaml", policy)?;
        let commit = repository.push("the estate")?;
        let mut scene = Self {
            moto,
            operator,
            repository,
            applications: Vec::new(),
            state,
            cluster,
        };
        for env in ENVIRONMENTS {
            for app in APPLICATIONS {
                scene.deploy(app, env)?;
            }
        }
        for application in &scene.applications {
            application.synced_to(&commit)?;
        }
        for env in ENVIRONMENTS {
            for app in APPLICATIONS {
                scene.consumed(app, env)?;
            }
        }
        Ok(scene)
    }

    fn deploy(&mut self, app: &str, env: &str) -> Result<()> {
        let path = format!("envs/{env}/sealed-secrets/{app}");
        let name = format!("{app}-{env}");
        let argocd = self.cluster.argocd();
        let application = argocd.application(&name, &self.repository, &path, &name)?;
        self.applications.push(application);
        Ok(())
    }

    /// Starts a consumer of an application's Secret, and waits until its pods run.
    fn consumed(&self, app: &str, env: &str) -> Result<()> {
        let (namespace, api) = (format!("{app}-{env}"), self.cluster.api());
        let secret = format!("/api/v1/namespaces/{namespace}/secrets/{}", name(env));
        until(&secret, || {
            Ok(match api.find(&secret)? {
                Some(_) => Seen::There(()),
                None => Seen::Else("no such Secret".to_owned()),
            })
        })?;
        let labels = json!({"app": app});
        let container = json!({"name": app, "image": "consumer",
            "envFrom": [{"secretRef": {"name": name(env)}}]});
        api.create(
            &format!("/apis/apps/v1/namespaces/{namespace}/deployments"),
            &json!({
                "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": app},
                "spec": {"replicas": 2, "selector": {"matchLabels": labels},
                    "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}}},
            }),
        )?;
        let path = format!("/apis/apps/v1/namespaces/{namespace}/deployments/{app}");
        until(&path, || {
            let found = api.get(&path)?;
            Ok(match found["status"]["availableReplicas"] == 2 {
                true => Seen::There(()),
                false => Seen::Else(found["status"].to_string()),
            })
        })
    }

    /// Starts the consumers of an environment.
    pub(crate) fn consumers(&self, env: &str) -> Consumers {
        let secrets: Vec<_> = APPLICATIONS
            .iter()
            .map(|app| (format!("{app}-{env}"), name(env)))
            .collect();
        let url = format!("{}/{BUCKET}", self.moto.url());
        Consumers::start(self.cluster.api(), &url, &secrets)
    }

    /// The program in the operator's clone, with the operator's credentials.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let folder = self.repository.path();
        let mut command = program::sealsmith(folder, self.cluster.kubeconfig(), &self.state);
        command
            .args(args)
            .env("AWS_ACCESS_KEY_ID", &self.operator.id)
            .env("AWS_SECRET_ACCESS_KEY", &self.operator.secret)
            .env("AWS_ENDPOINT_URL", self.moto.url())
            .env("AWS_REGION", "us-east-1")
            .env("AWS_EC2_METADATA_DISABLED", "true");
        command
    }

    pub(crate) fn sealsmith(&self, args: &[&str]) -> Outcome {
        let output = self.command(args).output();
        Outcome::of(&output.expect("the program was built"))
    }

    /// Rotates the key of dev with these words more.
    pub(crate) fn rotate(&self, words: &[&str]) -> Outcome {
        self.sealsmith(&[&["rotate", "aws", "dev"], words].concat())
    }

    /// The same, and dies at a step, as of a power cut.
    #[track_caller]
    pub(crate) fn dies(&self, step: &str, words: &[&str]) {
        let mut command = self.command(&[&["rotate", "aws", "dev"], words].concat());
        let output = command.env("SEALSMITH_FAILPOINT", step).output();
        let outcome = Outcome::of(&output.expect("the program was built"));
        assert_eq!(outcome.code, None, "{step} is on the way: {outcome:?}");
    }

    /// The keys of the user of an environment.
    pub(crate) fn keys(&self, env: &str) -> Vec<Held> {
        self.moto.keys(&user(env))
    }

    /// Every application of an environment holds this key, it is the only one, and nothing is half done.
    pub(crate) fn is_at_rest_with(&self, env: &str, key: &Held) -> Result<()> {
        assert_eq!(self.keys(env).len(), 1, "{:?}", ids(&self.keys(env)));
        assert_eq!(key.status, "Active");
        for app in APPLICATIONS {
            let path = format!("/api/v1/namespaces/{app}-{env}/secrets/{}", name(env));
            let secret = self.cluster.api().get(&path)?;
            assert_eq!(
                secret["data"]["AWS_ACCESS_KEY_ID"],
                encoded(&key.id),
                "{path}"
            );
            assert_eq!(
                secret["data"]["AWS_SECRET_ACCESS_KEY"],
                encoded(&key.secret),
                "{path}"
            );
        }
        assert_eq!(self.repository.git(&["status", "--porcelain"])?, "");
        self.repository.git(&["fetch", "--quiet", "origin"])?;
        let ahead = ["rev-list", "--count", "origin/main..HEAD"];
        assert_eq!(self.repository.git(&ahead)?, "0");
        let status = self.sealsmith(&["status", env, "--format", "json"]).ends(0);
        let status: Value = serde_json::from_str(&status.stdout).unwrap();
        assert_eq!(status["environments"][0]["unfinished"], json!([]));
        Ok(())
    }

    /// The files of the backup folder that name a key.
    pub(crate) fn backups_of(&self, id: &str) -> Vec<PathBuf> {
        let folder = std::fs::read_dir(self.state.join("backup")).unwrap();
        let paths = folder.map(|entry| entry.unwrap().path());
        paths
            .filter(|path| path.display().to_string().contains(id))
            .collect()
    }
}

pub(crate) fn ids(keys: &[Held]) -> Vec<String> {
    keys.iter()
        .map(|key| format!("{} {}", key.id, key.status))
        .collect()
}

fn user(env: &str) -> String {
    format!("svc-{env}")
}

fn name(env: &str) -> String {
    format!("aws-credentials-{env}-secret")
}

fn file(app: &str, env: &str) -> String {
    format!("envs/{env}/sealed-secrets/{app}/sealed-aws-credentials-{env}-secret.yaml")
}

/// Base64 as the test's own program does it.
fn encoded(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in text.as_bytes().chunks(3) {
        let mut bytes = [0; 4];
        bytes[1..=group.len()].copy_from_slice(group);
        let bits = u32::from_be_bytes(bytes);
        for place in 0..4 {
            let digit = (bits >> (18 - 6 * place)) & 63;
            let kept = place <= group.len();
            out.push(if kept {
                char::from(DIGITS[digit as usize])
            } else {
                '='
            });
        }
    }
    out
}

fn sealed(certificate: &Path, app: &str, env: &str, key: &Key) -> String {
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret",
        "metadata": {"name": name(env), "namespace": format!("{app}-{env}"), "labels": {"team": "ml"}},
        "stringData": {"AWS_ACCESS_KEY_ID": key.id, "AWS_SECRET_ACCESS_KEY": key.secret, "AWS_REGION": "us-east-1"},
    });
    let program =
        std::env::var_os("SEALSMITH_PROGRAM").expect("./tests/run cluster names the program");
    let mut child = Command::new(program)
        .args(["seal", "--format", "yaml", "--cert"])
        .arg(certificate)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    write!(child.stdin.take().unwrap(), "{secret}").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "seal: {}", output.status);
    format!(
        "# owner: platform\n{}",
        String::from_utf8(output.stdout).unwrap()
    )
}

fn policy(backup: &Path) -> String {
    let backup = backup.display();
    let environment = |env: &str| {
        format!(
            "  {env}:
    certificate: certs/{env}.pem
    git: {{branch: main}}
    argocd: {{applications: [\"*-{env}\"], timeout: 40s}}
    aws:
      account-id: \"123456789012\"
      user: svc-{env}
      secret: aws-credentials
      apps: [airflow, fastapi, mlflow]
      backup: {{folder: {backup}}}
      grace: 2s
      soak: 1s
      probes: [{{s3-bucket: {BUCKET}}}]
"
        )
    };
    format!(
        "version: v1
layout:
  allow: [\"envs/{{env}}/sealed-secrets/{{app}}/sealed-{{name}}.yaml\"]
  namespace: \"{{app}}-{{env}}\"
environments:
{}{}secrets:
  - id: aws-credentials
    match: {{name: \"aws-credentials-*\"}}
    rotation: automated
    reason: changes often, and every application takes it at its start
rules:
  sync-wave: {{severity: off}}
",
        environment("dev"),
        environment("prod")
    )
}
