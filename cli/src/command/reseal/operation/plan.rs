//! The plan of a re-sealing as data.

use serde::{Deserialize, Serialize};

use super::message;
use crate::journal::Operation;
use crate::operation::Publishing;
use crate::operation::change::{Change, Stage};

/// Re-sealing, as the journal knows it.
pub(super) enum Resealing {}

impl Operation for Resealing {
    const NAME: &'static str = "reseal";
    type Step = Stage;
    type Plan = Plan;
}

impl Publishing for Resealing {
    const WHOLE_ENVIRONMENT: bool = true;

    fn change(plan: &Plan) -> &Change {
        &plan.change
    }

    fn change_mut(plan: &mut Plan) -> &mut Change {
        &mut plan.change
    }

    fn step(_: &Plan, stage: Stage) -> Stage {
        stage
    }

    fn without_files(_: &Plan) -> Option<Stage> {
        None
    }

    fn message(environment: &str, run: &str, plan: &Plan) -> String {
        message::commit(environment, run, plan)
    }
}

/// An operation that re-seals an environment.
pub(crate) trait Sealing: Publishing {
    /// For which key.
    fn goal(plan: &Self::Plan) -> &Goal;

    /// The same, to take what was found out on the way.
    fn goal_mut(plan: &mut Self::Plan) -> &mut Goal;
}

impl Sealing for Resealing {
    fn goal(plan: &Plan) -> &Goal {
        &plan.goal
    }

    fn goal_mut(plan: &mut Plan) -> &mut Goal {
        &mut plan.goal
    }
}

/// The key that an environment is re-sealed for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Goal {
    /// The fingerprint of the key that values are sealed for.
    pub(crate) key: String,
    /// The certificate of that key, which is public.
    pub(crate) certificate: String,
    /// The fingerprints of the keys that values came from, as far as they are known.
    pub(crate) old_keys: Vec<String>,
    /// Whether the commit is made although some values were left behind.
    pub(crate) partial: bool,
}

/// What a re-sealing is to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Plan {
    /// The key.
    pub(super) goal: Goal,
    /// What the policy asks for and a person did without, with the reason.
    pub(super) overridden: Vec<String>,
    /// The files, and where they go.
    pub(super) change: Change,
}
