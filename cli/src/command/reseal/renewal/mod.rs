//! `sealsmith rotate controller-key`: a new key for the local controller of an environment, and everything sealed for it.
//!
//! It runs on the driver of all rotations. The controller is the folder of keys that stands for one; keys in a cluster are
//! not rotated yet.

mod pieces;
mod plan;
mod start;

use std::path::PathBuf;

use super::Args as Reseal;
use crate::backup::Store;
use crate::command::Ending;
use crate::env::Env;
use crate::failure::Failure;
use crate::journal::{End, Journal};
use crate::operation::driver::{Flow, Worker, drive};
use crate::operation::{Arrival, Courier, Desk, Herald, Leave};
use crate::output::Format;
use crate::slack::Fact;
use crate::ui::{Table, Text, Ui};
use crate::windows::Operation;
use plan::{Plan, Renewing, Step};
use sealsmith_lint::policy::Reason;

/// What the operation is called in words.
const WHAT: &str = "rotation of the controller key";

/// Give an environment's controller a new key, and seal everything for it
///
/// For a controller that is a folder of keys (`controller.keys` in sealsmith.yaml): keeps a copy of every key, makes a new
/// one, re-seals the environment for it, commits, pushes, and proves that the new key alone opens every value. Old keys
/// stay, so that what was sealed before still opens.
///
/// It can be killed at any instant and resumed, and undone until it is pushed.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Environment of sealsmith.yaml
    #[arg(value_name = "ENV")]
    environment: String,

    /// Show the plan, and change nothing; exit 1, for there is something to do
    #[arg(long, num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true", hide_default_value = true, hide_possible_values = true, value_parser = clap::builder::FalseyValueParser::new(), env = "DRY_RUN")]
    dry_run: bool,

    /// Commit, and push nothing
    #[arg(long, conflicts_with_all = ["resume", "abort"])]
    no_push: bool,

    /// Go on with a rotation that was stopped halfway
    #[arg(long, conflicts_with_all = ["abort", "dry_run"])]
    resume: bool,

    /// Undo a rotation that was stopped halfway, which works until it is pushed
    #[arg(long, conflicts_with = "dry_run")]
    abort: bool,

    /// Folder for the copies of keys, instead of that of aws.backup, /root/backup for root, or the state folder
    #[arg(long, value_name = "FOLDER")]
    backup_folder: Option<PathBuf>,

    /// Begin outside of the policy's window, or without the notice that it requires, and say why
    #[arg(long = "override", value_name = "REASON", value_parser = Reason::parse)]
    overriding: Option<Reason>,

    /// Do not ask before changing a protected environment such as prod
    #[arg(short = 'y', long)]
    yes: bool,

    /// Report as text or as JSON
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

const EXAMPLES: &str = "Examples:
  sealsmith rotate controller-key dev --dry-run
  sealsmith rotate controller-key dev
  sealsmith rotate controller-key dev --resume";

/// A rotation that has begun.
struct Work<'a> {
    courier: Courier<'a, Renewing>,
    store: Store,
}

/// Rotates the key of an environment's local controller, or goes on with what an earlier run left, or undoes it.
pub(crate) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    let (arrival, controller) = (Arrival::default(), crate::controller::Flags::default());
    let desk = Desk {
        quiet: args.format == Format::Json,
        ..Desk::at(
            "rotate controller-key",
            &args.environment,
            (&arrival, &controller),
            env,
            ui,
        )?
    };
    let folder = start::folder(&desk)?;
    let guard = desk.guard()?;
    let store = start::store(args, &desk)?;
    if args.resume || args.abort {
        let courier = Courier::<Renewing>::new(&desk, desk.take_up(guard, WHAT)?);
        let herald = Herald::earlier(&desk, courier.journal.run());
        let work = Work { courier, store };
        work.store.sweep()?;
        return match args.abort {
            true => work.told(&herald, Work::undo),
            false => work.told(&herald, Work::go_on),
        };
    }
    desk.refuse_unfinished()?;
    let plan = start::prepare(args, &folder, &store, &desk)?;
    if args.dry_run {
        return Ok(Ending::No);
    }
    let leave = Leave::ask(&desk, Operation::ControllerKey, args.overriding.as_ref())?;
    if !start::agreed(args, &desk)? {
        return Err(Failure::could_not(
            "nothing was changed, because the answer was no",
        ));
    }
    let environment = desk.environment;
    let facts = vec![Fact::OldFingerprint(plan.old.clone())];
    let mut journal =
        Journal::<Renewing>::begin(&desk.state, guard, environment, Step::Planned, plan)?;
    let (herald, overridden) = match leave.begin(&desk, journal.run(), facts) {
        Ok(told) => told,
        // Nothing has happened yet.
        Err(failure) => {
            journal.close(End::Aborted)?;
            return Err(failure);
        }
    };
    journal.plan_mut().overridden = overridden;
    let courier = Courier::new(&desk, journal);
    Work { courier, store }.told(&herald, Work::go_on)
}

impl Work<'_> {
    /// Does it, and tells people how it came out.
    fn told(
        mut self,
        herald: &Herald<'_>,
        go: fn(&mut Self) -> Result<Ending, Failure>,
    ) -> Result<Ending, Failure> {
        let result = go(&mut self);
        let plan = self.plan();
        let mut facts = vec![Fact::OldFingerprint(plan.old.clone())];
        let new = Some(plan.goal.key.clone()).filter(|key| !key.is_empty());
        facts.extend(new.map(Fact::NewFingerprint));
        herald.ended(&result, facts);
        result
    }

    /// Goes from the step where it is to the end.
    fn go_on(&mut self) -> Result<Ending, Failure> {
        if self.step() >= Step::Editing {
            self.courier.find_commit()?;
        }
        if let Flow::Stop(ending) = drive(self, &pieces::forward())? {
            return Ok(ending);
        }
        self.report()?;
        self.courier.journal.end(End::Done)?;
        Ok(Ending::Done)
    }

    fn plan(&self) -> &Plan {
        self.courier.journal.plan()
    }

    /// The flags of the re-sealing that is part of it.
    fn reseal(&self) -> Result<Reseal, Failure> {
        let key = Some(self.plan().goal.key.as_str()).filter(|key| !key.is_empty());
        Reseal::of_environment(self.courier.desk.environment, key)
    }

    fn report(&self) -> Result<(), Failure> {
        let (plan, desk) = (self.plan(), self.courier.desk);
        if desk.quiet {
            let report = serde_json::json!({
                "version": 1,
                "operation": "rotate-controller-key",
                "environment": desk.environment,
                "run": self.courier.journal.run(),
                "oldKey": plan.old,
                "newKey": plan.goal.key,
                "backups": plan.backups,
                "commit": plan.change.git.commit,
            });
            return desk.ui.line(format!("{report:#}"));
        }
        let mut table = Table::new();
        let commit = plan.change.newest();
        for (what, says) in [
            ("old key", plan.old.as_str()),
            ("new key", plan.goal.key.as_str()),
            ("commit", crate::operation::change::short(&commit)),
        ] {
            table.row([Text::new().dim(what), Text::new().plain(says)]);
        }
        desk.ui.table(&table)
    }
}

impl Worker for Work<'_> {
    type Step = Step;

    fn step(&self) -> Step {
        *self.courier.journal.step()
    }

    fn enter(&mut self, step: Step) -> Result<(), Failure> {
        self.courier.journal.enter(step)
    }

    fn may_go_on(&self) -> Result<(), Failure> {
        Ok(())
    }

    fn say(&self, text: Text) {
        self.courier.desk.say(text);
    }
}
