//! The plan of a new controller key as data. The key itself is in the folder and in the backup alone.

use serde::{Deserialize, Serialize};

use super::super::operation::plan::{Goal, Sealing};
use crate::journal::Operation;
use crate::operation::Publishing;
use crate::operation::change::{Change, Stage};

/// A new controller key, as the journal knows it.
pub(super) enum Renewing {}

impl Operation for Renewing {
    const NAME: &'static str = "rotate-controller-key";
    type Step = Step;
    type Plan = Plan;
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Step {
    /// Nothing has happened.
    Planned,
    /// A copy of every key there was is kept.
    Kept,
    /// The new key may be in the folder.
    Making,
    /// The new key is in the folder, and what is sealed for it is planned.
    Made,
    /// Files are being written.
    Editing,
    /// Every file is written.
    Edited,
    /// The commit is being made.
    Committing,
    /// The commit is there, on this machine.
    Committed,
    /// The commit may have reached the remote.
    Pushing,
    /// The commit is where it was to go.
    Pushed,
    /// The new key alone opens every value.
    Proven,
}

/// What is to be done, and what was found out on the way.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Plan {
    /// The folder that stands for the controller.
    pub(super) folder: String,
    /// The fingerprints of the keys there were before.
    pub(super) before: Vec<String>,
    /// The fingerprint that was served before.
    pub(super) old: String,
    /// The copies of the keys there were.
    pub(super) backups: Vec<String>,
    /// The new key; empty until it is made.
    pub(super) goal: Goal,
    /// What the policy asks for and a person did without, with the reason.
    pub(super) overridden: Vec<String>,
    /// The files, once they are known, and where they go.
    pub(super) change: Change,
}

impl Publishing for Renewing {
    const WHOLE_ENVIRONMENT: bool = true;

    fn change(plan: &Plan) -> &Change {
        &plan.change
    }

    fn change_mut(plan: &mut Plan) -> &mut Change {
        &mut plan.change
    }

    fn step(_: &Plan, stage: Stage) -> Step {
        match stage {
            Stage::Planned => Step::Planned,
            Stage::Editing => Step::Editing,
            Stage::Edited => Step::Edited,
            Stage::Committing => Step::Committing,
            Stage::Committed => Step::Committed,
            Stage::Pushing => Step::Pushing,
            Stage::Pushed => Step::Pushed,
        }
    }

    fn without_files(_: &Plan) -> Option<Step> {
        Some(Step::Made)
    }

    fn message(environment: &str, run: &str, plan: &Plan) -> String {
        format!(
            "{environment}: a new controller key, and everything sealed for it\n\n\
             The values are what they were; only the key that opens them is another.\n\n\
             Sealsmith-Operation: reseal\n\
             Sealsmith-Environment: {environment}\n\
             Sealsmith-Run: {run}\n\
             Sealsmith-Old-Key-Fingerprint: {}\n\
             Sealsmith-Key-Fingerprint: {}\n",
            plan.old, plan.goal.key
        )
    }
}

impl Sealing for Renewing {
    fn goal(plan: &Plan) -> &Goal {
        &plan.goal
    }

    fn goal_mut(plan: &mut Plan) -> &mut Goal {
        &mut plan.goal
    }
}
