//! `sealsmith status`: what is half done and what is stale, environment by environment, without cluster or keys.

use std::collections::BTreeSet;

use sealsmith_core::manifest::sealed_secret::sealed_secrets;
use sealsmith_lint::Lock;
use sealsmith_lint::lock::digest;
use serde_json::{Value, json};

use super::Ending;
use crate::certificates;
use crate::env::{Env, Site, Workspace, clock};
use crate::failure::Failure;
use crate::journal::{StateFolder, Summary};
use crate::lock_file::LockFile;
use crate::manifest_file::ManifestFile;
use crate::output::Format;
use crate::ui::{Table, Text, Ui};

/// Say which operations are half done, which values are sealed for another key than their environment's, and what is due
///
/// Needs no cluster and no key: journals are in the state folder of this machine, and sealsmith.lock
/// remembers which key each value was sealed for, and since when. A value that it does not know is counted as
/// unknown. Due is a secret that was sealed longer ago than its max-age allows; a re-seal makes it look younger than it is,
/// and `sealsmith doctor` knows the age of an access key from AWS.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Environments of sealsmith.yaml [default: all]
    #[arg(value_name = "ENV")]
    environments: Vec<String>,

    /// Report as text or as JSON
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

const EXAMPLES: &str = "Examples:
  sealsmith status
  sealsmith status prod --format json";

const DAY: i64 = 86_400;

/// What is known of an environment.
struct State {
    name: String,
    /// The fingerprint of its certificate; nothing when there is none that can be read.
    key: Option<String>,
    values: Values,
    due: Vec<Due>,
    unfinished: Vec<Summary>,
}

/// A secret that was sealed longer ago than the policy allows.
struct Due {
    /// The id of its rule under `secrets`.
    secret: String,
    /// Its file.
    path: String,
    /// When it was sealed, in seconds since 1970.
    sealed_at: i64,
    /// How old it may become, in days.
    allowed: i64,
    /// The command that changes it.
    cure: String,
}

/// How many values are for which key.
#[derive(Default)]
struct Values {
    current: usize,
    stale: usize,
    unknown: usize,
}

/// Runs the command.
pub(crate) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    let workspace = env.workspace()?;
    let unfinished = match env.git()? {
        Some(git) => StateFolder::of(env, git.common_folder())?.unfinished()?,
        None => Vec::new(),
    };
    let states = chosen(args, workspace)?
        .into_iter()
        .map(|name| State::of(name, workspace, env, &unfinished))
        .collect::<Result<Vec<_>, _>>()?;
    match args.format {
        Format::Human => human(&states, ui)?,
        Format::Json => ui.line(format!("{:#}", report(&states)))?,
    }
    Ok(Ending::Done)
}

fn chosen(args: &Args, workspace: &Workspace) -> Result<Vec<String>, Failure> {
    let Some(policy) = workspace.policy() else {
        return Err(Failure::could_not(
            "there is no sealsmith.yaml that names environments",
        ));
    };
    let known: Vec<String> = policy.environments.names().map(str::to_owned).collect();
    if args.environments.is_empty() {
        return Ok(known);
    }
    match args.environments.iter().find(|name| !known.contains(name)) {
        None => Ok(args.environments.clone()),
        Some(name) => Err(
            Failure::could_not(format!("sealsmith.yaml has no environment {name}"))
                .hint(format!("it has: {}", known.join(", "))),
        ),
    }
}

impl State {
    fn of(
        name: String,
        workspace: &Workspace,
        env: &Env,
        unfinished: &[Summary],
    ) -> Result<Self, Failure> {
        let path = certificates::path_of_environment(workspace, &name).ok();
        let certificate =
            path.and_then(|path| certificates::load(&path.display().to_string(), env).ok());
        let key = certificate.map(|certificate| certificate.fingerprint().to_string());
        let (values, due) = Values::of(&name, key.as_deref(), workspace)?;
        Ok(Self {
            values,
            due,
            unfinished: unfinished
                .iter()
                .filter(|found| found.environment == name)
                .cloned()
                .collect(),
            key,
            name,
        })
    }
}

impl Values {
    fn of(
        environment: &str,
        key: Option<&str>,
        workspace: &Workspace,
    ) -> Result<(Self, Vec<Due>), Failure> {
        let lock = LockFile::of(workspace)?;
        let none = Lock::default();
        let lock = lock.as_ref().map_or(&none, LockFile::lock);
        let (mut values, mut due) = (Self::default(), Vec::new());
        for site in workspace.files_of(environment)? {
            let file = ManifestFile::read(&site.file)?;
            for secret in sealed_secrets(file.stream()).unwrap_or_default() {
                let mut oldest = None;
                for item in secret.items().unwrap_or_default() {
                    let known = lock.get(&digest(item.text));
                    values.count(known.map(|entry| entry.fingerprint.to_string()), key);
                    let sealed_at = known.map(|entry| entry.sealed_at);
                    oldest = sealed_at.into_iter().chain(oldest).min();
                }
                due.extend(Due::of(
                    environment,
                    secret.name(),
                    &site,
                    oldest,
                    workspace,
                ));
            }
        }
        Ok((values, due))
    }

    fn count(&mut self, known: Option<String>, key: Option<&str>) {
        match (known, key) {
            (Some(known), Some(key)) if known == key => self.current += 1,
            (Some(_), Some(_)) => self.stale += 1,
            (None, _) | (_, None) => self.unknown += 1,
        }
    }
}

impl Due {
    /// Nothing for a secret that is young enough, or of which nobody knows how old it may become.
    fn of(
        environment: &str,
        name: &str,
        site: &Site,
        sealed_at: Option<i64>,
        workspace: &Workspace,
    ) -> Option<Self> {
        let policy = workspace.policy()?;
        let rule = policy.secret_rule(name, site.place.app.as_deref())?;
        let allowed = i64::try_from(rule.max_age?.as_seconds()).ok()?;
        let sealed_at = sealed_at?;
        if clock::now().saturating_sub(sealed_at) <= allowed {
            return None;
        }
        let aws = policy.environment(environment)?.aws.as_ref();
        let is_key = aws.is_some_and(|aws| *aws.secret == *rule.id);
        Some(Self {
            secret: (*rule.id).clone(),
            path: site.path.clone(),
            sealed_at,
            allowed: allowed / DAY,
            cure: match is_key {
                true => format!("sealsmith rotate aws {environment}"),
                false => format!("sealsmith set {} KEY", site.path),
            },
        })
    }

    fn words(&self) -> String {
        let age = clock::now().saturating_sub(self.sealed_at) / DAY;
        format!(
            "{} is due: {} was sealed {age} days ago, and {} are allowed",
            self.secret, self.path, self.allowed
        )
    }
}

fn human(states: &[State], ui: &Ui) -> Result<(), Failure> {
    let mut table = Table::with_heading([
        "ENVIRONMENT",
        "CURRENT",
        "STALE",
        "UNKNOWN",
        "DUE",
        "UNFINISHED",
    ]);
    for state in states {
        let number = |count: usize| Text::new().plain(count.to_string());
        let stale = match state.values.stale {
            0 => number(0),
            stale => Text::new().bad(stale.to_string()),
        };
        let unfinished = match state.unfinished.as_slice() {
            [] => Text::new().dim("none"),
            found => Text::new().bad(found.iter().map(words).collect::<Vec<_>>().join(", ")),
        };
        let Values {
            current, unknown, ..
        } = state.values;
        table.row([
            Text::new().plain(&state.name),
            number(current),
            stale,
            number(unknown),
            match state.due.len() {
                0 => number(0),
                due => Text::new().bad(due.to_string()),
            },
            unfinished,
        ]);
    }
    ui.table(&table)?;
    for due in states.iter().flat_map(|state| &state.due) {
        ui.warning(due.words());
    }
    let cures: BTreeSet<_> = states
        .iter()
        .flat_map(|state| state.due.iter().map(|due| &due.cure))
        .collect();
    cures.into_iter().for_each(|cure| ui.hint(cure));
    for found in states.iter().flat_map(|state| &state.unfinished) {
        ui.hint(format!("{} --resume, or --abort", found.command()));
    }
    Ok(())
}

fn words(found: &Summary) -> String {
    format!(
        "{} ({}, since {})",
        found.operation, found.step, found.started
    )
}

fn report(states: &[State]) -> Value {
    let unfinished = |found: &Summary| {
        json!({
            "operation": found.operation,
            "run": found.run,
            "step": found.step,
            "started": found.started,
        })
    };
    let due = |due: &Due| {
        json!({
            "secret": due.secret,
            "file": due.path,
            "sealedAt": clock::rfc3339(due.sealed_at),
            "maxAgeDays": due.allowed,
            "cure": due.cure,
        })
    };
    let state = |state: &State| {
        json!({
            "name": state.name,
            "key": state.key,
            "values": {
                "current": state.values.current,
                "stale": state.values.stale,
                "unknown": state.values.unknown,
            },
            "due": state.due.iter().map(due).collect::<Vec<_>>(),
            "unfinished": state.unfinished.iter().map(unfinished).collect::<Vec<_>>(),
        })
    };
    json!({ "version": 1, "environments": states.iter().map(state).collect::<Vec<_>>() })
}
