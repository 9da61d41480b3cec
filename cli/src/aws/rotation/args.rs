//! The flags of `sealsmith rotate aws`.

use sealsmith_lint::policy::Duration;

use super::choice::GivenUp;
use crate::aws::AccessKeyId;
use crate::controller::Flags;
use crate::operation::Arrival;
use crate::output::Format;

/// Give an environment's applications a new AWS access key, and retire the old one
///
/// Makes a new key for the IAM user of `environments.<env>.aws`, keeps a copy, proves that it works, seals it into every
/// application, commits, pushes, waits until each Secret holds it and each consumer has it, and only then makes
/// the old key inactive and deletes it. Nothing is deactivated without the check that shows it may be, and
/// nothing is deleted that was not inactive without harm.
///
/// It can be killed at any instant and resumed, and undone until the old key is deleted.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Environment of sealsmith.yaml
    #[arg(value_name = "ENV")]
    pub(super) environment: String,

    /// Show the plan, and change nothing; exit 1, for there is something to do
    #[arg(long, num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true", hide_default_value = true, hide_possible_values = true, value_parser = clap::builder::FalseyValueParser::new(), env = "DRY_RUN")]
    pub(super) dry_run: bool,

    /// Go on with a rotation that was stopped halfway
    #[arg(long, conflicts_with_all = ["abort", "dry_run"])]
    pub(super) resume: bool,

    /// Undo a rotation that was stopped halfway, which works until the old key is deleted
    #[arg(long, conflicts_with = "dry_run")]
    pub(super) abort: bool,

    /// Retire the old key of a rotation whose waiting time is over; the same as --resume
    #[arg(long, conflicts_with_all = ["abort", "resume", "dry_run"])]
    pub(super) finish: bool,

    /// How long the old key lives on after every consumer has the new one, such as 4h; instead of aws.grace
    #[arg(long, value_name = "TIME", value_parser = Duration::parse, conflicts_with_all = ["abort", "resume", "finish"])]
    pub(super) grace: Option<Duration>,

    /// How long the old key stays inactive before it is deleted; instead of aws.soak
    #[arg(long, value_name = "TIME", value_parser = Duration::parse, conflicts_with_all = ["abort", "resume", "finish"])]
    pub(super) soak: Option<Duration>,

    /// Delete this inactive key first, where the user has two
    #[arg(long, value_name = "KEY_ID", value_parser = AccessKeyId::parse, conflicts_with_all = ["abort", "resume", "finish"])]
    replace_inactive: Option<AccessKeyId>,

    /// Delete this active key first, where the user has two and nobody used it for as long as the grace
    #[arg(long, value_name = "KEY_ID", value_parser = AccessKeyId::parse, conflicts_with_all = ["replace_inactive", "abort", "resume", "finish"])]
    replace_unused: Option<AccessKeyId>,

    /// Profile of the AWS configuration whose credentials do it, instead of aws.profile
    #[arg(long, value_name = "NAME")]
    pub(super) profile: Option<String>,

    /// URL of another AWS endpoint, as for tests
    #[arg(long, value_name = "URL")]
    pub(super) endpoint_url: Option<String>,

    /// Print the IAM policy that the operator needs, and do nothing
    #[arg(long)]
    pub(super) print_iam_policy: bool,

    #[command(flatten)]
    pub(super) arrival: Arrival,

    #[command(flatten)]
    pub(super) controller: Flags,

    /// Do not ask before changing a protected environment such as prod
    #[arg(short = 'y', long)]
    pub(super) yes: bool,

    /// Report as text or as JSON
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: Format,
}

const EXAMPLES: &str = "Examples:
  sealsmith rotate aws dev --dry-run
  sealsmith rotate aws prod --rollout-restart
  sealsmith rotate aws prod --finish
  sealsmith rotate aws dev --resume
  sealsmith rotate aws dev --abort
  sealsmith rotate aws dev --print-iam-policy";

impl Args {
    /// The key that was given up to make room.
    pub(super) fn given_up(&self) -> GivenUp {
        match (&self.replace_inactive, &self.replace_unused) {
            (Some(id), _) => GivenUp::Inactive(id.clone()),
            (None, Some(id)) => GivenUp::Unused(id.clone()),
            (None, None) => GivenUp::Nothing,
        }
    }
}
