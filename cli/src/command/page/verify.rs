//! `page --verify`: is a file the page of this version, and what is baked into it?

use std::path::Path;

use sealsmith_core::certificate::{Certificate, Validity};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::super::Ending;
use super::template::{baked_into, fill};
use crate::env::{Env, clock, files};
use crate::failure::Failure;
use crate::ui::{Table, Text, Ui, shown};

pub(super) fn run(path: &Path, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    let bytes = files::read(path, files::LIMIT)?;
    let page = std::str::from_utf8(&bytes).unwrap_or_default();
    let genuine = baked_into(page).is_some_and(|json| fill(json) == page);
    if !genuine {
        ui.line(format!("sha256 {}", sha256(&bytes)))?;
        return Err(Failure::refused(format!(
            "{} is not the page of sealsmith {}",
            shown(path),
            env!("CARGO_PKG_VERSION")
        ))
        .hint("do not type a secret into it; make a new one: sealsmith page -o FILE"));
    }
    ui.line(format!(
        "{} is the page of sealsmith {}",
        shown(path),
        env!("CARGO_PKG_VERSION")
    ))?;
    list(page, env, ui)?;
    Ok(Ending::Done)
}

/// Says what a page is: its SHA-256, and the environments in it.
pub(super) fn list(page: &str, env: &Env, ui: &Ui) -> Result<(), Failure> {
    ui.line(format!("sha256 {}", sha256(page.as_bytes())))?;
    let baked: Value =
        serde_json::from_str(baked_into(page).unwrap_or_default()).map_err(|error| {
            Failure::could_not("what is baked into the page is no JSON").because(error)
        })?;
    let environments = baked["environments"].as_array();
    let Some(environments) = environments.filter(|found| !found.is_empty()) else {
        return ui.line("no environment is baked in");
    };
    let mut table = Table::with_heading(["environment", "fingerprint", "valid until", "secrets"]);
    for environment in environments {
        let text = |field: &str| environment[field].as_str().unwrap_or_default();
        table.row([
            Text::new().plain(text("name")),
            Text::new().plain(text("fingerprint")),
            validity(text("certificate"), env.now()),
            Text::new().plain(count(&environment["secrets"])),
        ]);
    }
    ui.table(&table)
}

fn count(secrets: &Value) -> String {
    secrets.as_array().map_or(0, Vec::len).to_string()
}

/// A page lives longer than it is looked after: an expired certificate is said in red.
fn validity(pem: &str, now: i64) -> Text {
    let Ok(certificate) = Certificate::parse(pem.as_bytes()) else {
        return Text::new().bad("unreadable");
    };
    let date = clock::date(certificate.not_after());
    match certificate.validity(now) {
        Validity::Expired { .. } => Text::new().bad(format!("{date} (expired)")),
        Validity::Valid { .. } | Validity::NotYetValid { .. } => Text::new().plain(date),
    }
}

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
