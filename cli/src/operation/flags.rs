//! Flags that every operation on an environment has.

use sealsmith_lint::policy::{Duration, Reason};

/// What follows the push, and what is taken before the first write.
#[derive(clap::Args, Default)]
pub(crate) struct Arrival {
    /// Do not wait until the cluster has what was pushed
    #[arg(long, conflicts_with_all = ["timeout", "terminate_stuck_sync"])]
    pub(crate) no_wait: bool,

    /// How long to wait, such as 90s or 10m, instead of argocd.timeout
    #[arg(long, value_name = "TIME", value_parser = Duration::parse)]
    pub(crate) timeout: Option<Duration>,

    /// End the sync of an older commit that fails again and again and keeps the new one waiting
    #[arg(long)]
    pub(crate) terminate_stuck_sync: bool,

    /// Then restart the workloads that use the Secrets, one after the other, and wait for each
    #[arg(long, conflicts_with = "no_wait")]
    pub(crate) rollout_restart: bool,

    /// Begin outside of the policy's window, or without the notice that it requires, and say why
    #[arg(long = "override", value_name = "REASON", value_parser = Reason::parse)]
    pub(crate) overriding: Option<Reason>,

    /// Go on without the lock that keeps other operators away, and say why
    #[arg(long, value_name = "REASON", value_parser = Reason::parse)]
    pub(crate) no_lock: Option<Reason>,
}
