//! The report of a verification, for people and for scripts.

use std::collections::{BTreeMap, BTreeSet};

use sealsmith_core::fingerprint::Fingerprint;
use serde_json::json;

use super::{Closed, FileReport};
use crate::failure::Failure;
use crate::ui::{Table, Text, Ui, count};

pub(super) fn human(reports: &[FileReport], ui: &Ui) -> Result<(), Failure> {
    let closed = || reports.iter().flat_map(|report| &report.closed);
    for Closed { place, reason, .. } in closed() {
        ui.warning(Text::new().accent(place).plain(format!(": {reason}")));
    }
    let hints: BTreeSet<_> = closed().filter_map(|closed| closed.hint.as_ref()).collect();
    hints.into_iter().for_each(|hint| ui.hint(hint));
    let (opened, vouched) = (sum(reports, opened), sum(reports, vouched));
    let rows = opened.iter().map(|(key, count)| (count, key.to_string()));
    table(["VALUES", "SEALED FOR", "RESULT"], rows, ui)?;
    let rows = vouched.iter().map(|(title, count)| (count, title.clone()));
    table(
        ["SEALED SECRETS", "ASKED, WITH ALL THEIR VALUES", "RESULT"],
        rows,
        ui,
    )?;
    let (values, secrets): (usize, usize) = (opened.values().sum(), vouched.values().sum());
    let open = match (values, secrets) {
        (values, 0) => count(values, "value"),
        (0, secrets) => count(secrets, "SealedSecret"),
        (values, secrets) => format!(
            "{} and {}",
            count(values, "value"),
            count(secrets, "SealedSecret")
        ),
    };
    let closed = closed().count();
    let text = Text::new().bold(format!("{open} in {} open", count(reports.len(), "file")));
    ui.line(if closed == 0 {
        text
    } else {
        text.plain(", ").bad(format!(
            "{closed} do{} not",
            if closed == 1 { "es" } else { "" }
        ))
    })
}

fn table(
    heading: [&str; 3],
    rows: impl Iterator<Item = (impl ToString, String)>,
    ui: &Ui,
) -> Result<(), Failure> {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return Ok(());
    }
    let mut table = Table::with_heading(heading);
    for (count, by) in rows {
        table.row([
            Text::new().plain(count.to_string()),
            Text::new().plain(by),
            Text::new().good("open"),
        ]);
    }
    ui.table(&table)
}

pub(super) fn as_json(reports: &[FileReport]) -> serde_json::Value {
    let opened = sum(reports, opened)
        .into_iter()
        .map(|(key, count)| (key.to_string(), json!(count)))
        .collect::<serde_json::Map<_, _>>();
    let closed: Vec<_> = reports
        .iter()
        .flat_map(|report| &report.closed)
        .map(
            |closed| json!({ "place": closed.place, "reason": closed.reason, "hint": closed.hint }),
        )
        .collect();
    json!({ "version": 1, "files": reports.len(), "open": opened, "openByController": sum(reports, vouched), "closed": closed })
}

fn opened(report: &FileReport) -> &BTreeMap<Fingerprint, usize> {
    &report.opened
}

fn vouched(report: &FileReport) -> &BTreeMap<String, usize> {
    &report.vouched
}

fn sum<K: Ord + Clone>(
    reports: &[FileReport],
    part: fn(&FileReport) -> &BTreeMap<K, usize>,
) -> BTreeMap<K, usize> {
    let mut all = BTreeMap::new();
    for (key, count) in reports.iter().flat_map(part) {
        *all.entry(key.clone()).or_default() += count;
    }
    all
}
