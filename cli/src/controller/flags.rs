//! Which controller is meant: the one of `sealsmith.yaml`, unless flags say otherwise.

use std::path::PathBuf;

use sealsmith_lint::policy::{Controller as Policed, Reach};

use super::direct::Direct;
use super::live::Live;
use super::service::Service;
use super::{Controller, Way};
use crate::cluster::Cluster;
use crate::env::{Env, Workspace};
use crate::failure::Failure;

const HEADING: &str = "Controller, instead of the one of sealsmith.yaml";

/// How the controller is reached, in kubeseal's words.
#[derive(clap::Args, Default)]
pub(crate) struct Flags {
    /// URL of a controller that is reached directly; /v1/cert.pem is below it
    #[arg(long, value_name = "URL", help_heading = HEADING, conflicts_with_all = ["context", "kubeconfig"])]
    controller_url: Option<String>,

    /// Context of the kubeconfig
    #[arg(long, value_name = "NAME", help_heading = HEADING)]
    context: Option<String>,

    /// The kubeconfig file
    #[arg(long, value_name = "FILE", help_heading = HEADING)]
    kubeconfig: Option<PathBuf>,

    /// Name of the controller's Service
    #[arg(
        long,
        value_name = "NAME",
        help_heading = HEADING,
        env = "SEALED_SECRETS_CONTROLLER_NAME",
        hide_env = true
    )]
    controller_name: Option<String>,

    /// Namespace that the controller runs in
    #[arg(
        long,
        value_name = "NAMESPACE",
        help_heading = HEADING,
        env = "SEALED_SECRETS_CONTROLLER_NAMESPACE",
        hide_env = true
    )]
    controller_namespace: Option<String>,
}

impl Flags {
    /// Whether they alone say how a controller is reached.
    pub(crate) fn lead_somewhere(&self) -> bool {
        self.controller_url.is_some() || self.context.is_some() || self.kubeconfig.is_some()
    }

    /// The controller that is known, but for what the flags say.
    fn over(
        &self,
        known: &Policed,
        workspace: &Workspace,
        env: &Env,
    ) -> Result<Controller, Failure> {
        if let Some(url) = &self.controller_url {
            return live(Direct::new(url)?, known);
        }
        match &known.reach {
            Reach::Keys(folder) if !self.lead_somewhere() => {
                Ok(Controller::Keys(folder.below(workspace.root())))
            }
            Reach::Url(url) if !self.lead_somewhere() => live(Direct::new(url)?, known),
            // Another kubeconfig has contexts of its own.
            _ if self.kubeconfig.is_some() => self.in_cluster(None, None, known, env),
            Reach::Cluster {
                context,
                kubeconfig,
            } => {
                let kubeconfig = kubeconfig.as_ref().map(|path| path.below(workspace.root()));
                self.in_cluster(context.as_deref(), kubeconfig, known, env)
            }
            Reach::Keys(_) | Reach::Url(_) => self.in_cluster(None, None, known, env),
        }
    }

    fn in_cluster(
        &self,
        context: Option<&str>,
        kubeconfig: Option<PathBuf>,
        known: &Policed,
        env: &Env,
    ) -> Result<Controller, Failure> {
        let cluster = self.connect(context, kubeconfig, env)?;
        let name = given(&self.controller_name, &known.name);
        let namespace = given(&self.controller_namespace, &known.namespace);
        live(Service::find(cluster, &namespace, &name)?, known)
    }

    fn connect(
        &self,
        context: Option<&str>,
        kubeconfig: Option<PathBuf>,
        env: &Env,
    ) -> Result<Cluster, Failure> {
        let given = self.kubeconfig.as_ref().map(|path| env.cwd().join(path));
        let kubeconfig = given.or(kubeconfig);
        let context = self.context.as_deref().or(context);
        Cluster::connect(context, kubeconfig.as_deref(), env)
    }
}

fn given(flag: &Option<String>, known: &str) -> String {
    let given = flag.clone().filter(|text| !text.is_empty());
    given.unwrap_or_else(|| known.to_owned())
}

/// Reaches the controller of an environment of `sealsmith.yaml`, or the one that flags lead to.
pub(crate) fn of_environment(
    environment: &str,
    flags: &Flags,
    env: &Env,
) -> Result<Controller, Failure> {
    let workspace = env.workspace()?;
    match policed(workspace, environment) {
        Some(known) => flags.over(known, workspace, env),
        None if flags.lead_somewhere() => flags.over(&Policed::default(), workspace, env),
        None => Err(Failure::could_not(format!(
            "sealsmith.yaml names no controller for {environment}"
        ))
        .hint("pass --context NAME for its cluster, or --controller-url URL")),
    }
}

/// Connects to the cluster that the controller of an environment is reached through, and says in which namespace it
/// runs; nothing when it is reached otherwise.
pub(crate) fn cluster_of(
    environment: &str,
    flags: &Flags,
    env: &Env,
) -> Result<Option<(Cluster, String)>, Failure> {
    let workspace = env.workspace()?;
    let known = policed(workspace, environment).cloned().unwrap_or_default();
    let elsewhere = match &known.reach {
        Reach::Cluster { .. } => false,
        Reach::Keys(_) | Reach::Url(_) => !flags.lead_somewhere(),
    };
    if elsewhere || flags.controller_url.is_some() {
        return Ok(None);
    }
    let (context, kubeconfig) = match &known.reach {
        Reach::Cluster {
            context,
            kubeconfig,
        } if flags.kubeconfig.is_none() => (context.as_deref(), kubeconfig.as_ref()),
        _ => (None, None),
    };
    let kubeconfig = kubeconfig.map(|path| path.below(workspace.root()));
    let cluster = flags.connect(context, kubeconfig, env)?;
    let namespace = given(&flags.controller_namespace, &known.namespace);
    Ok(Some((cluster, namespace)))
}

/// Reaches the controller that flags alone lead to.
pub(crate) fn of_flags(flags: &Flags, env: &Env) -> Result<Controller, Failure> {
    flags.over(&Policed::default(), env.workspace()?, env)
}

/// What `sealsmith.yaml` says about the controller of an environment.
pub(crate) fn policed<'w>(workspace: &'w Workspace, environment: &str) -> Option<&'w Policed> {
    let environment = workspace.policy()?.environment(environment)?;
    Some(&environment.controller)
}

fn live(way: impl Way + 'static, known: &Policed) -> Result<Controller, Failure> {
    Ok(Controller::Live(Live::new(Box::new(way), &known.version)))
}
