//! The outside world, handed to every command: files, git, clock, randomness, network, terminal.

pub(crate) mod child;
pub(crate) mod clock;
pub(crate) mod files;
pub(crate) mod git;
pub(crate) mod hardening;
mod host;
pub(crate) mod http;
pub(crate) mod inside;
pub(crate) mod random;
mod workspace;

pub(crate) use workspace::{Site, Workspace};

use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use sealsmith_core::secret::SecretBytes;

use crate::failure::Failure;

/// Where a command runs: folder, standard input, time, repository.
pub(crate) struct Env {
    cwd: PathBuf,
    stdin: Mutex<Option<Box<dyn Read + Send>>>,
    stdin_is_terminal: bool,
    now: i64,
    git_variables: git::Variables,
    workspace: OnceLock<Workspace>,
}

impl Env {
    /// Takes the surroundings of the process, and keeps its memory out of core dumps.
    pub(crate) fn of_process() -> Result<Self, Failure> {
        hardening::forbid_memory_dumps();
        let cwd = std::env::current_dir()
            .map_err(|error| Failure::could_not("cannot find the current folder").because(error))?;
        Ok(Self {
            cwd,
            stdin: Mutex::new(Some(Box::new(io::stdin()))),
            stdin_is_terminal: io::stdin().is_terminal(),
            now: clock::now(),
            git_variables: git::Variables::Follow,
            workspace: OnceLock::new(),
        })
    }

    /// Returns the folder the command was started in.
    pub(crate) fn cwd(&self) -> &Path {
        &self.cwd
    }

    /// Returns where the running program is; nothing when the system does not say.
    pub(crate) fn program(&self) -> Option<PathBuf> {
        std::env::current_exe().ok()
    }

    /// Returns when the command started, in seconds since 1970.
    ///
    /// One time for the whole run, so that a certificate cannot expire between two values.
    pub(crate) fn now(&self) -> i64 {
        self.now
    }

    /// Returns whether standard input is a terminal, where nothing is piped in.
    pub(crate) fn stdin_is_terminal(&self) -> bool {
        self.stdin_is_terminal
    }

    /// Returns an environment variable that is text.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    /// Returns the repository around the current folder with its policy, read on first use.
    pub(crate) fn workspace(&self) -> Result<&Workspace, Failure> {
        if let Some(workspace) = self.workspace.get() {
            return Ok(workspace);
        }
        let workspace = Workspace::find(&self.cwd, self.git_variables)?;
        Ok(self.workspace.get_or_init(|| workspace))
    }

    /// Opens the git repository around the current folder for reading; nothing when there is none.
    pub(crate) fn git(&self) -> Result<Option<git::tree::Git>, Failure> {
        git::tree::open(&self.cwd, self.git_variables)
    }

    /// Reads standard input to its end; it can be asked for once.
    pub(crate) fn read_stdin(&self, limit: u64) -> Result<SecretBytes, Failure> {
        let stdin = self.stdin.lock().ok().and_then(|mut stdin| stdin.take());
        let stdin = stdin.ok_or_else(|| {
            Failure::could_not("standard input was named twice")
                .hint("put one of the two inputs into a file")
        })?;
        files::read_stream(stdin, "standard input", limit)
    }

    /// Reads what a person named as input: `-` for standard input, a file, or a pipe such as `<(command)`.
    pub(crate) fn read_input(&self, path: &Path, limit: u64) -> Result<SecretBytes, Failure> {
        if path == Path::new("-") {
            self.read_stdin(limit)
        } else {
            files::read_input(path, limit)
        }
    }
}

#[cfg(test)]
impl Env {
    /// Makes surroundings for a test: a folder, standard input, 2026-01-31.
    pub(crate) fn for_test(cwd: &Path, stdin: &[u8]) -> Self {
        Self {
            cwd: cwd.to_owned(),
            stdin: Mutex::new(Some(Box::new(io::Cursor::new(stdin.to_vec())))),
            stdin_is_terminal: false,
            now: 1_769_817_600,
            git_variables: git::Variables::Ignore,
            workspace: OnceLock::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_input_is_read_once() {
        let env = Env::for_test(Path::new("/"), b"value");
        let dash = Path::new("-");
        assert_eq!(
            env.read_input(dash, files::LIMIT).unwrap().expose(),
            b"value"
        );
        let failure = env.read_input(dash, files::LIMIT).err().unwrap();
        assert_eq!(failure.message(), "standard input was named twice");
    }
}
