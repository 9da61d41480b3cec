//! `sealsmith init`: a first `sealsmith.yaml` from what a repository holds.

mod gather;
mod questions;

use sealsmith_lint::policy::{FILE, Rotation};
use sealsmith_lint::survey::{Proposal, survey};

use super::Ending;
use super::hook::{self, Hooks};
use crate::env::{Env, Workspace, files};
use crate::failure::Failure;
use crate::ui::{Table, Text, Ui, shown};

/// Write a first sealsmith.yaml from what this repository holds
///
/// Looks at every SealedSecret and certificate, proposes layout, environments and a class for each
/// secret, asks about what is a guess, and writes the file. Whatever is not clearly safe becomes
/// `manual`: changed by a person alone. An existing sealsmith.yaml is never overwritten.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Take every guess as it is, and ask nothing
    #[arg(short = 'y', long)]
    yes: bool,

    /// Print the file instead of writing it; exit 1, since there is something to do
    #[arg(long)]
    dry_run: bool,
}

const EXAMPLES: &str = "Examples:
  sealsmith init --dry-run
  sealsmith init && sealsmith lint";

/// Runs the command.
pub(crate) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    let root = Workspace::root_of(env.cwd())?;
    let target = root.join(FILE);
    if target.symlink_metadata().is_ok() {
        return Err(Failure::could_not(format!(
            "{} exists, and is not overwritten",
            shown(&target)
        ))
        .hint("`sealsmith policy check` says what it asks for, `sealsmith lint` what breaks it"));
    }
    let found = gather::gather(&root, ui)?;
    let proposal = survey(&found.sightings, &found.certificates);
    let mut proposal = proposal.map_err(|error| nothing_to_propose(error, env))?;
    proposal.base = gather::base(&root);
    if args.dry_run {
        ui.bytes(text(&proposal)?.as_bytes())?;
        return Ok(Ending::No);
    }
    show(&proposal, ui)?;
    if !args.yes {
        questions::ask(&mut proposal, ui)?;
    }
    files::write_new(&target, text(&proposal)?.as_bytes())?;
    ui.line(Text::new().good("wrote ").plain(FILE))?;
    ui.line("")?;
    let hooks = match args.yes {
        true => Hooks::Missing,
        false => hook::offer(env, ui)?,
    };
    next_steps(&proposal, hooks, ui)?;
    Ok(Ending::Done)
}

/// The file's text, proven to be a policy.
fn text(proposal: &Proposal) -> Result<String, Failure> {
    proposal.policy().map_err(|error| {
        Failure::could_not(format!("the proposed {FILE} would be wrong"))
            .because(error)
            .hint("please report this, with the names of your folders")
    })?;
    Ok(proposal.to_yaml())
}

fn nothing_to_propose(error: sealsmith_lint::survey::Error, env: &Env) -> Failure {
    Failure::could_not(format!("cannot propose a {FILE} for {}", shown(env.cwd())))
        .because(error)
        .hint("`sealsmith demo DIR` makes a repository with one; `sealsmith policy schema` describes every field")
}

fn show(proposal: &Proposal, ui: &Ui) -> Result<(), Failure> {
    for pattern in &proposal.allow {
        ui.line(Text::new().plain("sealed secrets live in ").accent(pattern))?;
    }
    ui.line("")?;
    let mut environments = Table::with_heading(["environment", "secrets", "certificate"]);
    for one in &proposal.environments {
        let certificate = one
            .certificate
            .as_ref()
            .map_or("none found", |(path, _)| path);
        environments.row([
            one.name.clone(),
            one.count.to_string(),
            certificate.to_owned(),
        ]);
    }
    ui.table(&environments)?;
    ui.line("")?;
    let mut secrets = Table::with_heading(["secret", "count", "class", "because"]);
    for one in &proposal.secrets {
        let class = class(one.rotation).to_owned();
        secrets.row([
            one.name.clone(),
            one.count.to_string(),
            class,
            one.evidence.clone(),
        ]);
    }
    ui.table(&secrets)?;
    ui.line("")
}

fn class(rotation: Rotation) -> &'static str {
    match rotation {
        Rotation::Automated => "automated",
        Rotation::Manual => "manual",
    }
}

fn next_steps(proposal: &Proposal, hooks: Hooks, ui: &Ui) -> Result<(), Failure> {
    ui.line("next:")?;
    for one in proposal
        .environments
        .iter()
        .filter(|one| one.certificate.is_none())
    {
        let name = &one.name;
        ui.line(format!("  sealsmith cert pin {name} --cert FILE  # the controller's certificate, after `sealsmith cert fetch`"))?;
    }
    ui.line("  sealsmith lint          # what the repository breaks now")?;
    if hooks == Hooks::Missing {
        ui.line("  sealsmith hook install  # so that the next commit breaks nothing")?;
    }
    ui.line("  echo 'sealsmith.lock merge=union' >> .gitattributes  # branches that both seal merge by themselves")
}
