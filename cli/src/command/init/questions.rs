//! Asks a person about what is only a guess.

use sealsmith_lint::policy::{Reason, Rotation};
use sealsmith_lint::survey::{Proposal, ProposedSecret};

use super::class;
use crate::failure::Failure;
use crate::ui::{Text, Ui};

/// Goes through the classes of secrets; an empty answer keeps the guess.
pub(super) fn ask(proposal: &mut Proposal, ui: &Ui) -> Result<(), Failure> {
    ui.line("For each secret: Enter keeps the guess, m makes it manual, a automated, then why.")?;
    for secret in &mut proposal.secrets {
        confirm(secret, ui)?;
    }
    ui.line("")
}

fn confirm(secret: &mut ProposedSecret, ui: &Ui) -> Result<(), Failure> {
    ui.line(
        Text::new()
            .accent(&secret.name)
            .plain(format!(" is {}: ", class(secret.rotation)))
            .dim(&secret.reason),
    )?;
    let chosen = loop {
        match ui.ask("  keep, m or a?")?.trim() {
            "" | "k" | "keep" => return Ok(()),
            "m" | "manual" => break Rotation::Manual,
            "a" | "automated" => break Rotation::Automated,
            _ => ui.line("  please answer with Enter, m or a")?,
        }
    };
    secret.rotation = chosen;
    loop {
        let reason = ui.ask("  why?")?;
        match Reason::parse(reason.trim()) {
            Ok(_) => {
                reason.trim().clone_into(&mut secret.reason);
                return Ok(());
            }
            Err(error) => ui.line(format!("  {error}"))?,
        }
    }
}
