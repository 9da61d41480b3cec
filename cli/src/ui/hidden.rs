//! One line typed on a terminal without showing it, taken byte for byte: tabs stay, nothing is cut.
//!
//! The terminal's own line editing would cut a long line at 4095 bytes without a word, and leave the
//! rest of several pasted lines to the shell; so the keys that edit a line are understood here.

use std::fs::File;
use std::io::{self, Read};

use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};
use zeroize::Zeroizing;

/// The longest line; it fits into one buffer, so that no copy of it is left behind.
const LIMIT: usize = 64 << 10;
/// How long to wait for more lines of a paste, in tenths of a second.
const PASTE_GAP: u8 = 1;

/// Why there is no line.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// The terminal failed.
    #[error(transparent)]
    Terminal(#[from] io::Error),
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// Ctrl-D, or the terminal is gone.
    #[error("the input ended")]
    Ended,
    /// More came after the first line: a paste of which only a part would count.
    #[error("several lines were pasted, and a prompt takes one")]
    SeveralLines,
    /// An arrow key, say; whether it belongs to the value is anyone's guess.
    #[error("a control character was typed, which a prompt cannot take")]
    Control,
    /// No one types that much.
    #[error("more than {LIMIT} bytes were typed")]
    TooLong,
}

/// Reads a line without its end; the terminal is as it was afterwards, whatever happens.
pub(super) fn read_line(terminal: &File) -> Result<Zeroizing<Vec<u8>>, Error> {
    let quiet = Quiet::new(terminal)?;
    let mut line = Line::new(Keys::of(&quiet.before));
    let mut chunk = Zeroizing::new([0; 1024]);
    loop {
        let size = read(terminal, &mut *chunk)?;
        if size == 0 {
            return Err(Error::Ended);
        }
        for (index, &byte) in chunk[..size].iter().enumerate() {
            if line.take(byte)? == Step::Done {
                let rest = chunk[index + 1..size].iter().any(is_text);
                return quiet.rest(rest).and_then(|()| line.finish());
            }
        }
    }
}

/// The terminal without echo, until this is dropped.
struct Quiet<'t> {
    terminal: &'t File,
    before: Termios,
}

impl<'t> Quiet<'t> {
    fn new(terminal: &'t File) -> io::Result<Self> {
        let before = tcgetattr(terminal)?;
        let quiet = Self { terminal, before };
        quiet.wait_for(1, 0)?;
        Ok(quiet)
    }

    fn wait_for(&self, bytes: u8, tenths: u8) -> io::Result<()> {
        let mut now = self.before.clone();
        now.local_modes -= LocalModes::ECHO
            | LocalModes::ECHONL
            | LocalModes::ICANON
            | LocalModes::ISIG
            | LocalModes::IEXTEN;
        now.special_codes[SpecialCodeIndex::VMIN] = bytes;
        now.special_codes[SpecialCodeIndex::VTIME] = tenths;
        Ok(tcsetattr(self.terminal, OptionalActions::Now, &now)?)
    }

    /// Takes in what follows the line at once, so that a shell does not run it, and refuses it.
    fn rest(&self, mut any: bool) -> Result<(), Error> {
        self.wait_for(0, PASTE_GAP)?;
        let mut chunk = Zeroizing::new([0; 1024]);
        loop {
            match read(self.terminal, &mut *chunk)? {
                0 if any => return Err(Error::SeveralLines),
                0 => return Ok(()),
                size => any |= chunk[..size].iter().any(is_text),
            }
        }
    }
}

impl Drop for Quiet<'_> {
    fn drop(&mut self) {
        // A terminal that went away needs no echo.
        let _ = tcsetattr(self.terminal, OptionalActions::Now, &self.before);
    }
}

/// The keys that edit a line, as the terminal has them set.
#[derive(Clone, Copy)]
struct Keys {
    interrupt: u8,
    end: u8,
    erase: u8,
    erase_word: u8,
    erase_line: u8,
}

impl Keys {
    fn of(terminal: &Termios) -> Self {
        let key = |index| terminal.special_codes[index];
        Self {
            interrupt: key(SpecialCodeIndex::VINTR),
            end: key(SpecialCodeIndex::VEOF),
            erase: key(SpecialCodeIndex::VERASE),
            erase_word: key(SpecialCodeIndex::VWERASE),
            erase_line: key(SpecialCodeIndex::VKILL),
        }
    }
}

/// A line as far as it is typed.
struct Line {
    keys: Keys,
    bytes: Zeroizing<Vec<u8>>,
    has_control: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    More,
    Done,
}

impl Line {
    fn new(keys: Keys) -> Self {
        Self {
            keys,
            bytes: Zeroizing::new(Vec::with_capacity(LIMIT)),
            has_control: false,
        }
    }

    fn take(&mut self, byte: u8) -> Result<Step, Error> {
        let keys = self.keys;
        match byte {
            b'\r' | b'\n' => return Ok(Step::Done),
            // A key that is not set has the code zero, and zero is a control character too.
            byte if byte == keys.interrupt && byte != 0 => return Err(Error::Interrupted),
            byte if byte == keys.end && byte != 0 => return Err(Error::Ended),
            byte if byte == keys.erase || byte == 0x7f || byte == 0x08 => self.erase(),
            byte if byte == keys.erase_word && byte != 0 => self.erase_word(),
            byte if byte == keys.erase_line && byte != 0 => self.bytes.clear(),
            b'\t' => self.push(byte)?,
            byte if byte.is_ascii_control() => self.has_control = true,
            byte => self.push(byte)?,
        }
        Ok(Step::More)
    }

    fn finish(self) -> Result<Zeroizing<Vec<u8>>, Error> {
        if self.has_control {
            Err(Error::Control)
        } else {
            Ok(self.bytes)
        }
    }

    fn push(&mut self, byte: u8) -> Result<(), Error> {
        if self.bytes.len() == LIMIT {
            return Err(Error::TooLong);
        }
        self.bytes.push(byte);
        Ok(())
    }

    /// Removes the last character, all its bytes of UTF-8.
    fn erase(&mut self) {
        let continues = |byte: &u8| byte & 0xc0 == 0x80;
        while self.bytes.pop().as_ref().is_some_and(continues) {}
    }

    fn erase_word(&mut self) {
        let is_blank = |byte: Option<&u8>| byte.is_some_and(|byte| matches!(byte, b' ' | b'\t'));
        while is_blank(self.bytes.last()) {
            self.erase();
        }
        while !self.bytes.is_empty() && !is_blank(self.bytes.last()) {
            self.erase();
        }
    }
}

fn is_text(byte: &u8) -> bool {
    !matches!(byte, b'\r' | b'\n')
}

fn read(mut terminal: &File, chunk: &mut [u8]) -> io::Result<usize> {
    loop {
        match terminal.read(chunk) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;
    use std::io::Write as _;
    use std::os::fd::OwnedFd;

    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    use super::*;

    /// A terminal, and the end at which a person sits.
    fn terminal() -> (File, File) {
        let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&person).unwrap();
        unlockpt(&person).unwrap();
        let name = ptsname(&person, Vec::new()).unwrap();
        let name = name.to_str().unwrap();
        let terminal = OpenOptions::new().read(true).write(true).open(name);
        (terminal.unwrap(), OwnedFd::into(person))
    }

    /// What is read when this is typed, and what the terminal shows of it.
    fn typed(keys: &[u8]) -> (Result<Vec<u8>, Error>, Vec<u8>) {
        let (terminal, mut person) = terminal();
        let before = tcgetattr(&terminal).unwrap().local_modes;
        let line = std::thread::scope(|scope| {
            let reading = scope.spawn(|| read_line(&terminal).map(|line| line.to_vec()));
            // Typing starts when the echo is off, as after a prompt.
            while tcgetattr(&terminal).unwrap().local_modes == before {
                std::thread::yield_now();
            }
            person.write_all(keys).unwrap();
            reading.join().unwrap()
        });
        assert_eq!(tcgetattr(&terminal).unwrap().local_modes, before);
        (&terminal).write_all(b"|").unwrap();
        let mut shown = vec![0; 64];
        let size = person.read(&mut shown).unwrap();
        shown.truncate(size);
        (line, shown)
    }

    #[test]
    fn tabs_and_any_text_are_taken_and_nothing_is_shown() {
        let (line, shown) = typed("\ta b\tü€\t\n".as_bytes());
        assert_eq!(line.unwrap(), "\ta b\tü€\t".as_bytes());
        assert_eq!(shown, b"|");
    }

    #[test]
    fn a_line_longer_than_a_terminal_s_is_whole() {
        let mut long = vec![b'x'; 20_000];
        long.push(b'\n');
        assert_eq!(typed(&long).0.unwrap().len(), 20_000);
    }

    #[test]
    fn keys_that_edit_a_line_edit_it() {
        for (keys, expected) in [
            ("abc\x7f\x7fd\n", "ad"),
            ("aü\x08b\n", "ab"),
            ("\x7fa\n", "a"),
            ("old\x15new\n", "new"),
            ("one two \x17three\n", "one three"),
            ("a\r", "a"),
            ("\n", ""),
        ] {
            assert_eq!(typed(keys.as_bytes()).0.unwrap(), expected.as_bytes());
        }
    }

    #[test]
    fn several_pasted_lines_are_refused_and_leave_nothing_for_the_shell() {
        let (terminal, mut person) = terminal();
        person.write_all(b"one\ntwo\nthree").unwrap();
        assert!(matches!(read_line(&terminal), Err(Error::SeveralLines)));
        person.write_all(b"next\n").unwrap();
        assert_eq!(&**read_line(&terminal).unwrap(), b"next");
        assert!(typed(b"one\n\n").0.is_ok());
    }

    #[test]
    fn what_is_no_answer_is_told_apart() {
        assert!(matches!(typed(b"ab\x03").0, Err(Error::Interrupted)));
        assert!(matches!(typed(b"ab\x04").0, Err(Error::Ended)));
        assert!(matches!(typed(b"ab\x1b[A\n").0, Err(Error::Control)));
        assert!(matches!(typed(b"a\0b\n").0, Err(Error::Control)));
    }
}
