//! What the cluster has to do with it: the lock that keeps other operators away, and seeing a change through.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sealsmith_lint::policy::{ArgoCd, Reason};

use super::Desk;
use super::change::Change;
use crate::cluster::argocd::{self, Choice, Lineage};
use crate::cluster::expected::{Expected, Place, Repository};
use crate::cluster::lease::{Holder, Lease, LeasePlace};
use crate::cluster::watch::{Data, Job, Report, Stuck, Telling, watch};
use crate::cluster::workloads::{Restarted, restart};
use crate::cluster::{Cluster, lineage};
use crate::controller;
use crate::env::git::tree::Git;
use crate::failure::Failure;

/// The cluster of the environment, when a running controller in it takes part.
pub(crate) struct Surroundings<'a> {
    desk: &'a Desk<'a>,
    pub(crate) cluster: Cluster,
    lock: LeasePlace,
}

/// A commit on its way into the cluster, and what the Secrets have to hold then.
pub(crate) struct Arriving<'a> {
    pub(crate) change: &'a Change,
    pub(crate) commit: &'a str,
    pub(crate) data: Data,
    pub(crate) telling: Telling,
}

impl<'a> Surroundings<'a> {
    /// Connects to the cluster; nothing when the controller is a URL or a folder of keys.
    pub(crate) fn of(desk: &'a Desk<'a>) -> Result<Option<Self>, Failure> {
        let found = controller::cluster_of(desk.environment, desk.controller, desk.env)?;
        let Some((cluster, namespace)) = found else {
            return Ok(None);
        };
        Ok(Some(Self {
            desk,
            cluster,
            lock: LeasePlace::new(desk.environment, &namespace)?,
        }))
    }

    /// Keeps other operators off the environment, from before the first write to the end.
    pub(crate) fn lock(&self, run: &str) -> Result<Option<Lease<'_>>, Failure> {
        let desk = self.desk;
        if let Some(reason) = &desk.arrival.no_lock {
            desk.ui.warning(format!(
                "nothing keeps other operators off {}: {}",
                desk.environment,
                Reason::as_str(reason)
            ));
            return Ok(None);
        }
        let holder = Holder::of_run(run, desk.env);
        Lease::acquire(&self.cluster, self.lock.clone(), holder, desk.ui).map(Some)
    }

    /// Waits until a pushed commit has arrived.
    pub(crate) fn see_through(&self, arriving: Arriving<'_>) -> Result<Report, Failure> {
        self.see_through_within(arriving, self.timeout())
    }

    /// The same, for so long at most.
    pub(crate) fn see_through_within(
        &self,
        arriving: Arriving<'_>,
        timeout: Duration,
    ) -> Result<Report, Failure> {
        let (desk, change, commit) = (self.desk, arriving.change, arriving.commit);
        let expected = self.expected(change)?;
        let choice = self.choice(change)?;
        let job = Job {
            commit,
            argocd: choice.as_ref(),
            expected: &expected,
            data: arriving.data,
            telling: arriving.telling,
            timeout,
            stuck: match desk.arrival.terminate_stuck_sync {
                true => Stuck::Terminate,
                false => Stuck::Leave,
            },
        };
        let git = desk.env.git()?;
        let mut ancestry = Ancestry {
            desk,
            change,
            git,
            fetched_for: BTreeSet::new(),
            known: BTreeMap::new(),
        };
        let mut lineage = |revision: &str| ancestry.of(commit, revision);
        watch(&self.cluster, &job, &mut lineage, desk.ui)
    }

    /// Restarts the workloads that use these Secrets.
    pub(crate) fn restart(&self, places: &[Place]) -> Result<Vec<Restarted>, Failure> {
        let api = self.cluster.api();
        let restarting = restart(&api, places, self.timeout(), self.desk.ui);
        self.cluster.run(restarting)
    }

    /// Where the SealedSecrets of the files that a change is about are in the cluster.
    pub(crate) fn places(&self, change: &Change) -> Result<Vec<Place>, Failure> {
        let expected = self.expected(change)?.into_iter();
        Ok(expected.map(|expected| expected.place).collect())
    }

    /// The SealedSecrets of some files of the environment.
    pub(crate) fn expected_in(&self, paths: &[String]) -> Result<Vec<Expected>, Failure> {
        let workspace = self.desk.env.workspace()?;
        let mut sites = workspace.files_of(self.desk.environment)?;
        sites.retain(|site| paths.contains(&site.path));
        let found = Repository::read(&sites, workspace.layout())?;
        for left_out in &found.left_out {
            self.desk.ui.warning(format!("not waited for: {left_out}"));
        }
        Ok(found.expected)
    }

    /// How long a change may take to arrive.
    pub(crate) fn timeout(&self) -> Duration {
        argocd::timeout(self.argocd().as_ref(), self.desk.arrival.timeout)
    }

    /// The SealedSecrets of the files that a change is about.
    fn expected(&self, change: &Change) -> Result<Vec<Expected>, Failure> {
        self.expected_in(&change.paths())
    }

    fn choice(&self, change: &Change) -> Result<Option<Choice>, Failure> {
        let remote = change.git.to.as_ref().map(|to| to.remote.as_str());
        let address = remote.and_then(|remote| self.desk.publisher.address(remote));
        Choice::of(self.argocd().as_ref(), address.as_deref(), change.paths())
    }

    fn argocd(&self) -> Option<ArgoCd> {
        let policy = self.desk.env.workspace().ok()?.policy()?;
        policy.environment(self.desk.environment)?.argocd.clone()
    }
}

/// What git knows about revisions that Argo CD names; one that it does not know is fetched once.
struct Ancestry<'a> {
    desk: &'a Desk<'a>,
    change: &'a Change,
    git: Option<Git>,
    fetched_for: BTreeSet<String>,
    known: BTreeMap<String, Lineage>,
}

impl Ancestry<'_> {
    fn of(&mut self, commit: &str, revision: &str) -> Lineage {
        if let Some(known) = self.known.get(revision) {
            return *known;
        }
        let mut found = self.ask(commit, revision);
        if found == Lineage::Unknown && self.fetched_for.insert(revision.to_owned()) {
            // Somebody pushed on top of ours; asking for the branch brings what it is at.
            let to = self.change.git.to.as_ref();
            if to.is_some_and(|to| self.desk.publisher.tip(to).is_ok()) {
                self.git = self.desk.env.git().ok().flatten();
                found = self.ask(commit, revision);
            }
        }
        if found != Lineage::Unknown {
            self.known.insert(revision.to_owned(), found);
        }
        found
    }

    fn ask(&self, commit: &str, revision: &str) -> Lineage {
        match &self.git {
            Some(git) => lineage::of(git, commit, revision),
            None => Lineage::Unknown,
        }
    }
}
