//! Strings of a template run: bytes that are wiped.

use std::borrow::Borrow;
use std::mem::take;
use std::ops::Deref;
use std::rc::Rc;

use zeroize::Zeroizing;

use super::{MAX_TEXT, Problem};

/// A string value. Go's strings are bytes, so these are too.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Text(Rc<Zeroizing<Vec<u8>>>);

impl Deref for Text {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Borrow<[u8]> for Text {
    fn borrow(&self) -> &[u8] {
        self
    }
}

impl From<Vec<u8>> for Text {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Rc::new(Zeroizing::new(bytes)))
    }
}

impl From<&[u8]> for Text {
    fn from(bytes: &[u8]) -> Self {
        bytes.to_vec().into()
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self[..].cmp(other)
    }
}

/// A string being written: wiped when it grows, and refused in the end if it grew too long.
#[derive(Default)]
pub(super) struct Buffer {
    bytes: Zeroizing<Vec<u8>>,
    overflowed: bool,
}

impl Buffer {
    pub(super) fn push(&mut self, more: impl AsRef<[u8]>) {
        let more = more.as_ref();
        let length = self.bytes.len() + more.len();
        self.overflowed |= length > MAX_TEXT;
        if self.overflowed {
            return;
        }
        if length > self.bytes.capacity() {
            self.grow(length.max(2 * self.bytes.capacity()));
        }
        self.bytes.extend_from_slice(more);
    }

    pub(super) fn push_char(&mut self, c: char) {
        self.push(c.encode_utf8(&mut [0; 4]));
    }

    /// Pushes the same byte many times.
    pub(super) fn fill(&mut self, byte: u8, count: usize) {
        self.push(vec![byte; count.min(MAX_TEXT + 1)]);
    }

    /// Fails once the limit was passed.
    pub(super) fn check(&self) -> Result<(), Problem> {
        match self.overflowed {
            true => Err(Problem::Limit("16 MiB of text")),
            false => Ok(()),
        }
    }

    pub(super) fn into_bytes(mut self) -> Result<Vec<u8>, Problem> {
        self.check()?;
        Ok(take(&mut *self.bytes))
    }

    // A `Vec` that grows by itself leaves its old bytes in memory.
    fn grow(&mut self, capacity: usize) {
        let mut roomier = Zeroizing::new(Vec::with_capacity(capacity));
        roomier.extend_from_slice(&self.bytes);
        self.bytes = roomier;
    }
}
