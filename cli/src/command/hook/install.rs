//! Putting the hooks in place.

use std::path::{Path, PathBuf};

use super::Run;
use super::manager::Manager;
use super::script::Hook;
use super::site::{Content, Site, is_there};
use crate::command::Ending;
use crate::env::Env;
use crate::env::files::{self, Access};
use crate::env::git::Owner;
use crate::failure::Failure;
use crate::ui::{Text, Ui, shown};

/// Whether hooks go also where they may be in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Force {
    /// No.
    No,
    /// Beside a manager, and into a folder of several repositories.
    Anywhere,
}

/// What becomes of one hook.
struct Step {
    kind: Kind,
    file: PathBuf,
    before: PathBuf,
    script: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It is in place.
    Keep,
    /// It is written, or written anew.
    Write,
    /// The hook that is there makes room, and is run by ours.
    Chain,
}

/// Runs `hook install`.
pub(super) fn run(env: &Env, force: Force, run: Run, ui: &Ui) -> Result<Ending, Failure> {
    let site = Site::find(env)?;
    if force == Force::No {
        site.refuse_elsewhere()?;
        if let Some((manager, evidence)) = Manager::find(&site) {
            return Err(manager.refusal(&evidence));
        }
    }
    let program = program(env, &site);
    let steps = Hook::ALL.iter();
    let steps = steps.map(|hook| plan(&site, *hook, program.as_deref()));
    // All of them first, so that a hook in the way of the second leaves the first unwritten.
    let steps: Vec<Step> = steps.collect::<Result<_, _>>()?;
    if run == Run::Real {
        files::make_folder(&site.folder.path)?;
    }
    for step in &steps {
        if run == Run::Real {
            step.take()?;
        }
        ui.line(step.told(run))?;
    }
    if site.folder.owner == Owner::WorkTree {
        ui.note(
            "core.hooksPath is inside of the work tree: commit the hooks, and everyone has them",
        );
    }
    Ok(run.ending(steps.iter().any(|step| step.kind != Kind::Keep)))
}

/// The path to fall back on. Files that others share must not name a path of this machine.
fn program(env: &Env, site: &Site) -> Option<PathBuf> {
    match site.folder.owner {
        Owner::Repository | Owner::Elsewhere => env.program(),
        Owner::WorkTree => None,
    }
}

fn plan(site: &Site, hook: Hook, program: Option<&Path>) -> Result<Step, Failure> {
    let (file, before) = (site.file(hook), site.before(hook));
    let script = hook.script(program);
    let kind = match site.content(hook)? {
        Content::Ours(text) if text == script => Kind::Keep,
        Content::Ours(_) | Content::Nothing => Kind::Write,
        Content::Other if is_there(&before) => return Err(both(&file, &before)),
        Content::Other => Kind::Chain,
    };
    Ok(Step {
        kind,
        file,
        before,
        script,
    })
}

fn both(file: &Path, before: &Path) -> Failure {
    let (file, before) = (shown(file), shown(before));
    Failure::could_not(format!(
        "{file} is not sealsmith's, and {before} is there already"
    ))
    .cause("the one would have to take the place of the other")
    .hint(format!(
        "make one hook of the two, keep it as {file}, and remove {before}"
    ))
}

impl Step {
    fn take(&self) -> Result<(), Failure> {
        match self.kind {
            Kind::Keep => return Ok(()),
            // When this is where a run is cut off, the next one finds no hook and writes ours, which
            // runs the one that was moved away.
            Kind::Chain => files::rename(&self.file, &self.before)?,
            Kind::Write => {}
        }
        files::replace(&self.file, &self.script, Access::Program)
    }

    fn told(&self, run: Run) -> Text {
        let file = shown(&self.file);
        if self.kind == Kind::Keep {
            return Text::new().plain(format!("{file} is in place already"));
        }
        let verb = match run {
            Run::Real => "installed ",
            Run::Dry => "would install ",
        };
        let before = shown(&self.before);
        let chained = match self.kind == Kind::Chain || is_there(&self.before) {
            true => format!("; what was there runs first, as {before}"),
            false => String::new(),
        };
        Text::new().good(verb).plain(file).dim(chained)
    }
}
