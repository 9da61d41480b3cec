//! Argo CD: has it brought a commit into the cluster?
//!
//! Its Applications are read and patched through the API server, so one credential serves for everything.

mod application;
mod gate;
mod origin;

pub(crate) use application::Application;
pub(crate) use gate::{Lineage, State, judge};
pub(crate) use origin::Origin;

use sealsmith_core::name::Namespace;
use sealsmith_lint::policy::{self, Glob};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

use super::Api;
use super::api::Problem;
use crate::failure::Failure;

/// Makes Argo CD look at the repository now; it takes the mark away when it has.
const REFRESH: &str = "argocd.argoproj.io/refresh";

/// Which Applications deploy an environment.
pub(crate) struct Choice {
    namespace: Namespace,
    globs: Vec<Glob>,
    origin: Option<Origin>,
    files: Vec<String>,
}

#[derive(Deserialize)]
struct List {
    items: Vec<Application>,
}

/// How long the Applications of an environment may take: what was given, else what `sealsmith.yaml` says.
pub(crate) fn timeout(
    settings: Option<&policy::ArgoCd>,
    given: Option<policy::Duration>,
) -> Duration {
    let usual = || {
        settings.map_or_else(
            || policy::ArgoCd::default().timeout,
            |argocd| argocd.timeout,
        )
    };
    Duration::from_secs(given.unwrap_or_else(usual).as_seconds())
}

impl Choice {
    /// The Applications that bring these files into the cluster, nothing when `sealsmith.yaml` names no Argo CD for
    /// their environment. `address` is where the repository's remote is.
    pub(crate) fn of(
        settings: Option<&policy::ArgoCd>,
        address: Option<&str>,
        files: Vec<String>,
    ) -> Result<Option<Self>, Failure> {
        let origin = address.map(Origin::parse);
        let choice = settings.map(|settings| Self::new(settings, origin, files));
        choice.transpose()
    }

    /// Takes the settings of an environment: globs over names or, without any, every Application whose source is
    /// this repository and covers one of the files.
    pub(crate) fn new(
        settings: &policy::ArgoCd,
        origin: Option<Origin>,
        files: Vec<String>,
    ) -> Result<Self, Failure> {
        let namespace = Namespace::parse(&settings.namespace).map_err(|error| {
            Failure::could_not("cannot use environments.<env>.argocd").because(error)
        })?;
        Ok(Self {
            namespace,
            globs: settings.applications.clone(),
            origin,
            files,
        })
    }

    /// Reads the Applications of the environment as they are now.
    pub(crate) async fn read(&self, api: &Api) -> Result<Vec<Application>, Problem> {
        let list: List = api.get(&self.collection()).await?;
        let mut chosen: Vec<_> = list
            .items
            .into_iter()
            .filter(|application| self.takes(application))
            .collect();
        chosen.sort_by(|one, other| one.name().cmp(other.name()));
        Ok(chosen)
    }

    /// The repository that the files are in, as Argo CD knows it.
    pub(crate) fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    /// Says which Applications are meant, for a message that there are none.
    pub(crate) fn words(&self) -> String {
        let namespace = &self.namespace;
        match (&*self.globs, &self.origin) {
            ([], Some(origin)) => {
                format!(
                    "in {namespace} whose source is {origin} and covers a file of the environment"
                )
            }
            ([], None) => format!("in {namespace}: the repository has no remote to know them by"),
            (globs, _) => {
                let globs: Vec<_> = globs.iter().map(Glob::as_str).collect();
                format!("in {namespace} named {}", globs.join(" or "))
            }
        }
    }

    /// Asks Argo CD to look at the repository now instead of in some minutes.
    pub(crate) async fn refresh(&self, api: &Api, application: &str) -> Result<(), Problem> {
        let mark = json!({"metadata": {"annotations": {REFRESH: "normal"}}});
        api.merge(&self.path(application), &mark).await.map(drop)
    }

    /// Ends the sync that is running, so that a newer commit gets its turn.
    pub(crate) async fn terminate(&self, api: &Api, application: &str) -> Result<(), Problem> {
        let end: Value = json!({"status": {"operationState": {"phase": "Terminating"}}});
        api.merge(&self.path(application), &end).await.map(drop)
    }

    fn takes(&self, application: &Application) -> bool {
        match (&*self.globs, &self.origin) {
            ([], None) => false,
            ([], Some(origin)) => application.covers(origin, &self.files),
            (globs, _) => globs.iter().any(|glob| glob.matches(application.name())),
        }
    }

    fn collection(&self) -> String {
        let namespace = &self.namespace;
        format!("/apis/argoproj.io/v1alpha1/namespaces/{namespace}/applications")
    }

    fn path(&self, application: &str) -> String {
        format!("{}/{application}", self.collection())
    }
}
