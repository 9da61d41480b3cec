//! One operation at a time in a repository, on one machine.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};

use super::folder::StateFolder;
use crate::env::files;
use crate::failure::Failure;
use crate::ui::{printable, shown};

/// Holds every other operation off while it lives; the system lets go of it when the process ends.
pub(crate) struct Guard {
    _file: File,
}

impl Guard {
    /// Takes the lock, or says who holds it. `what` names the operation for whoever comes next.
    pub(crate) fn take(folder: &StateFolder, what: &str) -> Result<Self, Failure> {
        let path = folder.path().join("lock");
        let cannot =
            |error| Failure::could_not(format!("cannot lock {}", shown(&path))).because(error);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = files::open_private(&path, &mut options)?
            .ok_or_else(|| cannot(std::io::ErrorKind::NotFound.into()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(&mut file)),
            Err(TryLockError::Error(error)) => return Err(cannot(error)),
        }
        // Only for the message above, so a failure to write it does no harm.
        let _ = file.set_len(0);
        let _ = file.rewind();
        let _ = writeln!(file, "{what}, process {}", std::process::id());
        Ok(Self { _file: file })
    }
}

fn held(file: &mut File) -> Failure {
    let mut holder = String::new();
    let _ = file.take(200).read_to_string(&mut holder);
    let failure = Failure::refused("another operation is at work in this repository");
    match holder.trim() {
        "" => failure,
        holder => failure.cause(printable(holder)),
    }
    .hint("wait for it to end")
}
