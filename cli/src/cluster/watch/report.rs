//! What became of a commit in the cluster, for people and scripts.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::slack::Fact;
use crate::ui::{Table, Text, Ui};

/// What became of a commit in the cluster.
pub(crate) struct Report {
    /// Everything that was waited for.
    pub(crate) rows: Vec<Row>,
    /// How long that took.
    pub(crate) took: Duration,
}

/// One thing that was waited for.
pub(crate) struct Row {
    /// `Application`, `SealedSecret` or `Secret`.
    pub(crate) kind: &'static str,
    /// Its name, with its namespace where it is not Argo CD's.
    pub(crate) name: String,
    /// The file of the repository that it comes from.
    pub(crate) file: Option<String>,
    /// Whether it is as it should be.
    pub(crate) arrived: bool,
    /// How it stands.
    pub(crate) words: String,
    /// What all of its kind are when all is well.
    pub(crate) done: &'static str,
    /// What helps, when it does not stand well.
    pub(crate) cure: Option<String>,
}

impl Report {
    /// Whether everything is as it should be.
    pub(crate) fn has_arrived(&self) -> bool {
        self.rows.iter().all(|row| row.arrived)
    }

    /// Prints a line for each kind, one for everything that did not arrive, and what helps.
    pub(crate) fn print(&self, ui: &Ui) -> Result<(), Failure> {
        let mut table = Table::new();
        for kind in ["Application", "SealedSecret", "Secret"] {
            let rows: Vec<_> = self.rows.iter().filter(|row| row.kind == kind).collect();
            if rows.is_empty() {
                continue;
            }
            let arrived = rows.iter().filter(|row| row.arrived).count();
            let done = rows.first().map_or("", |row| row.done);
            table.row([
                mark(arrived == rows.len()),
                Text::new().plain(format!("{kind}s")),
                Text::new().plain(format!("{arrived} of {} {done}", rows.len())),
            ]);
            for row in rows.into_iter().filter(|row| !row.arrived) {
                table.row([
                    Text::new().plain(""),
                    Text::new().accent(&row.name),
                    Text::new().plain(&row.words),
                ]);
            }
        }
        ui.table(&table)?;
        let cures: BTreeSet<_> = self
            .rows
            .iter()
            .filter(|row| !row.arrived)
            .filter_map(|row| row.cure.as_ref())
            .collect();
        cures.into_iter().for_each(|cure| ui.hint(cure));
        Ok(())
    }

    /// How each Application stands, for people who are told of it.
    pub(crate) fn applications(&self) -> impl Iterator<Item = Fact> {
        let rows = self.rows.iter().filter(|row| row.kind == "Application");
        rows.map(|row| Fact::Application(row.name.clone(), row.words.clone()))
    }

    /// The same for scripts.
    pub(crate) fn as_json(&self) -> Value {
        let rows = self.rows.iter().map(|row| {
            json!({"kind": row.kind, "name": row.name, "file": row.file, "arrived": row.arrived,
                "state": row.words, "cure": row.cure})
        });
        json!({"arrived": self.has_arrived(), "seconds": self.took.as_secs(), "objects": rows.collect::<Vec<_>>()})
    }
}

fn mark(good: bool) -> Text {
    match good {
        true => Text::new().good("ok"),
        false => Text::new().bad("missing"),
    }
}
