//! What people read of a rotation: the plan before, the message of its commit, the summary after.

use serde_json::{Value, json};

use super::plan::Plan;
use crate::aws::{AccessKey, AccessKeyId, Status};
use crate::env::clock;
use crate::failure::Failure;
use crate::operation::change::short;
use crate::slack::{Fact, MaskedKey};
use crate::ui::{Table, Text, Ui, printable};

/// The message of the commit, with trailers that lint and auditors read. Key ids are left out: scanners take them for
/// leaks.
pub(super) fn commit(environment: &str, run: &str, plan: &Plan) -> String {
    let (apps, user) = (listed(&plan.apps), &plan.user);
    let (title, text) = match plan.undo {
        None => (
            format!("{environment}: a new AWS access key for {user}"),
            format!("{apps} get it; the old key is retired once every consumer has the new one."),
        ),
        Some(_) => (
            format!("{environment}: back to the AWS access key before for {user}"),
            format!("{apps} get the key back that they had; the new one is withdrawn."),
        ),
    };
    format!(
        "{title}\n\n{text}\n\n\
         Sealsmith-Operation: rotate-aws\n\
         Sealsmith-Environment: {environment}\n\
         Sealsmith-Run: {run}\n\
         Sealsmith-Key-Fingerprint: {}\n",
        plan.key
    )
}

/// Shows what is going to happen: the keys, the files, the pieces of work.
pub(super) fn intention(
    environment: &str,
    plan: &Plan,
    keys: &[AccessKey],
    pieces: &[&'static str],
    ui: &Ui,
) {
    ui.status(
        Text::new()
            .plain("rotating the AWS access key of ")
            .bold(printable(&plan.user))
            .dim(format!(" (account {}, {environment})", plan.account)),
    );
    ui.status(format!("  as {}", printable(&plan.operator)));
    for line in key_lines(plan, keys) {
        ui.status(line);
    }
    ui.status(Text::new().plain("  sealed for key ").accent(&plan.key));
    for file in &plan.change.files {
        ui.status(Text::new().plain("  writes ").accent(printable(&file.path)));
    }
    let branch = printable(&plan.change.git.branch);
    match &plan.change.git.to {
        Some(to) => ui.status(format!("  one commit on {branch}, pushed to {to}")),
        None => ui.status(format!("  one commit on {branch}")),
    }
    ui.status(format!(
        "  the old key lives on for {}, then it is inactive for {}, then it is deleted",
        duration(plan.grace),
        duration(plan.soak)
    ));
    for (number, piece) in (1..).zip(pieces) {
        ui.status(Text::new().dim(format!("  {number:>2}. ")).plain(*piece));
    }
}

fn key_lines(plan: &Plan, keys: &[AccessKey]) -> Vec<Text> {
    let now = clock::now();
    let line = |key: &AccessKey| {
        let fate = if key.id.as_str() == plan.old {
            "is replaced"
        } else if plan.spare.as_deref() == Some(key.id.as_str()) {
            "is deleted to make room"
        } else {
            "stays"
        };
        Text::new()
            .plain("  key ")
            .accent(key.id.masked())
            .plain(format!(" {fate}"))
            .dim(format!(" ({})", described(key, now)))
    };
    keys.iter().map(line).collect()
}

/// `active, 93 days old, last used 2026-01-31 for s3 in eu-west-1`.
pub(crate) fn described(key: &AccessKey, now: i64) -> String {
    let status = match key.status {
        Status::Active => "active",
        Status::Inactive => "inactive",
    };
    let age = u64::try_from(now.saturating_sub(key.created)).unwrap_or(0);
    let used = match &key.last_used {
        None => "no use known".to_owned(),
        Some(used) => format!(
            "last used {} for {} in {}",
            clock::rfc3339(used.at),
            printable(&used.service),
            printable(&used.region)
        ),
    };
    format!("{status}, {} old, {used}", duration(age))
}

/// A time span as people say it: the largest unit that fits.
pub(super) fn duration(seconds: u64) -> String {
    let (number, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7_200 => (seconds / 60, "minute"),
        7_200..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    crate::ui::count(usize::try_from(number).unwrap_or(usize::MAX), unit)
}

/// `airflow, fastapi and mlflow`.
pub(super) fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

/// The last characters of an id, as messages show it.
pub(crate) fn masked(id: &str) -> String {
    AccessKeyId::parse(id).map_or_else(|_| "…".to_owned(), |id| id.masked())
}

/// What people are told of it.
pub(super) fn facts(plan: &Plan) -> Vec<Fact> {
    let mut facts = vec![
        Fact::By(plan.operator.clone()),
        Fact::OldKey(MaskedKey::of(&plan.old)),
    ];
    facts.extend(
        plan.new
            .as_deref()
            .map(|id| Fact::NewKey(MaskedKey::of(id))),
    );
    let commit = plan.change.newest();
    facts.extend((!commit.is_empty()).then_some(Fact::Commit(commit)));
    facts.push(Fact::Note(format!("for {}", listed(&plan.apps))));
    if let (Some(since), None) = (plan.in_use, plan.inactive) {
        let until = clock::rfc3339(later(since, plan.grace));
        facts.push(Fact::Note(format!(
            "every consumer has the new key; the old one may be made inactive at {until}"
        )));
    }
    facts
}

/// Says at the end what is so now.
pub(super) fn summary(plan: &Plan, ui: &Ui) -> Result<(), Failure> {
    let mut table = Table::new();
    let mut row = |what: &str, says: String| {
        table.row([Text::new().dim(what), Text::new().plain(says)]);
    };
    row(
        "user",
        format!("{} in account {}", printable(&plan.user), plan.account),
    );
    row(
        "new key",
        plan.new.as_deref().map(masked).unwrap_or_default(),
    );
    row("old key", format!("{}, deleted", masked(&plan.old)));
    row("applications", listed(&plan.apps));
    row("commit", short(&plan.change.newest()).to_owned());
    if let Some(backup) = &plan.backup {
        row("backup", printable(backup).into_owned());
    }
    ui.table(&table)
}

/// The same for scripts; `state` is the step that was entered last.
pub(super) fn report(environment: &str, run: &str, step: &Value, plan: &Plan) -> Value {
    json!({
        "version": 1,
        "operation": "rotate-aws",
        "environment": environment,
        "run": run,
        "step": step,
        "account": plan.account,
        "user": plan.user,
        "oldKey": plan.old,
        "newKey": plan.new,
        "backup": plan.backup,
        "applications": plan.apps,
        "files": plan.change.paths(),
        "commit": plan.change.git.commit,
        "inUseSince": plan.in_use.map(clock::rfc3339),
        "oldKeyMayBeDeactivatedAt": plan.in_use.map(|at| clock::rfc3339(later(at, plan.grace))),
        "inactiveSince": plan.inactive.map(clock::rfc3339),
        "oldKeyMayBeDeletedAt": plan.inactive.map(|at| clock::rfc3339(later(at, plan.soak))),
    })
}

/// A time plus a span.
pub(super) fn later(at: i64, seconds: u64) -> i64 {
    at.saturating_add(i64::try_from(seconds).unwrap_or(i64::MAX))
}
