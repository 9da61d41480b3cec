//! The controller of an environment, reached in one of three ways: through its cluster, at a URL, or as a folder of keys.
//!
//! A running one is asked over HTTP about whole SealedSecrets. A folder of keys is not asked: with the keys at hand every
//! value is opened and sealed here, faster and with a better answer to why one stays shut.

mod direct;
mod flags;
mod key_secrets;
mod live;
mod pace;
mod refusal;
mod service;
#[cfg(test)]
mod tests;

pub(crate) use flags::{Flags, cluster_of, of_environment, of_flags, policed};
pub(crate) use live::{IN_FLIGHT, Live};
pub(crate) use refusal::{CANNOT_OPEN, EXPLAIN, Refusal};

use std::path::PathBuf;
use std::time::Duration;

use sealsmith_core::certificate::Certificate;
use sealsmith_core::secret::SecretBytes;

use crate::cluster::REQUEST;
use crate::env::http::Answer;
use crate::failure::Failure;
use crate::key_folder;
use crate::ui::shown;

/// The controller of an environment.
pub(crate) enum Controller {
    /// A running one, through its cluster or at a URL.
    Live(Live),
    /// A folder of private keys that stands in for it.
    Keys(PathBuf),
}

impl Controller {
    /// What messages call it.
    pub(crate) fn title(&self) -> String {
        match self {
            Self::Live(live) => live.title().to_owned(),
            Self::Keys(folder) => format!("the key folder {}", shown(folder)),
        }
    }

    /// The certificate that it seals with now.
    pub(crate) fn certificate(&self) -> Result<Certificate, Failure> {
        match self {
            Self::Live(live) => live.certificate(),
            Self::Keys(folder) => key_folder::current_certificate(folder),
        }
    }
}

/// A way to a running controller: one request, one answer.
trait Way: Send + Sync {
    /// What messages call the controller.
    fn title(&self) -> String;

    /// Asks for a page, with a body if there is one; an answer with any status is an answer.
    fn ask(&self, page: Page, body: Option<&str>) -> Result<Answer, Failure>;

    /// Reads the controller's private keys, where that is possible: the Secrets as JSON.
    fn key_secrets(&self) -> Result<SecretBytes, Failure>;
}

/// What a controller can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    Certificate,
    Rotate,
    Verify,
}

impl Page {
    /// Its path below the controller's root.
    fn path(self) -> &'static str {
        match self {
            Self::Certificate => "v1/cert.pem",
            Self::Rotate => "v1/rotate",
            Self::Verify => "v1/verify",
        }
    }

    /// How long its answer may take; the certificate costs the controller nothing, and somebody may be waiting for it.
    fn deadline(self) -> Duration {
        match self {
            Self::Certificate => Duration::from_secs(10),
            Self::Rotate | Self::Verify => REQUEST,
        }
    }
}
