//! What the cluster has to do with it: the lock that keeps other operators away, and seeing the change through.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::super::selection::Selection;
use super::Desk;
use super::plan::Plan;
use crate::cluster::argocd::{Choice, Lineage, Origin};
use crate::cluster::expected::{Expected, Repository};
use crate::cluster::lease::{Holder, Lease, LeasePlace};
use crate::cluster::secret::Snapshot;
use crate::cluster::watch::{Job, Report, Stuck, watch};
use crate::cluster::workloads::{Restarted, restart};
use crate::cluster::{Cluster, lineage};
use crate::controller;
use crate::env::git::tree::Git;
use crate::failure::Failure;

/// The cluster of the environment, when a running controller in it takes part.
pub(super) struct Surroundings<'a> {
    desk: &'a Desk<'a>,
    cluster: Cluster,
    lock: LeasePlace,
}

impl<'a> Surroundings<'a> {
    /// Connects to the cluster; nothing when the controller is a URL or keys are at hand.
    pub(super) fn of(
        desk: &'a Desk<'a>,
        selection: &Selection<'_>,
    ) -> Result<Option<Self>, Failure> {
        if !selection.asks_controller() {
            return Ok(None);
        }
        let flags = &desk.args.through.controller;
        let found = controller::cluster_of(desk.environment, flags, desk.env)?;
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
    pub(super) fn lock(&self, run: &str) -> Result<Option<Lease<'_>>, Failure> {
        let desk = self.desk;
        if let Some(reason) = &desk.args.arrival.no_lock {
            desk.ui.warning(format!(
                "nothing keeps other operators off {}: {}",
                desk.environment,
                reason.as_str()
            ));
            return Ok(None);
        }
        let holder = Holder::of_run(run, desk.env);
        Lease::acquire(&self.cluster, self.lock.clone(), holder, desk.ui).map(Some)
    }

    /// Takes down what the Secrets hold before anything can change them; nothing when nobody waits for the change.
    pub(super) fn before(&self, plan: &Plan) -> Result<Option<Arc<Snapshot>>, Failure> {
        if self.desk.args.arrival.no_wait || plan.git.to.is_none() {
            return Ok(None);
        }
        let expected = self.expected(plan)?;
        let places: Vec<_> = expected
            .into_iter()
            .map(|expected| expected.place)
            .collect();
        let api = self.cluster.api();
        let snapshot = self.cluster.run(Snapshot::take(&api, &places))?;
        Ok(Some(Arc::new(snapshot)))
    }

    /// Waits until the pushed commit has arrived; nothing when nobody waits for it.
    pub(super) fn see_through(
        &self,
        plan: &Plan,
        commit: &str,
        before: Option<Arc<Snapshot>>,
    ) -> Result<Option<Report>, Failure> {
        let desk = self.desk;
        if desk.args.arrival.no_wait {
            return Ok(None);
        }
        let expected = self.expected(plan)?;
        let choice = self.choice(plan)?;
        let job = Job {
            commit,
            argocd: choice.as_ref(),
            expected: &expected,
            before,
            timeout: self.timeout(),
            stuck: match desk.args.arrival.terminate_stuck_sync {
                true => Stuck::Terminate,
                false => Stuck::Leave,
            },
        };
        let git = desk.env.git()?;
        let mut ancestry = Ancestry {
            desk,
            plan,
            git,
            fetched_for: BTreeSet::new(),
            known: BTreeMap::new(),
        };
        let mut lineage = |revision: &str| ancestry.of(commit, revision);
        watch(&self.cluster, &job, &mut lineage, desk.ui).map(Some)
    }

    /// Restarts the workloads that use the Secrets, when that was asked for.
    pub(super) fn restart(&self, plan: &Plan) -> Result<Vec<Restarted>, Failure> {
        if !self.desk.args.arrival.rollout_restart {
            return Ok(Vec::new());
        }
        let places: Vec<_> = self
            .expected(plan)?
            .into_iter()
            .map(|expected| expected.place)
            .collect();
        let api = self.cluster.api();
        let restarting = restart(&api, &places, self.timeout(), self.desk.ui);
        self.cluster.run(restarting)
    }

    /// The SealedSecrets of the files that the operation changes.
    fn expected(&self, plan: &Plan) -> Result<Vec<Expected>, Failure> {
        let workspace = self.desk.env.workspace()?;
        let paths: BTreeSet<String> = plan.paths().into_iter().collect();
        let mut sites = workspace.files_of(self.desk.environment)?;
        sites.retain(|site| paths.contains(&site.path));
        let found = Repository::read(&sites, workspace.layout())?;
        for left_out in &found.left_out {
            self.desk.ui.warning(format!("not waited for: {left_out}"));
        }
        Ok(found.expected)
    }

    fn choice(&self, plan: &Plan) -> Result<Option<Choice>, Failure> {
        let workspace = self.desk.env.workspace()?;
        let settings = workspace
            .policy()
            .and_then(|policy| policy.environment(self.desk.environment))
            .and_then(|environment| environment.argocd.as_ref());
        let Some(settings) = settings else {
            return Ok(None);
        };
        let remote = plan.git.to.as_ref().map(|to| to.remote.as_str());
        let url = remote.and_then(|remote| self.desk.publisher.address(remote));
        let origin = url.map(|url| Origin::parse(&url));
        Choice::new(settings, origin, plan.paths()).map(Some)
    }

    fn timeout(&self) -> Duration {
        let given = self.desk.args.arrival.timeout;
        let policy = self
            .desk
            .env
            .workspace()
            .ok()
            .and_then(|workspace| workspace.policy());
        let settings = policy
            .and_then(|policy| policy.environment(self.desk.environment))
            .and_then(|environment| environment.argocd.clone())
            .unwrap_or_default();
        Duration::from_secs(given.unwrap_or(settings.timeout).as_seconds())
    }
}

/// What git knows about revisions that Argo CD names; one that it does not know is fetched once.
struct Ancestry<'a> {
    desk: &'a Desk<'a>,
    plan: &'a Plan,
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
            let to = self.plan.git.to.as_ref();
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
