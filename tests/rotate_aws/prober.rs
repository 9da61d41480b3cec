//! The consumers: several times a second each uses the key that it has, as an application uses S3.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::bucket::status;
use crate::stand_in::{Pair, StandIn};

const PAUSE: Duration = Duration::from_millis(300);
const WORKS: &str = "what a test makes itself is well formed";

/// Consumers at work; they stop with the value.
pub(crate) struct Prober {
    over: Arc<AtomicBool>,
    calls: Arc<AtomicUsize>,
    refused: Arc<Mutex<Vec<String>>>,
    thread: Option<JoinHandle<()>>,
}

impl Prober {
    /// Starts them: they list this bucket.
    pub(crate) fn start(cluster: &Arc<StandIn>, aws: &str, bucket: &str) -> Self {
        let (over, calls) = (Arc::new(AtomicBool::new(false)), Arc::default());
        let refused = Arc::<Mutex<Vec<String>>>::default();
        let probing = Probing {
            cluster: Arc::clone(cluster),
            url: format!("{aws}/{bucket}"),
            over: Arc::clone(&over),
            calls: Arc::clone(&calls),
            refused: Arc::clone(&refused),
        };
        let thread = Some(std::thread::spawn(move || probing.run()));
        Self {
            over,
            calls,
            refused,
            thread,
        }
    }

    /// Every call that was refused.
    pub(crate) fn refused(&self) -> Vec<String> {
        self.refused.lock().expect(WORKS).clone()
    }

    /// Waits until every consumer made a call after now.
    pub(crate) fn works_on(&self) {
        let start = self.calls.load(Ordering::Relaxed);
        while self.calls.load(Ordering::Relaxed) < start + 2 {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Prober {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        drop(self.thread.take().map(JoinHandle::join));
    }
}

struct Probing {
    cluster: Arc<StandIn>,
    url: String,
    over: Arc<AtomicBool>,
    calls: Arc<AtomicUsize>,
    refused: Arc<Mutex<Vec<String>>>,
}

impl Probing {
    fn run(&self) {
        while !self.over.load(Ordering::Relaxed) {
            let held = self.cluster.pairs();
            let pairs: BTreeSet<_> = held.iter().map(|(_, pair)| pair).collect();
            for pair in pairs {
                self.probe(pair);
            }
            self.calls.fetch_add(1, Ordering::Relaxed);
            std::thread::sleep(PAUSE);
        }
    }

    fn probe(&self, pair: &Pair) {
        if status(&self.url, &pair.id, &pair.secret) != 403 {
            return;
        }
        // A pod may have ended while it was being refused.
        let held = self.cluster.pairs().into_iter();
        let who: Vec<_> = held
            .filter(|(_, held)| held == pair)
            .map(|(who, _)| who)
            .collect();
        if !who.is_empty() {
            let mut refused = self.refused.lock().expect(WORKS);
            refused.push(format!("{} was refused with {}", who.join(", "), pair.id));
        }
    }
}
