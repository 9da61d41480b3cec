//! Seeing a pushed commit through: until Argo CD has synced it, the controller has unsealed it, and every Secret has
//! what it had before.

mod report;
mod track;

pub(crate) use report::Report;

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::api::{Api, Problem};
use super::argocd::{Choice, Lineage, State};
use super::expected::{Expected, Place};
use super::secret::{Change, Held, Snapshot, Wanted};
use super::{Cluster, sealed_secret};
use crate::failure::Failure;
use crate::ui::{Progress, Ui};
use track::Track;

/// How often the cluster is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// How often Argo CD is asked again to look at the repository.
const REFRESH: Duration = Duration::from_secs(30);
/// How often a person who sees no progress bar is told what is missing.
const REMIND: Duration = Duration::from_secs(30);

/// What is waited for.
pub(crate) struct Job<'a> {
    /// The commit that was pushed.
    pub(crate) commit: &'a str,
    /// The Applications that deploy it; nothing without Argo CD.
    pub(crate) argocd: Option<&'a Choice>,
    /// The SealedSecrets that it changed.
    pub(crate) expected: &'a [Expected],
    /// What their Secrets have to hold then.
    pub(crate) data: Data,
    /// How much is told on the way.
    pub(crate) telling: Telling,
    /// How long to wait.
    pub(crate) timeout: Duration,
    /// What to do about a sync of an older commit that fails again and again.
    pub(crate) stuck: Stuck,
}

/// How much is told on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Telling {
    /// Each change that is seen.
    All,
    /// What is amiss: everything was there before, and is looked at again.
    Troubles,
}

/// What Secrets have to hold once a change has arrived.
#[derive(Clone)]
pub(crate) enum Data {
    /// They are not compared.
    Any,
    /// What they held before.
    Kept(Arc<Snapshot>),
    /// New values.
    New(Arc<Wanted>),
}

/// What became of the data of a Secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Compared {
    /// It was to stay as it was.
    Kept(Change),
    /// It was to hold new values.
    New(Held),
}

/// What to do about a sync of an older commit that fails again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stuck {
    /// Only say so.
    Leave,
    /// End it, so that the new commit gets its turn.
    Terminate,
}

/// Waits until everything has arrived or the time is over, and says what is missing meanwhile.
///
/// `lineage` says what git knows about a revision and the commit. An API server that is away is waited for.
pub(crate) fn watch(
    cluster: &Cluster,
    job: &Job<'_>,
    lineage: &mut dyn FnMut(&str) -> Lineage,
    ui: &Ui,
) -> Result<Report, Failure> {
    let mut watch = Watch {
        api: cluster.api(),
        job,
        ui,
        track: Track::new(job.expected),
        progress: ui.progress("arriving", job.expected.len()),
        away: false,
        refreshed: None,
    };
    cluster.run(watch.run(lineage))
}

struct Watch<'a> {
    api: Api,
    job: &'a Job<'a>,
    ui: &'a Ui,
    track: Track,
    progress: Progress<'a>,
    /// Whether the last look found no API server.
    away: bool,
    /// When Argo CD was asked to look.
    refreshed: Option<Instant>,
}

impl Watch<'_> {
    async fn run(&mut self, lineage: &mut dyn FnMut(&str) -> Lineage) -> Result<Report, Failure> {
        let start = Instant::now();
        let mut reminded = start;
        loop {
            match self.look(lineage).await {
                Ok(()) => self.is_back(),
                Err(Problem::Deadline(_)) => self.is_away("it does not answer"),
                Err(problem) if problem.passes() => self.is_away(&problem.reason()),
                Err(problem) => return Err(self.cannot(problem)),
            }
            let everything = !self.away && self.track.has_arrived();
            if everything || start.elapsed() > self.job.timeout {
                return Ok(self.track.report(start.elapsed()));
            }
            if reminded.elapsed() > REMIND {
                reminded = Instant::now();
                self.ui
                    .status(format!("waiting for {}", self.track.missing()));
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn look(&mut self, lineage: &mut dyn FnMut(&str) -> Lineage) -> Result<(), Problem> {
        if let Some(choice) = self.job.argocd {
            self.applications(choice, lineage).await?;
        }
        self.sealed_secrets().await?;
        self.secrets().await
    }

    async fn applications(
        &mut self,
        choice: &Choice,
        lineage: &mut dyn FnMut(&str) -> Lineage,
    ) -> Result<(), Problem> {
        let applications = choice.read(&self.api).await?;
        let due = self
            .refreshed
            .is_none_or(|refreshed| refreshed.elapsed() > REFRESH);
        for application in &applications {
            let state = super::argocd::judge(application, choice.origin(), lineage);
            let is_new = self.job.telling == Telling::All || state != State::Arrived;
            if let Some(line) = self.track.application(application.name(), state)
                && is_new
            {
                self.ui.status(line);
            }
            if due && !self.track.is_there(application.name()) {
                self.refresh(choice, application.name()).await?;
            }
            if self.job.stuck == Stuck::Terminate && self.track.is_stuck(application.name()) {
                self.ui
                    .status(format!("{}: ending the older sync", application.name()));
                choice.terminate(&self.api, application.name()).await?;
            }
        }
        self.track.keep(&applications);
        if due {
            self.refreshed = Some(Instant::now());
        }
        Ok(())
    }

    /// Argo CD looks by itself every few minutes, so that this is a convenience.
    async fn refresh(&self, choice: &Choice, application: &str) -> Result<(), Problem> {
        match choice.refresh(&self.api, application).await {
            Err(problem) if problem.is_forbidden() && self.refreshed.is_none() => {
                self.ui.note(format!(
                    "{application} may not be asked to look now, so this takes until it looks by itself"
                ));
                Ok(())
            }
            Err(problem) if problem.passes() => Err(problem),
            _ => Ok(()),
        }
    }

    async fn sealed_secrets(&mut self) -> Result<(), Problem> {
        let api = self.api.clone();
        let pending = self.track.pending(self.job.expected);
        let looks = super::each(pending, |expected| {
            let api = api.clone();
            async move {
                let state = sealed_secret::look(&api, &expected).await;
                (expected.place, state)
            }
        });
        for (place, state) in looks.await {
            if let Some(line) = self.track.sealed_secret(&place, state?) {
                self.ui.status(line);
            }
        }
        Ok(())
    }

    async fn secrets(&mut self) -> Result<(), Problem> {
        let api = self.api.clone();
        let looks = super::each(self.track.uncompared(), |place| {
            let (api, data) = (api.clone(), self.job.data.clone());
            async move {
                let compared = data.compare(&api, &place).await;
                (place, compared)
            }
        });
        for (place, compared) in looks.await {
            match compared? {
                Some(compared) => self.track.secret(place, compared),
                None => self.track.skip(&place),
            }
            self.progress.advance();
        }
        Ok(())
    }

    fn is_away(&mut self, why: &str) {
        if !self.away {
            self.ui.note(format!(
                "the API server cannot be asked: {why}; waiting for it"
            ));
        }
        self.away = true;
    }

    fn is_back(&mut self) {
        if self.away {
            self.ui.note("the API server answers again");
        }
        self.away = false;
    }

    fn cannot(&self, problem: Problem) -> Failure {
        let commit = self.job.commit.get(..10).unwrap_or(self.job.commit);
        problem
            .explain(&format!("see commit {commit} through"))
            .hint("the commit itself is made and pushed; --no-wait leaves it at that")
    }
}

impl Data {
    /// Reads a Secret and compares it; nothing when nothing is expected of it.
    async fn compare(&self, api: &Api, place: &Place) -> Result<Option<Compared>, Problem> {
        Ok(match self {
            Self::Any => None,
            Self::Kept(before) => Some(Compared::Kept(before.compare(api, place).await?)),
            Self::New(wanted) => Some(Compared::New(wanted.compare(api, place).await?)),
        })
    }
}

impl Compared {
    /// Whether it is as it was to be.
    pub(crate) fn is_right(&self) -> bool {
        match self {
            Self::Kept(change) => change.keeps_data(),
            Self::New(held) => held.is_right(),
        }
    }

    /// What it is once it is right, in a few words.
    pub(crate) fn done(&self) -> &'static str {
        match self {
            Self::Kept(_) => "with the data they had",
            Self::New(_) => "with the new values",
        }
    }

    /// Says how it stands in a few words.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Kept(change) => change.words(),
            Self::New(held) => held.words(),
        }
    }
}

#[cfg(test)]
mod tests;
