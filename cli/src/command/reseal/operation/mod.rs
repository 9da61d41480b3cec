//! Re-sealing an environment as one operation: plan, edit, check, commit, push; resumable and undoable at every step.
//!
//! The journal knows the step before and after each piece of work, and each piece is safe to repeat: files are
//! told apart by digest, the commit by the trailer with the name of the run, the push by asking the remote.

mod abort;
mod checks;
mod cluster;
mod commit;
mod edit;
mod message;
mod plan;
mod push;
mod race;
mod start;

use std::sync::Arc;

use crate::cluster::lease::Lease;
use crate::cluster::secret::Snapshot;
use crate::cluster::watch::Report;
use crate::cluster::workloads::Restarted;
use crate::command::Ending;
use crate::env::Env;
use crate::env::git::publish::Publisher;
use crate::failure::Failure;
use crate::journal::{End, Guard, Journal, StateFolder};
use crate::ui::{Text, Ui};

use super::selection::Selection;
use super::{Args, Format};
use cluster::Surroundings;
use plan::{Resealing, Step};

pub(super) use message::destination as described;

/// Everything that an operation works with.
pub(super) struct Desk<'a> {
    args: &'a Args,
    environment: &'a str,
    env: &'a Env,
    ui: &'a Ui,
    publisher: Publisher,
    state: StateFolder,
}

/// An operation that has begun.
struct Work<'a> {
    desk: &'a Desk<'a>,
    journal: Journal<Resealing>,
    /// The cluster, when it takes part.
    surroundings: Option<&'a Surroundings<'a>>,
    /// What keeps other operators away.
    lock: Option<&'a Lease<'a>>,
    /// What the re-sealing did, when this process did it.
    outcome: Option<edit::Outcome>,
    /// What became of the commit in the cluster, once that was waited for.
    arrival: Option<Report>,
    /// What was restarted for it.
    restarted: Vec<Restarted>,
}

/// Re-seals an environment, or goes on with what an earlier run left, or undoes it.
pub(super) fn run(args: &Args, environment: &str, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    let git = env
        .git()?
        .ok_or_else(|| Failure::could_not("there is no git repository here"))?;
    let desk = Desk {
        args,
        environment,
        env,
        ui,
        publisher: Publisher::new(&git)?,
        state: StateFolder::of(env, git.common_folder())?,
    };
    let what = format!("reseal {environment}");
    let guard = Guard::take(&desk.state, &what)?;
    match (args.resume, args.abort) {
        (_, true) => desk.take_up(guard)?.abort(),
        (true, false) => desk.resume(guard),
        (false, false) => desk.begin(guard),
    }
}

impl<'a> Desk<'a> {
    fn begin(&'a self, guard: Guard) -> Result<Ending, Failure> {
        self.refuse_unfinished()?;
        let prepared = start::prepare(self)?;
        let Some(plan) = prepared else {
            return Err(Failure::could_not(
                "nothing was changed, because the answer was no",
            ));
        };
        let surroundings = self.surroundings()?;
        let journal = Journal::begin(&self.state, guard, self.environment, Step::Planned, plan)?;
        let lock = surroundings.as_ref().map(|found| found.lock(journal.run()));
        let lock = match lock.transpose() {
            Ok(lock) => lock.flatten(),
            // Nothing has happened yet.
            Err(failure) => {
                journal.close(End::Aborted)?;
                return Err(failure);
            }
        };
        let work = Work {
            desk: self,
            journal,
            surroundings: surroundings.as_ref(),
            lock: lock.as_ref(),
            outcome: None,
            arrival: None,
            restarted: Vec::new(),
        };
        work.go_on()
    }

    fn resume(&'a self, guard: Guard) -> Result<Ending, Failure> {
        let mut work = self.take_up(guard)?;
        let surroundings = self.surroundings()?;
        let lock = surroundings
            .as_ref()
            .map(|found| found.lock(work.journal.run()));
        let lock = lock.transpose()?.flatten();
        (work.surroundings, work.lock) = (surroundings.as_ref(), lock.as_ref());
        work.go_on()
    }

    fn surroundings(&'a self) -> Result<Option<Surroundings<'a>>, Failure> {
        Surroundings::of(self, &Selection::resolve(self.args, self.env)?)
    }

    fn take_up(&'a self, guard: Guard) -> Result<Work<'a>, Failure> {
        let found = Journal::<Resealing>::resume(&self.state, guard, self.environment)?;
        let journal = found.ok_or_else(|| {
            Failure::could_not(format!(
                "no re-sealing of {} is unfinished here",
                self.environment
            ))
        })?;
        let root = self.publisher.root().display().to_string();
        if journal.plan().root != root {
            return Err(Failure::refused(
                "the re-sealing was begun in another work tree of this repository",
            )
            .cause(format!("it was begun in {}", journal.plan().root))
            .hint("resume or abort it there"));
        }
        Ok(Work {
            desk: self,
            journal,
            surroundings: None,
            lock: None,
            outcome: None,
            arrival: None,
            restarted: Vec::new(),
        })
    }

    fn refuse_unfinished(&self) -> Result<(), Failure> {
        let unfinished = self.state.unfinished()?;
        let own = unfinished
            .iter()
            .find(|found| found.environment == self.environment);
        let Some(found) = own else {
            return Ok(());
        };
        let command = match found.operation.as_str() {
            "reseal" => format!("sealsmith reseal {}", self.environment),
            other => format!(
                "sealsmith {} {}",
                other.replacen('-', " ", 1),
                self.environment
            ),
        };
        Err(Failure::refused(format!(
            "an operation on {} is unfinished: {}, since {}",
            self.environment, found.operation, found.started
        ))
        .cause(format!("its last step is \"{}\"", found.step))
        .hint(format!("go on with it: {command} --resume"))
        .hint(format!("or undo it: {command} --abort")))
    }
}

impl Work<'_> {
    /// Goes from the step where it is to the end.
    fn go_on(mut self) -> Result<Ending, Failure> {
        self.find_commit()?;
        let before = self.before()?;
        if *self.journal.step() < Step::Edited {
            match self.edit()? {
                edit::Edited::Files => {}
                edit::Edited::Nothing => return self.finish(),
                edit::Edited::Incomplete => return self.stop_incomplete(),
            }
        }
        if *self.journal.step() < Step::Committed {
            self.still_alone()?;
            self.commit()?;
        }
        if self.journal.plan().git.to.is_some() {
            if *self.journal.step() < Step::Pushed {
                self.still_alone()?;
                self.push()?;
            }
            self.see_through(before)?;
        }
        self.finish()
    }

    /// What the Secrets hold, while that is still what they held before.
    fn before(&self) -> Result<Option<Arc<Snapshot>>, Failure> {
        match self.surroundings {
            Some(found) if *self.journal.step() < Step::Pushing => {
                found.before(self.journal.plan())
            }
            _ => Ok(None),
        }
    }

    /// Stops when the lock is lost: somebody else may be at work.
    fn still_alone(&self) -> Result<(), Failure> {
        self.lock.map_or(Ok(()), Lease::still_held)
    }

    fn see_through(&mut self, before: Option<Arc<Snapshot>>) -> Result<(), Failure> {
        let Some(found) = self.surroundings else {
            return Ok(());
        };
        let commit = self.newest();
        self.arrival = found.see_through(self.journal.plan(), &commit, before)?;
        if self.arrival.as_ref().is_some_and(Report::has_arrived) {
            self.restarted = found.restart(self.journal.plan())?;
        }
        Ok(())
    }

    fn finish(self) -> Result<Ending, Failure> {
        self.report()?;
        let is_late = |report: &Report| !report.has_arrived();
        let is_stuck = |one: &Restarted| one.left.is_some();
        if self.arrival.as_ref().is_some_and(is_late) || self.restarted.iter().any(is_stuck) {
            return Ok(self.stop_waiting());
        }
        self.journal.close(End::Done)?;
        Ok(Ending::Done)
    }

    /// It is pushed, but not everything has arrived.
    fn stop_waiting(&self) -> Ending {
        let (ui, environment) = (self.desk.ui, self.desk.environment);
        for (what, flags) in [
            ("once the cause is gone, to look again", "--resume"),
            ("to leave it at that", "--resume --no-wait"),
        ] {
            ui.hint(
                Text::new()
                    .plain(format!("{what}: "))
                    .accent(format!("sealsmith reseal {environment} {flags}")),
            );
        }
        Ending::No
    }

    /// Some values were left behind, and nobody said that the others are to be committed without them.
    fn stop_incomplete(self) -> Result<Ending, Failure> {
        self.report()?;
        let (ui, environment) = (self.desk.ui, self.desk.environment);
        ui.warning("nothing is committed, because some values were left behind");
        for (what, flags) in [
            ("once they are put right", "--resume"),
            ("to commit the others without them", "--resume --partial"),
            ("to undo everything", "--abort"),
        ] {
            ui.hint(
                Text::new()
                    .plain(format!("{what}: "))
                    .accent(format!("sealsmith reseal {environment} {flags}")),
            );
        }
        Ok(Ending::No)
    }

    fn say(&self, text: impl Into<Text>) {
        if self.desk.args.format == Format::Human {
            self.desk.ui.status(text);
        }
    }
}
