//! The key that values are sealed for, what opens them, and what makes the key the environment's own.

use sealsmith_core::certificate::Certificate;
use sealsmith_core::fingerprint::Fingerprint;

use super::Args;
use super::means::Means;
use super::selection::Selection;
use crate::certificates::{self, Recipient};
use crate::command::cert::Pinning;
use crate::env::Env;
use crate::failure::Failure;
use crate::pins;
use crate::ui::Ui;

/// What a re-sealing works with.
pub(super) struct Target {
    /// What opens the values.
    pub(super) means: Means,
    /// The key to seal for.
    pub(super) recipient: Recipient,
    /// The certificate file and the pin of another key; they belong into the same commit.
    pub(super) pinning: Option<Pinning>,
    /// The key that the environment's certificate has now, when another takes its place.
    pub(super) replaces: Option<Fingerprint>,
}

impl Target {
    /// Settles the key: that of the controller, which has to be the pinned one or one that was declared.
    pub(super) fn of(
        selection: &Selection<'_>,
        environment: Option<&str>,
        args: &Args,
        env: &Env,
        ui: &Ui,
    ) -> Result<Self, Failure> {
        let (means, recipient) = selection.means(environment.is_some(), args, env, ui)?;
        let pinning = match environment {
            Some(environment) => pinning(environment, &recipient.certificate, env)?,
            None => None,
        };
        let own = pinning.as_ref().and_then(|_| own(environment?, env));
        let replaces = own.map(|own| own.fingerprint());
        Ok(Self {
            means,
            replaces: replaces.filter(|key| *key != recipient.fingerprint()),
            recipient,
            pinning,
        })
    }
}

fn pinning(environment: &str, wanted: &Certificate, env: &Env) -> Result<Option<Pinning>, Failure> {
    let workspace = env.workspace()?;
    let key = wanted.fingerprint();
    let pins = pins::of_environment(workspace, environment);
    let is_pinned = pins.is_empty() || pins.contains(&key.to_string());
    let is_own = own(environment, env).is_some_and(|own| own.fingerprint() == key);
    if is_pinned && is_own {
        return Ok(None);
    }
    let pinning = Pinning::of(workspace, environment, wanted)?;
    Ok((!pinning.is_done()).then_some(pinning))
}

/// The certificate that lies in the repository, if it can be read.
fn own(environment: &str, env: &Env) -> Option<Certificate> {
    let workspace = env.workspace().ok()?;
    let path = certificates::path_of_environment(workspace, environment).ok()?;
    certificates::load(&path.display().to_string(), env).ok()
}
