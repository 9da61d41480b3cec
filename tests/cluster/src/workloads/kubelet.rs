//! Plays the kubelet: every pod becomes ready, and those of a sealed-secrets controller get its process.

use crate::api::Api;
use crate::controller::Controller;
use crate::error::Result;
use crate::foundation::Foundation;
use crate::pod;
use serde_json::Value;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

const PAUSE: Duration = Duration::from_millis(100);

/// Pods that stay as they are: a namespace and how their names begin.
type Held = Mutex<Vec<(String, String)>>;

/// A thread that looks at all pods every 100 ms.
pub(super) struct Kubelet {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
    held: Arc<Held>,
}

/// What the thread works with.
struct Round {
    api: Api,
    address: String,
    controllers: Vec<Arc<Controller>>,
    held: Arc<Held>,
}

impl Kubelet {
    pub(super) fn start(base: &Foundation, controllers: Vec<Arc<Controller>>) -> Self {
        let (stop, stopped) = mpsc::channel();
        let held = Arc::new(Held::default());
        let round = Round {
            api: base.api.clone(),
            address: base.address.to_string(),
            controllers,
            held: Arc::clone(&held),
        };
        let thread = std::thread::spawn(move || round.repeat(&stopped));
        Self {
            stop: Some(stop),
            thread: Some(thread),
            held,
        }
    }

    pub(super) fn hold(&self, namespace: &str, name: &str) {
        locked(&self.held).push((namespace.to_owned(), name.to_owned()));
    }

    pub(super) fn release(&self) {
        locked(&self.held).clear();
    }
}

impl Drop for Kubelet {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

impl Round {
    fn repeat(&self, stopped: &Receiver<()>) {
        while stopped.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
            // An API server that is away, or a pod that has gone since: the next round sees what is true then.
            drop(self.once());
        }
    }

    fn once(&self) -> Result<()> {
        let pods = self.api.get("/api/v1/pods")?["items"].take();
        let pods = pods.as_array().map(Vec::as_slice).unwrap_or_default();
        for controller in &self.controllers {
            controller.follow(pods)?;
        }
        for waiting in pods.iter().filter(|pod| self.is_due(pod)) {
            let started = &waiting["metadata"]["creationTimestamp"];
            let status = pod::ready(&self.address, waiting, started);
            self.api
                .merge(&format!("{}/status", pod::path(waiting)), &status)?;
        }
        Ok(())
    }

    fn is_due(&self, pod: &Value) -> bool {
        let in_charge = |controller: &Arc<Controller>| controller.is_mine(pod);
        !pod::is_ready(pod) && !self.is_held(pod) && !self.controllers.iter().any(in_charge)
    }

    fn is_held(&self, pod: &Value) -> bool {
        let name = pod::name(pod);
        locked(&self.held).iter().any(|(namespace, start)| {
            pod["metadata"]["namespace"] == **namespace && name.starts_with(start)
        })
    }
}

fn locked(held: &Held) -> MutexGuard<'_, Vec<(String, String)>> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}
