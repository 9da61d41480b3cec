//! What people read of it: the intention before, the commit message after, the report at the end.

use serde_json::{Value, json};

use super::Work;
use super::edit::Outcome;
use super::plan::Plan;
use crate::cluster::watch::Report;
use crate::command::reseal::{Args, report};
use crate::env::Env;
use crate::env::git::publish::Publisher;
use crate::failure::Failure;
use crate::operation::change::{PlannedGit, Stage, short};
use crate::slack::Fact;
use crate::ui::{Table, Text, Ui, printable};

/// Says what a run will do besides writing files.
pub(super) fn intention(environment: &str, plan: &Plan, pins: bool, ui: &Ui) {
    if pins {
        ui.status(
            Text::new()
                .plain("  the certificate and the pin of ")
                .plain(environment)
                .plain(" change too: it is another key"),
        );
    }
    let branch = printable(&plan.change.git.branch);
    match &plan.change.git.to {
        Some(to) => ui.status(format!("  one commit on {branch}, pushed to {to}")),
        None => ui.status(format!("  one commit on {branch}, which stays here")),
    }
}

/// Where the change of a dry run would go, as far as it can be said without the network.
pub(in super::super) fn destination(args: &Args, env: &Env) -> Option<String> {
    let publisher = Publisher::new(&env.git().ok()??).ok()?;
    let branch = publisher.branch().ok()?;
    let has_remote = publisher.remotes().is_ok_and(|remotes| !remotes.is_empty());
    let then = if args.no_commit {
        return Some("would commit nothing".to_owned());
    } else if has_remote && !args.no_push {
        "and push it"
    } else {
        "which would stay here"
    };
    Some(format!(
        "would make one commit on {}, {then}",
        printable(&branch)
    ))
}

/// The message of the commit, with trailers that lint and auditors read.
pub(super) fn commit(environment: &str, run: &str, plan: &Plan) -> String {
    let mut text = format!(
        "{environment}: re-seal for the current controller key\n\n\
         The values are what they were; only the key that opens them is another.\n\n\
         Sealsmith-Operation: reseal\n\
         Sealsmith-Environment: {environment}\n\
         Sealsmith-Run: {run}\n"
    );
    for key in &plan.goal.old_keys {
        text += &format!("Sealsmith-Old-Key-Fingerprint: {key}\n");
    }
    text + &format!("Sealsmith-Key-Fingerprint: {}\n", plan.goal.key)
}

/// What people are told of it.
pub(super) fn facts(plan: &Plan) -> Vec<Fact> {
    let old = plan.goal.old_keys.iter().cloned().map(Fact::OldFingerprint);
    let mut facts: Vec<_> = old.collect();
    facts.push(Fact::NewFingerprint(plan.goal.key.clone()));
    let commit = plan.change.newest();
    facts.extend((!commit.is_empty()).then_some(Fact::Commit(commit)));
    facts
}

impl Work<'_> {
    /// Says at the end what was committed and where it went.
    pub(super) fn report(&self) -> Result<(), Failure> {
        let git = &self.courier.change().git;
        let desk = self.courier.desk;
        let is_pushed = !self.courier.is_before(Stage::Pushed);
        if desk.quiet {
            let published = self.published(git, is_pushed);
            return report::published(self.outcome.as_ref().map(both), published, desk.ui);
        }
        let Some(commit) = &git.commit else {
            return Ok(());
        };
        let what = Text::new().plain("committed ").accent(short(commit));
        let text = match &git.to {
            Some(to) if is_pushed => what.plain(format!(" and pushed it to {to}")),
            _ => what.plain(format!(" on {}; it is not pushed", printable(&git.branch))),
        };
        desk.ui.line(text)?;
        if let Some(arrival) = &self.arrival {
            arrival.print(desk.ui)?;
        }
        self.report_restarts()
    }

    fn report_restarts(&self) -> Result<(), Failure> {
        let desk = self.courier.desk;
        let mut table = Table::new();
        for one in &self.restarted {
            let (mark, words) = match &one.left {
                None => (Text::new().good("ok"), "restarted"),
                Some(left) => (Text::new().bad("stuck"), left.as_str()),
            };
            table.row([
                mark,
                Text::new().plain(&one.workload),
                Text::new().plain(words),
            ]);
        }
        desk.ui.table(&table)
    }

    fn published(&self, git: &PlannedGit, is_pushed: bool) -> Value {
        json!({
            "run": self.courier.journal.run(),
            "branch": git.branch,
            "commit": git.commit,
            "remote": git.to.as_ref().map(|to| &to.remote),
            "pushed": is_pushed,
            "arrival": self.arrival.as_ref().map(Report::as_json),
            "restarted": self.restarted.iter().map(|one| json!({"workload": one.workload, "left": one.left})).collect::<Vec<_>>(),
        })
    }
}

fn both(outcome: &Outcome) -> (&super::super::engine::Run, &crate::certificates::Recipient) {
    (&outcome.run, &outcome.recipient)
}
