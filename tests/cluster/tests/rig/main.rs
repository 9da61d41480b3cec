//! The test cluster keeps what it promises to tests: real parts, faults on demand, nothing left behind.

mod argocd;
mod controller;
mod gone;
mod kubeconfigs;
mod prober;
mod proxy;
mod sealed;
mod workloads;
