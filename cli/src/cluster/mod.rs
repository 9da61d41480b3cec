//! The cluster of an environment, reached through its API server as kubectl reaches it.

pub(crate) mod api;
pub(crate) mod argocd;
pub(crate) mod expected;
pub(crate) mod lease;
pub(crate) mod lineage;
mod many;
mod problem;
pub(crate) mod sealed_secret;
pub(crate) mod secret;
#[cfg(test)]
pub(crate) mod stand_in;
mod time;
pub(crate) mod watch;
pub(crate) mod workloads;

pub(crate) use api::Api;
pub(crate) use many::each;
pub(crate) use problem::cannot;

use std::future::Future;
use std::path::Path;
use std::time::Duration;

use kube::config::{KubeConfigOptions, Kubeconfig, KubeconfigError};
use kube::{Client, Config};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use crate::env::Env;
use crate::failure::Failure;
use crate::ui::shown;

/// How long one request may take, connecting included; what takes longer is a watch, which has its own time.
pub(crate) const REQUEST: Duration = Duration::from_secs(30);

/// A connection to an API server, with the runtime that drives it.
pub(crate) struct Cluster {
    client: Client,
    runtime: Runtime,
    name: String,
}

impl Cluster {
    /// Connects to the cluster of a kubeconfig context; without a kubeconfig, to the one this runs in.
    ///
    /// Nothing is sent yet. `kubeconfig` comes before `KUBECONFIG`, which comes before `~/.kube/config`.
    pub(crate) fn connect(
        context: Option<&str>,
        kubeconfig: Option<&Path>,
        env: &Env,
    ) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|error| Failure::could_not("cannot start the network").because(error))?;
        let (config, name) = runtime.block_on(config(context, kubeconfig, env))?;
        let _inside = runtime.enter();
        let client = Client::try_from(config)
            .map_err(|error| cannot(&format!("use the kubeconfig for {name}"), error))?;
        Ok(Self {
            client,
            runtime,
            name,
        })
    }

    /// What messages call it: the context, or `this cluster`.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The client, which is cheap to clone.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Runs something that talks to the cluster to its end.
    pub(crate) fn run<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Starts something that goes on in the background.
    pub(crate) fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        self.runtime.spawn(future)
    }
}

async fn config(
    context: Option<&str>,
    kubeconfig: Option<&Path>,
    env: &Env,
) -> Result<(Config, String), Failure> {
    let options = KubeConfigOptions {
        context: context.map(str::to_owned),
        ..KubeConfigOptions::default()
    };
    let read = match kubeconfig {
        Some(path) => Kubeconfig::read_from(path),
        None => Kubeconfig::read(),
    };
    let asked_for = context.is_some() || kubeconfig.is_some();
    let (mut config, name) = match read {
        Ok(read) => {
            let current = read.current_context.clone();
            let name = context.map(str::to_owned).or(current);
            let config = Config::from_custom_kubeconfig(read, &options)
                .await
                .map_err(|error| unusable(&error, kubeconfig))?;
            (config, name.unwrap_or_else(|| "the cluster".to_owned()))
        }
        Err(_) if !asked_for && env.variable("KUBERNETES_SERVICE_HOST").is_some() => {
            let config = Config::incluster().map_err(|error| {
                Failure::could_not("cannot use the service account of this pod").because(error)
            })?;
            (config, "this cluster".to_owned())
        }
        Err(error) => return Err(unusable(&error, kubeconfig)),
    };
    // Each caller knows what may be sent twice and how long it waits; kube would try for minutes.
    config.default_retry = false;
    config.connect_timeout = Some(Duration::from_secs(10));
    Ok((config, name))
}

/// Says why a kubeconfig cannot be used, without repeating its text, which holds credentials.
fn unusable(error: &KubeconfigError, path: Option<&Path>) -> Failure {
    let failure = match path {
        Some(path) => Failure::could_not(format!("cannot use the kubeconfig {}", shown(path))),
        None => Failure::could_not("cannot use the kubeconfig"),
    };
    let failure = match error {
        KubeconfigError::Parse(_) => failure.cause("it is no valid kubeconfig"),
        other => failure.cause(other.to_string()),
    };
    failure
        .hint("see what kubectl says: kubectl config get-contexts")
        .hint(
            "sealsmith.yaml names context and kubeconfig under environments.<env>.controller; \
         without them KUBECONFIG and ~/.kube/config count",
        )
}
