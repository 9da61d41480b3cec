//! Programs of the user that read or print something secret: run without a shell, with a deadline, and
//! without our own credentials.

use std::ffi::OsStr;
use std::io::{self, Read, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use sealsmith_core::secret::SecretBytes;

use super::files;
use crate::failure::Failure;

/// Credentials of ours that no program started by us has any use for; profiles and regions stay, since they
/// only say where others are.
const WITHHELD: [&str; 6] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "SEALED_SECRETS_RECOVERY_PRIVATE_KEY",
];

/// The most that a program may print: 1 MiB.
const LIMIT: u64 = 1 << 20;
/// The most of its complaints that a message repeats.
const LINES: usize = 5;
const POLL: Duration = Duration::from_millis(10);

/// What a program did and said.
pub(crate) struct Output {
    /// Whether it ended with 0.
    pub(crate) succeeded: bool,
    /// What it printed.
    pub(crate) stdout: SecretBytes,
    stderr: String,
}

impl Output {
    /// Adds the program's own last words to a failure; addresses in them may be secret and are left out.
    pub(crate) fn explain(&self, failure: Failure) -> Failure {
        let lines: Vec<&str> = self.stderr.lines().map(str::trim).collect();
        let lines: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
        let start = lines.len().saturating_sub(LINES);
        lines[start..]
            .iter()
            .fold(failure, |failure, line| failure.cause(without_urls(line)))
    }
}

/// A program of the user, about to be run without credentials of ours.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for name in WITHHELD {
        command.env_remove(name);
    }
    command
}

/// Runs a program to its end, whatever that is; `name` is what messages call it.
///
/// The input goes through a pipe, so it is in no argument, variable or file. A program that is late is ended.
pub(crate) fn run(
    command: &mut Command,
    name: &str,
    input: SecretBytes,
    deadline: Duration,
) -> Result<Output, Failure> {
    for name in WITHHELD {
        command.env_remove(name);
    }
    let cannot = || Failure::could_not(format!("cannot run {name}"));
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| cannot().because(error))?;
    let output = talk(&mut child, input, deadline);
    if output.is_err() {
        // It may have ended by itself meanwhile, which is as good.
        let _ = child.kill();
        let _ = child.wait();
    }
    output.map_err(|stop| match stop {
        Stop::Late => cannot().cause(format!("it did not end within {}", seconds(deadline))),
        Stop::Unreadable(failure) => failure.within(format!("cannot run {name}")),
        Stop::Lost(error) => cannot().because(error),
    })
}

/// Why a program was not heard to its end.
enum Stop {
    Late,
    Unreadable(Failure),
    Lost(io::Error),
}

fn talk(child: &mut Child, input: SecretBytes, deadline: Duration) -> Result<Output, Stop> {
    let end = Instant::now() + deadline;
    let pipe = child.stdin.take();
    // Threads of their own, not scoped ones: what the program started may hold its pipes for ever.
    thread::spawn(move || {
        // A program that does not read on says itself why.
        pipe.map(|mut pipe| pipe.write_all(input.expose()))
    });
    let stdout = heard(child.stdout.take());
    let stderr = heard(child.stderr.take());
    let stdout = within(&stdout, end)?;
    let stderr = within(&stderr, end)?;
    let status = ended(child, end)?;
    Ok(Output {
        succeeded: status.success(),
        stdout,
        stderr: String::from_utf8_lossy(stderr.expose()).into_owned(),
    })
}

fn heard(pipe: Option<impl Read + Send + 'static>) -> Receiver<Result<SecretBytes, Failure>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        if let Some(pipe) = pipe {
            // Nobody listens any more when the program was late.
            let _ = sender.send(files::read_stream(pipe, "what it prints", LIMIT));
        }
    });
    receiver
}

fn within(
    receiver: &Receiver<Result<SecretBytes, Failure>>,
    end: Instant,
) -> Result<SecretBytes, Stop> {
    let left = end.saturating_duration_since(Instant::now());
    let read = receiver.recv_timeout(left).map_err(|_| Stop::Late)?;
    read.map_err(Stop::Unreadable)
}

fn ended(child: &mut Child, end: Instant) -> Result<ExitStatus, Stop> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if Instant::now() >= end => return Err(Stop::Late),
            Ok(None) => thread::sleep(POLL),
            Err(error) => return Err(Stop::Lost(error)),
        }
    }
}

fn seconds(time: Duration) -> String {
    match time.as_secs() {
        0 => format!("{} ms", time.as_millis()),
        1 => "1 second".to_owned(),
        seconds => format!("{seconds} seconds"),
    }
}

fn without_urls(line: &str) -> String {
    let is_url = |word: &str| word.contains("://");
    let words = line.split(' ');
    let words: Vec<&str> = words
        .map(|word| if is_url(word) { "(an address)" } else { word })
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    fn bash(script: &str, input: &[u8], deadline: Duration) -> Result<Output, Failure> {
        let mut command = Command::new("bash");
        command.args(["-c", script]);
        run(
            &mut command,
            "the script",
            SecretBytes::new(input.to_vec()),
            deadline,
        )
    }

    #[test]
    fn what_goes_in_and_comes_out_may_be_more_than_a_pipe_holds() {
        let input = vec![b'x'; 500_000];
        let output = bash("cat", &input, LONG).unwrap();
        assert!(output.succeeded && output.stdout.expose() == input);
    }

    #[test]
    fn a_program_that_reads_nothing_still_ends() {
        let output = bash("echo done", &vec![b'x'; 500_000], LONG).unwrap();
        assert_eq!(output.stdout.expose(), b"done\n");
    }

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        for script in [
            "exec sleep 1000",
            "sleep 3 & exit 0",
            "exec sleep 1000 >&- 2>&-",
        ] {
            let failure = bash(script, b"", Duration::from_millis(200)).err().unwrap();
            assert_eq!(failure.message(), "cannot run the script");
            assert_eq!(failure.causes(), ["it did not end within 200 ms"]);
        }
    }

    #[test]
    fn a_program_that_never_stops_printing_is_ended() {
        let failure = bash("yes", b"", LONG).err().unwrap();
        assert_eq!(
            failure.causes(),
            ["what it prints is too large: the limit is 1 MB"]
        );
    }

    #[test]
    fn a_program_that_is_not_there_says_so() {
        let mut command = Command::new("/nowhere/program");
        let nothing = SecretBytes::new(Vec::new());
        let failure = run(&mut command, "it", nothing, LONG).err().unwrap();
        assert!(failure.causes()[0].contains("No such file"), "{failure:?}");
    }

    #[test]
    fn the_programs_own_words_are_repeated_without_addresses() {
        let script = "echo 'trying https://hooks.example.com/T/B/x now' >&2; echo no >&2; exit 3";
        let output = bash(script, b"", LONG).unwrap();
        assert!(!output.succeeded);
        let failure = output.explain(Failure::could_not("nothing came"));
        assert_eq!(failure.causes(), ["trying (an address) now", "no"]);
    }

    #[test]
    fn credentials_of_ours_are_not_passed_on() {
        let mut command = Command::new("env");
        for name in WITHHELD {
            command.env(name, "s3cret");
        }
        let nothing = SecretBytes::new(Vec::new());
        let output = run(&mut command, "env", nothing, LONG).unwrap();
        let printed = String::from_utf8_lossy(output.stdout.expose()).into_owned();
        assert!(!printed.contains("s3cret") && printed.contains("PATH="));
    }
}
