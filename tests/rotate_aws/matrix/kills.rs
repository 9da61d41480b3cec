//! `kill -9` at every place, as a power cut would be: at once, while it is undone, and twice in a row.

use super::cell::Cell;
use super::steps::{BACKWARD, FORWARD, is_blind, is_final};
use crate::side_by_side::desk::Desk;

pub(super) fn cells() -> Vec<Cell> {
    let ends = FORWARD.iter().map(|place| resumed(place));
    // Who is killed before a step is written down has the journal of the step before, as after that step.
    let written = FORWARD.iter().filter(|place| !place.starts_with("before"));
    let begins = written.clone().map(|place| aborted(place));
    let back = BACKWARD.iter().map(|place| undone_in_two(place));
    let twice = written.clone().zip(written.skip(1)).step_by(2);
    let twice = twice.map(|(first, second)| killed_twice(first, second));
    let rooms = ["after-making-room", "room-made"].map(makes_room);
    ends.chain(begins)
        .chain(back)
        .chain(twice)
        .chain(rooms)
        .chain(TAKING_BACK.map(taken_back))
        .chain([orphan()])
        .collect()
}

fn resumed(place: &'static str) -> Cell {
    Cell {
        step: place.to_owned(),
        fault: "kill -9".to_owned(),
        then: "--resume",
        play: Box::new(move || {
            let desk = killed(place);
            desk.is_resumed();
            "done".to_owned()
        }),
    }
}

fn aborted(place: &'static str) -> Cell {
    Cell {
        step: place.to_owned(),
        fault: "kill -9".to_owned(),
        then: "--abort",
        play: Box::new(move || {
            let desk = killed(place);
            if is_final(place) {
                desk.ends(
                    desk.go_on(&["--abort"]),
                    1,
                    &["there is no way back", "--resume"],
                );
                desk.is_resumed();
                return "refused: the old key is gone; then done".to_owned();
            }
            desk.is_aborted();
            "undone".to_owned()
        }),
    }
}

fn undone_in_two(place: &'static str) -> Cell {
    Cell {
        step: place.to_owned(),
        fault: "kill -9 while it is undone".to_owned(),
        then: "--abort",
        play: Box::new(move || {
            let desk = killed("after-inactive");
            desk.dies_at(place, desk.go_on(&["--abort"]));
            desk.nobody_is_stranded(false);
            desk.is_aborted();
            "undone".to_owned()
        }),
    }
}

fn killed_twice(first: &'static str, second: &'static str) -> Cell {
    Cell {
        step: first.to_owned(),
        fault: format!("kill -9, then again at {second}"),
        then: "--resume",
        play: Box::new(move || {
            let desk = killed(first);
            let again = desk.go_on(&["--resume"]).env("SEALSMITH_FAILPOINT", second);
            let outcome = desk.run(again);
            // What is done is not done again, so that it need not come by there.
            let died = outcome.code.is_none();
            assert!(
                died || outcome.code == Some(0),
                "{}",
                crate::side_by_side::desk::said(&outcome)
            );
            if died {
                desk.nobody_is_stranded(is_blind(second));
                desk.ends(desk.go_on(&["--resume"]), 0, &[]);
            }
            desk.is_done();
            if died {
                "done"
            } else {
                "done; the second place was not passed again"
            }
            .to_owned()
        }),
    }
}

/// With two keys, where the inactive one goes first.
fn makes_room(place: &'static str) -> Cell {
    Cell {
        step: place.to_owned(),
        fault: "kill -9, with two keys".to_owned(),
        then: "--resume",
        play: Box::new(move || {
            let desk = Desk::new();
            let spare = desk.second_key("Inactive", None);
            desk.dies_at(place, desk.begin(&["--replace-inactive", &spare.id]));
            desk.nobody_is_stranded(false);
            desk.is_resumed();
            "done".to_owned()
        }),
    }
}

/// The key of the lost answer is found and deleted; then that process dies too.
fn orphan() -> Cell {
    Cell {
        step: "key-created".to_owned(),
        fault: "kill -9, then again at orphan-deleted".to_owned(),
        then: "--resume",
        play: Box::new(|| {
            let desk = killed("key-created");
            desk.dies_at("orphan-deleted", desk.go_on(&["--resume"]));
            desk.nobody_is_stranded(false);
            desk.is_resumed();
            "done".to_owned()
        }),
    }
}

/// Before the push, commit and files are simply taken back: from where it was killed first, and then again.
const TAKING_BACK: [(&str, &str); 5] = [
    ("after-edited", "files-restored"),
    ("after-committed", "taken-back"),
    ("after-committed", "before-returned"),
    ("after-committed", "new-key-deleted"),
    ("after-committed", "closing"),
];

fn taken_back((first, second): (&'static str, &'static str)) -> Cell {
    Cell {
        step: second.to_owned(),
        fault: "kill -9 while it is undone before the push".to_owned(),
        then: "--abort",
        play: Box::new(move || {
            let desk = killed(first);
            desk.dies_at(second, desk.go_on(&["--abort"]));
            desk.nobody_is_stranded(false);
            desk.is_aborted();
            "undone".to_owned()
        }),
    }
}

/// A desk whose rotation was killed at a place.
pub(super) fn killed(place: &str) -> Desk {
    let desk = Desk::new();
    desk.dies_at(place, desk.begin(&[]));
    desk.nobody_is_stranded(is_blind(place));
    desk
}
