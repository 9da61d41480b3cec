//! Where a rotation can be stopped.

/// Every place of a rotation where the process can be made to die, in order.
pub(crate) const FORWARD: [&str; 45] = [
    "before-room-made",
    "after-room-made",
    "before-creating",
    "after-creating",
    "key-created",
    "backup-written",
    "backup-named",
    "key-kept",
    "before-created",
    "after-created",
    "before-proven",
    "after-proven",
    "before-editing",
    "after-editing",
    "file-written",
    "files-written",
    "lock-written",
    "before-edited",
    "after-edited",
    "before-committing",
    "after-committing",
    "announced",
    "commit-made",
    "before-committed",
    "after-committed",
    "before-pushing",
    "after-pushing",
    "push-made",
    "before-pushed",
    "after-pushed",
    "after-arrived",
    "after-rolled-out",
    "after-in-use",
    "after-waited",
    "before-deactivating",
    "after-deactivating",
    "deactivated",
    "before-inactive",
    "after-inactive",
    "after-watched",
    "before-deleting",
    "after-deleting",
    "key-deleted",
    "after-deleted",
    "closing",
];

/// Those of undoing one whose commit is at the remote.
pub(crate) const BACKWARD: [&str; 22] = [
    "before-undoing",
    "after-undoing",
    "revived",
    "before-revived",
    "after-revived",
    "before-undo-editing",
    "after-undo-editing",
    "file-brought-back",
    "before-undo-edited",
    "after-undo-edited",
    "after-undo-committing",
    "commit-made",
    "after-undo-committed",
    "after-undo-pushing",
    "push-made",
    "after-undo-pushed",
    "before-returned",
    "after-returned",
    "after-withdrawing",
    "new-key-deleted",
    "before-withdrawn",
    "closing",
];

/// Each piece of work, with the place after which it begins.
pub(crate) const PIECES: [(&str, &str); 13] = [
    ("making room", "before-room-made"),
    ("creating", "after-room-made"),
    ("proving", "after-created"),
    ("sealing", "after-proven"),
    ("committing", "after-edited"),
    ("pushing", "after-committed"),
    ("arriving", "after-pushed"),
    ("rolling out", "after-arrived"),
    ("checking consumers", "after-rolled-out"),
    ("grace", "after-in-use"),
    ("deactivating", "after-waited"),
    ("soak", "after-inactive"),
    ("deleting", "after-watched"),
];

/// The same for undoing one whose old key is inactive.
pub(crate) const PIECES_BACK: [(&str, &str); 6] = [
    ("undo: reviving", "after-undoing"),
    ("undo: files", "after-revived"),
    ("undo: committing", "after-undo-edited"),
    ("undo: pushing", "after-undo-committed"),
    ("undo: returning", "after-undo-pushed"),
    ("undo: withdrawing", "after-returned"),
];

fn at(place: &str) -> Option<usize> {
    FORWARD.iter().position(|known| *known == place)
}

/// Whether there is no way back from a place.
pub(crate) fn is_final(place: &str) -> bool {
    at(place) >= at("after-deleting")
}

/// Whether somebody who was killed here may not know what AWS answered.
pub(crate) fn is_blind(place: &str) -> bool {
    ["key-created", "backup-written"].contains(&place)
}
