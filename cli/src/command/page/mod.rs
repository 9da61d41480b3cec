//! `sealsmith page`: the offline page, for one file that a developer opens and seals with.

mod bake;
mod inventory;
mod template;
mod verify;

use std::path::{Path, PathBuf};

use super::Ending;
use crate::env::{Env, files};
use crate::failure::Failure;
use crate::ui::{Ui, shown};

/// Write the offline page: one HTML file that seals in the browser
///
/// It is opened from disk and needs no network. With --env the page knows those environments: their certificates, and from sealsmith.yaml and the
/// repository the names, namespaces and keys of their secrets. It never holds a value. Nothing can
/// leave the page: its policy forbids every request, and it runs in a sandbox of its own.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Environment of sealsmith.yaml to bake in; may be given several times
    #[arg(long, value_name = "ENV", conflicts_with = "verify")]
    env: Vec<String>,

    /// Where to write the page; `-` is standard output
    #[arg(short, long, value_name = "FILE", required_unless_present = "verify")]
    output: Option<PathBuf>,

    /// Replace a file that is no page of Sealsmith
    #[arg(long, conflicts_with = "verify")]
    force: bool,

    /// Check that a file is the page of this version, and list what is baked in; exit 1 when it is not
    #[arg(long, value_name = "FILE", conflicts_with = "output")]
    verify: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  sealsmith page -o sealsmith.html
  sealsmith page --env dev --env prod -o seal-for-us.html
  sealsmith page --verify seal-for-us.html";

/// Runs the command.
pub(crate) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    if let Some(file) = &args.verify {
        return verify::run(&env.cwd().join(file), env, ui);
    }
    let output = args.output.as_deref().unwrap_or(Path::new("-"));
    let page = template::fill(&bake::json(&args.env, env, ui)?);
    if output == Path::new("-") {
        ui.bytes(page.as_bytes())?;
        return Ok(Ending::Done);
    }
    write(&env.cwd().join(output), &page, args.force)?;
    ui.line(format!("wrote {}", shown(output)))?;
    verify::list(&page, env, ui)?;
    Ok(Ending::Done)
}

fn write(path: &Path, page: &str, force: bool) -> Result<(), Failure> {
    if path.exists() && !force && !is_page(path)? {
        return Err(Failure::could_not(format!(
            "{} exists and is no page of Sealsmith",
            shown(path)
        ))
        .hint("choose another name, or pass --force to replace it"));
    }
    files::replace(path, page.as_bytes(), files::Access::Public)
}

/// An older page, or one with other environments, may be replaced.
fn is_page(path: &Path) -> Result<bool, Failure> {
    let found = files::read(path, files::LIMIT)?;
    Ok(std::str::from_utf8(&found).is_ok_and(|text| template::baked_into(text).is_some()))
}
