//! `sealsmith rotate aws`: a new access key for an environment's applications, and the old one retired.
//!
//! The invariant: a key is made inactive or deleted only with a [`warrant`], and the one for a key that was in use is made
//! from a [`consumers::Proof`], which the check of every consumer alone can make, in this process.

mod args;
mod choice;
pub(super) mod consumers;
mod create;
mod holders;
mod look;
mod message;
mod pieces;
mod plan;
mod publish;
mod retire;
mod seal;
mod start;
mod undo;
mod waiting;
pub(super) mod warrant;

pub(crate) use args::Args;
pub(crate) use look::{Look, look};
pub(crate) use message::{described, masked};

use sealsmith_lint::policy;

use super::{Account, NewKey, policy_document};
use crate::backup::Store;
use crate::cluster::lease::Lease;
use crate::command::Ending;
use crate::env::Env;
use crate::failure::Failure;
use crate::journal::{End, Guard, Journal};
use crate::operation::driver::{Flow, Worker, drive};
use crate::operation::{Courier, Desk, Herald, Leave, Surroundings};
use crate::output::Format;
use crate::slack::Fact;
use crate::ui::{Text, Ui};
use crate::windows::Operation;
use plan::{Plan, Rotating, Step};

/// What the operation is called in words.
const WHAT: &str = "rotation of the AWS access key";

/// A rotation that has begun.
pub(super) struct Work<'a> {
    args: &'a Args,
    settings: &'a policy::Aws,
    courier: Courier<'a, Rotating>,
    surroundings: &'a Surroundings<'a>,
    /// What keeps other operators away.
    lock: Option<&'a Lease<'a>>,
    account: Account,
    store: Store,
    /// The new key, once this process has it.
    key: Option<NewKey>,
}

/// Rotates the access key of an environment, or goes on with what an earlier run left, or undoes it.
pub(crate) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    let settings = start::settings(&args.environment, env)?;
    if args.print_iam_policy {
        let (account, user) = (settings.account_id.as_str(), settings.user.as_str());
        let region = ["AWS_REGION", "AWS_DEFAULT_REGION"];
        let region = region.into_iter().find_map(|name| env.variable(name));
        let partition = match region.as_deref() {
            Some(region) if region.starts_with("cn-") => Some("aws-cn"),
            Some(region) if region.starts_with("us-gov-") => Some("aws-us-gov"),
            _ => None,
        };
        ui.line(policy_document(account, user, partition).trim_end())?;
        return Ok(Ending::Done);
    }
    let flags = (&args.arrival, &args.controller);
    let desk = Desk {
        quiet: args.format == Format::Json,
        ..Desk::at("rotate aws", &args.environment, flags, env, ui)?
    };
    let guard = desk.guard()?;
    if args.resume || args.finish || args.abort {
        take_up(args, settings, &desk, guard)
    } else {
        begin(args, settings, &desk, guard)
    }
}

fn begin(
    args: &Args,
    settings: &policy::Aws,
    desk: &Desk<'_>,
    guard: Guard,
) -> Result<Ending, Failure> {
    desk.refuse_unfinished()?;
    let surroundings = start::surroundings(desk)?;
    let account = start::account(args, settings, desk)?;
    let store = Store::of(Some(&settings.backup), desk.env)?;
    let plan = start::prepare(args, settings, desk, &surroundings, &account, &store)?;
    if args.dry_run {
        if desk.quiet {
            let report = message::report(desk.environment, "", &"planned".into(), &plan);
            desk.ui.line(format!("{report:#}"))?;
        }
        return Ok(Ending::No);
    }
    let leave = Leave::ask(desk, Operation::Aws, args.arrival.overriding.as_ref())?;
    if !start::agreed(args, desk, &plan)? {
        return Err(Failure::could_not(
            "nothing was changed, because the answer was no",
        ));
    }
    let facts = message::facts(&plan);
    let environment = desk.environment;
    let mut journal =
        Journal::<Rotating>::begin(&desk.state, guard, environment, Step::Planned, plan)?;
    let ready = surroundings.lock(journal.run()).and_then(|lock| {
        let told = leave.begin(desk, journal.run(), facts)?;
        Ok((lock, told))
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
    let work = Work {
        args,
        settings,
        courier: Courier::new(desk, journal),
        surroundings: &surroundings,
        lock: lock.as_ref(),
        account,
        store,
        key: None,
    };
    work.told(&herald, Work::go_on)
}

fn take_up(
    args: &Args,
    settings: &policy::Aws,
    desk: &Desk<'_>,
    guard: Guard,
) -> Result<Ending, Failure> {
    let courier = Courier::<Rotating>::new(desk, desk.take_up(guard, WHAT)?);
    let plan = courier.journal.plan();
    start::refuse_other(settings, plan)?;
    let surroundings = start::surroundings(desk)?;
    let account = start::account_of(args, settings, plan, desk)?;
    let store = Store::of(Some(&settings.backup), desk.env)?;
    let lock = surroundings.lock(courier.journal.run())?;
    let herald = Herald::earlier(desk, courier.journal.run());
    let mut work = Work {
        args,
        settings,
        courier,
        surroundings: &surroundings,
        lock: lock.as_ref(),
        account,
        store,
        key: None,
    };
    work.store.sweep()?;
    work.become_the_user()?;
    let is_undoing = work.step() >= Step::Undoing;
    if args.abort {
        return work.told(&herald, Work::undo);
    }
    if is_undoing {
        return Err(Failure::refused("this rotation is being undone")
            .hint(format!("go on with that: {} --abort", desk.command)));
    }
    work.told(&herald, Work::go_on)
}

impl Work<'_> {
    /// Does it, and tells people how it came out.
    fn told(
        mut self,
        herald: &Herald<'_>,
        go: fn(&mut Self) -> Result<Ending, Failure>,
    ) -> Result<Ending, Failure> {
        let result = go(&mut self);
        let mut facts = message::facts(self.plan());
        let step = serde_json::to_value(self.step()).unwrap_or_default();
        facts.extend(step.as_str().map(|step| Fact::Step(step.to_owned())));
        herald.ended(&result, facts);
        result
    }

    /// Goes from the step where it is to the end.
    fn go_on(&mut self) -> Result<Ending, Failure> {
        self.courier.find_commit()?;
        if let Flow::Stop(ending) = drive(self, &pieces::forward())? {
            self.report()?;
            return Ok(ending);
        }
        self.forget_old()?;
        self.report()?;
        self.courier.journal.end(End::Done)?;
        Ok(Ending::Done)
    }

    /// Undoes it: the old key is active and everywhere, and the new one is gone.
    fn undo(&mut self) -> Result<Ending, Failure> {
        self.begin_undo()?;
        if let Flow::Stop(ending) = drive(self, &pieces::backward())? {
            self.report()?;
            return Ok(ending);
        }
        self.forget_new()?;
        self.report()?;
        self.courier
            .desk
            .say("undone: every application has the key that it had, and the new one is gone");
        self.courier.journal.end(End::Aborted)?;
        Ok(Ending::Done)
    }

    fn plan(&self) -> &Plan {
        self.courier.journal.plan()
    }

    fn plan_mut(&mut self) -> &mut Plan {
        self.courier.journal.plan_mut()
    }

    fn report(&self) -> Result<(), Failure> {
        let (desk, plan) = (self.courier.desk, self.plan());
        if desk.quiet {
            let step = serde_json::to_value(self.step()).unwrap_or_default();
            let report = message::report(desk.environment, self.courier.journal.run(), &step, plan);
            return desk.ui.line(format!("{report:#}"));
        }
        match self.step() {
            Step::Deleted => message::summary(plan, desk.ui),
            _ => Ok(()),
        }
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
        self.lock.map_or(Ok(()), Lease::still_held)
    }

    fn say(&self, text: Text) {
        self.courier.desk.say(text);
    }
}
