//! The controller and its pods: who has the process, and with which flags.

use super::Controller;
use super::objects::{NAME, Objects};
use crate::api::Api;
use crate::error::Result;
use crate::pod;
use serde_json::Value;

impl Controller {
    /// Runs it in a pod that nobody owns and nobody replaces.
    pub(crate) fn run_alone(&self) -> Result<()> {
        let pod = Objects::of(&self.setup).create_pod(&self.api, self.setup.flags())?;
        self.run_in(&pod)
    }

    /// Leaves it to a Deployment to make pods, of which [`Self::follow`] learns.
    pub(crate) fn deploy(&self) -> Result<()> {
        Objects::of(&self.setup).apply_deployment(&self.api, self.setup.flags())
    }

    /// Looks which of its pods came last, and moves there if it is another: a process ends with its pod and starts with
    /// the flags of the next.
    pub(crate) fn follow(&self, pods: &[Value]) -> Result<()> {
        let mine: Vec<_> = pods.iter().filter(|pod| self.is_mine(pod)).collect();
        let last = self.last_of(&mine);
        match last {
            Some(pod) if self.pod().as_deref() != Some(pod::name(pod)) => self.run_in(pod),
            None if self.pod().is_some() => self.leave(),
            _ => Ok(()),
        }
    }

    /// Whether a pod is one of its own.
    pub(crate) fn is_mine(&self, pod: &Value) -> bool {
        let metadata = &pod["metadata"];
        metadata["namespace"] == self.namespace() && metadata["labels"][NAME] == self.name()
    }

    fn run_in(&self, pod: &Value) -> Result<()> {
        self.process.stop();
        self.process.run_with(flags(pod))?;
        say_ready(&self.api, &self.address().to_string(), pod)?;
        self.lead(|entrance| entrance.pod = Some(pod::name(pod).to_owned()))
    }

    fn leave(&self) -> Result<()> {
        self.process.stop();
        self.lead(|entrance| entrance.pod = None)
    }

    // Pods carry whole seconds, so the order in which they were seen says more.
    fn last_of<'a>(&self, pods: &[&'a Value]) -> Option<&'a Value> {
        let mut entrance = self.entrance();
        for name in pods.iter().map(|pod| pod::name(pod)) {
            if !entrance.seen.iter().any(|seen| seen == name) {
                entrance.seen.push(name.to_owned());
            }
        }
        let position = |pod: &&&Value| entrance.seen.iter().position(|seen| seen == pod::name(pod));
        pods.iter().max_by_key(position).copied()
    }

    fn pod(&self) -> Option<String> {
        self.entrance().pod.clone()
    }
}

fn flags(pod: &Value) -> Vec<String> {
    let args = pod["spec"]["containers"][0]["args"]
        .as_array()
        .into_iter()
        .flatten();
    args.filter_map(|arg| arg.as_str().map(str::to_owned))
        .collect()
}

fn say_ready(api: &Api, address: &str, pod: &Value) -> Result<()> {
    let started = &pod["metadata"]["creationTimestamp"];
    let status = pod::ready(address, pod, started);
    api.merge(&format!("{}/status", pod::path(pod)), &status)
        .map(drop)
}
