//! The only place that talks to people.
//!
//! Rules of voice: results go to standard output and everything else to standard error, so a pipe
//! carries results alone. One line says one thing, in lower case after its prefix (`error:`,
//! `warning:`, `note:`, `hint:`), without a full stop at the end of fragments. Names are shown as they
//! are, quoted with `"` when a sentence surrounds them. Colour appears on terminals only and carries
//! nothing that the words do not say. Text that came from outside is escaped before it reaches a
//! terminal, because a file name may hold escape sequences.

mod ask;
mod escape;
mod hidden;
mod progress;
mod stream;
mod table;
mod text;

use std::io::{self, IsTerminal};
use std::sync::{Mutex, MutexGuard, PoisonError};

use indicatif::ProgressBar;
use sealsmith_core::secret::SecretBytes;

use crate::failure::{Failure, Kind};

pub(crate) use escape::{printable, shown};
pub(crate) use progress::Progress;
pub(crate) use stream::Colour;
pub(crate) use table::Table;
pub(crate) use text::{Text, count};

use stream::Stream;

/// Standard output and standard error, with colour where a terminal shows it.
pub(crate) struct Ui {
    out: Stream,
    err: Stream,
    bar: Mutex<Option<ProgressBar>>,
    bars: bool,
}

impl Ui {
    /// Takes over the standard streams of the process.
    pub(crate) fn new() -> Self {
        Self {
            out: Stream::standard(io::stdout()),
            err: Stream::standard(io::stderr()),
            bar: Mutex::new(None),
            bars: io::stderr().is_terminal(),
        }
    }

    /// Returns whether standard output shows colour.
    pub(crate) fn colour(&self) -> Colour {
        self.out.colour()
    }

    /// Prints one line of a result.
    pub(crate) fn line(&self, text: impl Into<Text>) -> Result<(), Failure> {
        let line = text.into().render(self.out.colour()) + "\n";
        self.bytes(line.as_bytes())
    }

    /// Prints a table as a result, its columns aligned.
    pub(crate) fn table(&self, table: &Table) -> Result<(), Failure> {
        self.bytes(table.render(self.out.colour()).as_bytes())
    }

    /// Prints bytes as they are: manifests, sealed values, opened plaintext.
    ///
    /// Nothing is escaped, because these bytes are for programs.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> Result<(), Failure> {
        self.around_bar(|| self.out.write(bytes))
            .map_err(|error| output_failure(&error))
    }

    /// Says what a person should know but need not act on.
    pub(crate) fn note(&self, text: impl Into<Text>) {
        self.say(Text::new().dim("note:"), &text.into());
    }

    /// Says what is probably a mistake.
    pub(crate) fn warning(&self, text: impl Into<Text>) {
        self.say(Text::new().warn("warning:"), &text.into());
    }

    /// Says what to try next.
    pub(crate) fn hint(&self, text: impl Into<Text>) {
        self.say(Text::new().accent("hint:"), &text.into());
    }

    /// Says what is happening, without a prefix.
    pub(crate) fn status(&self, text: impl Into<Text>) {
        self.to_err(text.into().render(self.err.colour()) + "\n");
    }

    /// Prints why a command stopped: message, causes, hints.
    pub(crate) fn failure(&self, failure: &Failure) {
        if failure.kind() == Kind::ReaderGone {
            return;
        }
        self.say(Text::new().bad("error:"), &failure.message().into());
        for cause in failure.causes() {
            self.say(Text::new().plain("  ").dim("cause:"), &cause.into());
        }
        for hint in failure.hints() {
            self.say(Text::new().plain("  ").accent("hint:"), &hint.into());
        }
    }

    /// Starts a progress bar over `total` pieces of work; it shows on a terminal only.
    pub(crate) fn progress(&self, what: &str, total: usize) -> Progress<'_> {
        Progress::start(self, what, total)
    }

    /// Asks a yes-or-no question on the terminal; anything but yes is no.
    pub(crate) fn confirm(&self, question: &str) -> Result<bool, Failure> {
        self.around_bar(|| ask::confirm(question))
    }

    /// Asks for a line of text on the terminal.
    pub(crate) fn ask(&self, question: &str) -> Result<String, Failure> {
        self.around_bar(|| ask::text(question))
    }

    /// Asks for a secret on the terminal without showing what is typed.
    pub(crate) fn prompt_secret(&self, question: &str) -> Result<SecretBytes, Failure> {
        self.around_bar(|| ask::secret(question))
    }

    // Later lines of a text that spans several stand under its first word.
    fn say(&self, prefix: Text, text: &Text) {
        let indent = format!("\n{}", " ".repeat(prefix.width() + 1));
        let body = text.render(self.err.colour()).replace('\n', &indent);
        self.to_err(format!("{} {body}\n", prefix.render(self.err.colour())));
    }

    // Nobody can be told that standard error is broken.
    fn to_err(&self, text: String) {
        self.around_bar(|| self.err.write(text.as_bytes()).unwrap_or_default());
    }

    fn around_bar<T>(&self, print: impl FnOnce() -> T) -> T {
        let bar = lock(&self.bar).clone();
        match bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }
}

// A panic while printing leaves the stream usable, so poison is no reason to stop.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn output_failure(error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::BrokenPipe {
        Failure::reader_gone()
    } else {
        Failure::could_not("cannot write to standard output").because(error)
    }
}

#[cfg(test)]
impl Ui {
    /// Collects what would be printed, for tests: standard output, then standard error.
    pub(crate) fn captured(colour: Colour) -> (Self, stream::Captured, stream::Captured) {
        let (out, printed) = Stream::captured(colour);
        let (err, said) = Stream::captured(colour);
        let ui = Self {
            out,
            err,
            bar: Mutex::new(None),
            bars: false,
        };
        (ui, printed, said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_shows_message_causes_and_hints() {
        let (ui, out, err) = Ui::captured(Colour::Never);
        let failure = Failure::could_not("cannot seal key \"password\" of app/db")
            .cause("certificate expired on 2026-01-31")
            .hint("pass the controller's current certificate with --cert");
        ui.failure(&failure);
        assert_eq!(out.text(), "");
        assert_eq!(
            err.text(),
            "error: cannot seal key \"password\" of app/db\n  \
             cause: certificate expired on 2026-01-31\n  \
             hint: pass the controller's current certificate with --cert\n"
        );
    }

    #[test]
    fn a_reader_that_went_away_is_not_reported() {
        let (ui, _, err) = Ui::captured(Colour::Never);
        ui.failure(&Failure::reader_gone());
        assert_eq!(err.text(), "");
    }

    #[test]
    fn later_lines_stand_under_the_first() {
        let (ui, _, err) = Ui::captured(Colour::Never);
        ui.warning("one\ntwo");
        assert_eq!(err.text(), "warning: one\n         two\n");
    }

    #[test]
    fn escape_sequences_from_outside_never_reach_the_terminal() {
        let (ui, out, _) = Ui::captured(Colour::Always);
        ui.line(Text::new().good("\u{1b}[2J")).unwrap();
        assert_eq!(out.text(), "\u{1b}[32m\\u{1b}[2J\u{1b}[0m\n");
    }

    #[test]
    fn bytes_pass_unchanged() {
        let (ui, out, _) = Ui::captured(Colour::Never);
        ui.bytes(b"\x1b[0m\0").unwrap();
        assert_eq!(out.text(), "\u{1b}[0m\0");
    }

    #[test]
    fn a_closed_pipe_is_a_silent_end() {
        let broken = io::Error::from(io::ErrorKind::BrokenPipe);
        assert_eq!(output_failure(&broken).kind(), Kind::ReaderGone);
        assert_eq!(output_failure(&io::Error::other("full")).exit_code(), 2);
    }
}
