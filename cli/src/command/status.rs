//! `sealsmith status`: what is half done and what is stale, environment by environment, without cluster or keys.

use sealsmith_core::manifest::sealed_secret::sealed_secrets;
use sealsmith_lint::Lock;
use sealsmith_lint::lock::digest;
use serde_json::{Value, json};

use super::Ending;
use crate::certificates;
use crate::env::{Env, Workspace};
use crate::failure::Failure;
use crate::journal::{StateFolder, Summary};
use crate::lock_file::LockFile;
use crate::manifest_file::ManifestFile;
use crate::output::Format;
use crate::ui::{Table, Text, Ui};

/// Say which operations are half done, and which values are sealed for another key than their environment's
///
/// Needs no cluster and no key: journals are in the state folder of this machine, and sealsmith.lock
/// remembers which key each value was sealed for. A value that it does not know is counted as unknown.
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

/// What is known of an environment.
struct State {
    name: String,
    /// The fingerprint of its certificate; nothing when there is none that can be read.
    key: Option<String>,
    values: Values,
    unfinished: Vec<Summary>,
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
        Ok(Self {
            values: Values::of(&name, key.as_deref(), workspace)?,
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
    fn of(environment: &str, key: Option<&str>, workspace: &Workspace) -> Result<Self, Failure> {
        let lock = LockFile::of(workspace)?;
        let none = Lock::default();
        let lock = lock.as_ref().map_or(&none, LockFile::lock);
        let mut values = Self::default();
        for site in workspace.files_of(environment)? {
            let file = ManifestFile::read(&site.file)?;
            for secret in sealed_secrets(file.stream()).unwrap_or_default() {
                for item in secret.items().unwrap_or_default() {
                    let known = lock.get(&digest(item.text));
                    values.count(known.map(|entry| entry.fingerprint.to_string()), key);
                }
            }
        }
        Ok(values)
    }

    fn count(&mut self, known: Option<String>, key: Option<&str>) {
        match (known, key) {
            (Some(known), Some(key)) if known == key => self.current += 1,
            (Some(_), Some(_)) => self.stale += 1,
            (None, _) | (_, None) => self.unknown += 1,
        }
    }
}

fn human(states: &[State], ui: &Ui) -> Result<(), Failure> {
    let mut table =
        Table::with_heading(["ENVIRONMENT", "CURRENT", "STALE", "UNKNOWN", "UNFINISHED"]);
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
            unfinished,
        ]);
    }
    ui.table(&table)?;
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
    let state = |state: &State| {
        json!({
            "name": state.name,
            "key": state.key,
            "values": {
                "current": state.values.current,
                "stale": state.values.stale,
                "unknown": state.values.unknown,
            },
            "unfinished": state.unfinished.iter().map(unfinished).collect::<Vec<_>>(),
        })
    };
    json!({ "version": 1, "environments": states.iter().map(state).collect::<Vec<_>>() })
}
