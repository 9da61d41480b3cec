//! Argo CD: its controller and repository server, with redis as their cache.

mod application;
mod objects;
mod programs;

pub use application::Application;

use crate::api::Api;
use crate::definitions;
use crate::error::Result;
use crate::foundation::Foundation;
use crate::parts;
use crate::process::Process;
use crate::repository::Repository;
use crate::wait::{self, Seen};
use std::net::{SocketAddr, TcpStream};

/// The namespace of Argo CD and its Applications.
pub(crate) const NAMESPACE: &str = "argocd";

/// A running Argo CD.
pub struct ArgoCd {
    api: Api,
    controller: Process,
    repository_server: Process,
    redis: Process,
    repository_server_listens: SocketAddr,
}

impl ArgoCd {
    /// Starts it. It is ready when an Application says so.
    pub(crate) fn start(base: &Foundation) -> Result<Self> {
        definitions::apply(&base.api, &parts::argocd_definitions()?)?;
        objects::apply(&base.api)?;
        let ports = programs::Ports::at(base.address);
        Ok(Self {
            api: base.api.clone(),
            repository_server_listens: ports.repository_server(),
            redis: Process::start(programs::redis(&ports), &base.folder)?,
            repository_server: Process::start(
                programs::repository_server(&ports, base)?,
                &base.folder,
            )?,
            controller: Process::start(programs::controller(&ports, base)?, &base.folder)?,
        })
    }

    /// Has it sync a folder of a repository into a namespace, by itself.
    ///
    /// # Errors
    /// When the API server refuses.
    pub fn application(
        &self,
        name: &str,
        repository: &Repository,
        path: &str,
        namespace: &str,
    ) -> Result<Application> {
        self.ready()?;
        self.api.ensure_namespace(namespace)?;
        Application::create(&self.api, name, &repository.url(), path, namespace)
    }

    /// Fails if a part of it has ended by itself.
    ///
    /// # Errors
    /// When one has.
    pub fn check(&self) -> Result<()> {
        self.redis.check()?;
        self.repository_server.check()?;
        self.controller.check()
    }

    // An Application that meets no repository server is not looked at again for long.
    fn ready(&self) -> Result<()> {
        wait::until("the repository server of Argo CD", || {
            self.check()?;
            Ok(match TcpStream::connect(self.repository_server_listens) {
                Ok(_) => Seen::There(()),
                Err(error) => Seen::Else(error.to_string()),
            })
        })
    }

    /// Halts its controller: nothing is synced and no status changes.
    pub fn pause(&self) {
        self.controller.pause();
    }

    /// Lets it go on after [`Self::pause`].
    pub fn resume(&self) {
        self.controller.resume();
    }

    /// Ends its controller and starts it again.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn restart(&self) -> Result<()> {
        self.controller.stop();
        self.controller.run()
    }
}
