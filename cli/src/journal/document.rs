//! The journal's one JSON document.

use std::fs::OpenOptions;
use std::io::Read as _;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::audit::End;
use super::folder::StateFolder;
use crate::env::{clock, files, random};
use crate::failure::Failure;
use crate::ui::{printable, shown};

/// The version that this program writes, and the only one that it reads.
const VERSION: u32 = 1;
/// More than the plan of a hundred thousand files needs.
const LIMIT: u64 = 64 << 20;

/// A kind of operation: what its steps are, and what its plan says. Neither holds secret material.
pub(crate) trait Operation {
    /// Its name, as in file names and in the trailer of commits.
    const NAME: &'static str;
    /// Where it is, written as one word.
    type Step: Clone + PartialEq + Serialize + DeserializeOwned;
    /// What it is to do, and what it has found out on the way.
    type Plan: Serialize + DeserializeOwned;
}

/// A journal as it lies on the disk.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, bound = "")]
pub(super) struct Document<O: Operation> {
    version: u32,
    operation: String,
    environment: String,
    pub(super) run: String,
    repository: String,
    host: String,
    pid: u32,
    started: String,
    pub(super) step: O::Step,
    pub(super) plan: O::Plan,
    log: Vec<Entered>,
}

/// A step, and when it was entered.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entered {
    at: String,
    step: String,
}

/// What every journal says, whatever its operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Summary {
    /// The operation's name.
    pub(crate) operation: String,
    /// The environment.
    pub(crate) environment: String,
    /// The name of the run.
    pub(crate) run: String,
    /// The step that was entered last.
    pub(crate) step: String,
    /// When it began, as RFC 3339.
    pub(crate) started: String,
}

impl Summary {
    /// The command that goes on with it: `sealsmith rotate aws dev`.
    pub(crate) fn command(&self) -> String {
        let verb = self.operation.replacen('-', " ", 1);
        format!("sealsmith {verb} {}", self.environment)
    }
}

/// Any operation, whose plan is not looked into.
struct Any;

impl Operation for Any {
    const NAME: &'static str = "";
    type Step = String;
    type Plan = Value;
}

impl<O: Operation> Document<O> {
    pub(super) fn new(
        folder: &StateFolder,
        environment: &str,
        step: O::Step,
        plan: O::Plan,
    ) -> Result<Self, Failure> {
        let now = clock::now();
        let mut document = Self {
            version: VERSION,
            operation: O::NAME.to_owned(),
            environment: environment.to_owned(),
            run: run(now)?,
            repository: folder.repository().to_owned(),
            host: folder.host().to_owned(),
            pid: std::process::id(),
            started: clock::rfc3339(now),
            step: step.clone(),
            plan,
            log: Vec::new(),
        };
        document.enter(step)?;
        Ok(document)
    }

    /// The same journal, worked on by this process.
    pub(super) fn taken_over(self) -> Self {
        Self {
            pid: std::process::id(),
            ..self
        }
    }

    pub(super) fn enter(&mut self, step: O::Step) -> Result<(), Failure> {
        self.step = step;
        let entered = Entered {
            at: clock::rfc3339(clock::now()),
            step: self.step_name()?,
        };
        self.log.push(entered);
        Ok(())
    }

    /// The step's word.
    pub(super) fn step_name(&self) -> Result<String, Failure> {
        match serde_json::to_value(&self.step) {
            Ok(Value::String(name)) => Ok(name),
            Ok(other) => Ok(other.to_string()),
            Err(error) => Err(unwritable(error)),
        }
    }

    pub(super) fn text(&self) -> Result<String, Failure> {
        let text = serde_json::to_string_pretty(self).map_err(unwritable)?;
        Ok(text + "\n")
    }

    /// What the audit file says of this moment.
    pub(super) fn record(&self, now: i64, end: Option<End>) -> Result<Value, Failure> {
        Ok(json!({
            "at": clock::rfc3339(now),
            "operation": self.operation,
            "environment": self.environment,
            "run": self.run,
            "host": self.host,
            "pid": self.pid,
            "step": self.step_name()?,
            "end": end.map(End::word),
            "plan": end.map(|_| &self.plan),
        }))
    }
}

/// Reads a journal, or refuses it with the reason; nothing when there is none.
pub(super) fn read<O: Operation>(
    path: &Path,
    folder: &StateFolder,
) -> Result<Option<Document<O>>, Failure> {
    let Some(mut file) = files::open_private(path, OpenOptions::new().read(true))? else {
        return Ok(None);
    };
    let mut text = String::new();
    (&mut file)
        .take(LIMIT)
        .read_to_string(&mut text)
        .map_err(|error| broken(path).because(error))?;
    refuse_version(path, &text)?;
    let document: Document<O> =
        serde_json::from_str(&text).map_err(|error| broken(path).because(error))?;
    document.refuse_foreign(path, folder)?;
    Ok(Some(document))
}

/// Reads what every journal says.
pub(super) fn summary(path: &Path, folder: &StateFolder) -> Result<Option<Summary>, Failure> {
    let found = read::<Any>(path, folder)?;
    Ok(found.map(|document| Summary {
        operation: document.operation,
        environment: document.environment,
        run: document.run,
        step: document.step,
        started: document.started,
    }))
}

impl<O: Operation> Document<O> {
    fn refuse_foreign(&self, path: &Path, folder: &StateFolder) -> Result<(), Failure> {
        if self.repository != folder.repository() {
            return Err(refused(path, "is of another repository").cause(format!(
                "it names {}, and this repository is {}",
                printable(&self.repository),
                folder.repository()
            )));
        }
        if self.host != folder.host() {
            let host = printable(&self.host);
            return Err(refused(path, "is of another machine")
                .cause(format!(
                    "the operation began on {host}, and this is {}",
                    folder.host()
                ))
                .hint(format!(
                    "resume or abort it on {host}, where its work tree is"
                )));
        }
        let expected = folder.journal(&self.operation, &self.environment);
        let is_own = O::NAME.is_empty() || O::NAME == self.operation;
        if is_own && path == expected {
            return Ok(());
        }
        Err(refused(path, "is of another operation").cause(format!(
            "it is about {} of {}",
            printable(&self.operation),
            printable(&self.environment)
        )))
    }
}

fn refuse_version(path: &Path, text: &str) -> Result<(), Failure> {
    #[derive(Deserialize)]
    struct Versioned {
        version: u32,
    }
    let found: Versioned =
        serde_json::from_str(text).map_err(|error| broken(path).because(error))?;
    if found.version == VERSION {
        return Ok(());
    }
    Err(
        refused(path, "has a version that this program does not know")
            .cause(format!(
                "it has version {}, and this program knows {VERSION}",
                found.version
            ))
            .hint("go on with the version of sealsmith that began the operation"),
    )
}

/// A name that sorts by time: `20260131T090000Z-1f2e3d4c`.
fn run(now: i64) -> Result<String, Failure> {
    use getrandom::rand_core::Rng as _;
    let time: String = clock::rfc3339(now)
        .chars()
        .filter(|c| !matches!(c, '-' | ':'))
        .collect();
    Ok(format!("{time}-{:08x}", random::system()?.next_u32()))
}

fn refused(path: &Path, what: &str) -> Failure {
    Failure::refused(format!("the journal {} {what}", shown(path)))
}

fn broken(path: &Path) -> Failure {
    refused(path, "cannot be understood")
        .hint("it was cut short or edited; look at `git status` and `git log`, put the work tree right by hand, then remove the file")
}

fn unwritable(error: serde_json::Error) -> Failure {
    Failure::could_not("cannot write the journal").because(error)
}
