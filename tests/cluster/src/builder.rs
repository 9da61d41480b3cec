//! What a test wants to have in its cluster.

use crate::argocd::ArgoCd;
use crate::cluster::Cluster;
use crate::controller::{Controller, ControllerSetup};
use crate::error::Result;
use crate::foundation::Foundation;
use crate::workloads::Workloads;
use crate::{Api, definitions, file, parts};
use std::path::Path;
use std::sync::Arc;

/// What a test wants to have in its cluster, made by [`Cluster::builder`].
#[derive(Clone, Default)]
#[must_use]
pub struct Builder {
    controllers: Vec<ControllerSetup>,
    argocd: bool,
    workloads: bool,
}

impl Builder {
    /// Adds a sealed-secrets controller as its chart installs it, with a Service of this name.
    pub fn controller(self, name: &str, namespace: &str) -> Self {
        self.controller_as(ControllerSetup::new(name, namespace))
    }

    /// Adds a sealed-secrets controller with flags or keys of its own.
    pub fn controller_as(mut self, setup: ControllerSetup) -> Self {
        self.controllers.push(setup);
        self
    }

    /// Adds Argo CD.
    pub fn argocd(mut self) -> Self {
        self.argocd = true;
        self
    }

    /// Adds Kubernetes' own controllers: Deployments roll out, and what has an owner goes with it. The sealed-secrets
    /// controllers are Deployments too then, and deleting their pod restarts them.
    pub fn workloads(mut self) -> Self {
        self.workloads = true;
        self
    }

    /// Starts everything and waits until it serves.
    ///
    /// # Errors
    /// When a part is missing, ends or does not come to serve.
    pub fn start(self) -> Result<Cluster> {
        let namespace = parts::namespace_folder()?;
        let folder = tempfile::Builder::new()
            .prefix("cluster-")
            .tempdir_in(&namespace);
        let folder = folder.map_err(file::at(&namespace))?;
        let base = Foundation::start(folder.path())?;
        let kubeconfig = base.kubeconfig("admin", Some("system:masters"))?;
        let api = Api::of(&kubeconfig)?;
        base.ready(&api)?;
        let controllers = self.start_controllers(&base, &api, folder.path())?;
        let argocd = self
            .argocd
            .then(|| ArgoCd::start(&base, &api, &kubeconfig, folder.path()));
        let argocd = argocd.transpose()?;
        let workloads = self
            .workloads
            .then(|| Workloads::start(&base, &api, &kubeconfig, folder.path(), &controllers));
        let workloads = workloads.transpose()?;
        for controller in &controllers {
            controller.ready()?;
        }
        Ok(Cluster {
            workloads,
            argocd,
            controllers,
            api,
            kubeconfig,
            base,
            folder,
        })
    }

    fn start_controllers(
        &self,
        base: &Foundation,
        api: &Api,
        folder: &Path,
    ) -> Result<Vec<Arc<Controller>>> {
        if self.controllers.is_empty() {
            return Ok(Vec::new());
        }
        definitions::apply(api, &parts::sealed_secrets_definitions()?)?;
        let mut controllers = Vec::new();
        for (index, setup) in (0..).zip(&self.controllers) {
            let controller = Controller::prepare(setup.clone(), base, api, folder, index)?;
            if self.workloads {
                controller.deploy()?;
            } else {
                controller.run_alone()?;
            }
            controllers.push(Arc::new(controller));
        }
        Ok(controllers)
    }
}
