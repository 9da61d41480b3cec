//! A repository with an environment `dev`, deployed by Argo CD into a cluster.

use sealsmith_test_cluster::{
    Application, Builder, Cluster, Lent, Pool, Repository, Result, Seen, until,
};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Output, Stdio};

const FOLDER: &str = "envs/dev/sealed-secrets/app";

/// A repository with an environment `dev`, deployed by Argo CD into a cluster.
pub(crate) struct World {
    application: Option<Application>,
    pub(crate) repository: Repository,
    pub(crate) cluster: Cluster,
}

/// What `check` answered.
pub(crate) struct Checked {
    pub(crate) code: Option<i32>,
    pub(crate) report: Value,
    pub(crate) said: String,
}

/// A `check` that is waiting.
pub(crate) struct Waiting {
    child: Child,
    stderr: BufReader<ChildStderr>,
    said: String,
}

static POOL: Pool<World> = Pool::new();

impl World {
    /// One of those that tests have in turn: a controller and Argo CD, with one Secret that has arrived.
    pub(crate) fn lent() -> Result<Lent<Self>> {
        let is_fit = |world: &Self| world.check().code == Some(0);
        POOL.lend(is_fit, || Self::start_with(Cluster::builder()))
    }

    /// One for a test alone, with more in the cluster.
    pub(crate) fn start_with(builder: Builder) -> Result<Self> {
        let mut world = Self::prepare(builder.argocd(), json!({"timeout": "90s"}))?;
        let commit = world.repository.push("a first secret")?;
        world.follow()?;
        let argocd = world.cluster.argocd();
        let application = argocd.application("app-dev", &world.repository, FOLDER, "app")?;
        application.synced_to(&commit)?;
        world.application = Some(application);
        world.settled()?;
        Ok(world)
    }

    // Argo CD says that it is synced while its first sync has still something to do.
    fn settled(&self) -> Result<()> {
        until("an environment that has come to rest", || {
            let checked = self.check();
            Ok(match checked.code {
                Some(0) => Seen::There(()),
                _ => Seen::Else(checked.report.to_string()),
            })
        })
    }

    /// A controller without Argo CD: what is pushed is applied by hand.
    pub(crate) fn by_hand() -> Result<Self> {
        let world = Self::prepare(Cluster::builder(), Value::Null)?;
        world.repository.push("a first secret")?;
        world.follow()?;
        world.cluster.api().ensure_namespace("app")?;
        world.apply("db")?;
        world.unsealed("db")?;
        Ok(world)
    }

    /// Applies what the repository has of a SealedSecret.
    pub(crate) fn apply(&self, name: &str) -> Result<()> {
        let file = self.repository.path().join(file(name));
        let yaml = std::fs::read(file).unwrap();
        let path = format!("/apis/bitnami.com/v1alpha1/namespaces/app/sealedsecrets/{name}");
        self.cluster.api().apply_yaml(&path, &yaml).map(drop)
    }

    /// The Application that deploys the environment.
    pub(crate) fn application(&self) -> &Application {
        self.application.as_ref().expect("the world has Argo CD")
    }

    fn prepare(builder: Builder, argocd: Value) -> Result<Self> {
        let cluster = builder
            .controller("sealed-secrets", "kube-system")
            .start()?;
        let repository = cluster.repository("gitops")?;
        let certificate = cluster.controller().certificate()?;
        repository.write("certs/dev.pem", certificate)?;
        repository.write("sealsmith.yaml", policy(&cluster, argocd).to_string())?;
        seal(&repository, "db", "one");
        Ok(Self {
            application: None,
            repository,
            cluster,
        })
    }

    // A clone of an empty repository follows nothing.
    fn follow(&self) -> Result<()> {
        let upstream = ["branch", "--quiet", "--set-upstream-to=origin/main"];
        self.repository.git(&upstream).map(drop)
    }

    /// Seals a value into the repository.
    pub(crate) fn seal(&self, name: &str, value: &str) {
        seal(&self.repository, name, value);
    }

    /// Waits until a Secret is there.
    pub(crate) fn unsealed(&self, name: &str) -> Result<()> {
        let path = format!("/api/v1/namespaces/app/secrets/{name}");
        until(&path, || {
            Ok(match self.cluster.api().find(&path)? {
                Some(_) => Seen::There(()),
                None => Seen::Else("no such Secret".to_owned()),
            })
        })
    }

    pub(crate) fn check(&self) -> Checked {
        self.check_with(&[])
    }

    pub(crate) fn check_with(&self, arguments: &[&str]) -> Checked {
        let output = self.command(arguments).output().unwrap();
        Checked::of(&output)
    }

    /// Starts a check that waits, for at most a minute and a half.
    pub(crate) fn wait(&self) -> Waiting {
        let mut command = self.command(&["--wait", "--timeout", "90s"]);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        Waiting {
            child,
            stderr,
            said: String::new(),
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = sealsmith(self.repository.path());
        command
            .args(["check", "dev", "--format", "json"])
            .args(arguments);
        command
    }
}

impl Waiting {
    /// Reads what it says until it says this.
    pub(crate) fn says(&mut self, words: &str) {
        loop {
            let mut line = String::new();
            let read = self.stderr.read_line(&mut line).unwrap();
            assert!(read > 0, "it ended without {words:?}: {}", self.said);
            self.said.push_str(&line);
            if line.contains(words) {
                return;
            }
        }
    }

    /// Waits for its answer.
    pub(crate) fn finish(mut self) -> Checked {
        self.stderr.read_to_string(&mut self.said).unwrap();
        let mut output = self.child.wait_with_output().unwrap();
        output.stderr = self.said.into_bytes();
        Checked::of(&output)
    }
}

impl Checked {
    fn of(output: &Output) -> Self {
        Self {
            code: output.status.code(),
            report: serde_json::from_slice(&output.stdout).unwrap_or_default(),
            said: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The points that did not pass.
    pub(crate) fn amiss(&self) -> Vec<&str> {
        let points = self.report["points"].as_array().into_iter().flatten();
        points
            .filter(|point| point["result"] != "pass")
            .filter_map(|point| point["point"].as_str())
            .collect()
    }

    /// Everything that is said about a point.
    pub(crate) fn says(&self, name: &str) -> String {
        let mut points = self.report["points"].as_array().into_iter().flatten();
        let point = points.find(|point| point["point"] == name);
        point.map(Value::to_string).unwrap_or_default()
    }

    #[track_caller]
    pub(crate) fn passes(&self) {
        assert_eq!(self.code, Some(0), "{}{:#}", self.said, self.report);
        assert_eq!(self.amiss(), Vec::<&str>::new(), "{:#}", self.report);
    }
}

fn policy(cluster: &Cluster, argocd: Value) -> Value {
    let mut dev = json!({
        "certificate": "certs/dev.pem",
        "controller": {"kubeconfig": cluster.kubeconfig()},
    });
    if !argocd.is_null() {
        dev["argocd"] = argocd;
    }
    json!({"environments": {"dev": dev}})
}

fn file(name: &str) -> String {
    format!("{FOLDER}/sealed-{name}.yaml")
}

// Into a repository with a policy, so that `sealsmith.lock` is kept as well.
fn seal(repository: &Repository, name: &str, value: &str) {
    let secret = json!({"apiVersion": "v1", "kind": "Secret",
        "metadata": {"name": name, "namespace": "app"}, "stringData": {"password": value}});
    let file = file(name);
    std::fs::create_dir_all(repository.path().join(FOLDER)).unwrap();
    let mut child = sealsmith(repository.path())
        .args(["seal", "--cert", "certs/dev.pem", "-w", &file])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    write!(child.stdin.take().unwrap(), "{secret}").unwrap();
    assert!(child.wait().unwrap().success());
}

fn sealsmith(folder: &Path) -> Command {
    let program =
        std::env::var_os("SEALSMITH_PROGRAM").expect("./tests/run cluster names the program");
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", "/nonexistent")
        .env("GIT_CONFIG_NOSYSTEM", "1");
    command
}
