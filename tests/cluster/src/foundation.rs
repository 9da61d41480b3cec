//! etcd and the API server: a cluster without anything in it.

use crate::api::Api;
use crate::authority::{Authority, Identity};
use crate::error::{Error, Result};
use crate::kubeconfig::{self, User};
use crate::process::{Process, Recipe};
use crate::wait::{self, Seen};
use crate::{file, parts};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};

/// The API server's port.
const PORT: u16 = 6443;

/// etcd and the API server, and how to reach them.
pub(crate) struct Foundation {
    pub(crate) api_server: Process,
    pub(crate) etcd: Process,
    pub(crate) address: Ipv4Addr,
    /// The API as somebody who may do everything.
    pub(crate) api: Api,
    /// The kubeconfig of the same.
    pub(crate) admin: PathBuf,
    pub(crate) folder: PathBuf,
    authority: Authority,
}

impl Foundation {
    /// Starts both; [`Self::ready`] waits for them.
    pub(crate) fn start(folder: &Path) -> Result<Self> {
        let address = next_address();
        let authority = Authority::new()?;
        write_identities(folder, &authority, address)?;
        let etcd = Process::start(etcd(address), folder)?;
        let api_server = Process::start(api_server(address, folder)?, folder)?;
        let identity = authority.user("admin", Some("system:masters"))?;
        let admin = write_kubeconfig(folder, address, "admin", &User::Certificate(&identity))?;
        Ok(Self {
            api: Api::of(&admin)?,
            api_server,
            etcd,
            address,
            admin,
            folder: folder.to_owned(),
            authority,
        })
    }

    /// Waits until the API server says that it is ready.
    pub(crate) fn ready(&self) -> Result<()> {
        wait::until("a ready API server", || {
            self.etcd.check()?;
            self.api_server.check()?;
            Ok(match self.api.text("/readyz") {
                Ok(answer) if answer == "ok" => Seen::There(()),
                Ok(answer) => Seen::Else(answer),
                Err(error) => Seen::Else(explained(&error)),
            })
        })
    }

    /// Writes a kubeconfig for somebody who has been granted nothing.
    pub(crate) fn kubeconfig(&self, name: &str) -> Result<PathBuf> {
        let identity = self.authority.user(name, None)?;
        write_kubeconfig(
            &self.folder,
            self.address,
            name,
            &User::Certificate(&identity),
        )
    }

    /// Writes a kubeconfig whose user is told by a program.
    pub(crate) fn kubeconfig_with_plugin(&self, name: &str, program: &Path) -> Result<PathBuf> {
        write_kubeconfig(&self.folder, self.address, name, &User::Plugin(program))
    }

    /// The authority's certificate, as a file.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.join("ca.crt")
    }

    pub(crate) fn port(&self) -> u16 {
        PORT
    }
}

fn write_kubeconfig(
    folder: &Path,
    address: Ipv4Addr,
    name: &str,
    user: &User<'_>,
) -> Result<PathBuf> {
    let path = folder.join(format!("kubeconfig/{name}.json"));
    let server = format!("https://{address}:{PORT}");
    kubeconfig::write(path, &server, &folder.join("ca.crt"), name, user)
}

// Each cluster of a test program has an address of its own, so that they can live side by side on the same ports.
fn next_address() -> Ipv4Addr {
    static NEXT: AtomicU8 = AtomicU8::new(1);
    Ipv4Addr::new(10, 99, NEXT.fetch_add(1, Ordering::Relaxed), 1)
}

fn write_identities(folder: &Path, authority: &Authority, address: Ipv4Addr) -> Result<()> {
    let names = [address.to_string(), "kubernetes.default.svc".to_owned()];
    let Identity { certificate, key } = authority.server(&names)?;
    file::write(folder.join("api.crt"), certificate)?;
    file::write(folder.join("api.key"), key)?;
    file::write(folder.join("ca.crt"), authority.certificate())?;
    let accounts = rcgen::KeyPair::generate()?;
    file::write(folder.join("accounts.key"), accounts.serialize_pem())?;
    file::write(folder.join("accounts.pub"), accounts.public_key_pem())?;
    Ok(())
}

fn etcd(address: Ipv4Addr) -> Recipe {
    let clients = format!("http://{address}:2379");
    let peers = format!("http://{address}:2380");
    Recipe::new("etcd", "etcd")
        .args([
            "--data-dir",
            "etcd",
            "--logger",
            "zap",
            "--log-level",
            "warn",
        ])
        .args(["--listen-client-urls", &clients])
        .args(["--advertise-client-urls", &clients])
        .args(["--listen-peer-urls", &peers])
        .args(["--initial-advertise-peer-urls", &peers])
        .args(["--initial-cluster", &format!("default={peers}")])
}

fn api_server(address: Ipv4Addr, folder: &Path) -> Result<Recipe> {
    let address = address.to_string();
    let program = parts::program("kube-apiserver")?;
    Ok(Recipe::new("kube-apiserver", program)
        .args(["--etcd-servers", &format!("http://{address}:2379")])
        .args(["--bind-address", &address, "--advertise-address", &address])
        .args(["--secure-port", &PORT.to_string()])
        .args([
            "--tls-cert-file",
            "api.crt",
            "--tls-private-key-file",
            "api.key",
        ])
        .args(["--cert-dir", &folder.display().to_string()])
        .args(["--client-ca-file", "ca.crt", "--authorization-mode", "RBAC"])
        .args(["--service-account-issuer", "https://kubernetes.default.svc"])
        .args(["--service-account-key-file", "accounts.pub"])
        .args(["--service-account-signing-key-file", "accounts.key"])
        .args(["--service-cluster-ip-range", "10.96.0.0/16"])
        // Pods here have no service account of their own.
        .args(["--disable-admission-plugins", "ServiceAccount"]))
}

fn explained(error: &Error) -> String {
    match error {
        Error::Api { request, source } => format!("{request}: {source}"),
        other => other.to_string(),
    }
}
