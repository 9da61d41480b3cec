//! How the controller's program is started, and the account it finds.

use super::setup::ControllerSetup;
use crate::error::Result;
use crate::foundation::Foundation;
use crate::process::Recipe;
use crate::{file, parts};
use std::net::SocketAddr;

// Where the controller looks for its account.
const ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// Writes what a kubelet would put into the pod: a token of its service account, the authority and the namespace.
pub(super) fn write_account(setup: &ControllerSetup, base: &Foundation) -> Result<()> {
    let account = base.folder.join(setup.account_folder());
    let token = base
        .api
        .service_account_token(setup.namespace(), setup.name())?;
    file::write(account.join("token"), token)?;
    file::write(account.join("ca.crt"), file::read(&base.authority())?)?;
    file::write(account.join("namespace"), setup.namespace())?;
    Ok(())
}

/// The program in a mount namespace of its own, since all controllers look for their account at one path.
pub(super) fn recipe(
    setup: &ControllerSetup,
    base: &Foundation,
    listens: SocketAddr,
) -> Result<Recipe> {
    let metrics = SocketAddr::new(listens.ip(), listens.port() + 1);
    let mounted = format!("mount --bind \"$0\" {ACCOUNT} && exec \"$@\"");
    Ok(Recipe::new(setup.process_name(), "unshare")
        .args(["--mount", "sh", "-c", &mounted])
        .arg(base.folder.join(setup.account_folder()))
        .arg(parts::controller()?)
        .args(["--listen-addr", &listens.to_string()])
        .args(["--listen-metrics-addr", &metrics.to_string()])
        .env("KUBERNETES_SERVICE_HOST", base.address.to_string())
        .env("KUBERNETES_SERVICE_PORT", base.port().to_string()))
}
