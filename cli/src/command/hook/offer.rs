//! The hooks as a question, at the end of another command.

use super::Run;
use super::install::{self, Force};
use super::script::Hook;
use super::site::{Content, Site};
use crate::env::Env;
use crate::failure::Failure;
use crate::ui::Ui;

/// Whether the hooks are in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hooks {
    /// They are.
    Installed,
    /// Not all of them.
    Missing,
}

/// Asks whether to install the hooks, and does it.
///
/// What stands in the way is told and no failure, for the command has done its own work already.
pub(crate) fn offer(env: &Env, ui: &Ui) -> Result<Hooks, Failure> {
    let Ok(site) = Site::find(env) else {
        return Ok(Hooks::Missing);
    };
    let ours = |hook: &Hook| matches!(site.content(*hook), Ok(Content::Ours(_)));
    if Hook::ALL.iter().all(ours) {
        return Ok(Hooks::Installed);
    }
    // Without a terminal nobody said yes.
    let agreed = ui.confirm("Check every commit from now on, by git hooks?");
    if !agreed.unwrap_or(false) {
        return Ok(Hooks::Missing);
    }
    match install::run(env, Force::No, Run::Real, ui) {
        Ok(_) => Ok(Hooks::Installed),
        Err(failure) => {
            ui.warning(failure.message());
            failure.hints().iter().for_each(|hint| ui.hint(hint));
            Ok(Hooks::Missing)
        }
    }
}
