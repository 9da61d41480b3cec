//! A stand-in for a cluster: an API server on loopback, and behind it Argo CD, a sealed-secrets controller and workloads.
//!
//! They behave as the real ones were measured to (spec: rotation, sections 0 and 5), in tenths of a second. What the real
//! ones do is tested in `tests/cluster`.

mod argocd;
mod controller;
mod faults;
mod http;
mod objects;
mod workloads;
mod world;

pub(crate) use faults::Trouble;
pub(crate) use workloads::{Pair, Rolls};
pub(crate) use world::{Application, Seen};

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::keys::KeyPair;
use world::World;

/// Why nothing of the stand-in fails: sockets, keys and texts are the test's own.
const WORKS: &str = "what a test makes itself is well formed";
/// How often Argo CD, controller and workloads do something.
const TICK: Duration = Duration::from_millis(40);

/// A running stand-in; it ends with the value.
pub(crate) struct StandIn {
    address: SocketAddr,
    world: Arc<Mutex<World>>,
    over: Arc<AtomicBool>,
}

impl StandIn {
    /// Starts one whose controller has this key and whose Argo CD follows `main` of this bare repository.
    pub(crate) fn start(key: &KeyPair, remote: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect(WORKS);
        let address = listener.local_addr().expect(WORKS);
        let world = Arc::new(Mutex::new(World::new(key, remote)));
        let over = Arc::new(AtomicBool::new(false));
        let (served, ended) = (Arc::clone(&world), Arc::clone(&over));
        std::thread::spawn(move || http::serve(&listener, &served, &ended));
        let (moved, ended) = (Arc::clone(&world), Arc::clone(&over));
        std::thread::spawn(move || {
            while !ended.load(Ordering::Relaxed) {
                moved.lock().expect(WORKS).tick(Instant::now());
                std::thread::sleep(TICK);
            }
        });
        Self {
            address,
            world,
            over,
        }
    }

    /// A kubeconfig for it.
    pub(crate) fn kubeconfig(&self) -> String {
        let config = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "stand-in",
            "clusters": [{"name": "stand-in", "cluster": {"server": format!("http://{}", self.address)}}],
            "users": [{"name": "stand-in", "user": {}}],
            "contexts": [{"name": "stand-in", "context": {"cluster": "stand-in", "user": "stand-in"}}],
        });
        config.to_string()
    }

    /// Lets Argo CD deploy a folder of the repository, and waits until it has: everything then is an hour old.
    pub(crate) fn deploys(&self, applications: &[Application]) {
        self.world().deploy(applications);
        self.waits_until("everything is deployed", World::is_settled);
        self.world().age = Duration::ZERO;
    }

    /// Waits for something, but not for ever.
    pub(crate) fn waits_until(&self, what: &str, holds: impl Fn(&World) -> bool) {
        let start = Instant::now();
        while !holds(&self.world()) {
            assert!(start.elapsed() < Duration::from_secs(60), "never: {what}");
            std::thread::sleep(TICK);
        }
    }

    /// What can be seen and changed of it.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect(WORKS)
    }

    /// Every request so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.world().seen.clone()
    }

    /// The pairs that applications work with right now, each with who has it: those that pods took at their start, and
    /// those in Secrets, which a new pod would take.
    pub(crate) fn pairs(&self) -> Vec<(String, Pair)> {
        self.world().pairs()
    }

    /// Lets the next requests whose `METHOD path` holds this text come to nothing.
    pub(crate) fn fails(&self, request: &str, trouble: Trouble, times: usize) {
        self.world().faults.add(request, trouble, times);
    }

    /// Lets every request succeed again.
    pub(crate) fn recovers(&self) {
        self.world().recover();
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        // The listener looks up when somebody calls.
        drop(std::net::TcpStream::connect(self.address));
    }
}
