//! `sealsmith lint`: the rules of the repository, on the work tree, the index or commits.

mod amending;
mod arguments;
mod change;
mod commits;
mod counterparts;
mod ending;
mod explain;
mod fixing;
mod job;
mod overlay;
mod scope;
mod settings;
mod staged;
mod standard_input;
mod work_tree;

use std::path::PathBuf;

use arguments::{FailOn, Operation, Shard};
use job::Job;

use super::Ending;
use crate::env::Env;
use crate::failure::Failure;
use crate::output::FindingsFormat;
use crate::ui::Ui;

/// Check the repository's sealed secrets, and that nothing else in it is a secret
///
/// Without a flag the work tree is checked: what git tracks, and what lies untracked beside sealed
/// secrets. Nothing needs a cluster or a private key. The policy comes from the same place as the
/// files: the index with --staged, the commit with --rev.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, after_long_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,

    /// Report only on these files and folders
    #[arg(value_name = "PATH", conflicts_with_all = ["staged", "range", "stdin_path"])]
    paths: Vec<PathBuf>,

    /// Check what the commit in progress would change, as a hook does
    #[arg(long, group = "target")]
    staged: bool,

    /// The message of the commit in progress, for the commit-msg hook
    #[arg(long, value_name = "FILE", requires = "staged")]
    message: Option<PathBuf>,

    /// Check the files of a commit
    #[arg(long, value_name = "REV", group = "target")]
    rev: Option<String>,

    /// Check the files of B, and every commit that it has and A has not
    #[arg(long, value_name = "A..B", group = "target")]
    range: Option<String>,

    /// Check standard input as if it were this file
    #[arg(long, value_name = "PATH", group = "target")]
    stdin_path: Option<PathBuf>,

    /// Check as well that the work tree is safe to rewrite
    #[arg(long, value_enum, value_name = "OPERATION", conflicts_with = "target")]
    guard: Option<Operation>,

    /// Judge by the policy and the baseline of this commit
    #[arg(long, value_name = "REV")]
    policy_from: Option<String>,

    /// Exit with 1 for findings of this severity or above
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    fail_on: FailOn,

    /// Exit with 0 whatever is found
    #[arg(long)]
    exit_zero: bool,

    /// Put right what can be put right without a change of meaning
    #[arg(long, conflicts_with = "target")]
    fix: bool,

    /// With --fix, put right what a person should look at as well
    #[arg(long, requires = "fix")]
    r#unsafe: bool,

    /// With --fix, only show what would change; exit 1 when something would
    #[arg(long, requires = "fix")]
    diff: bool,

    /// Accept every finding of today, in .sealsmith-baseline
    #[arg(long, conflicts_with_all = ["target", "fix", "paths", "shard"])]
    write_baseline: bool,

    /// Report on one part of the files only, to share the work: 1/4, 2/4, …
    #[arg(long, value_name = "I/N", conflicts_with_all = ["paths", "staged", "stdin_path", "fix"])]
    shard: Option<Shard>,

    /// How findings are written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: FindingsFormat,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Say what a rule objects to, why, and how to put it right
    Explain {
        /// The rule
        #[arg(value_name = "RULE")]
        rule: String,
    },
    /// List every rule
    Rules,
}

const EXAMPLES: &str = "Examples:
  sealsmith lint
  sealsmith lint --staged
  sealsmith lint --range origin/main..HEAD --policy-from origin/main --format sarif
  sealsmith lint --fix --diff envs/dev
  sealsmith lint explain sync-wave";

/// Runs the command.
pub(crate) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    match &args.action {
        Some(Action::Explain { rule }) => return explain::rule(rule, ui),
        Some(Action::Rules) => return explain::list(ui),
        None => {}
    }
    let git = env.git()?;
    let job = Job {
        args,
        env,
        ui,
        git: git.as_ref(),
    };
    match args {
        Args { staged: true, .. } => staged::run(&job),
        Args { rev: Some(rev), .. } => commits::revision(&job, rev),
        Args {
            range: Some(range), ..
        } => commits::range(&job, range),
        Args {
            stdin_path: Some(path),
            ..
        } => standard_input::run(&job, path),
        _ => work_tree::run(&job),
    }
}
