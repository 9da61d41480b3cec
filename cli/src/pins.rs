//! The public keys that `sealsmith.yaml` pins for an environment: nothing is sealed for another.

use sealsmith_core::certificate::Certificate;
use sealsmith_core::fingerprint::Fingerprint;

use crate::certificates::named;
use crate::env::Workspace;
use crate::failure::Failure;

/// The fingerprints that the certificate of an environment may have; none accepts any.
pub(crate) fn of_environment(workspace: &Workspace, environment: &str) -> Vec<String> {
    let keys = keys_of(workspace, environment);
    keys.map(|key| key.to_string()).collect()
}

/// The same as fingerprints.
pub(crate) fn keys_of(
    workspace: &Workspace,
    environment: &str,
) -> impl Iterator<Item = Fingerprint> {
    let found = workspace
        .policy()
        .and_then(|policy| policy.environment(environment));
    let pins = found.into_iter().flat_map(|found| &found.fingerprints);
    pins.map(|pin| pin.fingerprint())
}

/// Refuses an environment's certificate when its pins do not name it.
pub(crate) fn refuse_other(
    workspace: &Workspace,
    environment: &str,
    certificate: &Certificate,
    source: &str,
) -> Result<(), Failure> {
    let pins = of_environment(workspace, environment);
    let served = certificate.fingerprint().to_string();
    if pins.is_empty() || pins.contains(&served) {
        return Ok(());
    }
    Err(Failure::refused(format!(
        "the certificate of {environment} is not the pinned one"
    ))
    .cause(format!("{} has {served}", named(source)))
    .cause(format!("sealsmith.yaml pins {}", pins.join(", ")))
    .hint(format!(
        "`sealsmith cert pin {environment}` accepts a new certificate"
    )))
}
