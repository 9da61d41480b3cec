//! Deployments and their kin: Kubernetes' own controllers, and a kubelet that only says that pods run.

mod kubelet;

use crate::controller::Controller;
use crate::error::Result;
use crate::foundation::Foundation;
use crate::parts;
use crate::process::{Process, Recipe};
use kubelet::Kubelet;
use std::sync::Arc;

/// What is run of Kubernetes' own controllers: enough for rollouts, and for what goes with its owner.
const CONTROLLERS: &str = "deployment-controller,replicaset-controller,statefulset-controller,garbage-collector-controller";

/// Kubernetes' own controllers and the kubelet that is played.
pub struct Workloads {
    kubelet: Kubelet,
    manager: Process,
}

impl Workloads {
    pub(crate) fn start(base: &Foundation, controllers: &[Arc<Controller>]) -> Result<Self> {
        Ok(Self {
            manager: Process::start(manager(base)?, &base.folder)?,
            kubelet: Kubelet::start(base, controllers.to_vec()),
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
        self.manager.check()
    }
}

fn manager(base: &Foundation) -> Result<Recipe> {
    let program = parts::kubernetes("kube-controller-manager")?;
    Ok(Recipe::new("kube-controller-manager", program)
        .arg("--kubeconfig")
        .arg(&base.admin)
        .args(["--bind-address", &base.address.to_string()])
        .args(["--cert-dir", "manager"])
        .args(["--leader-elect=false", "--controllers", CONTROLLERS]))
}
