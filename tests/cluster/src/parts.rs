//! Where the programs and definitions are that `tests/tools/cluster.sh` built.

use crate::error::{Error, Result};
use std::path::PathBuf;

/// The folder of etcd.
pub(crate) fn etcd() -> Result<PathBuf> {
    Ok(folder("SEALSMITH_ETCD")?.join("etcd"))
}

/// A program of Kubernetes: `kube-apiserver` or `kube-controller-manager`.
pub(crate) fn kubernetes(program: &str) -> Result<PathBuf> {
    Ok(folder("SEALSMITH_KUBERNETES")?.join(program))
}

/// The sealed-secrets controller.
pub(crate) fn controller() -> Result<PathBuf> {
    Ok(folder("SEALSMITH_SEALED_SECRETS")?.join("controller"))
}

/// The folder of the definition of SealedSecret.
pub(crate) fn sealed_secrets_definitions() -> Result<PathBuf> {
    Ok(folder("SEALSMITH_SEALED_SECRETS")?.join("crds"))
}

/// Argo CD's one program, which looks at the name it is started under.
pub(crate) fn argocd() -> Result<PathBuf> {
    Ok(folder("SEALSMITH_ARGOCD")?.join("argocd"))
}

/// The folder of the definitions of Argo CD.
pub(crate) fn argocd_definitions() -> Result<PathBuf> {
    Ok(folder("SEALSMITH_ARGOCD")?.join("crds"))
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
