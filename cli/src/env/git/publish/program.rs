//! Runs git for a change, and keeps what it said.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::env::child;
use crate::failure::Failure;

/// The settings by which a user says how ssh is run.
const SSH: [&str; 2] = ["GIT_SSH_COMMAND", "GIT_SSH"];

/// The most of what git or a hook said that a message repeats.
const LINES: usize = 12;

/// Git in one work tree.
pub(super) struct Program {
    root: PathBuf,
    folder: PathBuf,
    /// Whether somebody is there who can be asked for a password.
    attended: bool,
}

/// What git did and said.
pub(super) struct Said {
    /// The exit code; nothing after a signal.
    pub(super) code: Option<i32>,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: String,
}

impl Program {
    pub(super) fn new(root: &Path, folder: &Path) -> Self {
        Self {
            root: root.to_owned(),
            folder: folder.to_owned(),
            attended: io::stdin().is_terminal() && io::stderr().is_terminal(),
        }
    }

    /// The folder that holds git's own files of the work tree.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs git to its end, whatever that is.
    pub(super) fn run(&self, arguments: &[&str], input: &[u8]) -> Result<Said, Failure> {
        self.finish(self.command().args(arguments), input)
    }

    /// Runs git on an index of its own, so that the user's stays as it is.
    pub(super) fn run_with_index(
        &self,
        index: &Path,
        arguments: &[&str],
        input: &[u8],
    ) -> Result<Said, Failure> {
        let mut command = self.command();
        command.env("GIT_INDEX_FILE", index).args(arguments);
        self.finish(&mut command, input)
    }

    /// Runs git with some variables more.
    pub(super) fn run_with(
        &self,
        variables: &[(&str, String)],
        arguments: &[&str],
        input: &[u8],
    ) -> Result<Said, Failure> {
        let mut command = self.command();
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        self.finish(command.args(arguments), input)
    }

    /// Runs git, and fails unless it succeeds; `what` completes "git could not …".
    pub(super) fn output(
        &self,
        arguments: &[&str],
        input: &[u8],
        what: &str,
    ) -> Result<Vec<u8>, Failure> {
        self.run(arguments, input)?.succeeded(what)
    }

    fn command(&self) -> Command {
        let mut command = child::command("git");
        command
            .current_dir(&self.root)
            .arg("--literal-pathspecs")
            .env("LC_ALL", "C")
            .env("GIT_OPTIONAL_LOCKS", "0");
        // A relative folder was meant from where the user is.
        if std::env::var_os("GIT_DIR").is_some() {
            command
                .env("GIT_DIR", &self.folder)
                .env("GIT_WORK_TREE", &self.root);
        }
        if !self.attended {
            command.env("GIT_TERMINAL_PROMPT", "0");
            if SSH.iter().all(|name| std::env::var_os(name).is_none()) && !self.has_ssh_command() {
                command.env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes");
            }
        }
        command
    }

    fn has_ssh_command(&self) -> bool {
        let mut command = child::command("git");
        command
            .current_dir(&self.root)
            .args(["config", "--get", "core.sshCommand"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    fn finish(&self, command: &mut Command, input: &[u8]) -> Result<Said, Failure> {
        talk(command, input).map_err(|error| {
            Failure::could_not("cannot run git")
                .because(error)
                .hint("put git on the PATH")
        })
    }
}

impl Said {
    /// The output of a success, or a failure with git's own words.
    pub(super) fn succeeded(self, what: &str) -> Result<Vec<u8>, Failure> {
        if self.code == Some(0) {
            Ok(self.stdout)
        } else {
            Err(self.failure(what))
        }
    }

    /// A failure with git's own words.
    pub(super) fn failure(&self, what: &str) -> Failure {
        self.explain(Failure::could_not(format!("git could not {what}")))
    }

    /// Adds git's own words to a failure: the last lines, which say what it died of.
    pub(super) fn explain(&self, failure: Failure) -> Failure {
        let lines: Vec<&str> = self
            .stderr
            .lines()
            .map(str::trim_end)
            .filter(|line| !line.is_empty() && !line.starts_with("hint: "))
            .collect();
        let start = lines.len().saturating_sub(LINES);
        lines[start..]
            .iter()
            .fold(failure, |failure, line| failure.cause(*line))
    }
}

/// Writes the input while it reads the output, since either may be more than a pipe holds.
fn talk(command: &mut Command, input: &[u8]) -> io::Result<Said> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let pipe = child.stdin.take();
    let output = std::thread::scope(|scope| {
        // Git says itself why it did not read on.
        scope.spawn(move || pipe.map(|mut pipe| pipe.write_all(input)));
        child.wait_with_output()
    })?;
    Ok(Said {
        code: output.status.code(),
        stdout: output.stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}
