//! One program of the cluster: a child process with its log, ended with the value.

use crate::error::{Error, Result};
use crate::{file, logs};
use rustix::process::{Pid, Signal, kill_process_group};
use std::ffi::OsString;
use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a program may take to end by itself.
const PATIENCE: Duration = Duration::from_secs(10);

/// How a program is started, each time anew.
#[derive(Debug, Clone)]
pub(crate) struct Recipe {
    name: String,
    program: PathBuf,
    args: Vec<OsString>,
    env: Vec<(&'static str, OsString)>,
}

impl Recipe {
    pub(crate) fn new(name: impl Into<String>, program: impl Into<PathBuf>) -> Self {
        Self {
            name: name.into(),
            program: program.into(),
            args: Vec::new(),
            env: Vec::new(),
        }
    }

    pub(crate) fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    pub(crate) fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    pub(crate) fn env(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.env.push((name, value.into()));
        self
    }

    // A group of its own, so that what the program starts ends with it. Nothing of the tests' environment gets in.
    fn command(&self, log: &File) -> std::io::Result<Command> {
        let mut command = Command::new(&self.program);
        command
            .args(&self.args)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log.try_clone()?)
            .process_group(0);
        Ok(command)
    }
}

/// A program of the cluster that can be started, stopped and killed at will.
#[derive(Debug)]
pub(crate) struct Process {
    recipe: Recipe,
    folder: PathBuf,
    child: Mutex<Option<Child>>,
    /// Arguments beyond the recipe's, which may be others the next time.
    flags: Mutex<Vec<String>>,
}

impl Process {
    /// Starts a program in a folder, where its log goes too.
    pub(crate) fn start(recipe: Recipe, folder: &Path) -> Result<Self> {
        let process = Self::prepared(recipe, folder);
        process.run()?;
        Ok(process)
    }

    /// A program that is to be started later.
    pub(crate) fn prepared(recipe: Recipe, folder: &Path) -> Self {
        Self {
            recipe,
            folder: folder.to_owned(),
            child: Mutex::default(),
            flags: Mutex::default(),
        }
    }

    /// Starts it with these flags, now and from now on.
    pub(crate) fn run_with(&self, flags: Vec<String>) -> Result<()> {
        *locked(&self.flags) = flags;
        self.run()
    }

    /// Starts it, if it does not run.
    pub(crate) fn run(&self) -> Result<()> {
        let mut child = self.child();
        if child.is_none() {
            *child = Some(self.spawn()?);
        }
        Ok(())
    }

    /// Asks it to end and waits until it has; kills it when it does not.
    pub(crate) fn stop(&self) {
        self.end(Signal::TERM);
    }

    /// Kills it with all that it started.
    pub(crate) fn kill(&self) {
        self.end(Signal::KILL);
    }

    /// Halts it where it is: it neither answers nor ends.
    pub(crate) fn pause(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets it go on.
    pub(crate) fn resume(&self) {
        self.signal(Signal::CONT);
    }

    /// Fails if it has ended by itself.
    pub(crate) fn check(&self) -> Result<()> {
        let mut child = self.child();
        match child.as_mut().map(Child::try_wait) {
            Some(Ok(Some(status))) => Err(Error::Ended {
                part: self.recipe.name.clone(),
                status: status.to_string(),
                log: logs::end_of(&self.log()),
            }),
            _ => Ok(()),
        }
    }

    /// The process, while there is one.
    pub(crate) fn id(&self) -> Option<u32> {
        self.child().as_ref().map(Child::id)
    }

    /// Where its output goes.
    fn log(&self) -> PathBuf {
        self.folder.join(format!("{}.log", self.recipe.name))
    }

    fn spawn(&self) -> Result<Child> {
        let path = self.log();
        let log = File::options().append(true).create(true).open(&path);
        let log = log.map_err(file::at(&path))?;
        let mut command = self.recipe.command(&log).map_err(file::at(&path))?;
        command.args(locked(&self.flags).iter());
        let started = command.current_dir(&self.folder).spawn();
        started.map_err(|source| Error::Start {
            program: self.recipe.program.display().to_string(),
            source,
        })
    }

    fn end(&self, signal: Signal) {
        let mut child = self.child();
        let Some(mut ending) = child.take() else {
            return;
        };
        send(&ending, signal);
        // A paused program gets its signal when it goes on.
        send(&ending, Signal::CONT);
        if !ends_within(&mut ending, PATIENCE) {
            send(&ending, Signal::KILL);
        }
        // Fails only if somebody else has waited for it, which nobody does.
        drop(ending.wait());
    }

    fn signal(&self, signal: Signal) {
        if let Some(child) = self.child().as_ref() {
            send(child, signal);
        }
    }

    fn child(&self) -> MutexGuard<'_, Option<Child>> {
        locked(&self.child)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

// A test that failed while it held the lock has left a child to end all the same.
fn locked<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

// The group is there as long as the child has not been waited for, so this cannot meet a stranger.
fn send(child: &Child, signal: Signal) {
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // It fails for a child that has ended, which is as good.
        let _ = kill_process_group(group, signal);
    }
}

fn ends_within(child: &mut Child, limit: Duration) -> bool {
    let start = Instant::now();
    while start.elapsed() < limit {
        if !matches!(child.try_wait(), Ok(None)) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}
