//! When an Application has arrived at a commit. Pure: what git knows comes in as a function.

use super::{Application, Origin};

/// What git knows about a revision and our commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lineage {
    /// The revision is our commit, or has it among its ancestors.
    Contains,
    /// It has not.
    Lacks,
    /// This clone does not know the revision.
    Unknown,
}

/// Where an Application stands on its way to a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// At our commit or a later one, synced, healthy, and at rest.
    Arrived,
    /// Not yet; it may come by itself.
    Coming(String),
    /// At our commit, but the cluster differs from it; auto-sync may put that right.
    OutOfSync(String),
    /// It retries an older commit that fails, and looks at no newer one until that ends.
    Stuck {
        /// The commit that it retries.
        commit: String,
        /// Why that fails.
        message: String,
    },
    /// It does not come by itself: why, and what helps.
    Blocked(String, String),
}

/// Judges an Application (spec: rotation, section 5).
///
/// `sync.revision` counts, never `syncResult.revision`, which stays behind when a commit changes nothing in the
/// Application. One read is not proof: it says "synced" for some seconds before a sync begins.
pub(crate) fn judge(
    application: &Application,
    origin: Option<&Origin>,
    lineage: &mut dyn FnMut(&str) -> Lineage,
) -> State {
    let revisions = application.revisions(origin);
    let known: Vec<_> = revisions.iter().map(|revision| lineage(revision)).collect();
    let ours = match known.contains(&Lineage::Contains) {
        true => Lineage::Contains,
        false if known.contains(&Lineage::Unknown) => Lineage::Unknown,
        false => Lineage::Lacks,
    };
    let operated = application.operated(origin);
    let of_older = operated
        .iter()
        .any(|revision| is_commit(revision) && lineage(revision) == Lineage::Lacks);
    stuck(application, origin, ours, lineage)
        .or_else(|| broken(application))
        .or_else(|| elsewhere(application, ours, &revisions))
        .unwrap_or_else(|| at_commit(application, of_older))
}

/// Auto-sync retries a bad commit and does not apply the one that repairs it (argo-cd #11494).
fn stuck(
    application: &Application,
    origin: Option<&Origin>,
    ours: Lineage,
    lineage: &mut dyn FnMut(&str) -> Lineage,
) -> Option<State> {
    let running = application.running(origin);
    let older = running
        .iter()
        .find(|revision| is_commit(revision) && lineage(revision) == Lineage::Lacks)?;
    let state = application.status.operation_state.as_ref()?;
    // The first try of the commit before ours ends by itself; only a failed one is retried.
    let failed = state.retry_count > 0 || state.message.contains("Retrying attempt");
    (ours == Lineage::Contains && failed).then(|| State::Stuck {
        commit: short(older),
        message: one_line(&state.message),
    })
}

/// What makes Argo CD unable to compare or to sync; what only warns is no matter here.
fn broken(application: &Application) -> Option<State> {
    let mut conditions = application.status.conditions.iter();
    let error = conditions.find(|condition| condition.kind.ends_with("Error"))?;
    Some(State::Blocked(
        format!("{}: {}", error.kind, one_line(&error.message)),
        format!(
            "see what Argo CD says: argocd app get {}",
            application.name()
        ),
    ))
}

fn elsewhere(application: &Application, ours: Lineage, revisions: &[&str]) -> Option<State> {
    if ours == Lineage::Contains {
        return None;
    }
    let at: Vec<_> = revisions.iter().map(|revision| short(revision)).collect();
    let at = at.join(", ");
    // A comparison that failed leaves the branch's name here.
    if !revisions.iter().any(|revision| is_commit(revision)) {
        let compared = match at.as_str() {
            "" => "Argo CD has not looked at the repository yet".to_owned(),
            at => format!("Argo CD could not compare it: its revision is {at}, no commit"),
        };
        return Some(State::Coming(compared));
    }
    Some(match ours {
        Lineage::Unknown => State::Coming(format!(
            "at {at}, a commit that this clone does not know: git fetch tells"
        )),
        _ => {
            let targets = application.targets();
            let target = match &*targets {
                [] => String::new(),
                targets => format!(" (it follows {})", targets.join(", ")),
            };
            State::Coming(format!("still at {at}{target}"))
        }
    })
}

/// A sync of an older commit that failed or was ended says nothing about ours, which may need none.
fn at_commit(application: &Application, of_older: bool) -> State {
    let status = &application.status;
    let phase = status
        .operation_state
        .as_ref()
        .map_or("", |state| state.phase.as_str());
    match (phase, status.sync.status.as_str()) {
        _ if application.operation.is_some() => {
            State::Coming("a sync is about to begin".to_owned())
        }
        ("Running" | "Terminating", _) => State::Coming("syncing".to_owned()),
        ("Failed" | "Error", _) if !of_older => {
            let message = status.operation_state.as_ref();
            let message = message.map(|state| one_line(&state.message));
            State::Blocked(
                format!("its last sync failed: {}", message.unwrap_or_default()),
                format!(
                    "correct what it says, or sync again: argocd app sync {}",
                    application.name()
                ),
            )
        }
        (_, "Synced") => health(application),
        (_, "OutOfSync") => out_of_sync(application),
        (_, other) => State::Coming(format!("its sync status is {other:?}")),
    }
}

fn out_of_sync(application: &Application) -> State {
    let resources = match application.out_of_sync() {
        none if none.is_empty() => String::new(),
        some => format!(": {}", some.join(", ")),
    };
    if application.is_automated() {
        State::OutOfSync(format!("out of sync{resources}"))
    } else {
        State::Blocked(
            format!("out of sync, and it does not sync by itself{resources}"),
            format!("sync it: argocd app sync {}", application.name()),
        )
    }
}

fn health(application: &Application) -> State {
    let health = &application.status.health;
    let message = match health.message.as_str() {
        "" => String::new(),
        message => format!(": {}", one_line(message)),
    };
    match health.status.as_str() {
        "Healthy" => State::Arrived,
        "Degraded" | "Missing" => State::Blocked(
            format!("synced, but its health is {}{message}", health.status),
            format!(
                "see which part is not healthy: argocd app get {}",
                application.name()
            ),
        ),
        other => State::Coming(format!("synced, but its health is {other}{message}")),
    }
}

/// Whether a revision is a commit rather than a branch, a tag or a chart's version.
fn is_commit(revision: &str) -> bool {
    matches!(revision.len(), 40 | 64) && revision.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn short(revision: &str) -> String {
    if is_commit(revision) {
        revision[..10].to_owned()
    } else {
        revision.to_owned()
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl State {
    /// Says it in a few words.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Arrived => "synced and healthy".to_owned(),
            Self::Coming(why) | Self::OutOfSync(why) | Self::Blocked(why, _) => why.clone(),
            Self::Stuck { commit, message } => {
                format!("it retries the older commit {commit}: {message}")
            }
        }
    }

    /// Says what helps.
    pub(crate) fn cure(&self) -> Option<String> {
        match self {
            Self::Arrived | Self::Coming(_) | Self::OutOfSync(_) => None,
            Self::Blocked(_, cure) => Some(cure.clone()),
            Self::Stuck { .. } => Some(
                "end that sync with --terminate-stuck-sync, or argocd app terminate-op; \
                 syncPolicy.retry.refresh: true prevents it (Argo CD 3.2)"
                    .to_owned(),
            ),
        }
    }
}

#[cfg(test)]
mod tests;
