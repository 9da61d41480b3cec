//! A running cluster.

use crate::api::Api;
use crate::argocd::ArgoCd;
use crate::builder::Builder;
use crate::controller::Controller;
use crate::error::Result;
use crate::folder::Folder;
use crate::foundation::Foundation;
use crate::part::Part;
use crate::repository::Repository;
use crate::workloads::Workloads;
use crate::{logs, plugin};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A running cluster. Everything in it ends with the value, and at the latest with its namespace.
pub struct Cluster {
    // Dropped in this order: whoever needs another part goes first, and the folder last.
    pub(crate) workloads: Option<Workloads>,
    pub(crate) argocd: Option<ArgoCd>,
    pub(crate) controllers: Vec<Arc<Controller>>,
    pub(crate) base: Foundation,
    pub(crate) folder: Folder,
}

impl Cluster {
    /// Begins with etcd and an API server, to which parts are added.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// A kubeconfig that may do everything.
    #[must_use]
    pub fn kubeconfig(&self) -> &Path {
        &self.base.admin
    }

    /// A kubeconfig of somebody who may do nothing but what a test grants to this name.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn kubeconfig_of(&self, name: &str) -> Result<PathBuf> {
        self.base.kubeconfig(name)
    }

    /// A kubeconfig that may do everything, but is told so by a program, as those for EKS are.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn kubeconfig_with_plugin(&self) -> Result<PathBuf> {
        let program = plugin::write(self.api(), self.folder())?;
        self.base.kubeconfig_with_plugin("plugin", &program)
    }

    /// The API as somebody who may do everything.
    #[must_use]
    pub fn api(&self) -> &Api {
        &self.base.api
    }

    /// The API server as a process.
    #[must_use]
    pub fn api_server(&self) -> Part<'_> {
        Part::of(&self.base.api_server, &self.base)
    }

    /// The storage of the API server as a process.
    #[must_use]
    pub fn etcd(&self) -> Part<'_> {
        Part::of(&self.base.etcd, &self.base)
    }

    /// The first sealed-secrets controller.
    ///
    /// # Panics
    /// When the cluster was built without one.
    #[must_use]
    pub fn controller(&self) -> &Controller {
        self.controllers
            .first()
            .expect("the cluster was built with a controller")
    }

    /// A sealed-secrets controller by its name.
    ///
    /// # Panics
    /// When the cluster was built without it.
    #[must_use]
    pub fn controller_named(&self, name: &str) -> &Controller {
        let mut all = self.controllers.iter();
        all.find(|controller| controller.name() == name)
            .expect("the cluster was built with this controller")
    }

    /// Argo CD.
    ///
    /// # Panics
    /// When the cluster was built without it.
    #[must_use]
    pub fn argocd(&self) -> &ArgoCd {
        self.argocd
            .as_ref()
            .expect("the cluster was built with Argo CD")
    }

    /// Deployments and their pods.
    ///
    /// # Panics
    /// When the cluster was built without them.
    #[must_use]
    pub fn workloads(&self) -> &Workloads {
        self.workloads
            .as_ref()
            .expect("the cluster was built with workloads")
    }

    /// Makes a git repository that Argo CD can reach.
    ///
    /// # Errors
    /// When git fails.
    pub fn repository(&self, name: &str) -> Result<Repository> {
        Repository::new(self.folder(), name)
    }

    /// The end of every program's log, for the message of a test that fails.
    #[must_use]
    pub fn logs(&self) -> String {
        logs::last_lines(self.folder())
    }

    /// A folder in memory that goes with the cluster: kubeconfigs, logs and git repositories are in it.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}
