//! Re-sealing an environment as one operation: plan, edit, check, commit, push; resumable and undoable at every step.

pub(super) mod edit;
mod message;
pub(super) mod plan;
pub(super) mod start;

use std::sync::Arc;

use crate::cluster::lease::Lease;
use crate::cluster::secret::Snapshot;
use crate::cluster::watch::{Data, Report, Telling};
use crate::cluster::workloads::Restarted;
use crate::command::Ending;
use crate::env::Env;
use crate::failure::Failure;
use crate::journal::{End, Journal};
use crate::operation::change::Stage;
use crate::operation::{Arriving, Courier, Desk, Herald, Leave, Surroundings};
use crate::ui::Ui;
use crate::windows::Operation;

use super::selection::Selection;
use super::{Args, Format};
use edit::Editor;
use plan::Resealing;

pub(super) use message::destination as described;

/// What the operation is called in words.
const WHAT: &str = "re-sealing";

/// A re-sealing that has begun.
struct Work<'a> {
    args: &'a Args,
    courier: Courier<'a, Resealing>,
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
    let flags = (&args.arrival, &args.through.controller);
    let desk = Desk {
        quiet: args.format == Format::Json,
        ..Desk::at("reseal", environment, flags, env, ui)?
    };
    let guard = desk.guard()?;
    if !(args.resume || args.abort) {
        desk.refuse_unfinished()?;
        let leave = Leave::ask(&desk, Operation::Reseal, args.arrival.overriding.as_ref())?;
        let Some(plan) = start::prepare(&desk, args)? else {
            return Err(Failure::could_not(
                "nothing was changed, because the answer was no",
            ));
        };
        let surroundings = surroundings(&desk, args)?;
        let facts = message::facts(&plan);
        let mut journal =
            Journal::<Resealing>::begin(&desk.state, guard, environment, Stage::Planned, plan)?;
        let lock = surroundings.as_ref().map(|found| found.lock(journal.run()));
        let ready = lock.transpose().and_then(|lock| {
            let told = leave.begin(&desk, journal.run(), facts)?;
            Ok((lock.flatten(), told))
        });
        let (lock, (herald, overridden)) = match ready {
            Ok(ready) => ready,
            // Nothing has happened yet.
            Err(failure) => {
                journal.close(End::Aborted)?;
                return Err(failure);
            }
        };
        journal.plan_mut().overridden = overridden;
        let courier = Courier::new(&desk, journal);
        let work = Work::of(args, courier, surroundings.as_ref(), lock.as_ref());
        return work.told(&herald, Work::go_on);
    }
    let courier = Courier::new(&desk, desk.take_up(guard, WHAT)?);
    let herald = Herald::earlier(&desk, courier.journal.run());
    if args.abort {
        return Work::of(args, courier, None, None).told(&herald, Work::abort);
    }
    let surroundings = surroundings(&desk, args)?;
    let run = courier.journal.run();
    let lock = surroundings.as_ref().map(|found| found.lock(run));
    let lock = lock.transpose()?.flatten();
    let work = Work::of(args, courier, surroundings.as_ref(), lock.as_ref());
    work.told(&herald, Work::go_on)
}

/// The cluster, when its controller takes part in the re-sealing.
fn surroundings<'a>(desk: &'a Desk<'a>, args: &Args) -> Result<Option<Surroundings<'a>>, Failure> {
    if !Selection::resolve(args, desk.env)?.asks_controller() {
        return Ok(None);
    }
    Surroundings::of(desk)
}

impl<'a> Work<'a> {
    fn of(
        args: &'a Args,
        courier: Courier<'a, Resealing>,
        surroundings: Option<&'a Surroundings<'a>>,
        lock: Option<&'a Lease<'a>>,
    ) -> Self {
        Self {
            args,
            courier,
            surroundings,
            lock,
            outcome: None,
            arrival: None,
            restarted: Vec::new(),
        }
    }

    /// Does it, and tells people how it came out.
    fn told(
        mut self,
        herald: &Herald<'_>,
        go: fn(&mut Self) -> Result<Ending, Failure>,
    ) -> Result<Ending, Failure> {
        let result = go(&mut self);
        let mut facts = message::facts(self.courier.journal.plan());
        facts.extend(self.arrival.iter().flat_map(Report::applications));
        herald.ended(&result, facts);
        result
    }

    /// Goes from the step where it is to the end.
    fn go_on(&mut self) -> Result<Ending, Failure> {
        self.courier.find_commit()?;
        let before = self.before()?;
        if self.courier.is_before(Stage::Edited) {
            let (edited, outcome) = Editor {
                args: self.args,
                courier: &mut self.courier,
            }
            .edit()?;
            self.outcome = Some(outcome);
            match edited {
                edit::Edited::Files => {}
                edit::Edited::Nothing => return self.finish(),
                edit::Edited::Incomplete => return self.stop_incomplete(),
            }
        }
        if self.courier.is_before(Stage::Committed) {
            self.still_alone()?;
            self.courier.commit()?;
        }
        if self.courier.change().git.to.is_some() {
            if self.courier.is_before(Stage::Pushed) {
                self.still_alone()?;
                self.courier.push()?;
            }
            self.see_through(before)?;
        }
        self.finish()
    }

    /// Undoes the operation: everything is as it was before, or nothing changes and the reason is said.
    fn abort(&mut self) -> Result<Ending, Failure> {
        let record = Editor {
            args: self.args,
            courier: &mut self.courier,
        }
        .record()?;
        self.courier
            .undo(&|path, file| record.is_ours(path, file))?;
        let desk = self.courier.desk;
        desk.say("undone: every file is what it was before the operation");
        self.courier.journal.end(End::Aborted)?;
        Ok(Ending::Done)
    }

    /// What the Secrets hold, while that is still what they held before.
    fn before(&self) -> Result<Option<Arc<Snapshot>>, Failure> {
        let Some(found) = self.surroundings else {
            return Ok(None);
        };
        let change = self.courier.change();
        let is_waited_for = !self.args.arrival.no_wait && change.git.to.is_some();
        if !is_waited_for || !self.courier.is_before(Stage::Pushing) {
            return Ok(None);
        }
        let places = found.places(change)?;
        let api = found.cluster.api();
        let snapshot = found.cluster.run(Snapshot::take(&api, &places))?;
        Ok(Some(Arc::new(snapshot)))
    }

    /// Stops when the lock is lost: somebody else may be at work.
    fn still_alone(&self) -> Result<(), Failure> {
        self.lock.map_or(Ok(()), Lease::still_held)
    }

    fn see_through(&mut self, before: Option<Arc<Snapshot>>) -> Result<(), Failure> {
        let Some(found) = self.surroundings.filter(|_| !self.args.arrival.no_wait) else {
            return Ok(());
        };
        let change = self.courier.change();
        let commit = change.newest();
        let report = found.see_through(Arriving {
            change,
            commit: &commit,
            data: before.map_or(Data::Any, Data::Kept),
            telling: Telling::All,
        })?;
        if self.args.arrival.rollout_restart && report.has_arrived() {
            self.restarted = found.restart(&found.places(change)?)?;
        }
        self.arrival = Some(report);
        Ok(())
    }

    fn finish(&self) -> Result<Ending, Failure> {
        self.report()?;
        let is_late = |report: &Report| !report.has_arrived();
        let is_stuck = |one: &Restarted| one.left.is_some();
        if self.arrival.as_ref().is_some_and(is_late) || self.restarted.iter().any(is_stuck) {
            self.courier.desk.hint_next(&[
                ("once the cause is gone, to look again", "--resume"),
                ("to leave it at that", "--resume --no-wait"),
            ]);
            return Ok(Ending::No);
        }
        self.courier.journal.end(End::Done)?;
        Ok(Ending::Done)
    }

    /// Some values were left behind, and nobody said that the others are to be committed without them.
    fn stop_incomplete(&self) -> Result<Ending, Failure> {
        self.report()?;
        let desk = self.courier.desk;
        desk.ui
            .warning("nothing is committed, because some values were left behind");
        desk.hint_next(&[
            ("once they are put right", "--resume"),
            ("to commit the others without them", "--resume --partial"),
            ("to undo everything", "--abort"),
        ]);
        Ok(Ending::No)
    }
}
