//! Deployments and their kin: Kubernetes' own controllers, and a kubelet that only says that pods run.

mod kubelet;

use crate::controller::Controller;
use crate::error::Result;
use crate::foundation::Foundation;
use crate::parts;
use crate::process::{Process, Recipe};
use kubelet::Kubelet;
use std::sync::Arc;

/// Kubernetes' own controllers and the kubelet that is played.
pub struct Workloads {
    kubelet: Kubelet,
    controllers: Process,
}

impl Workloads {
    pub(crate) fn start(base: &Foundation, sealing: &[Arc<Controller>]) -> Result<Self> {
        Ok(Self {
            controllers: Process::start(controllers(base)?, &base.folder)?,
            kubelet: Kubelet::start(base, sealing.to_vec()),
        })
    }

    /// Leaves new pods of a namespace whose names begin like this as they are: they do not become ready.
    pub fn hold(&self, namespace: &str, name: &str) {
        self.kubelet.hold(namespace, name);
    }

    /// Lets all pods become ready again.
    pub fn release(&self) {
        self.kubelet.release();
    }

    /// Fails if Kubernetes' controllers have ended by themselves.
    ///
    /// # Errors
    /// When they have.
    pub fn check(&self) -> Result<()> {
        self.controllers.check()
    }
}

fn controllers(base: &Foundation) -> Result<Recipe> {
    let program = parts::program("kube-controllers")?;
    Ok(Recipe::new("kube-controllers", program)
        .arg("--kubeconfig")
        .arg(&base.admin))
}
