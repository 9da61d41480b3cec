//! Taking the hooks away again.

use std::path::PathBuf;

use super::Run;
use super::script::Hook;
use super::site::{Content, Site, is_there};
use crate::command::Ending;
use crate::env::{Env, files};
use crate::failure::Failure;
use crate::ui::{Text, Ui, shown};

/// What becomes of one hook.
struct Step {
    kind: Kind,
    file: PathBuf,
    before: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// There is none of ours.
    Nothing,
    /// Ours goes.
    Remove,
    /// Ours goes, and what was there before comes back.
    Restore,
    /// Someone else's has taken the place of ours, and what was there before waits beside it.
    Replaced,
}

/// Runs `hook uninstall`.
pub(super) fn run(env: &Env, run: Run, ui: &Ui) -> Result<Ending, Failure> {
    let site = Site::find(env)?;
    let steps = Hook::ALL.iter().map(|hook| plan(&site, *hook));
    let steps: Vec<Step> = steps.collect::<Result<_, _>>()?;
    for step in &steps {
        if run == Run::Real {
            step.take()?;
        }
        step.tell(run, ui)?;
    }
    let changes = |step: &Step| matches!(step.kind, Kind::Remove | Kind::Restore);
    Ok(run.ending(steps.iter().any(changes)))
}

fn plan(site: &Site, hook: Hook) -> Result<Step, Failure> {
    let (file, before) = (site.file(hook), site.before(hook));
    let kind = match (site.content(hook)?, is_there(&before)) {
        // Without ours, an install or uninstall was cut off halfway.
        (Content::Ours(_) | Content::Nothing, true) => Kind::Restore,
        (Content::Ours(_), false) => Kind::Remove,
        (Content::Other, true) => Kind::Replaced,
        (Content::Nothing | Content::Other, false) => Kind::Nothing,
    };
    Ok(Step { kind, file, before })
}

impl Step {
    fn take(&self) -> Result<(), Failure> {
        match self.kind {
            Kind::Restore => files::rename(&self.before, &self.file),
            Kind::Remove => files::remove(&self.file),
            Kind::Nothing | Kind::Replaced => Ok(()),
        }
    }

    fn tell(&self, run: Run, ui: &Ui) -> Result<(), Failure> {
        let (file, before) = (shown(&self.file), shown(&self.before));
        let (removed, restored) = match run {
            Run::Real => ("removed ", "restored "),
            Run::Dry => ("would remove ", "would restore "),
        };
        match self.kind {
            Kind::Nothing => ui.line(format!("{file} is not sealsmith's, or not there")),
            Kind::Remove => ui.line(Text::new().good(removed).plain(file)),
            Kind::Restore => {
                let from = format!(" from {before}");
                ui.line(Text::new().good(restored).plain(file).dim(from))
            }
            Kind::Replaced => {
                ui.warning(format!(
                    "{file} is no longer sealsmith's and stays; the hook before it is still in {before}"
                ));
                Ok(())
            }
        }
    }
}
