//! `sealsmith lint`: the rules of the repository, on the work tree, the index or commits.

mod settings;
mod work_tree;

use sealsmith_lint::Report;
use sealsmith_lint::policy::Severity;

use super::Ending;
use crate::env::Env;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::ui::Ui;

/// Check the repository's sealed secrets, and that nothing else in it is a secret
///
/// Without a flag the work tree is checked: what git tracks, and what lies untracked beside sealed
/// secrets. Nothing needs a cluster or a private key.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Report only on these files and folders
    #[arg(value_name = "PATH")]
    paths: Vec<std::path::PathBuf>,

    /// Exit with 1 for findings of this severity or above
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    fail_on: FailOn,

    /// How findings are written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

/// The least severity that fails a run.
#[derive(Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    /// Only errors
    #[default]
    Error,
    /// Warnings too
    Warning,
    /// Everything
    Info,
}

/// Runs the command.
pub(crate) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    let git = env.git()?;
    work_tree::run(args, git.as_ref(), env, ui)
}

impl Args {
    fn finish(
        &self,
        report: &Report,
        tree: &dyn crate::env::git::tree::Tree,
        ui: &Ui,
    ) -> Result<Ending, Failure> {
        output::write(report, tree, self.format, ui)?;
        let checked = report.checked;
        ui.status(format!(
            "checked {} files, {} sealed values",
            checked.files, checked.values
        ));
        let least = match self.fail_on {
            FailOn::Error => Severity::Error,
            FailOn::Warning => Severity::Warning,
            FailOn::Info => Severity::Info,
        };
        let fails = report
            .findings
            .iter()
            .any(|finding| finding.severity >= least);
        Ok(if fails { Ending::No } else { Ending::Done })
    }
}
