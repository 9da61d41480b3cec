//! Runs a rotation: pieces of work in order, each between the step that has it done and the one before.
//!
//! A rotation is a table of pieces and, to undo it, another one. Each piece is safe to repeat, so that a run that was
//! killed goes on with the first piece that is not done.

use crate::command::Ending;
use crate::failure::Failure;
use crate::ui::Text;

/// How a piece of work came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// The next one may begin.
    On,
    /// It is not done, and the reason is said: the run ends here, and a later one goes on.
    Stop(Ending),
}

/// A piece of work.
pub(crate) struct Piece<W: Worker> {
    /// The step at which it is done.
    pub(crate) done: W::Step,
    /// What it does, for a plan and while it is at it.
    pub(crate) says: &'static str,
    /// Does it, from wherever an earlier run was killed in it.
    pub(crate) go: fn(&mut W) -> Result<Flow, Failure>,
}

/// Whoever does the pieces.
pub(crate) trait Worker {
    /// Where it is.
    type Step: Copy + Ord;

    /// The step that was entered last.
    fn step(&self) -> Self::Step;

    /// Enters a step: it is on the disk before this returns.
    fn enter(&mut self, step: Self::Step) -> Result<(), Failure>;

    /// Refuses to go on, as when the lock is lost.
    fn may_go_on(&self) -> Result<(), Failure>;

    /// Says how things go.
    fn say(&self, text: Text);
}

/// Does every piece that is not done.
pub(crate) fn drive<W: Worker>(work: &mut W, pieces: &[Piece<W>]) -> Result<Flow, Failure> {
    for (number, piece) in (1..).zip(pieces) {
        if work.step() >= piece.done {
            continue;
        }
        work.may_go_on()?;
        let place = format!("[{number}/{}] ", pieces.len());
        work.say(Text::new().dim(place).plain(piece.says));
        if let Flow::Stop(ending) = (piece.go)(work)? {
            return Ok(Flow::Stop(ending));
        }
        if work.step() < piece.done {
            work.enter(piece.done)?;
        }
    }
    Ok(Flow::On)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes down what it does; `stops` is where it cannot go on.
    #[derive(Default)]
    struct Diary {
        step: u32,
        did: Vec<u32>,
        stops: Option<u32>,
    }

    impl Worker for Diary {
        type Step = u32;

        fn step(&self) -> u32 {
            self.step
        }

        fn enter(&mut self, step: u32) -> Result<(), Failure> {
            self.step = step;
            Ok(())
        }

        fn may_go_on(&self) -> Result<(), Failure> {
            Ok(())
        }

        fn say(&self, _: Text) {}
    }

    fn pieces() -> [Piece<Diary>; 3] {
        [10, 20, 30].map(|done| Piece {
            done,
            says: "",
            go: |diary: &mut Diary| {
                let number = diary.step / 10 + 1;
                if diary.stops == Some(number) {
                    return Ok(Flow::Stop(Ending::No));
                }
                diary.did.push(number);
                Ok(Flow::On)
            },
        })
    }

    #[test]
    fn what_is_done_is_not_done_again() {
        let mut diary = Diary {
            step: 10,
            ..Diary::default()
        };
        assert_eq!(drive(&mut diary, &pieces()).unwrap(), Flow::On);
        assert_eq!((diary.did, diary.step), (vec![2, 3], 30));
    }

    #[test]
    fn a_killed_piece_is_begun_again() {
        // Half of the second piece: its announcement is on the disk, what has it done is not.
        let mut diary = Diary {
            step: 15,
            ..Diary::default()
        };
        drive(&mut diary, &pieces()).unwrap();
        assert_eq!(diary.did, [2, 3]);
    }

    #[test]
    fn what_cannot_go_on_stays_where_it_is() {
        let mut diary = Diary {
            stops: Some(2),
            ..Diary::default()
        };
        let flow = drive(&mut diary, &pieces()).unwrap();
        assert_eq!((flow, diary.step), (Flow::Stop(Ending::No), 10));
    }
}
