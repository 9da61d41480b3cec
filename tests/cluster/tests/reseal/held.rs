//! The lock of dev in the hands of others.

use crate::estate::Estate;
use sealsmith_test_cluster::{Api, Result, Seen, until};
use serde_json::{Value, json};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

const LEASES: &str = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
const LEASE: &str = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/sealsmith-dev";
const RENEWAL: Duration = Duration::from_millis(500);

/// The lock of dev in somebody's hands, renewed until the value is dropped.
pub(crate) struct Held {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Held {
    /// Takes the free lock.
    pub(crate) fn by(identity: &str, estate: &Estate) -> Result<Self> {
        put(estate, &lease(identity, 30, 0))?;
        let (stop, stopped) = mpsc::channel();
        let (api, identity) = (estate.cluster.api().clone(), identity.to_owned());
        let thread = std::thread::spawn(move || {
            for second in 1.. {
                if stopped.recv_timeout(RENEWAL) != Err(RecvTimeoutError::Timeout) {
                    break;
                }
                // A renewal that fails says nothing; the test sees who holds the lock.
                let _ = api.merge(LEASE, &lease(&identity, 30, second));
            }
            let _ = api.delete(LEASE);
        });
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// Leaves the lock as somebody does who was killed: held, and renewed by nobody. It lasts for so many seconds.
pub(crate) fn abandoned(identity: &str, seconds: u32, estate: &Estate) -> Result<()> {
    put(estate, &lease(identity, seconds, 0))
}

/// Puts somebody else into the lock, and waits until its holder has noticed: a renewal was refused.
pub(crate) fn robbed(identity: &str, estate: &Estate) -> Result<()> {
    let api = estate.cluster.api();
    let before = refused_renewals(api)?;
    api.merge(LEASE, &lease(identity, 30, 1))?;
    until("a refused renewal", || {
        let now = refused_renewals(api)?;
        Ok(if now > before {
            Seen::There(())
        } else {
            Seen::Else(format!("{now} refused"))
        })
    })
}

// As the API server counts them.
fn refused_renewals(api: &Api) -> Result<u64> {
    let metrics = api.text("/metrics")?;
    let refused = metrics.lines().filter(|line| {
        let parts = ["code=\"409\"", "resource=\"leases\"", "verb=\"PUT\""];
        line.starts_with("apiserver_request_total{") && parts.iter().all(|part| line.contains(part))
    });
    let count = |line: &str| line.rsplit(' ').next()?.parse::<u64>().ok();
    Ok(refused.filter_map(count).sum())
}

/// Whose the lock is: nobody's, or in these hands; and how often it changed hands.
pub(crate) fn holder(estate: &Estate) -> Result<(Option<String>, u64)> {
    let lease = estate.cluster.api().get(LEASE)?;
    let spec = &lease["spec"];
    let transitions = spec["leaseTransitions"].as_u64().unwrap_or_default();
    Ok((
        spec["holderIdentity"].as_str().map(str::to_owned),
        transitions,
    ))
}

/// Takes it out of everybody's hands.
pub(crate) fn freed(estate: &Estate) -> Result<()> {
    estate.cluster.api().delete(LEASE).map(drop)
}

fn put(estate: &Estate, lease: &Value) -> Result<()> {
    let api = estate.cluster.api();
    if api.find(LEASE)?.is_some() {
        api.delete(LEASE)?;
    }
    api.create(LEASES, lease).map(drop)
}

// No clock is asked: others see that it changes.
fn lease(identity: &str, seconds: u32, renewal: u32) -> Value {
    let (minute, second) = (renewal / 60 % 60, renewal % 60);
    json!({
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
        "metadata": {"name": "sealsmith-dev"},
        "spec": {"holderIdentity": identity, "leaseDurationSeconds": seconds,
            "renewTime": format!("2026-01-01T00:{minute:02}:{second:02}.000000Z")},
    })
}
