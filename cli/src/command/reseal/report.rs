//! The report of a re-sealing, for people and for scripts.

use std::collections::BTreeMap;

use sealsmith_core::fingerprint::Fingerprint;
use serde_json::{Value, json};

use super::engine::{FileReport, Left, Run};
use crate::certificates::Recipient;
use crate::failure::Failure;
use crate::ui::{Table, Text, Ui, count};

/// Prints the diff, what was left behind, and how many values moved from which key.
pub(super) fn human(run: &Run, target: &Recipient, dry_run: bool, ui: &Ui) -> Result<(), Failure> {
    for line in run.files.iter().flat_map(|file| &file.diff) {
        ui.line(line.clone())?;
    }
    for left in run.files.iter().flat_map(|file| &file.left) {
        say_left(left, ui);
    }
    if run
        .files
        .iter()
        .any(|file| file.current > 0 || !file.resealed.is_empty())
    {
        ui.table(&keys(run, target, dry_run))?;
    }
    ui.line(summary(run, dry_run))
}

/// Prints one JSON object; values appear by name only.
pub(super) fn json(run: &Run, target: &Recipient, dry_run: bool, ui: &Ui) -> Result<(), Failure> {
    ui.line(format!("{:#}", object(run, target, dry_run)))
}

/// Prints the same object with what became of the commit; after a resumption there may be no more than that.
pub(super) fn published(
    run: Option<(&Run, &Recipient)>,
    git: Value,
    ui: &Ui,
) -> Result<(), Failure> {
    let mut report = match run {
        Some((run, target)) => object(run, target, false),
        None => json!({ "version": 1, "dryRun": false }),
    };
    report["git"] = git;
    ui.line(format!("{report:#}"))
}

fn object(run: &Run, target: &Recipient, dry_run: bool) -> Value {
    json!({
        "version": 1,
        "dryRun": dry_run,
        "target": target.fingerprint().to_string(),
        "values": { "resealed": moved(run).values().sum::<usize>(), "current": current(run), "leftBehind": left(run) },
        "from": moved(run).into_iter().map(|(key, count)| (named(key), json!(count))).collect::<serde_json::Map<_, _>>(),
        "files": run.files.iter().map(file_json).collect::<Vec<_>>(),
    })
}

fn file_json(file: &FileReport) -> Value {
    let left = |left: &Left| json!({ "place": left.place, "secret": left.secret, "key": left.key, "reason": left.reason });
    json!({
        "path": file.path,
        "changed": file.changed,
        "reached": !file.unreached,
        "resealed": file.resealed.iter().map(|(_, count)| count).sum::<usize>(),
        "current": file.current,
        "leftBehind": file.left.iter().map(left).collect::<Vec<_>>(),
    })
}

fn say_left(left: &Left, ui: &Ui) {
    let value = match (&left.secret, &left.key) {
        (Some(title), Some(key)) => format!("key {key:?} of {title}: "),
        (Some(title), None) => format!("{title}: "),
        (None, _) => String::new(),
    };
    ui.warning(
        Text::new()
            .accent(&left.place)
            .plain(format!(": left behind: {value}{}", left.reason)),
    );
    if let Some(hint) = &left.hint {
        ui.hint(hint.as_str());
    }
}

fn keys(run: &Run, target: &Recipient, dry_run: bool) -> Table {
    let mut table = Table::with_heading(["VALUES", "SEALED FOR", "RESULT"]);
    let verb = if dry_run {
        "would be re-sealed"
    } else {
        "re-sealed"
    };
    for (key, count) in moved(run) {
        table.row([
            Text::new().plain(count.to_string()),
            Text::new().plain(named(key)),
            Text::new().good(verb),
        ]);
    }
    if current(run) > 0 {
        table.row([
            Text::new().plain(current(run).to_string()),
            Text::new().plain(target.fingerprint().to_string()),
            Text::new().dim("left alone, already the target key"),
        ]);
    }
    table
}

fn summary(run: &Run, dry_run: bool) -> Text {
    let changed = run.files.iter().filter(|file| file.changed).count();
    let values: usize = moved(run).values().sum();
    let verb = if dry_run { "would change" } else { "changed" };
    let text = match (changed, left(run) + unreached(run)) {
        (0, 0) => Text::new().good(format!(
            "nothing to do: {} already sealed for this key",
            count(current(run), "value")
        )),
        _ => Text::new().bold(format!(
            "{verb} {} in {}",
            count(values, "value"),
            count(changed, "file")
        )),
    };
    let text = match left(run) {
        0 => text,
        left => text.plain(", ").bad(format!("{left} left behind")),
    };
    match unreached(run) {
        0 => text,
        files => text
            .plain(", ")
            .bad(format!("{} not reached", count(files, "file"))),
    }
}

fn unreached(run: &Run) -> usize {
    run.files.iter().filter(|file| file.unreached).count()
}

/// How many values of written files came from which key.
fn moved(run: &Run) -> BTreeMap<Option<Fingerprint>, usize> {
    let mut sum = BTreeMap::new();
    for (key, count) in run
        .files
        .iter()
        .filter(|file| file.changed)
        .flat_map(|file| &file.resealed)
    {
        *sum.entry(*key).or_default() += count;
    }
    sum
}

/// A key as reports name it: a controller does not say which one it opened a value with.
fn named(key: Option<Fingerprint>) -> String {
    key.map_or_else(|| "not known".to_owned(), |key| key.to_string())
}

fn current(run: &Run) -> usize {
    run.files.iter().map(|file| file.current).sum()
}

fn left(run: &Run) -> usize {
    run.files.iter().map(|file| file.left.len()).sum()
}
