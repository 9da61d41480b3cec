//! Faults that a resumption meets at a step, and how it goes on once they are gone.

use super::cell::Cell;
use super::kills::killed;
use super::steps::{PIECES, PIECES_BACK, is_blind};
use super::{aws, cluster, git};
use crate::side_by_side::desk::{Desk, said};

/// Puts right what was put wrong.
pub(super) type Healing = Box<dyn FnOnce(&Desk)>;

/// Something that goes wrong from the beginning of a piece of work on.
#[derive(Clone, Copy)]
pub(super) struct Fault {
    pub(super) name: &'static str,
    /// The pieces that it is tried in.
    pub(super) pieces: &'static [&'static str],
    pub(super) strikes: fn(&Desk) -> Healing,
    /// What the run comes to that meets it.
    pub(super) meets: Meets,
}

/// What a run comes to that meets a fault.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Meets {
    /// It gets by.
    Passes,
    /// It stops, and says why.
    Stops,
    /// It stops where it needs what is broken, and else gets by.
    Either,
}

/// Every piece of work of a rotation, and of undoing one.
pub(super) const EVERYWHERE: &[&str] = &[
    "making room",
    "creating",
    "proving",
    "sealing",
    "committing",
    "pushing",
    "arriving",
    "rolling out",
    "checking consumers",
    "grace",
    "deactivating",
    "soak",
    "deleting",
    "undo: reviving",
    "undo: files",
    "undo: committing",
    "undo: pushing",
    "undo: returning",
    "undo: withdrawing",
];

pub(super) fn cells() -> Vec<Cell> {
    let faults = aws::FAULTS.iter().chain(git::FAULTS).chain(cluster::FAULTS);
    let mut cells = Vec::new();
    for fault in faults {
        let wide = fault.pieces.len() > 4;
        for (number, piece) in fault.pieces.iter().enumerate() {
            let back = PIECES_BACK.iter().find(|(name, _)| name == piece);
            let forward = PIECES.iter().find(|(name, _)| name == piece);
            match (forward, back) {
                // What is tried everywhere ends in turns, so that each end is seen.
                (Some((_, place)), _) if wide => {
                    cells.push(met(fault, piece, place, number % 2 == 0));
                }
                (Some((_, place)), _) => {
                    cells.extend([true, false].map(|resumes| met(fault, piece, place, resumes)));
                }
                (_, Some((_, place))) => cells.push(met_back(fault, piece, place)),
                (None, None) => panic!("no piece is called {piece}"),
            }
        }
    }
    cells
}

fn met(fault: &'static Fault, piece: &str, place: &'static str, resumes: bool) -> Cell {
    Cell {
        step: piece.to_owned(),
        fault: fault.name.to_owned(),
        then: if resumes { "--resume" } else { "--abort" },
        play: Box::new(move || {
            let desk = killed(place);
            let (ended, healing) = strike(fault, &desk, "--resume", place);
            healing(&desk);
            match (ended, resumes) {
                (true, _) => {
                    desk.is_done();
                    "got by".to_owned()
                }
                (false, true) => {
                    desk.is_resumed();
                    "stopped, then done".to_owned()
                }
                (false, false) => goes_back(&desk),
            }
        }),
    }
}

fn met_back(fault: &'static Fault, piece: &str, place: &'static str) -> Cell {
    Cell {
        step: piece.to_owned(),
        fault: fault.name.to_owned(),
        then: "--abort",
        play: Box::new(move || {
            let desk = killed("after-inactive");
            desk.dies_at(place, desk.go_on(&["--abort"]));
            let (ended, healing) = strike(fault, &desk, "--abort", place);
            healing(&desk);
            if ended {
                desk.is_undone();
                return "got by".to_owned();
            }
            desk.is_aborted();
            "stopped, then undone".to_owned()
        }),
    }
}

/// Lets a run meet the fault; whether it got by, and how to put things right.
fn strike(fault: &Fault, desk: &Desk, way: &str, place: &str) -> (bool, Healing) {
    let healing = (fault.strikes)(desk);
    let outcome = desk.run(match fault.meets {
        Meets::Passes => desk.go_on(&[way]),
        Meets::Stops | Meets::Either => desk.go_on_in_a_hurry(&[way]),
    });
    let ended = outcome.code == Some(0);
    let said = said(&outcome);
    assert!(matches!(outcome.code, Some(0..=2)), "{said}");
    match fault.meets {
        Meets::Passes => assert!(ended, "it stopped:\n{said}"),
        Meets::Stops => assert!(!ended, "it did not stop:\n{said}"),
        Meets::Either => {}
    }
    // Who stops says what happened, and what to do.
    assert!(
        ended || said.contains("hint: ") || said.contains("--resume"),
        "no way on:\n{said}"
    );
    let blind = is_blind(place) || place == "after-room-made";
    desk.nobody_is_stranded(blind);
    (ended, healing)
}

fn goes_back(desk: &Desk) -> String {
    let outcome = desk.run(desk.go_on(&["--abort"]));
    match outcome.code {
        Some(0) => {
            desk.is_undone();
            "stopped, then undone".to_owned()
        }
        Some(1) if said(&outcome).contains("there is no way back") => {
            desk.is_resumed();
            "stopped; too late to undo, then done".to_owned()
        }
        _ => panic!("{}", said(&outcome)),
    }
}
