//! Operations on an environment: what they share, whatever they change.
//!
//! A plan is data and lies in a journal; each step is safe to repeat. A change of files is brought to the remote by a
//! [`Courier`], and seen through in the cluster by its [`Surroundings`].

pub(crate) mod change;
pub(crate) mod checks;
mod courier;
pub(crate) mod driver;
mod flags;
mod herald;
mod surroundings;

pub(crate) use courier::{Courier, Publishing, merged_back};
pub(crate) use flags::Arrival;
pub(crate) use herald::{Herald, Leave};
pub(crate) use surroundings::{Arriving, Surroundings};

use crate::controller;
use crate::env::Env;
use crate::env::git::publish::Publisher;
use crate::failure::Failure;
use crate::journal::{Guard, Journal, StateFolder};
use crate::ui::{Text, Ui};

/// Everything that an operation on an environment works with.
pub(crate) struct Desk<'a> {
    pub(crate) environment: &'a str,
    pub(crate) env: &'a Env,
    pub(crate) ui: &'a Ui,
    /// The command as hints name it: `sealsmith reseal dev`.
    pub(crate) command: String,
    /// Whether a report for scripts is all that is printed.
    pub(crate) quiet: bool,
    /// What follows the push.
    pub(crate) arrival: &'a Arrival,
    /// How the controller is reached.
    pub(crate) controller: &'a controller::Flags,
    pub(crate) publisher: Publisher,
    pub(crate) state: StateFolder,
}

impl<'a> Desk<'a> {
    /// Sits down at the repository around the current folder; `verb` is the command as a person types it.
    pub(crate) fn at(
        verb: &str,
        environment: &'a str,
        (arrival, controller): (&'a Arrival, &'a controller::Flags),
        env: &'a Env,
        ui: &'a Ui,
    ) -> Result<Self, Failure> {
        let git = env
            .git()?
            .ok_or_else(|| Failure::could_not("there is no git repository here"))?;
        Ok(Self {
            environment,
            env,
            ui,
            command: format!("sealsmith {verb} {environment}"),
            quiet: false,
            arrival,
            controller,
            publisher: Publisher::new(&git)?,
            state: StateFolder::of(env, git.common_folder())?,
        })
    }

    /// Keeps every other operation of this machine off the repository.
    pub(crate) fn guard(&self) -> Result<Guard, Failure> {
        let what = self.command.strip_prefix("sealsmith ");
        Guard::take(&self.state, what.unwrap_or(&self.command))
    }

    /// Refuses to begin while an operation on the environment is half done.
    pub(crate) fn refuse_unfinished(&self) -> Result<(), Failure> {
        let unfinished = self.state.unfinished()?;
        let own = unfinished
            .iter()
            .find(|found| found.environment == self.environment);
        let Some(found) = own else {
            return Ok(());
        };
        let command = found.command();
        Err(Failure::refused(format!(
            "an operation on {} is unfinished: {}, since {}",
            self.environment, found.operation, found.started
        ))
        .cause(format!("its last step is \"{}\"", found.step))
        .hint(format!("go on with it: {command} --resume"))
        .hint(format!("or undo it: {command} --abort")))
    }

    /// Takes up what an earlier run left; `what` names the operation in words.
    pub(crate) fn take_up<O: Publishing>(
        &self,
        guard: Guard,
        what: &str,
    ) -> Result<Journal<O>, Failure> {
        let found = Journal::<O>::resume(&self.state, guard, self.environment)?;
        let journal = found.ok_or_else(|| {
            Failure::could_not(format!(
                "no {what} of {} is unfinished here",
                self.environment
            ))
        })?;
        let root = self.publisher.root().display().to_string();
        let begun = &O::change(journal.plan()).root;
        if *begun != root {
            return Err(Failure::refused(format!(
                "the {what} was begun in another work tree of this repository"
            ))
            .cause(format!("it was begun in {begun}"))
            .hint("resume or abort it there"));
        }
        Ok(journal)
    }

    /// Says how things go, unless only a report for scripts is wanted.
    pub(crate) fn say(&self, text: impl Into<Text>) {
        if !self.quiet {
            self.ui.status(text);
        }
    }

    /// Says what may be run next, and what for.
    pub(crate) fn hint_next(&self, next: &[(&str, &str)]) {
        for (what, flags) in next {
            self.ui.hint(
                Text::new()
                    .plain(format!("{what}: "))
                    .accent(format!("{} {flags}", self.command)),
            );
        }
    }
}
