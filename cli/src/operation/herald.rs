//! Whether an operation may begin now, and who is told of it: the policy's window and Slack.

use sealsmith_lint::policy::{Reason, Slack};

use super::Desk;
use crate::command::Ending;
use crate::env::clock;
use crate::failure::Failure;
use crate::slack::{Begun, Duty, Event, Fact, Notice, Notifier};
use crate::windows::{Gate, Operation, Overridden};

/// The leave to begin: the window is open, and people can be told, or a person said why it begins all the same.
pub(crate) struct Leave<'a> {
    notifier: Notifier<'a>,
    overridden: Vec<Overridden>,
}

/// Tells people how an operation that has begun goes. Nothing here can stop it any more.
pub(crate) struct Herald<'a> {
    desk: &'a Desk<'a>,
    begun: Begun<'a>,
    run: String,
}

impl<'a> Leave<'a> {
    /// Asks the policy for leave; `reason` is that of a person who overrides it.
    pub(crate) fn ask(
        desk: &'a Desk<'a>,
        operation: Operation,
        reason: Option<&Reason>,
    ) -> Result<Self, Failure> {
        let policy = desk.env.workspace()?.policy();
        let gate = Gate::of(policy, desk.environment, operation);
        let passage = gate.check(clock::now(), reason)?;
        if let Some(until) = passage.until {
            desk.say(format!("  the window is open until {until}"));
        }
        let duty = Duty::of(gate.notify(), reason);
        Ok(Self {
            notifier: Notifier::of(slack(desk), duty, desk.env, desk.ui)?,
            overridden: passage.overridden.into_iter().collect(),
        })
    }

    /// Tells people that it begins; what was overridden comes back in words, for the plan and so the audit file.
    pub(crate) fn begin(
        self,
        desk: &'a Desk<'a>,
        run: &str,
        facts: Vec<Fact>,
    ) -> Result<(Herald<'a>, Vec<String>), Failure> {
        let overrides = self.overridden.iter().map(words).map(Fact::Override);
        let notice = notice(
            desk,
            Event::Started,
            run,
            facts.into_iter().chain(overrides),
        );
        let begun = self.notifier.begin(&notice)?;
        let without = begun.overridden().into_iter().chain(&self.overridden);
        let without = without.map(words).collect();
        let run = run.to_owned();
        Ok((Herald { desk, begun, run }, without))
    }
}

impl<'a> Herald<'a> {
    /// For an operation that an earlier process began.
    pub(crate) fn earlier(desk: &'a Desk<'a>, run: &str) -> Self {
        Self {
            desk,
            begun: Begun::earlier(slack(desk), desk.env, desk.ui),
            run: run.to_owned(),
        }
    }

    /// Tells people how it ended, or how far it is.
    pub(crate) fn ended(&self, result: &Result<Ending, Failure>, facts: Vec<Fact>) {
        let event = match result {
            Ok(Ending::Done) => Event::Succeeded,
            Ok(Ending::No) => Event::Failed {
                why: vec!["it did not come to its end, and waits for a person".to_owned()],
                cures: vec![
                    format!("once the cause is gone: {} --resume", self.desk.command),
                    format!("or to undo it: {} --abort", self.desk.command),
                ],
            },
            Err(failure) => Event::failed(failure),
        };
        self.begun
            .tell(&notice(self.desk, event, &self.run, facts.into_iter()));
    }
}

fn notice(desk: &Desk<'_>, event: Event, run: &str, facts: impl Iterator<Item = Fact>) -> Notice {
    let verb = desk.command.strip_prefix("sealsmith ");
    let verb = verb.and_then(|words| words.strip_suffix(desk.environment));
    let operation = verb.unwrap_or_default().trim();
    let notice = Notice::new(event, operation, desk.environment, run);
    facts.fold(notice, Notice::with)
}

fn slack<'d>(desk: &'d Desk<'_>) -> Option<&'d Slack> {
    let policy = desk.env.workspace().ok()?.policy()?;
    policy.environment(desk.environment)?.slack.as_ref()
}

fn words(overridden: &Overridden) -> String {
    format!(
        "{}: {}; reason: {}",
        overridden.rule, overridden.because, overridden.reason
    )
}
