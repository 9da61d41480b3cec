//! The sealed-secrets controller: its process, and how it is reached.

mod key;
mod objects;
mod pods;
mod program;
mod setup;

pub use key::ControllerKey;
pub use setup::ControllerSetup;

use crate::api::Api;
use crate::error::Result;
use crate::foundation::Foundation;
use crate::process::Process;
use crate::proxy::{Proxy, Ways};
use crate::wait::{self, Seen};
use objects::Objects;
use serde_json::Value;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A running sealed-secrets controller.
pub struct Controller {
    setup: ControllerSetup,
    api: Api,
    process: Process,
    listens: SocketAddr,
    /// Where its Service leads: a pod, and its own address or that of a proxy.
    entrance: Mutex<Entrance>,
}

struct Entrance {
    pod: Option<String>,
    listens: SocketAddr,
    /// The names of its pods in the order of their appearance.
    seen: Vec<String>,
}

impl Controller {
    /// Prepares the controller that is the `index`th of its cluster: everything but a pod and a process.
    pub(crate) fn prepare(setup: ControllerSetup, base: &Foundation, index: u16) -> Result<Self> {
        let listens = SocketAddr::from((base.address, 8080 + 10 * index));
        let objects = Objects::of(&setup);
        objects.apply_rights(&base.api)?;
        objects.apply_service(&base.api)?;
        for key in setup.keys() {
            base.api.create(&setup.secrets(), &key.secret())?;
        }
        program::write_account(&setup, base)?;
        let process = Process::prepared(program::recipe(&setup, base, listens)?, &base.folder);
        Ok(Self {
            setup,
            api: base.api.clone(),
            process,
            listens,
            entrance: Mutex::new(Entrance {
                pod: None,
                listens,
                seen: Vec::new(),
            }),
        })
    }

    /// Waits until it serves a certificate through the API server.
    ///
    /// # Errors
    /// When it ends or never serves one. All functions below fail when the API server refuses.
    pub fn ready(&self) -> Result<String> {
        wait::until(&format!("a certificate of {}", self.name()), || {
            self.process.check()?;
            Ok(match self.certificate() {
                Ok(text) if text.contains("BEGIN CERTIFICATE") => Seen::There(text),
                Ok(text) => Seen::Else(text),
                Err(error) => Seen::Else(format!("{error:?}")),
            })
        })
    }

    /// The name of its Service and Pod.
    #[must_use]
    pub fn name(&self) -> &str {
        self.setup.name()
    }

    /// Where its Service and key Secrets are.
    #[must_use]
    pub fn namespace(&self) -> &str {
        self.setup.namespace()
    }

    /// The address that it serves at without the API server.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.listens)
    }

    /// The path of a page of it through the API server's service proxy, as kubeseal reaches it: with the name of the
    /// port, without which a Service with a named port leads nowhere.
    #[must_use]
    pub fn service(&self, page: &str) -> String {
        let (namespace, name) = (self.namespace(), self.name());
        format!("/api/v1/namespaces/{namespace}/services/http:{name}:http/proxy{page}")
    }

    /// The certificate it serves now, through the API server.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn certificate(&self) -> Result<String> {
        self.api.text(&self.service("/v1/cert.pem"))
    }

    /// The names of its key Secrets.
    ///
    /// # Errors
    /// When they cannot be listed.
    pub fn keys(&self) -> Result<Vec<String>> {
        let list = self.api.get(&format!(
            "{}?labelSelector={}",
            self.setup.secrets(),
            key::LABEL
        ))?;
        let items = list["items"].as_array().into_iter().flatten();
        let name = |item: &Value| item["metadata"]["name"].as_str().map(str::to_owned);
        Ok(items.filter_map(name).collect())
    }

    /// Adds a key, which counts from the next start on.
    ///
    /// # Errors
    /// When the Secret cannot be made.
    pub fn add_key(&self, key: &ControllerKey) -> Result<()> {
        self.api
            .create(&self.setup.secrets(), &key.secret())
            .map(drop)
    }

    /// Takes a new key into use beside the old ones, and returns its certificate.
    ///
    /// # Errors
    /// When it does not come to serve the new certificate.
    pub fn renew_key(&self) -> Result<String> {
        let key = ControllerKey::of_the_next_second()?;
        self.add_key(&key)?;
        self.restart()?;
        self.serves(key.certificate())
    }

    /// Takes every key away: what was sealed before can be opened by nobody. Returns the new certificate.
    ///
    /// # Errors
    /// As [`Self::renew_key`].
    pub fn lose_keys(&self) -> Result<String> {
        self.stop();
        for name in self.keys()? {
            self.api
                .delete(&format!("{}/{name}", self.setup.secrets()))?;
        }
        self.start_again()?;
        self.ready()
    }

    /// Ends it and starts it again, as when its pod is replaced; waits until it serves.
    ///
    /// # Errors
    /// When it does not come back.
    pub fn restart(&self) -> Result<()> {
        self.stop();
        self.start_again()
    }

    /// Ends it.
    pub fn stop(&self) {
        self.process.stop();
    }

    /// Kills it.
    pub fn kill(&self) {
        self.process.kill();
    }

    /// Starts it after [`Self::stop`] or [`Self::kill`]; waits until it serves.
    ///
    /// # Errors
    /// When it does not serve.
    pub fn start_again(&self) -> Result<()> {
        self.process.run()?;
        self.ready().map(drop)
    }

    /// Halts it: connections are taken, but nothing is answered and nothing is unsealed.
    pub fn pause(&self) {
        self.process.pause();
    }

    /// Lets it go on after [`Self::pause`].
    pub fn resume(&self) {
        self.process.resume();
    }

    /// Puts a proxy in front of it that plays another version: the Service leads there until [`Self::remove_proxy`].
    ///
    /// # Errors
    /// When the proxy cannot listen.
    pub fn put_proxy(&self, ways: Ways) -> Result<Proxy> {
        let proxy = Proxy::start(self.address(), self.listens, ways)?;
        self.lead(|entrance| entrance.listens = proxy.listens())?;
        Ok(proxy)
    }

    /// Leads the Service to the controller itself again and ends the proxy.
    ///
    /// # Errors
    /// When the Service cannot be changed.
    pub fn remove_proxy(&self, proxy: Proxy) -> Result<()> {
        self.lead_here()?;
        drop(proxy);
        Ok(())
    }

    /// Leads the Service to the controller itself, also after a proxy that is gone.
    ///
    /// # Errors
    /// When the Service cannot be changed.
    pub fn lead_here(&self) -> Result<()> {
        self.lead(|entrance| entrance.listens = self.listens)
    }

    /// The process, while it runs.
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        self.process.id()
    }

    fn entrance(&self) -> MutexGuard<'_, Entrance> {
        self.entrance.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // Changes where the Service leads to; without a pod it leads nowhere.
    fn lead(&self, change: impl FnOnce(&mut Entrance)) -> Result<()> {
        let mut entrance = self.entrance();
        change(&mut entrance);
        match &entrance.pod {
            Some(pod) => Objects::of(&self.setup).route(&self.api, pod, entrance.listens),
            None => Ok(()),
        }
    }

    fn serves(&self, certificate: &str) -> Result<String> {
        wait::until(&format!("the new certificate of {}", self.name()), || {
            let served = self.certificate()?;
            Ok(if served.trim() == certificate.trim() {
                Seen::There(served)
            } else {
                Seen::Else(served)
            })
        })
    }

    fn address(&self) -> Ipv4Addr {
        match self.listens {
            SocketAddr::V4(address) => *address.ip(),
            SocketAddr::V6(_) => Ipv4Addr::LOCALHOST,
        }
    }
}
