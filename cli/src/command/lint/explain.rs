//! `lint explain` and `lint rules`: what the rules are.

use sealsmith_lint::policy::RuleName;
use sealsmith_lint::reference::page;
use sealsmith_lint::rule::Fixable;
use sealsmith_lint::{RULES, Rule};

use crate::command::Ending;
use crate::failure::Failure;
use crate::output::word;
use crate::ui::{Table, Ui};

/// Prints the page of a rule.
pub(super) fn rule(name: &str, ui: &Ui) -> Result<Ending, Failure> {
    let rule = Rule::named(name).ok_or_else(|| unknown(name))?;
    ui.bytes(page(rule).as_bytes())?;
    Ok(Ending::Done)
}

/// Prints one line a rule.
pub(super) fn list(ui: &Ui) -> Result<Ending, Failure> {
    let mut table = Table::with_heading(["code", "rule", "severity", "fix", "objects to"]);
    for rule in RULES {
        table.row([
            rule.code,
            rule.name,
            word(rule.severity),
            fix(rule.fixable),
            rule.summary,
        ]);
    }
    ui.table(&table)?;
    Ok(Ending::Done)
}

fn fix(fixable: Fixable) -> &'static str {
    match fixable {
        Fixable::No => "-",
        Fixable::Safely => "safe",
        Fixable::Unsafely => "unsafe",
    }
}

fn unknown(name: &str) -> Failure {
    let failure = match RuleName::parse(name) {
        Err(error) => Failure::could_not(error.to_string()),
        Ok(known) => Failure::could_not(format!("{} has no page", known.as_str())),
    };
    failure.hint("every rule: sealsmith lint rules")
}
