//! How the programs of Argo CD are started.

use super::NAMESPACE;
use crate::error::Result;
use crate::foundation::Foundation;
use crate::parts;
use crate::process::Recipe;
use std::net::{Ipv4Addr, SocketAddr};

/// Where the programs of Argo CD listen.
pub(super) struct Ports {
    address: Ipv4Addr,
    /// The controller's metrics cannot be bound to one address, so clusters side by side need different ports.
    metrics: u16,
}

const REDIS: u16 = 6379;
const REPOSITORY_SERVER: u16 = 9081;

impl Ports {
    pub(super) fn at(address: Ipv4Addr) -> Self {
        Self {
            metrics: 9300 + u16::from(address.octets()[2]),
            address,
        }
    }

    pub(super) fn repository_server(&self) -> SocketAddr {
        SocketAddr::from((self.address, REPOSITORY_SERVER))
    }

    fn of(&self, port: u16) -> String {
        format!("{}:{port}", self.address)
    }
}

pub(super) fn redis(ports: &Ports) -> Recipe {
    Recipe::new("redis", "redis-server")
        .args([
            "--bind",
            &ports.address.to_string(),
            "--port",
            &REDIS.to_string(),
        ])
        .args(["--save", "", "--appendonly", "no", "--protected-mode", "no"])
}

pub(super) fn repository_server(ports: &Ports, base: &Foundation) -> Result<Recipe> {
    Ok(argocd("argocd-repo-server", base)?
        .args(["--disable-tls", "--address", &ports.address.to_string()])
        .args(["--port", &REPOSITORY_SERVER.to_string()])
        .args(["--metrics-address", &ports.address.to_string()])
        // Or it takes a branch to be where it was three minutes ago.
        .args(["--revision-cache-expiration", "1s"])
        .args(["--redis", &ports.of(REDIS)]))
}

pub(super) fn controller(ports: &Ports, base: &Foundation) -> Result<Recipe> {
    Ok(argocd("argocd-application-controller", base)?
        .args(["--repo-server", &ports.repository_server().to_string()])
        .args(["--namespace", NAMESPACE])
        .args([
            "--repo-server-plaintext",
            "--app-resync",
            "2",
            "--app-resync-jitter",
            "0",
        ])
        .args(["--metrics-port", &ports.metrics.to_string()])
        .args(["--redis", &ports.of(REDIS)]))
}

// It takes the kubeconfig for what a pod would find.
fn argocd(name: &'static str, base: &Foundation) -> Result<Recipe> {
    Ok(Recipe::new(name, parts::program(name)?)
        .env("ARGOCD_FAKE_IN_CLUSTER", "true")
        .env("ARGOCD_GPG_ENABLED", "false")
        .env("KUBECONFIG", &base.admin)
        .env("HOME", &base.folder)
        .env("TMPDIR", &base.folder)
        .args(["--loglevel", "info"]))
}
