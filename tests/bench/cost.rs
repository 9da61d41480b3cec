//! What a whole process costs: CPU seconds of itself and its children, and the most memory it had.

use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::memory::high_water_mark;

/// A program with its arguments, to be run again and again in a folder.
pub(crate) struct Job<'a> {
    pub(crate) program: &'a OsStr,
    pub(crate) args: &'a [&'a str],
    pub(crate) folder: &'a Path,
    pub(crate) stdin: Option<&'a Path>,
}

impl Job<'_> {
    /// Runs it once: user and system time, and its exit code.
    pub(crate) fn cpu(&self) -> (Duration, i32) {
        // Bash knows the time of its children to the millisecond, and needs no package.
        let script = r#"TIMEFORMAT='%3U %3S'; { time "$@" >/dev/null 2>&1 <&3; } 2>&1; echo $?"#;
        let mut bash = Command::new("bash");
        bash.args(["-c", &format!("exec 3<&0; {script}"), "cost"]);
        let output = self
            .filled(bash.arg(self.program))
            .output()
            .expect("bash starts");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut words = text.split_whitespace();
        let mut seconds = || -> f64 {
            words
                .next()
                .and_then(|word| word.parse().ok())
                .expect("a time")
        };
        let cpu = seconds() + seconds();
        let code = words
            .next()
            .and_then(|word| word.parse().ok())
            .expect("an exit code");
        (Duration::from_secs_f64(cpu), code)
    }

    /// Runs it so often that the median means something.
    pub(crate) fn median_cpu(&self, rounds: usize, code: i32) -> Duration {
        let mut times: Vec<_> = (0..rounds).map(|_| self.cpu()).collect();
        assert!(
            times.iter().all(|(_, got)| *got == code),
            "{:?} {:?} ended with {times:?}",
            self.program,
            self.args
        );
        times.sort();
        times[rounds / 2].0
    }

    /// The most memory it has at any time, in MiB.
    pub(crate) fn peak_mib(&self) -> f64 {
        let mut command = Command::new(self.program);
        let quiet = self
            .filled(&mut command)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut child = quiet.spawn().expect("it starts");
        let mut peak = 0.0;
        while child
            .try_wait()
            .expect("a child can be waited for")
            .is_none()
        {
            peak = high_water_mark(child.id()).unwrap_or(peak);
            std::thread::sleep(Duration::from_micros(500));
        }
        peak
    }

    fn filled<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        let stdin = self.stdin.map_or_else(Stdio::null, |path| {
            File::open(path).expect("it was written").into()
        });
        command
            .args(self.args)
            .current_dir(self.folder)
            .stdin(stdin)
            .env_remove("LD_LIBRARY_PATH")
    }
}
