//! Argo CD brings what is pushed into the cluster.

use crate::sealed;
use sealsmith_test_cluster::{Cluster, Result};
use std::time::Instant;

#[test]
fn a_push_becomes_a_secret() -> Result<()> {
    let start = Instant::now();
    let cluster = Cluster::builder()
        .controller("sealed-secrets", "kube-system")
        .argocd()
        .start()?;
    let repository = cluster.repository("gitops")?;
    repository.write("app/db.yaml", sealed::sealed(&cluster, "app", "db", "one"))?;
    let first = repository.push("add db")?;
    let application = cluster
        .argocd()
        .application("app", &repository, "app", "app")?;
    application.synced_to(&first)?;
    println!("first sync {:?} after the start", start.elapsed());
    sealed::unsealed(cluster.api(), "app", "db")?;

    let pushed = Instant::now();
    repository.write(
        "app/queue.yaml",
        sealed::sealed(&cluster, "app", "queue", "two"),
    )?;
    application.synced_to(&repository.push("add queue")?)?;
    println!("a push is synced after {:?}", pushed.elapsed());
    sealed::unsealed(cluster.api(), "app", "queue").map(drop)
}
