//! Who holds a Lease.

use crate::env::Env;

/// The annotation with the holder's process; the identity itself stays the same when an operation is resumed.
pub(super) const PROCESS: &str = "sealsmith/process";

/// Somebody who wants a Lease.
#[derive(Clone, Debug)]
pub(crate) struct Holder {
    pub(super) identity: String,
    pub(super) process: u32,
}

impl Holder {
    /// This user on this machine, in a run that may be resumed by another process.
    pub(crate) fn of_run(run: &str, env: &Env) -> Self {
        Self {
            identity: format!("{}@{}/{run}", env.user(), env.host()),
            process: std::process::id(),
        }
    }
}
