//! Waiting for what others do.

use crate::error::{Error, Result};
use std::time::{Duration, Instant};

/// Nothing here takes that long unless it hangs.
pub const HANG: Duration = Duration::from_secs(90);

const PAUSE: Duration = Duration::from_millis(20);

/// What a look at the world found.
#[derive(Debug)]
pub enum Seen<T> {
    /// What was waited for.
    There(T),
    /// Something else, for the message if it stays so.
    Else(String),
}

/// Looks again and again until it is there.
///
/// # Errors
/// An error of `look`, or [`Error::TimedOut`] after [`HANG`].
pub fn until<T>(what: &str, mut look: impl FnMut() -> Result<Seen<T>>) -> Result<T> {
    let start = Instant::now();
    loop {
        let seen = match look()? {
            Seen::There(found) => return Ok(found),
            Seen::Else(seen) => seen,
        };
        if start.elapsed() > HANG {
            return Err(timed_out(what, seen));
        }
        std::thread::sleep(PAUSE);
    }
}

fn timed_out(what: &str, seen: String) -> Error {
    Error::TimedOut {
        what: what.to_owned(),
        limit: HANG,
        seen,
    }
}
