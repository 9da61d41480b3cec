//! Keeping a Lease: renewed in the background, given back at the end.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use super::record::Object;
use super::{Api, Holder, LeasePlace, Problem, Record, free, held};
use crate::cluster::Cluster;

/// Renews a Lease until it is released or lost.
pub(super) struct Keeper {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    api: Api,
    place: LeasePlace,
    holder: Holder,
    state: Mutex<State>,
}

struct State {
    record: Record,
    /// When the last renewal that succeeded was sent: the Lease lasts at least from then.
    renewed: Instant,
    /// Why it is lost.
    lost: Option<String>,
}

impl Keeper {
    /// Starts to renew a Lease that was asked for at a time.
    pub(super) fn start(
        cluster: &Cluster,
        api: Api,
        place: LeasePlace,
        holder: Holder,
        record: Record,
        asked: Instant,
    ) -> Self {
        let state = Mutex::new(State {
            record,
            renewed: asked,
            lost: None,
        });
        let shared = Arc::new(Shared {
            api,
            place,
            holder,
            state,
        });
        let task = cluster.spawn(Arc::clone(&shared).renew_for_ever());
        Self { shared, task }
    }

    /// Makes sure that the Lease is held now, or says why not.
    pub(super) async fn ensure(&self) -> Result<(), String> {
        let mut state = self.shared.state.lock().await;
        // A margin, so that what follows has begun before anybody else may begin.
        if state.lost.is_none()
            && state.renewed.elapsed() > self.shared.place.times.lasts / 2
            && let Err(problem) = self.shared.renew(&mut state).await
        {
            let seconds = state.renewed.elapsed().as_secs();
            let reason = problem.reason();
            return Err(format!(
                "it was not renewed for {seconds} seconds: {reason}"
            ));
        }
        state.lost.clone().map_or(Ok(()), Err)
    }

    /// Gives the Lease back, if it is still ours.
    pub(super) async fn release(&self) {
        self.task.abort();
        let mut state = self.shared.state.lock().await;
        if state.lost.is_some() {
            return;
        }
        let path = self.shared.place.path();
        let given = free(&self.shared.place, &state.record);
        let answer: Result<Object, Problem> = self.shared.api.replace(&path, &given).await;
        // A renewal that was under way may have been faster.
        if answer.is_err() && self.shared.look(&mut state).await.is_ok() && state.lost.is_none() {
            let given = free(&self.shared.place, &state.record);
            // What cannot be released expires by itself.
            let _: Result<Object, Problem> = self.shared.api.replace(&path, &given).await;
        }
    }
}

impl Shared {
    async fn renew_for_ever(self: Arc<Self>) {
        loop {
            tokio::time::sleep(self.place.times.renew).await;
            let mut state = self.state.lock().await;
            if state.lost.is_some() {
                return;
            }
            // An API server that is away is asked again; `ensure` says when that took too long.
            drop(self.renew(&mut state).await);
        }
    }

    /// Renews it; of two tries the second follows a write of somebody else that left it ours.
    async fn renew(&self, state: &mut State) -> Result<(), Problem> {
        for _ in 0..2 {
            let asked = Instant::now();
            let body = held(&self.place, &self.holder, Some(&state.record));
            match self.api.replace::<Object>(&self.place.path(), &body).await {
                Ok(object) => {
                    state.record = Record::from(object);
                    state.renewed = asked;
                    return Ok(());
                }
                Err(problem) if matches!(problem.status(), Some(404 | 409)) => {
                    self.look(state).await?;
                }
                Err(problem) if problem.is_forbidden() => {
                    state.lost = Some("the permission to renew it is gone".to_owned());
                }
                Err(problem) => return Err(problem),
            }
            if state.lost.is_some() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Reads the Lease after a write that came too late: somebody took it, or only touched it.
    async fn look(&self, state: &mut State) -> Result<(), Problem> {
        let found: Option<Object> = self.api.find(&self.place.path()).await?;
        let record = found.map(Record::from);
        match record {
            None => state.lost = Some("somebody deleted it".to_owned()),
            Some(record) if record.holder.as_deref() == Some(&self.holder.identity) => {
                state.record = record;
            }
            Some(record) => state.lost = Some(format!("it is held by {}", record.who())),
        }
        Ok(())
    }
}
