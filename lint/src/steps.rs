//! What a commit did to each SealedSecret, in a form that outlives it.

use crate::authorship::says_reseal;
use crate::change::{Commit, Step, StepKind};
use crate::context::Context;
use crate::deed::{Deed, deeds};
use crate::policies::Policies;
use crate::reseal::Reseal;

/// Returns a step for each SealedSecret that a commit changes.
pub(crate) fn steps(commit: &Commit, context: &Context<'_>) -> Vec<Step> {
    let policies = Policies::of(context);
    let reseal = says_reseal(commit, &policies).then(|| Reseal::of(commit, &policies));
    let beyond = reseal.as_ref().map(Reseal::paths_beyond);
    let deeds = deeds(&commit.changes, &policies).into_iter();
    let deeds = deeds.filter(|deed| deed.what().is_some());
    let steps = deeds.map(|deed| {
        let resealed = beyond.as_ref().is_some_and(|beyond| deed.is_within(beyond));
        step(&deed, resealed, &policies)
    });
    steps.collect()
}

fn step(deed: &Deed<'_>, resealed: bool, policies: &Policies<'_>) -> Step {
    let changed: Vec<String> = deed
        .keys()
        .iter()
        .map(|(key, _)| (*key).to_owned())
        .collect();
    let side = deed.side();
    let keys = side.secret.values.iter().map(|value| value.key.clone());
    Step {
        path: side.file.path.clone(),
        mark: deed.mark(),
        env: policies.env(&side.file.path),
        app: side.file.place.as_ref().and_then(|place| place.app.clone()),
        name: side.secret.name.clone(),
        title: side.secret.title(),
        kept: keys.filter(|key| !changed.contains(key)).collect(),
        changed,
        kind: match (deed.before, resealed) {
            (None, _) => StepKind::New,
            (Some(_), true) => StepKind::Resealed,
            (Some(_), false) => StepKind::Changed,
        },
    }
}
