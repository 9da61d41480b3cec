//! Where the keys and the certificate of a run come from, settled before either is read.

use std::collections::BTreeSet;
use std::path::PathBuf;

use sealsmith_lint::policy::Reach;

use super::super::Args;
use crate::controller;
use crate::env::{Env, Workspace};
use crate::failure::Failure;
use crate::private_keys;

/// What opens the values.
pub(crate) enum Opens {
    /// Private keys in these files and folders, given by hand.
    Keys(Vec<String>),
    /// The key folders that stand in for the controllers.
    Folders(Vec<PathBuf>),
    /// The running controller of this environment.
    Controller(String),
    /// The keys of that controller, which it gives out through its cluster.
    KeysOf(String),
}

/// Where the certificate comes from.
pub(crate) enum Source {
    /// Given by hand, which no pin overrules.
    Given(String),
    /// The one that `sealsmith.yaml` names for this environment.
    Environment(String),
}

impl Opens {
    /// Keys given by hand come first, then what flags and `sealsmith.yaml` say about the controller.
    pub(crate) fn of(
        args: &Args,
        env: &Env,
        workspace: &Workspace,
        environments: &BTreeSet<String>,
    ) -> Result<Self, Failure> {
        let through = &args.through;
        let given = private_keys::given(&args.recovery_private_key, env);
        if !given.is_empty() && !through.fetch_keys {
            return Ok(Self::Keys(given));
        }
        let folders: Vec<PathBuf> = environments
            .iter()
            .filter_map(|environment| key_folder(workspace, environment))
            .collect();
        let live = through.fetch_keys || through.controller.lead_somewhere();
        if folders.len() == environments.len() && !live {
            return Ok(Self::Folders(folders));
        }
        let is_known = |environment: &String| controller::policed(workspace, environment).is_some();
        if !live && !environments.iter().all(is_known) {
            return Err(Failure::could_not("nothing to open the values with")
                .hint("pass the backed-up controller key with --recovery-private-key FILE")
                .hint(
                    "or the controller: --context NAME for that of a cluster, or --controller-url URL",
                )
                .hint("or name it in sealsmith.yaml: environments.<env>.controller"));
        }
        match (through.fetch_keys, only(environments)?) {
            (true, environment) => Ok(Self::KeysOf(environment)),
            (false, environment) => Ok(Self::Controller(environment)),
        }
    }
}

impl Source {
    /// One given by hand comes before that of the one environment.
    pub(crate) fn of(args: &Args, environments: &BTreeSet<String>) -> Result<Self, Failure> {
        if let Some(source) = args.cert.as_ref().filter(|source| !source.is_empty()) {
            return Ok(Self::Given(source.clone()));
        }
        let mut environments = environments.iter();
        let (Some(environment), None) = (environments.next(), environments.next()) else {
            return Err(Failure::could_not(
                "the files belong to several environments, each with a certificate of its own",
            )
            .hint("re-seal one environment at a time, or pass --cert"));
        };
        Ok(Self::Environment(environment.clone()))
    }
}

/// The one environment of files, which has one controller.
pub(crate) fn only(environments: &BTreeSet<String>) -> Result<String, Failure> {
    let mut environments = environments.iter();
    match (environments.next(), environments.next()) {
        (Some(environment), None) => Ok(environment.clone()),
        _ => Err(Failure::could_not(
            "the files belong to several environments, each with a controller of its own",
        )
        .hint("re-seal one environment at a time")),
    }
}

/// The key folder that stands in for an environment's controller.
fn key_folder(workspace: &Workspace, environment: &str) -> Option<PathBuf> {
    match &workspace
        .policy()?
        .environment(environment)?
        .controller
        .reach
    {
        Reach::Keys(path) => Some(path.below(workspace.root())),
        Reach::Cluster { .. } | Reach::Url(_) => None,
    }
}
