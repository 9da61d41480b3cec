//! A standard stream, and whether it shows colour.

use std::io::{self, Write};
use std::sync::Mutex;

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};

use super::lock;

/// Whether to write colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colour {
    /// Write terminal colours.
    Always,
    /// Write plain text.
    Never,
}

/// Where text goes.
pub(super) struct Stream {
    raw: Mutex<Box<dyn Write + Send>>,
    colour: Colour,
}

impl Stream {
    /// Wraps a standard stream; colour follows the terminal, `NO_COLOR` and `CLICOLOR_FORCE`.
    pub(super) fn standard(raw: impl RawStream + Send + 'static) -> Self {
        let colour = match AutoStream::choice(&raw) {
            ColorChoice::Never => Colour::Never,
            ColorChoice::Auto | ColorChoice::Always | ColorChoice::AlwaysAnsi => Colour::Always,
        };
        Self::new(raw, colour)
    }

    /// Returns whether this stream shows colour.
    pub(super) fn colour(&self) -> Colour {
        self.colour
    }

    /// Writes all bytes and flushes, so that a full disk is noticed here and not at exit.
    pub(super) fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let mut raw = lock(&self.raw);
        raw.write_all(bytes)?;
        raw.flush()
    }

    fn new(raw: impl Write + Send + 'static, colour: Colour) -> Self {
        Self {
            raw: Mutex::new(Box::new(raw)),
            colour,
        }
    }
}

/// What was written to a captured stream.
#[cfg(test)]
#[derive(Clone, Default)]
pub(crate) struct Captured(std::sync::Arc<Mutex<Vec<u8>>>);

#[cfg(test)]
impl Captured {
    /// Returns everything written so far.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(lock(&self.0).clone()).unwrap()
    }
}

#[cfg(test)]
impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        lock(&self.0).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
impl Stream {
    /// Makes a stream that keeps what is written.
    pub(super) fn captured(colour: Colour) -> (Self, Captured) {
        let captured = Captured::default();
        (Self::new(captured.clone(), colour), captured)
    }
}
