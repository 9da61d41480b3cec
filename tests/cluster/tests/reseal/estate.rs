//! A repository of the standard layout, deployed by Argo CD into a cluster, and an operator with a clone.

use crate::files::{self, APPLICATIONS, SECRETS};
use crate::program::{self, Outcome};
use sealsmith_test_cluster::{
    Application, Builder, Cluster, ControllerSetup, Lent, Pool, Prober, Repository, Result, Seen,
    until,
};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

/// Everything an operation meets.
pub(crate) struct Estate {
    pub(crate) repository: Repository,
    pub(crate) applications: Vec<Application>,
    state: PathBuf,
    pub(crate) cluster: Cluster,
}

static POOL: Pool<Estate> = Pool::new();

impl Estate {
    /// One of those that tests have in turn: three applications in dev and in prod, synced and unsealed; their
    /// controller does not limit requests.
    pub(crate) fn lent() -> Result<Lent<Self>> {
        POOL.lend(Self::is_fit, || {
            Self::with(Cluster::builder(), Self::unlimited())
        })
    }

    /// A controller that does not limit requests.
    pub(crate) fn unlimited() -> ControllerSetup {
        let setup = ControllerSetup::new("sealed-secrets", "kube-system");
        setup.flag("--rate-limit", "100000")
    }

    /// One for a test alone, with more in the cluster or another controller.
    pub(crate) fn with(builder: Builder, controller: ControllerSetup) -> Result<Self> {
        let cluster = builder.controller_as(controller).argocd().start()?;
        let repository = cluster.repository("gitops")?;
        let certificate = cluster.controller().certificate()?;
        for env in ["dev", "prod"] {
            let path = repository.write(&format!("certs/{env}.pem"), &certificate)?;
            for app in APPLICATIONS {
                for (name, text) in files::of_application(&path, app, env) {
                    repository.write(&format!("envs/{env}/sealed-secrets/{app}/{name}"), text)?;
                }
            }
        }
        let state = cluster.folder().join("state");
        std::fs::create_dir_all(&state).expect("the folder of the cluster is writable");
        let mut estate = Self {
            repository,
            applications: Vec::new(),
            state,
            cluster,
        };
        let policy = files::policy(&estate.served());
        estate.repository.write("sealsmith.yaml", policy)?;
        let commit = estate.repository.push("the estate")?;
        for env in ["dev", "prod"] {
            for app in APPLICATIONS {
                estate.deploy(app, env)?;
            }
        }
        for application in &estate.applications {
            application.synced_to(&commit)?;
        }
        for (namespace, name) in estate.secrets() {
            estate.unsealed(&namespace, &name)?;
        }
        Ok(estate)
    }

    // Whatever a test did to dev, it brought to its end.
    fn is_fit(&self) -> bool {
        let controller = self.cluster.controller();
        controller.lead_here().is_ok() && self.sealsmith(&["check", "dev"]).code == Some(0)
    }

    fn deploy(&mut self, app: &str, env: &str) -> Result<()> {
        let path = format!("envs/{env}/sealed-secrets/{app}");
        let name = format!("{app}-{env}");
        let argocd = self.cluster.argocd();
        let application = argocd.application(&name, &self.repository, &path, &name)?;
        self.applications.push(application);
        Ok(())
    }

    fn unsealed(&self, namespace: &str, name: &str) -> Result<()> {
        let path = format!("/api/v1/namespaces/{namespace}/secrets/{name}");
        until(&path, || {
            Ok(match self.cluster.api().find(&path)? {
                Some(_) => Seen::There(()),
                None => Seen::Else("no such Secret".to_owned()),
            })
        })
    }

    /// The fingerprint of the certificate that the controller serves now.
    pub(crate) fn served(&self) -> String {
        let path = self.cluster.folder().join("served.pem");
        let certificate = self.cluster.controller().certificate().unwrap();
        std::fs::write(&path, certificate).unwrap();
        let show = self.sealsmith(&["cert", "show", path.to_str().unwrap()]);
        let show = show.ends(0).stdout;
        let mut words = show.split_whitespace();
        let found = words.find(|word| word.starts_with("SHA256:"));
        found.expect("a certificate has a fingerprint").to_owned()
    }

    /// Namespace and name of every Secret.
    pub(crate) fn secrets(&self) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for env in ["dev", "prod"] {
            for app in APPLICATIONS {
                all.extend(SECRETS.map(|name| (format!("{app}-{env}"), name.to_owned())));
            }
        }
        all
    }

    /// Starts reading every Secret all the time.
    pub(crate) fn prober(&self) -> Result<Prober> {
        let secrets = self.secrets();
        let names: Vec<_> = secrets
            .iter()
            .map(|(namespace, name)| (namespace.as_str(), name.as_str()))
            .collect();
        Prober::start(self.cluster.api(), &names)
    }

    /// The program in the operator's clone.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let folder = self.repository.path();
        let mut command = program::sealsmith(folder, self.cluster.kubeconfig(), &self.state);
        command.args(args);
        command
    }

    /// Runs the program in the operator's clone.
    pub(crate) fn sealsmith(&self, args: &[&str]) -> Outcome {
        let output = self.command(args).output();
        Outcome::of(&output.expect("the program was built"))
    }

    /// What the remote's branch has.
    pub(crate) fn pushed(&self) -> Result<String> {
        self.repository.git(&["fetch", "--quiet", "origin"])?;
        self.repository.git(&["rev-parse", "origin/main"])
    }

    /// The resourceVersion of every Secret.
    pub(crate) fn versions(&self) -> Result<Vec<Value>> {
        let version = |(namespace, name): &(String, String)| {
            let path = format!("/api/v1/namespaces/{namespace}/secrets/{name}");
            Ok(self.cluster.api().get(&path)?["metadata"]["resourceVersion"].take())
        };
        self.secrets().iter().map(version).collect()
    }

    /// Gives the controller a new key and returns its fingerprint.
    pub(crate) fn renewed(&self) -> Result<String> {
        self.cluster.controller().renew_key()?;
        Ok(self.served())
    }

    /// Re-seals dev with these words more.
    pub(crate) fn reseal(&self, words: &[&str]) -> Outcome {
        self.sealsmith(&[&["reseal", "dev"], words].concat())
    }

    /// Re-seals dev and dies at a step, as of a power cut.
    #[track_caller]
    pub(crate) fn kills(&self, step: &str, words: &[&str]) {
        let mut command = self.command(&[&["reseal", "dev"], words].concat());
        let output = command.env("SEALSMITH_FAILPOINT", step).output();
        let outcome = Outcome::of(&output.expect("the program was built"));
        assert_eq!(outcome.code, None, "{step} is on the way: {outcome:?}");
    }

    /// How many commits the clone has that the remote has not.
    pub(crate) fn commits_ahead(&self) -> Result<String> {
        self.repository.git(&["fetch", "--quiet", "origin"])?;
        self.repository
            .git(&["rev-list", "--count", "origin/main..HEAD"])
    }

    /// The commit that is checked out.
    pub(crate) fn head(&self) -> Result<String> {
        self.repository.git(&["rev-parse", "HEAD"])
    }

    /// Nothing is changed, committed or pushed since this commit.
    pub(crate) fn is_still_at(&self, commit: &str) -> Result<()> {
        assert_eq!(self.repository.git(&["status", "--porcelain"])?, "");
        assert_eq!(
            (self.head()?, self.pushed()?),
            (commit.to_owned(), commit.to_owned())
        );
        Ok(())
    }

    /// Everything of dev is for a key, pushed, and in the cluster; nothing is half done.
    pub(crate) fn is_done(&self, key: &str) -> Result<()> {
        self.is_done_with(key, &[])
    }

    /// The same for a controller that has to be named.
    pub(crate) fn is_done_with(&self, key: &str, named: &[&str]) -> Result<()> {
        assert_eq!(self.repository.git(&["status", "--porcelain"])?, "");
        let (head, pushed) = (self.head()?, self.pushed()?);
        assert_eq!(head, pushed);
        let message = self.repository.git(&["log", "-1", "--format=%B"])?;
        assert!(
            message.contains(&format!("Sealsmith-Key-Fingerprint: {key}")),
            "{message}"
        );
        self.sealsmith(&[&["verify", "dev"], named].concat())
            .ends(0);
        self.reseal(named).ends(0).says("nothing to do");
        for application in self.applications.iter().take(3) {
            application.synced_to(&pushed)?;
        }
        Ok(())
    }

    /// Waits until Argo CD tries a commit again that cannot be synced.
    pub(crate) fn retries(&self, index: usize, commit: &str) -> Result<()> {
        let application = &self.applications[index];
        application.refresh()?;
        until(&format!("a retry of {commit}"), || {
            let status = application.status()?;
            let operation = &status["operationState"];
            let of_commit = operation["operation"]["sync"]["revision"] == commit;
            Ok(
                if of_commit && operation["retryCount"].as_u64() >= Some(1) {
                    Seen::There(())
                } else {
                    Seen::Else(status.to_string())
                },
            )
        })
    }
}
