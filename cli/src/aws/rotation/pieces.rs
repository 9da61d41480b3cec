//! The pieces of a rotation, in order: forward, and to undo it.

use super::Work;
use super::plan::Step;
use crate::operation::driver::Piece;

/// From the plan to the end of the old key.
pub(super) fn forward<'a>() -> [Piece<Work<'a>>; 13] {
    [
        Piece {
            done: Step::RoomMade,
            says: "making room for another key",
            go: Work::make_room,
        },
        Piece {
            done: Step::Created,
            says: "creating a new access key, and keeping a copy of it",
            go: Work::create,
        },
        Piece {
            done: Step::Proven,
            says: "proving the new key with real calls",
            go: Work::prove,
        },
        Piece {
            done: Step::Edited,
            says: "sealing it into every application",
            go: Work::edit,
        },
        Piece {
            done: Step::Committed,
            says: "committing",
            go: Work::commit,
        },
        Piece {
            done: Step::Pushed,
            says: "pushing",
            go: Work::push,
        },
        Piece {
            done: Step::Arrived,
            says: "waiting until every Secret holds the new key",
            go: Work::arrive,
        },
        Piece {
            done: Step::RolledOut,
            says: "restarting what has to be restarted",
            go: Work::roll_out,
        },
        Piece {
            done: Step::InUse,
            says: "checking that every consumer has the new key",
            go: Work::check_consumers,
        },
        Piece {
            done: Step::Waited,
            says: "giving the old key its grace",
            go: Work::wait_for_grace,
        },
        Piece {
            done: Step::Inactive,
            says: "making the old key inactive",
            go: Work::deactivate,
        },
        Piece {
            done: Step::Watched,
            says: "watching that nobody misses it",
            go: Work::wait_for_soak,
        },
        Piece {
            done: Step::Deleted,
            says: "deleting the old key",
            go: Work::delete,
        },
    ]
}

/// Back to where it began.
pub(super) fn backward<'a>() -> [Piece<Work<'a>>; 6] {
    [
        Piece {
            done: Step::Revived,
            says: "making the old key active",
            go: Work::revive,
        },
        Piece {
            done: Step::UndoEdited,
            says: "bringing the files back",
            go: Work::edit_back,
        },
        Piece {
            done: Step::UndoCommitted,
            says: "committing",
            go: Work::commit,
        },
        Piece {
            done: Step::UndoPushed,
            says: "pushing",
            go: Work::push,
        },
        Piece {
            done: Step::Returned,
            says: "waiting until every consumer has the old key again",
            go: Work::wait_for_return,
        },
        Piece {
            done: Step::Withdrawn,
            says: "deleting the new key",
            go: Work::withdraw,
        },
    ]
}
