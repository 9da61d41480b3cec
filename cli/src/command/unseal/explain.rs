//! `unseal --explain`: which key opens each value, and for which place it was sealed.

use std::collections::BTreeSet;

use sealsmith_core::manifest::sealed_secret::{SealedSecret, sealed_secrets};
use serde_json::json;

use super::super::Ending;
use super::super::seal::{Format, Input};
use crate::failure::Failure;
use crate::manifest_file::{place, unreadable};
use crate::opening::{Opener, Opening};
use crate::ui::{Table, Text, Ui};

pub(super) fn run(
    format: Option<Format>,
    inputs: &[Input],
    opener: Opener<'_>,
    ui: &Ui,
) -> Result<Ending, Failure> {
    let mut rows = Vec::new();
    for input in inputs {
        for sealed in
            sealed_secrets(&input.stream).map_err(|error| unreadable(&input.name, &error))?
        {
            let openings = opener
                .open(sealed)
                .map_err(|error| unreadable(&input.name, &error))?;
            rows.extend(openings.into_iter().map(|opening| Row {
                place: place(&input.name, opening.position),
                title: sealed.title(),
                sealed,
                opening,
            }));
        }
    }
    if rows.is_empty() {
        return Err(Failure::could_not("there is no sealed value to explain"));
    }
    match format {
        Some(Format::Json) => ui.line(format!(
            "{:#}",
            json!(rows.iter().map(Row::json).collect::<Vec<_>>())
        ))?,
        Some(Format::Yaml) | None => ui.table(&table(&rows))?,
    }
    let hints: BTreeSet<_> = rows.iter().filter_map(Row::hint).collect();
    hints.into_iter().for_each(|hint| ui.hint(hint));
    let all_open = rows.iter().all(|row| row.opening.result.is_ok());
    Ok(if all_open { Ending::Done } else { Ending::No })
}

struct Row<'a> {
    place: String,
    title: String,
    sealed: SealedSecret<'a>,
    opening: Opening,
}

impl Row<'_> {
    fn hint(&self) -> Option<&str> {
        self.opening.result.as_ref().err()?.hint.as_deref()
    }

    fn json(&self) -> serde_json::Value {
        let (opens, key, reason, sealed_for) = match &self.opening.result {
            Ok((_, key)) => (true, Some(key.to_string()), None, None),
            Err(closed) => (
                false,
                closed.fingerprint.map(|key| key.to_string()),
                Some(&closed.reason),
                closed.sealed_for.as_ref(),
            ),
        };
        let sealed_for = sealed_for.map(|place| json!({ "scope": place.scope.as_str(), "namespace": place.namespace, "name": place.name }));
        json!({ "place": self.place, "secret": self.title, "scope": self.sealed.scope().as_str(), "key": self.opening.key,
            "opens": opens, "fingerprint": key, "reason": reason, "sealedFor": sealed_for })
    }
}

fn table(rows: &[Row<'_>]) -> Table {
    let mut table = Table::with_heading(["PLACE", "SECRET", "KEY", "SEALED FOR KEY", "RESULT"]);
    for row in rows {
        let (fingerprint, verdict) = match &row.opening.result {
            Ok((_, key)) => (
                key.to_string(),
                Text::new().good(format!("opens ({})", row.sealed.scope())),
            ),
            Err(closed) => (
                closed
                    .fingerprint
                    .map_or_else(|| "?".to_owned(), |key| key.to_string()),
                Text::new().bad(&closed.reason),
            ),
        };
        table.row([
            Text::new().accent(&row.place),
            Text::new().plain(&row.title),
            Text::new().plain(&row.opening.key),
            Text::new().plain(fingerprint),
            verdict,
        ]);
    }
    table
}
