//! The plan of a rotation as data. No secret is in it: the new one lies in the backup alone.

use serde::{Deserialize, Serialize};

use super::message;
use crate::journal::Operation;
use crate::operation::Publishing;
use crate::operation::change::{Change, Stage};

/// The rotation of an access key, as the journal knows it.
pub(crate) enum Rotating {}

impl Operation for Rotating {
    const NAME: &'static str = "rotate-aws";
    type Step = Step;
    type Plan = Plan;
}

/// How far a rotation is. A piece of work that cannot be seen from outside lies between a step that announces it and the
/// one that has it done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Step {
    /// Nothing has happened.
    Planned,
    /// A key that nobody uses may be gone.
    MakingRoom,
    /// The user has room for another key.
    RoomMade,
    /// AWS may have made the new key.
    Creating,
    /// The new key is there and kept.
    Created,
    /// AWS takes the new key, and what has to work with it does.
    Proven,
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
    /// The commit is at the remote.
    Pushed,
    /// Every Secret of the cluster holds the new key.
    Arrived,
    /// Whatever was to be restarted is.
    RolledOut,
    /// Every consumer has the new key; the old one is given its grace.
    InUse,
    /// The grace is over, and nobody used the old key.
    Waited,
    /// The old key may be inactive.
    Deactivating,
    /// The old key is inactive, and everything works without it.
    Inactive,
    /// It was inactive for as long as it was to be, and nobody missed it.
    Watched,
    /// The old key may be gone.
    Deleting,
    /// The old key is gone.
    Deleted,
    /// From here on it is undone: the old key is being made active again.
    Undoing,
    /// The old key is active.
    Revived,
    /// Files are being brought back.
    UndoEditing,
    /// Files are as they were.
    UndoEdited,
    /// The commit that undoes ours is being made.
    UndoCommitting,
    /// It is there.
    UndoCommitted,
    /// It may have reached the remote.
    UndoPushing,
    /// It is at the remote.
    UndoPushed,
    /// Every consumer has the old key again.
    Returned,
    /// The new key may be gone.
    Withdrawing,
    /// The new key is gone.
    Withdrawn,
}

/// What a rotation is to do, and what it has found out on the way. Times are seconds since 1970.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Plan {
    /// The twelve digits of the account.
    pub(crate) account: String,
    /// The IAM user whose key is rotated.
    pub(crate) user: String,
    /// Its ARN, which the new key has to be of.
    pub(crate) user_arn: String,
    /// The ARN of whoever does it.
    pub(crate) operator: String,
    /// The profile that was named on the command line.
    pub(crate) profile: Option<String>,
    /// The endpoint that was named on the command line.
    pub(crate) endpoint: Option<String>,
    /// The id of the key that is replaced.
    pub(crate) old: String,
    /// A key that nobody uses, which makes room.
    pub(crate) spare: Option<String>,
    /// The ids of the keys there were before the new one was asked for.
    pub(crate) before: Vec<String>,
    /// When it was asked for.
    pub(crate) asked: Option<i64>,
    /// The id of the new key.
    pub(crate) new: Option<String>,
    /// The file that keeps it.
    pub(crate) backup: Option<String>,
    /// The fingerprint of the key that values are sealed for.
    pub(crate) key: String,
    /// The certificate of that key, which is public.
    pub(crate) certificate: String,
    /// The applications that get the new key.
    pub(crate) apps: Vec<String>,
    /// How long the old key lives on, in seconds.
    pub(crate) grace: u64,
    /// How long it stays inactive before it is deleted, in seconds.
    pub(crate) soak: u64,
    /// When every consumer had the new key.
    pub(crate) in_use: Option<i64>,
    /// When the old key became inactive.
    pub(crate) inactive: Option<i64>,
    /// What the policy asks for and a person did without, with the reason.
    pub(crate) overridden: Vec<String>,
    /// The files, and where they go.
    pub(crate) change: Change,
    /// The same back again, once that is what is done.
    pub(crate) undo: Option<Change>,
}

impl Publishing for Rotating {
    const WHOLE_ENVIRONMENT: bool = false;

    fn change(plan: &Plan) -> &Change {
        plan.undo.as_ref().unwrap_or(&plan.change)
    }

    fn change_mut(plan: &mut Plan) -> &mut Change {
        plan.undo.as_mut().unwrap_or(&mut plan.change)
    }

    fn step(plan: &Plan, stage: Stage) -> Step {
        match (stage, plan.undo.is_some()) {
            (Stage::Planned, false) => Step::Planned,
            (Stage::Editing, false) => Step::Editing,
            (Stage::Edited, false) => Step::Edited,
            (Stage::Committing, false) => Step::Committing,
            (Stage::Committed, false) => Step::Committed,
            (Stage::Pushing, false) => Step::Pushing,
            (Stage::Pushed, false) => Step::Pushed,
            (Stage::Planned, true) => Step::Undoing,
            (Stage::Editing, true) => Step::UndoEditing,
            (Stage::Edited, true) => Step::UndoEdited,
            (Stage::Committing, true) => Step::UndoCommitting,
            (Stage::Committed, true) => Step::UndoCommitted,
            (Stage::Pushing, true) => Step::UndoPushing,
            (Stage::Pushed, true) => Step::UndoPushed,
        }
    }

    fn without_files(plan: &Plan) -> Option<Step> {
        // The new key is there, and has to be gone on with or withdrawn.
        Some(match plan.undo {
            None => Step::Proven,
            Some(_) => Step::Revived,
        })
    }

    fn message(environment: &str, run: &str, plan: &Plan) -> String {
        message::commit(environment, run, plan)
    }
}
