//! A real cluster for tests: etcd, the Kubernetes API server, the sealed-secrets controller and, if wanted, Argo CD,
//! as child processes in memory and in a network namespace of their own. No container engine, no network, no mocks;
//! the one thing played is the kubelet, which would say that pods run.
//!
//! `./tests/run cluster` builds the parts once and runs test programs under `tests/cluster/namespace.sh`.
//!
//! ```no_run
//! use sealsmith_test_cluster::Cluster;
//!
//! # fn main() -> Result<(), sealsmith_test_cluster::Error> {
//! let cluster = Cluster::builder()
//!     .controller("sealed-secrets", "kube-system")
//!     .argocd()
//!     .start()?;
//! let repository = cluster.repository("gitops")?;
//! let application = cluster.argocd().application("app", &repository, "app", "app")?;
//! repository.write("app/sealed.yaml", "…")?;
//! application.synced_to(&repository.push("add a secret")?)?;
//! cluster.controller().restart()?;
//! println!("KUBECONFIG={}", cluster.kubeconfig().display());
//! # Ok(())
//! # }
//! ```

mod api;
mod argocd;
mod authority;
mod builder;
mod cluster;
mod controller;
mod definitions;
mod error;
mod file;
mod folder;
mod foundation;
mod kubeconfig;
mod logs;
mod part;
mod parts;
mod plugin;
mod pod;
mod pool;
mod prober;
mod process;
mod proxy;
mod repository;
mod wait;
mod workloads;

pub use api::Api;
pub use argocd::{Application, ArgoCd};
pub use builder::Builder;
pub use cluster::Cluster;
pub use controller::{Controller, ControllerKey, ControllerSetup};
pub use error::{Error, Result};
pub use part::Part;
pub use pool::{Lent, Pool};
pub use prober::{Fault, Prober, Report, SecretName, Sighting};
pub use proxy::{Call, Proxy, Ways};
pub use repository::Repository;
pub use wait::{HANG, Seen, until};
pub use workloads::Workloads;
