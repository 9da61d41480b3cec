//! Where the programs and definitions are that `tests/tools/cluster.sh` built.

use crate::error::{Error, Result};
use std::path::PathBuf;

/// A program of Kubernetes or Argo CD by its name: `kube-apiserver`, `kube-controllers`, `argocd-repo-server` or
/// `argocd-application-controller`.
pub(crate) fn program(name: &str) -> Result<PathBuf> {
    Ok(folder("SEALSMITH_CLUSTER_PROGRAMS")?.join(name))
}

/// The sealed-secrets controller.
pub(crate) fn controller() -> Result<PathBuf> {
    Ok(folder("SEALSMITH_SEALED_SECRETS")?.join("controller"))
}

/// The folder of the definition of SealedSecret.
pub(crate) fn sealed_secrets_definitions() -> Result<PathBuf> {
    Ok(folder("SEALSMITH_SEALED_SECRETS")?.join("crds"))
}

/// The folder of the definitions of Argo CD.
pub(crate) fn argocd_definitions() -> Result<PathBuf> {
    Ok(folder("SEALSMITH_CLUSTER_PROGRAMS")?.join("crds"))
}

/// The folder in memory that `namespace.sh` made: whoever has it may have addresses and ports too.
pub(crate) fn namespace_folder() -> Result<PathBuf> {
    folder("SEALSMITH_CLUSTER_FOLDER")
}

fn folder(name: &'static str) -> Result<PathBuf> {
    std::env::var_os(name)
        .map(PathBuf::from)
        .ok_or(Error::NotPrepared(name))
}
