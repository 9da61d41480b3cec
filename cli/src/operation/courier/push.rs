//! The push: a fast-forward or nothing.

use std::time::Duration;

use super::super::change::{Stage, short};
use super::{Courier, Publishing};
use crate::env::git::publish::{Destination, Push};
use crate::env::random;
use crate::failpoint;
use crate::failure::Failure;

/// How often others may be faster before this gives up.
const RACES: u32 = 5;

impl<O: Publishing> Courier<'_, O> {
    /// Pushes the commit; when others were faster, puts it on top of theirs and tries again.
    pub(crate) fn push(&mut self) -> Result<(), Failure> {
        let Some(to) = self.change().git.to.clone() else {
            return Ok(());
        };
        self.refuse_half_undone()?;
        for race in 0..=RACES {
            // Asked first, so that a remote that cannot be reached leaves no doubt whether the push arrived.
            self.catch_up(&to)
                .map_err(|failure| self.waiting(failure))?;
            self.enter(Stage::Pushing)?;
            let Some(failure) = self.try_once(&to)? else {
                return self.arrived();
            };
            self.enter(Stage::Committed)?;
            if race == RACES {
                return Err(self.waiting(failure));
            }
            self.say(format!("others pushed to {to} meanwhile; trying again"));
            pause(race)?;
        }
        Ok(())
    }

    /// One push: nothing when it arrived, a failure to go on from when others were faster.
    fn try_once(&mut self, to: &Destination) -> Result<Option<Failure>, Failure> {
        let commit = self.change().newest();
        let (push, words) = self.desk.publisher.push(&commit, to)?;
        failpoint::reach("push-made");
        let refused = match push {
            Push::Arrived => return Ok(None),
            Push::Behind => return Ok(Some(behind(to, words))),
            Push::Contended(_) if self.has_moved(to)? => return Ok(Some(behind(to, words))),
            Push::Unreachable => {
                return Err(
                    self.waiting(words.hint("whether it arrived is asked first when you go on"))
                );
            }
            Push::Contended(reason) | Push::Refused(reason) => {
                let refused = Failure::refused(format!("{to} does not take the commit: {reason}"));
                because(refused, &words).hint(format!(
                    "if the branch is protected, push the commit to another one and open a pull request: git push {} {}:refs/heads/{}-{}",
                    to.remote,
                    short(&commit),
                    O::NAME,
                    self.desk.environment
                ))
            }
            Push::Stopped => because(
                Failure::refused("your own pre-push hook stopped the push"),
                &words,
            ),
        };
        self.enter(Stage::Committed)?;
        Err(self.waiting(refused))
    }

    fn has_moved(&self, to: &Destination) -> Result<bool, Failure> {
        let tip = self.desk.publisher.tip(to)?;
        match tip {
            Some(tip) => Ok(!self
                .desk
                .publisher
                .is_ancestor(&tip, &self.change().newest())?),
            None => Ok(false),
        }
    }

    /// Moves the branch to what was pushed, and notes that it is.
    fn arrived(&mut self) -> Result<(), Failure> {
        let git = &self.change().git;
        if let (Some(commit), Some(rebased)) = (git.commit.clone(), git.rebased.clone()) {
            if self.desk.publisher.head()? == commit {
                let why = "put the commit on top of the remote branch";
                self.desk.publisher.move_branch(&commit, &rebased, why)?;
            }
            let parent = self.desk.publisher.parent(&rebased)?;
            let git = &mut self.change_mut().git;
            git.base = parent.unwrap_or_default();
            git.commit = git.rebased.take();
        }
        self.enter(Stage::Pushed)
    }

    /// Says in what state things are, and how to go on.
    fn waiting(&self, failure: Failure) -> Failure {
        let command = &self.desk.command;
        let commit = self.change().git.commit.clone().unwrap_or_default();
        failure
            .hint(format!(
                "commit {} is made and waits here; to try again: {command} --resume",
                short(&commit)
            ))
            .hint(format!("or to take it back: {command} --abort"))
    }
}

fn behind(to: &Destination, words: Failure) -> Failure {
    because(
        Failure::refused(format!(
            "others pushed to {to} each time, {RACES} times in a row"
        )),
        &words,
    )
}

/// What git said as the causes of a failure.
fn because(failure: Failure, words: &Failure) -> Failure {
    let causes = words.causes().iter();
    causes.fold(failure, |failure, cause| failure.cause(cause.as_str()))
}

/// Waits a little longer each time, and not as long as others do.
fn pause(race: u32) -> Result<(), Failure> {
    use getrandom::rand_core::Rng as _;
    let jitter = u64::from(random::system()?.next_u32() % 200);
    std::thread::sleep(Duration::from_millis(50 * u64::from(race + 1) + jitter));
    Ok(())
}
