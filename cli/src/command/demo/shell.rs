//! Runs the commands of the demo as a user would type them.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::ui::{Text, Ui};

/// Shows a command, runs it in the repository, and expects how it ends.
pub(super) struct Shell<'a> {
    root: &'a Path,
    ui: &'a Ui,
    /// This very program, which `sealsmith` in a command stands for.
    program: PathBuf,
}

impl<'a> Shell<'a> {
    pub(super) fn new(root: &'a Path, ui: &'a Ui) -> Result<Self, Failure> {
        let program = std::env::current_exe()
            .map_err(|error| Failure::could_not("cannot find this program").because(error))?;
        Ok(Self { root, ui, program })
    }

    /// The command that makes `sealsmith` mean this program, where a shell would not find it.
    pub(super) fn alias(&self) -> Option<String> {
        let folders = std::env::var_os("PATH").unwrap_or_default();
        let found = std::env::split_paths(&folders)
            .map(|folder| folder.join("sealsmith"))
            .find(|path| path.is_file());
        let is_this =
            found.and_then(|path| path.canonicalize().ok()) == self.program.canonicalize().ok();
        (!is_this).then(|| format!("alias sealsmith='{}'", self.program.display()))
    }

    /// Runs a command that must succeed.
    pub(super) fn run(&self, command: &str) -> Result<(), Failure> {
        self.run_expecting(0, command)
    }

    /// Runs a command that must end with this exit code.
    pub(super) fn run_expecting(&self, code: i32, command: &str) -> Result<(), Failure> {
        self.show(command)?;
        self.check(
            command,
            code,
            self.command(command)?.stdin(Stdio::null()).status(),
        )
    }

    /// Runs a command with standard input that the shown line names as the output of another.
    pub(super) fn run_with_input(
        &self,
        command: &str,
        source: &str,
        input: &[u8],
    ) -> Result<(), Failure> {
        self.show(&format!("{source} | {command}"))?;
        let mut child = self
            .command(command)?
            .stdin(Stdio::piped())
            .spawn()
            .map_err(|error| not_started(command, error))?;
        let pipe = child.stdin.take();
        // The child says itself why it did not read on; its exit code is what counts.
        let _ = pipe.map(|mut pipe| pipe.write_all(input));
        self.check(command, 0, child.wait())
    }

    /// Runs a command unseen and returns what it printed.
    pub(super) fn capture(&self, command: &str) -> Result<Vec<u8>, Failure> {
        let output = self
            .command(command)?
            .stdin(Stdio::null())
            .output()
            .map_err(|error| not_started(command, error))?;
        self.check(command, 0, Ok(output.status))
            .map(|()| output.stdout)
    }

    fn show(&self, command: &str) -> Result<(), Failure> {
        self.ui.line(Text::new().dim("$ ").accent(command))
    }

    fn command(&self, line: &str) -> Result<Command, Failure> {
        let words = words(line);
        let (name, arguments) = words
            .split_first()
            .ok_or_else(|| Failure::could_not("an empty command"))?;
        let program = if name == "sealsmith" {
            self.program.as_os_str()
        } else {
            name.as_ref()
        };
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.root);
        // Only the demo's own repository is meant, whatever surrounds the caller.
        for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "DRY_RUN"] {
            command.env_remove(variable);
        }
        for (name, _) in std::env::vars_os()
            .filter(|(name, _)| name.to_string_lossy().starts_with("SEALED_SECRETS_"))
        {
            command.env_remove(name);
        }
        command.env("GIT_PAGER", "cat");
        // The demo leaves nothing outside of its folder.
        command.env("XDG_STATE_HOME", self.root.join(".git/state"));
        Ok(command)
    }

    fn check(
        &self,
        command: &str,
        expected: i32,
        status: std::io::Result<std::process::ExitStatus>,
    ) -> Result<(), Failure> {
        let status = status.map_err(|error| not_started(command, error))?;
        if status.code() == Some(expected) {
            return Ok(());
        }
        Err(Failure::could_not(format!(
            "the demo stopped: `{command}` ended with {status}"
        )))
    }
}

fn not_started(command: &str, error: std::io::Error) -> Failure {
    Failure::could_not(format!("cannot run `{command}`"))
        .because(error)
        .hint("the demo needs git on the PATH")
}

/// Splits a line at blanks outside single quotes, which is all the quoting that the demo uses.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().expect("there is always a word").push(c),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_quotes_hold_blanks_together() {
        assert_eq!(
            words("git commit -m 'a b' -q"),
            ["git", "commit", "-m", "a b", "-q"]
        );
    }
}
