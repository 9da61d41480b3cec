//! Somebody who reads Secrets all the time, and remembers each time one was not as it should be.

use crate::api::Api;
use crate::error::Result;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const PAUSE: Duration = Duration::from_millis(100);

/// A Secret: its namespace and name.
pub type SecretName<'a> = (&'a str, &'a str);

/// What was wrong with a Secret when it was read. Values are not told, only whose they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It was not there.
    Missing,
    /// These entries were missing, new or had another value.
    Different(Vec<String>),
}

/// A fault with its place and time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// The path of the Secret.
    pub secret: String,
    /// What was wrong.
    pub fault: Fault,
    /// When, counted from the start.
    pub after: Duration,
}

/// What a prober saw.
#[derive(Debug, Default)]
pub struct Report {
    /// How many reads of a Secret were answered.
    pub reads: usize,
    /// How many requests were not: the API server was away, which says nothing about the Secrets.
    pub unanswered: usize,
    /// Every read that found something wrong.
    pub sightings: Vec<Sighting>,
}

/// A thread that reads Secrets every 100 ms, those of a namespace in one request.
#[derive(Debug)]
pub struct Prober {
    stop: Sender<()>,
    thread: JoinHandle<()>,
    report: Arc<Mutex<Report>>,
}

/// Secrets of one namespace, by name, with what is in them.
struct Watched {
    namespace: String,
    secrets: Vec<(String, Value)>,
}

impl Prober {
    /// Takes the values as they are now for the right ones, and reads them from now on.
    ///
    /// # Errors
    /// When one of them is not there.
    pub fn start(api: &Api, secrets: &[SecretName<'_>]) -> Result<Self> {
        let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (namespace, name) in secrets {
            names.entry(namespace).or_default().push(name);
        }
        let watched = names
            .into_iter()
            .map(|(namespace, names)| watched(api, namespace, &names))
            .collect::<Result<Vec<_>>>()?;
        let (stop, stopped) = mpsc::channel();
        let (api, report) = (api.clone(), Arc::default());
        let filled = Arc::clone(&report);
        let thread = std::thread::spawn(move || watch(&api, &watched, &filled, &stopped));
        Ok(Self {
            stop,
            thread,
            report,
        })
    }

    /// How many reads were answered so far.
    #[must_use]
    pub fn reads(&self) -> usize {
        locked(&self.report).reads
    }

    /// How many reads were not answered so far.
    #[must_use]
    pub fn unanswered(&self) -> usize {
        locked(&self.report).unanswered
    }

    /// Reads a last time and tells what it saw.
    ///
    /// # Panics
    /// When the thread did.
    #[must_use]
    pub fn finish(self) -> Report {
        drop(self.stop);
        self.thread.join().expect("the prober reads to its end");
        std::mem::take(&mut locked(&self.report))
    }
}

impl Report {
    fn add(&mut self, watched: &Watched, answer: Result<Value>, after: Duration) {
        let Ok(list) = answer else {
            self.unanswered += 1;
            return;
        };
        for (name, data) in &watched.secrets {
            self.reads += 1;
            if let Some(fault) = fault(data, find(&list, name)) {
                let secret = format!("{}/{name}", watched.path());
                self.sightings.push(Sighting {
                    secret,
                    fault,
                    after,
                });
            }
        }
    }
}

// Ends with a last round after the other side has hung up.
fn watch(api: &Api, watched: &[Watched], report: &Mutex<Report>, stopped: &Receiver<()>) {
    let start = Instant::now();
    loop {
        let last = stopped.recv_timeout(PAUSE) != Err(RecvTimeoutError::Timeout);
        for namespace in watched {
            let answer = api.get(&namespace.path());
            locked(report).add(namespace, answer, start.elapsed());
        }
        if last {
            return;
        }
    }
}

fn locked(report: &Mutex<Report>) -> MutexGuard<'_, Report> {
    report.lock().unwrap_or_else(PoisonError::into_inner)
}

fn watched(api: &Api, namespace: &str, names: &[&str]) -> Result<Watched> {
    let read = |name: &&str| {
        let path = format!("/api/v1/namespaces/{namespace}/secrets/{name}");
        Ok(((*name).to_owned(), api.get(&path)?["data"].take()))
    };
    Ok(Watched {
        namespace: namespace.to_owned(),
        secrets: names.iter().map(read).collect::<Result<_>>()?,
    })
}

impl Watched {
    fn path(&self) -> String {
        format!("/api/v1/namespaces/{}/secrets", self.namespace)
    }
}

fn find<'a>(list: &'a Value, name: &str) -> Option<&'a Value> {
    let mut items = list["items"].as_array()?.iter();
    items.find(|item| item["metadata"]["name"] == name)
}

fn fault(expected: &Value, found: Option<&Value>) -> Option<Fault> {
    let Some(found) = found else {
        return Some(Fault::Missing);
    };
    let (expected, found) = (expected.as_object(), found["data"].as_object());
    let mut names: Vec<_> = [expected, found]
        .into_iter()
        .flatten()
        .flat_map(|map| map.keys())
        .collect();
    names.sort();
    names.dedup();
    let value = |map: Option<&serde_json::Map<String, Value>>, name: &String| {
        map.and_then(|map| map.get(name).cloned())
    };
    names.retain(|name| value(expected, name) != value(found, name));
    (!names.is_empty()).then(|| Fault::Different(names.into_iter().cloned().collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_fault_names_each_entry_that_differs_and_no_value() {
        let (before, after) = (
            json!({"same": "1", "new": "1", "gone": "1"}),
            json!({"same": "1", "new": "2", "more": "1"}),
        );
        let different = ["gone", "more", "new"].map(str::to_owned).to_vec();
        assert_eq!(
            fault(&before, Some(&json!({"data": after}))),
            Some(Fault::Different(different))
        );
        assert_eq!(fault(&before, Some(&json!({"data": before}))), None);
        assert_eq!(fault(&before, None), Some(Fault::Missing));
    }
}
