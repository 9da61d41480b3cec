//! Everything there is in the cluster, and what it does as time goes by.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::WORKS;
use super::argocd::ArgoCd;
use super::controller::Controller;
use super::faults::Faults;
use super::http::{Answer, Request};
use super::objects::{Objects, refusal};
use super::workloads::{Pair, Rolls, Workloads};
use crate::support::keys::KeyPair;

/// An application of an environment: a folder of the repository that Argo CD deploys, and who uses its Secret.
#[derive(Clone)]
pub(crate) struct Application {
    /// The name of Argo CD's Application.
    pub(crate) name: String,
    /// Where its Secrets go.
    pub(crate) namespace: String,
    /// Its folder in the repository.
    pub(crate) folder: String,
    /// The Secret that its Deployment takes as variables.
    pub(crate) secret: String,
    /// The entries of the Secret with the two parts of the access key.
    pub(crate) keys: [&'static str; 2],
    /// What makes its pods new.
    pub(crate) rolls: Rolls,
}

/// A request that was made.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// `METHOD path`.
    pub(crate) request: String,
    pub(crate) status: u16,
}

/// The cluster.
pub(crate) struct World {
    pub(crate) objects: Objects,
    pub(crate) argocd: ArgoCd,
    pub(crate) controller: Controller,
    pub(crate) workloads: Workloads,
    pub(crate) seen: Vec<Seen>,
    pub(super) faults: Faults,
    /// How much older everything that happens now looks.
    pub(super) age: Duration,
}

impl World {
    pub(super) fn new(key: &KeyPair, remote: &Path) -> Self {
        let mut objects = Objects::default();
        objects.put(
            "/api/v1/namespaces/kube-system/services/sealed-secrets",
            json!({"apiVersion": "v1", "kind": "Service",
                "metadata": {"name": "sealed-secrets", "namespace": "kube-system"},
                "spec": {"ports": [{"name": "http", "port": 8080}]}}),
        );
        Self {
            objects,
            argocd: ArgoCd::new(remote),
            controller: Controller::new(key),
            workloads: Workloads::default(),
            seen: Vec::new(),
            faults: Faults::default(),
            age: Duration::from_secs(3600),
        }
    }

    pub(super) fn deploy(&mut self, applications: &[Application]) {
        for application in applications {
            self.argocd.add(&mut self.objects, application);
            self.workloads.add(&mut self.objects, application);
        }
    }

    /// Whether nothing is going on.
    pub(crate) fn is_settled(&self) -> bool {
        self.argocd.is_at_rest()
            && self.controller.is_at_rest(&self.objects)
            && self.workloads.is_at_rest(&self.objects)
    }

    /// Lets everything work again.
    pub(super) fn recover(&mut self) {
        self.faults.clear();
        self.argocd.stopped = false;
        self.argocd.end_stuck_syncs(&mut self.objects);
        self.controller.restart(&mut self.objects);
        self.workloads.stuck = false;
    }

    pub(super) fn tick(&mut self, now: Instant) {
        let age = self.age;
        self.argocd.tick(&mut self.objects, now);
        self.controller.tick(&mut self.objects, now, age);
        // A Secret that took long to unseal is older than the pods that follow it, on a busy machine too.
        self.workloads.tick(&mut self.objects, Instant::now(), age);
    }

    pub(super) fn answer(&mut self, request: &Request) -> Answer {
        let Request { method, path, body } = request;
        let answer = match self.controller.page(path) {
            Some(page) => self.controller.answer(page, body),
            None => {
                let body: Value = serde_json::from_str(body).unwrap_or_default();
                self.objects.answer(method, path, &body)
            }
        };
        self.note(request, answer.status);
        answer
    }

    pub(super) fn refuse(&mut self, request: &Request, code: u16) -> Answer {
        self.note(request, code);
        refusal(code, "the stand-in refuses it")
    }

    pub(super) fn pairs(&self) -> Vec<(String, Pair)> {
        self.workloads.pairs(&self.objects)
    }

    fn note(&mut self, request: &Request, status: u16) {
        let request = format!("{} {}", request.method, request.path);
        self.seen.push(Seen { request, status });
    }
}

/// A time as the API server writes it: to the second.
pub(super) fn stamp(age: Duration) -> String {
    let time = jiff::Timestamp::now()
        .checked_sub(age)
        .expect(WORKS)
        .as_second();
    jiff::Timestamp::from_second(time).expect(WORKS).to_string()
}
