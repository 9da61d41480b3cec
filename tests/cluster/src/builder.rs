//! What a test wants to have in its cluster.

use crate::argocd::ArgoCd;
use crate::cluster::Cluster;
use crate::controller::{Controller, ControllerSetup};
use crate::error::Result;
use crate::folder::Folder;
use crate::foundation::Foundation;
use crate::workloads::Workloads;
use crate::{definitions, parts};
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
        let folder = Folder::new()?;
        let base = Foundation::start(folder.path())?;
        base.ready()?;
        let controllers = self.start_controllers(&base)?;
        let argocd = self.argocd.then(|| ArgoCd::start(&base)).transpose()?;
        let workloads = self
            .workloads
            .then(|| Workloads::start(&base, &controllers));
        let workloads = workloads.transpose()?;
        for controller in &controllers {
            controller.ready()?;
        }
        Ok(Cluster {
            workloads,
            argocd,
            controllers,
            base,
            folder,
        })
    }

    fn start_controllers(&self, base: &Foundation) -> Result<Vec<Arc<Controller>>> {
        if !self.controllers.is_empty() {
            definitions::apply(&base.api, &parts::sealed_secrets_definitions()?)?;
        }
        (0..)
            .zip(&self.controllers)
            .map(|(index, setup)| self.start_controller(base, setup, index))
            .collect()
    }

    fn start_controller(
        &self,
        base: &Foundation,
        setup: &ControllerSetup,
        index: u16,
    ) -> Result<Arc<Controller>> {
        let controller = Controller::prepare(setup.clone(), base, index)?;
        if self.workloads {
            controller.deploy()?;
        } else {
            controller.run_alone()?;
        }
        Ok(Arc::new(controller))
    }
}
