//! Runs a program in an environment that holds nothing of the machine the tests run on.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program about to be run.
pub(crate) struct Program {
    command: Command,
    stdin: Vec<u8>,
}

/// What a program left behind.
pub(crate) struct Outcome {
    /// The exit code; none if a signal ended the program.
    pub(crate) code: Option<i32>,
    /// Its output, byte for byte.
    pub(crate) stdout: Vec<u8>,
    /// What it told people.
    pub(crate) stderr: String,
}

impl Program {
    /// The binary under test.
    pub(crate) fn sealsmith() -> Self {
        Self::new(env!("CARGO_BIN_EXE_sealsmith"))
    }

    /// The real kubeseal, which `./tests/run` builds.
    pub(crate) fn kubeseal() -> Self {
        let path = std::env::var_os("SEALSMITH_KUBESEAL")
            .expect("SEALSMITH_KUBESEAL is not set: run this test through ./tests/run, which builds kubeseal");
        Self::new(path)
    }

    /// Any other program, such as git or openssl.
    pub(crate) fn new(path: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(path);
        command.env_clear().envs(clean_environment());
        Self {
            command,
            stdin: Vec::new(),
        }
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    pub(crate) fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.command.current_dir(dir);
        self
    }

    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// Hands the program over to who wants to watch it run.
    pub(crate) fn into_command(self) -> Command {
        self.command
    }

    /// Runs the program to its end.
    pub(crate) fn run(mut self) -> Outcome {
        self.command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = self
            .command
            .spawn()
            .unwrap_or_else(|e| panic!("cannot start {:?}: {e}", self.command));
        let mut pipe = child.stdin.take().expect("stdin is piped");
        let input = self.stdin;
        // A program may end without reading its input, and that is its own affair.
        let writer = std::thread::spawn(move || drop(pipe.write_all(&input)));
        let output = child.wait_with_output().expect("a child can be waited for");
        writer.join().expect("writing to a pipe does not panic");
        Outcome {
            code: output.status.code(),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Runs the program and returns its output; anything but exit 0 fails the test.
    pub(crate) fn output(self) -> Vec<u8> {
        let shown = format!("{:?}", self.command);
        let outcome = self.run();
        assert_eq!(outcome.code, Some(0), "{shown}\n{}", outcome.stderr);
        outcome.stdout
    }

    /// As [`Self::output`], for output that is text.
    pub(crate) fn text(self) -> String {
        String::from_utf8(self.output()).expect("the output is text")
    }
}

/// Variables that every program gets: where programs are, no configuration of anyone's, fixed names and dates.
fn clean_environment() -> Vec<(&'static str, PathBuf)> {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("empty-home");
    std::fs::create_dir_all(&home).expect("cargo's folder for tests is writable");
    let mut variables = vec![
        (
            "PATH",
            PathBuf::from(std::env::var_os("PATH").expect("PATH is set")),
        ),
        ("HOME", home),
        ("TMPDIR", std::env::temp_dir()),
    ];
    let fixed = [
        ("LC_ALL", "C.UTF-8"),
        ("TZ", "UTC"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_AUTHOR_NAME", "Test"),
        ("GIT_AUTHOR_EMAIL", "test@example.com"),
        ("GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z"),
        ("GIT_COMMITTER_NAME", "Test"),
        ("GIT_COMMITTER_EMAIL", "test@example.com"),
        ("GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z"),
    ];
    variables.extend(fixed.map(|(name, value)| (name, PathBuf::from(value))));
    variables
}
