//! The consumers: each pod uses the key that its Secret held when it started, five times a second.

use crate::bucket::status;
use sealsmith_test_cluster::{Api, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

const PAUSE: Duration = Duration::from_millis(200);

/// An access key as a Secret holds it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pair {
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// What the consumers met.
#[derive(Clone, Debug, Default)]
pub(crate) struct Met {
    /// How often the bucket was asked for.
    pub(crate) calls: usize,
    /// Who was refused, and with which key.
    pub(crate) refused: Vec<String>,
    /// Every pair that a Secret held at some time.
    pub(crate) pairs: BTreeSet<Pair>,
}

/// Consumers at work.
pub(crate) struct Consumers {
    stop: Sender<()>,
    thread: JoinHandle<()>,
    met: Arc<Mutex<Met>>,
}

/// What a thread of consumers works with.
struct Work {
    api: Api,
    url: String,
    secrets: Vec<(String, String)>,
    met: Arc<Mutex<Met>>,
    /// What each pod took at its start, by its uid.
    taken: BTreeMap<String, Pair>,
}

impl Consumers {
    /// Starts them: they use these Secrets, by namespace and name, to look into a bucket.
    pub(crate) fn start(api: &Api, url: &str, secrets: &[(String, String)]) -> Self {
        let (stop, stopped) = mpsc::channel();
        let met = Arc::<Mutex<Met>>::default();
        let mut work = Work {
            api: api.clone(),
            url: url.to_owned(),
            secrets: secrets.to_vec(),
            met: Arc::clone(&met),
            taken: BTreeMap::new(),
        };
        let thread = std::thread::spawn(move || {
            while stopped.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
                // An API server that is away says nothing about anybody's key.
                let _ = work.round();
            }
        });
        Self { stop, thread, met }
    }

    /// Stops them, and says what they met.
    pub(crate) fn finish(self) -> Met {
        drop(self.stop);
        self.thread.join().expect("the consumers work to their end");
        self.met
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Work {
    fn round(&mut self) -> Result<()> {
        for (namespace, name) in self.secrets.clone() {
            let secret = self
                .api
                .get(&format!("/api/v1/namespaces/{namespace}/secrets/{name}"))?;
            let pair = pair(&secret);
            let pods = self
                .api
                .get(&format!("/api/v1/namespaces/{namespace}/pods"))?;
            for pod in pods["items"].as_array().into_iter().flatten() {
                if pod["status"]["phase"] == "Running"
                    && pod["metadata"]["deletionTimestamp"].is_null()
                {
                    self.use_key(pod, &pair);
                }
            }
            self.met().pairs.insert(pair);
        }
        Ok(())
    }

    fn use_key(&mut self, pod: &Value, now: &Pair) {
        let uid = pod["metadata"]["uid"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let pair = self.taken.entry(uid).or_insert_with(|| now.clone()).clone();
        let answer = status(&self.url, &pair.id, &pair.secret);
        let mut met = self.met();
        met.calls += 1;
        if answer == 403 {
            met.refused
                .push(format!("{} with {}", pod["metadata"]["name"], pair.id));
        }
    }

    fn met(&self) -> std::sync::MutexGuard<'_, Met> {
        self.met.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn pair(secret: &Value) -> Pair {
    let entry = |name: &str| {
        let text = secret["data"][name].as_str().unwrap_or_default();
        decoded(text)
    };
    Pair {
        id: entry("AWS_ACCESS_KEY_ID"),
        secret: entry("AWS_SECRET_ACCESS_KEY"),
    }
}

/// Base64 (RFC 4648).
fn decoded(text: &str) -> String {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u8> = text
        .bytes()
        .filter(|byte| *byte != b'=')
        .map(digit)
        .collect();
    let mut bytes = Vec::new();
    for group in digits.chunks(4) {
        let bits = group
            .iter()
            .fold(0_u32, |bits, digit| bits << 6 | u32::from(*digit));
        let bits = bits << (6 * (4 - group.len()));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..group.len()]);
    }
    String::from_utf8(bytes).expect("a key is text")
}
