//! Whether every consumer has a key: the one check without which nothing is taken away.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::Work;
use super::plan::Step;
use crate::aws::{AccessKeyId, NewKey};
use crate::cluster::expected::Place;
use crate::cluster::secret::{self, Wanted};
use crate::cluster::watch::{Data, Report, Telling};
use crate::cluster::workloads::behind;
use crate::command::Ending;
use crate::failure::Failure;
use crate::operation::Arriving;
use crate::operation::driver::{Flow, Worker as _};

/// How often consumers are looked at.
const LOOK: Duration = Duration::from_secs(2);

/// Every consumer was seen to have a key, by this process. Nothing but [`Work::consumers`] makes one, and it is written
/// nowhere.
pub(in crate::aws) struct Proof {
    key: AccessKeyId,
}

impl Proof {
    /// The key that they have.
    pub(in crate::aws) fn key(&self) -> &AccessKeyId {
        &self.key
    }
}

/// What the consumers are to have.
pub(super) enum Having<'k> {
    /// The new key, both halves of it.
    Whole(&'k NewKey),
    /// The key with this id; its secret half is out of reach.
    Id(&'k AccessKeyId),
}

impl Having<'_> {
    fn id(&self) -> &AccessKeyId {
        match self {
            Self::Whole(key) => key.id(),
            Self::Id(id) => id,
        }
    }
}

impl Work<'_> {
    /// Waits until the pushed commit has arrived and every Secret holds the key.
    pub(super) fn arrive(&mut self) -> Result<Flow, Failure> {
        if self.args.arrival.no_wait {
            let desk = self.courier.desk;
            desk.hint_next(&[
                ("to see it through", "--resume"),
                ("to undo the rotation", "--abort"),
            ]);
            return Ok(Flow::Stop(Ending::Done));
        }
        self.fetch_key()?;
        let report = self.arrival(&self.having()?)?;
        self.arrived(&report)
    }

    /// Restarts the workloads that take the key at their start, when that was asked for.
    pub(super) fn roll_out(&mut self) -> Result<Flow, Failure> {
        if !self.args.arrival.rollout_restart {
            return Ok(Flow::On);
        }
        self.restart_consumers()
    }

    pub(super) fn restart_consumers(&self) -> Result<Flow, Failure> {
        let places = self.surroundings.places(self.courier.change())?;
        let restarted = self.surroundings.restart(&places)?;
        let desk = self.courier.desk;
        let mut stuck = false;
        for one in &restarted {
            if let Some(left) = &one.left {
                stuck = true;
                desk.ui.warning(format!("{}: {left}", one.workload));
            }
        }
        if !stuck {
            return Ok(Flow::On);
        }
        desk.hint_next(&[
            ("once that is put right", "--resume"),
            ("to undo the rotation", "--abort"),
        ]);
        Ok(Flow::Stop(Ending::No))
    }

    /// Waits until every consumer has the new key; from then on the old one has its grace.
    pub(super) fn check_consumers(&mut self) -> Result<Flow, Failure> {
        let Some(_proof) = self.wait_for_consumers()? else {
            return Ok(Flow::Stop(Ending::No));
        };
        self.plan_mut().in_use = Some(crate::env::clock::now());
        self.enter(Step::InUse)?;
        Ok(Flow::On)
    }

    /// The proof that every consumer has the new key; nothing, with the reasons said, when the time is over before that.
    pub(super) fn wait_for_consumers(&mut self) -> Result<Option<Proof>, Failure> {
        self.fetch_key()?;
        match self.wait_until_all_have(&self.having()?)? {
            Ok(proof) => Ok(Some(proof)),
            Err(missing) => {
                self.say_missing(&missing);
                Ok(None)
            }
        }
    }

    /// Waits until every consumer has a key, and restarts who has not where that was asked for; what is missing when the
    /// time is over.
    pub(super) fn wait_until_all_have(
        &self,
        having: &Having<'_>,
    ) -> Result<Result<Proof, Vec<String>>, Failure> {
        let (start, timeout) = (Instant::now(), self.surroundings.timeout());
        let (mut told, mut restarts) = (false, self.args.arrival.rollout_restart);
        loop {
            let missing = match self.consumers(having)? {
                Ok(proof) => return Ok(Ok(proof)),
                Err(missing) => missing,
            };
            if std::mem::take(&mut restarts) && !self.behind()?.is_empty() {
                if let Flow::Stop(_) = self.restart_consumers()? {
                    return Ok(Err(missing));
                }
                continue;
            }
            if start.elapsed() > timeout {
                return Ok(Err(missing));
            }
            if !told {
                told = true;
                for line in &missing {
                    self.courier.desk.say(format!("waiting: {line}"));
                }
            }
            self.may_go_on()?;
            std::thread::sleep(LOOK);
        }
    }

    pub(super) fn say_missing(&self, missing: &[String]) {
        let desk = self.courier.desk;
        for line in missing {
            desk.ui.warning(line);
        }
        desk.hint_next(&[
            (
                "to restart what uses the Secrets, and look again",
                "--resume --rollout-restart",
            ),
            ("to undo the rotation", "--abort"),
        ]);
    }

    /// Looks once whether every consumer has a key: Argo CD has the commit, the controller has unsealed it, each Secret
    /// holds the key, no pod has an older one, and the key works.
    pub(super) fn consumers(
        &self,
        having: &Having<'_>,
    ) -> Result<Result<Proof, Vec<String>>, Failure> {
        let report = self.arrival_told(having, Telling::Troubles)?;
        let mut missing: Vec<String> = report
            .rows
            .iter()
            .filter(|row| !row.arrived)
            .map(|row| format!("{} {}: {}", row.kind, row.name, row.words))
            .collect();
        missing.extend(self.behind()?);
        if let Having::Whole(key) = having {
            self.prove_key(key)?;
        }
        Ok(match missing.is_empty() {
            true => Ok(Proof {
                key: having.id().clone(),
            }),
            false => Err(missing),
        })
    }

    /// What the consumers are to have, as far as this process knows it.
    pub(super) fn having(&self) -> Result<Having<'_>, Failure> {
        self.key().map(Having::Whole)
    }

    /// Waits until the commit and the key are in the cluster, and says how that goes.
    pub(super) fn arrival(&self, having: &Having<'_>) -> Result<Report, Failure> {
        self.arrival_told(having, Telling::All)
    }

    fn arrival_told(&self, having: &Having<'_>, telling: Telling) -> Result<Report, Failure> {
        let names = &self.settings.keys;
        let mut entries = vec![(names.id.as_str(), having.id().as_str().as_bytes())];
        if let Having::Whole(key) = having {
            entries.push((names.secret.as_str(), key.expose().as_bytes()));
        }
        let change = self.courier.change();
        self.surroundings.see_through(Arriving {
            change,
            commit: &change.newest(),
            data: Data::New(Arc::new(Wanted::new(entries)?)),
            telling,
        })
    }

    pub(super) fn arrived(&self, report: &Report) -> Result<Flow, Failure> {
        let desk = self.courier.desk;
        if !desk.quiet {
            report.print(desk.ui)?;
        }
        if report.has_arrived() {
            return Ok(Flow::On);
        }
        desk.hint_next(&[
            ("once the cause is gone, to look again", "--resume"),
            ("to undo the rotation", "--abort"),
        ]);
        Ok(Flow::Stop(Ending::No))
    }

    /// The pods that do not have the Secrets as they are now.
    fn behind(&self) -> Result<Vec<String>, Failure> {
        let places = self.surroundings.places(self.courier.change())?;
        let api = self.surroundings.cluster.api();
        let now = Timestamp::now();
        let mut missing = Vec::new();
        for (namespace, places) in by_namespace(&places) {
            let mut written = Vec::new();
            for place in places {
                let key = secret::DigestKey::new()?;
                let reading = self
                    .surroundings
                    .cluster
                    .run(secret::read(&api, place, &key))
                    .map_err(|problem| problem.explain(&format!("read Secret {place}")))?;
                match reading {
                    secret::Reading::There(seen) => {
                        // Times have whole seconds, so that a pod of the same second counts as older.
                        let at = seen.written.unwrap_or(now) + SignedDuration::from_secs(1);
                        written.push((place.name.as_str().to_owned(), at));
                    }
                    secret::Reading::Absent => missing.push(format!("Secret {place} is not there")),
                    secret::Reading::Forbidden => missing.push(format!(
                        "Secret {place} may not be read, so that nobody knows since when it is as it is"
                    )),
                }
            }
            let pods = self
                .surroundings
                .cluster
                .run(behind(&api, namespace, &written, now))
                .map_err(|problem| problem.explain(&format!("list the pods of {namespace}")))?;
            missing.extend(pods.into_iter().map(|pod| {
                format!(
                    "pod {namespace}/{} started {} and has Secret {} as it was before {}",
                    pod.pod, pod.started, pod.secret, pod.written
                )
            }));
        }
        Ok(missing)
    }
}

fn by_namespace(places: &[Place]) -> BTreeMap<&sealsmith_core::name::Namespace, Vec<&Place>> {
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for place in places {
        found.entry(&place.namespace).or_default().push(place);
    }
    found
}
