//! `sealsmith doctor`: the known troubles of an environment, each recognised from evidence and with its cure.

mod keys;
mod pods;

use sealsmith_lint::policy::Duration;

use super::Ending;
use super::check::ending;
use super::check::point::{self, Outcome, Point};
use crate::aws::rotation::{Look, look};
use crate::controller::Flags;
use crate::env::Env;
use crate::failure::{Failure, Kind};
use crate::journal::Summary;
use crate::operation::{Arrival, Desk, Surroundings};
use crate::output::Format;
use crate::ui::Ui;

const OPERATIONS: &str = "operations";

const EXAMPLES: &str = "\
Examples:
  sealsmith doctor dev
  sealsmith doctor prod --fix
  sealsmith doctor prod --format json";

/// Find the known troubles of an environment's access key, and say what helps
///
/// Looks for operations that are half done, two keys in use, a key that is too old, Secrets that hold another key than
/// the repository or one that AWS refuses, and pods that still have a key from before. --fix restarts what uses
/// such a Secret; everything else is said with the command that helps. Exit 1 when there is a trouble.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Environment of sealsmith.yaml
    #[arg(value_name = "ENV")]
    environment: String,

    /// Cure what is safe to cure: restart the workloads whose pods have a Secret from before
    #[arg(long)]
    fix: bool,

    /// How long to wait for what is restarted, such as 5m [default: argocd.timeout of the environment]
    #[arg(long, value_name = "TIME", value_parser = Duration::parse, requires = "fix")]
    timeout: Option<Duration>,

    /// Profile of the AWS configuration, instead of aws.profile
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// URL of another AWS endpoint, as for tests
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,

    #[command(flatten)]
    controller: Flags,

    /// Do not ask before restarting in a protected environment such as prod
    #[arg(short = 'y', long)]
    yes: bool,

    /// Report as text or as JSON
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

/// Runs the command.
pub(crate) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    refuse_unknown(&args.environment, env)?;
    let arrival = Arrival {
        timeout: args.timeout,
        ..Arrival::default()
    };
    let flags = (&arrival, &args.controller);
    let desk = Desk {
        quiet: args.format == Format::Json,
        ..Desk::at("doctor", &args.environment, flags, env, ui)?
    };
    let mut points = vec![operations(&desk)?];
    let Some(surroundings) = Surroundings::of(&desk)? else {
        points.extend(
            [keys::NAMES, pods::NAMES].concat().into_iter().map(|name| {
                Point::skipped(name, "the controller is not reached through a cluster")
            }),
        );
        return report(args, &points, ui);
    };
    let (profile, endpoint) = (args.profile.as_deref(), args.endpoint_url.as_deref());
    match look(&desk, &surroundings, profile, endpoint) {
        Ok(Some(found)) => points.extend(of_key(args, &desk, &surroundings, &found)?),
        Ok(None) => {
            let says = format!("environments.{}.aws is not set", args.environment);
            points.extend(
                [keys::NAMES, pods::NAMES]
                    .concat()
                    .into_iter()
                    .map(|name| Point::skipped(name, &*says)),
            );
        }
        // Who cannot ask AWS learns everything else.
        Err(failure) if failure.kind() != Kind::ReaderGone => {
            points.push(unknown(keys::NAMES[0], &failure));
        }
        Err(failure) => return Err(failure),
    }
    report(args, &points, ui)
}

fn of_key(
    args: &Args,
    desk: &Desk<'_>,
    surroundings: &Surroundings<'_>,
    found: &Look,
) -> Result<Vec<Point>, Failure> {
    let mut points = keys::points(found, &args.environment);
    let cluster = &surroundings.cluster;
    points.push(cluster.run(pods::applied(&cluster.api(), &found.expected))?);
    points.push(pods::behind(args, desk, surroundings, &found.expected)?);
    Ok(points)
}

fn report(args: &Args, points: &[Point], ui: &Ui) -> Result<Ending, Failure> {
    match args.format {
        Format::Human => point::print(points, ui)?,
        Format::Json => ui.line(format!("{:#}", point::as_json(&args.environment, points)))?,
    }
    ending(points)
}

/// Nothing is half done on this machine.
fn operations(desk: &Desk<'_>) -> Result<Point, Failure> {
    let unfinished = desk.state.unfinished()?;
    let own: Vec<&Summary> = unfinished
        .iter()
        .filter(|found| found.environment == desk.environment)
        .collect();
    let Some(first) = own.first() else {
        return Ok(Point::pass(OPERATIONS, "nothing is half done here"));
    };
    let details = own.iter().map(|found| {
        format!(
            "{} since {}, last step \"{}\"",
            found.operation, found.started, found.step
        )
    });
    let cure = format!(
        "go on with {} --resume, or undo it with --abort",
        first.command()
    );
    Ok(Point::fail(OPERATIONS, "an operation is half done")
        .details(details.collect())
        .hint(cure))
}

fn unknown(name: &'static str, failure: &Failure) -> Point {
    Point::unknown(name, failure.message())
        .details(failure.causes().to_vec())
        .hint(failure.hints().join("; "))
}

fn refuse_unknown(name: &str, env: &Env) -> Result<(), Failure> {
    let policy = env.workspace()?.policy();
    if policy.is_some_and(|policy| policy.environment(name).is_some()) {
        return Ok(());
    }
    let names = policy.map(|policy| policy.environments.names().collect::<Vec<_>>());
    let failure = Failure::could_not(format!("sealsmith.yaml has no environment {name}"));
    Err(match names {
        Some(names) => failure.hint(format!("it has: {}", names.join(", "))),
        None => failure.hint("sealsmith init makes one"),
    })
}

/// Whether a point says that there is a trouble.
fn is_trouble(point: &Point) -> bool {
    point.outcome == Outcome::Fail
}
