//! Files and folders that only their owner may see: state that is trusted because nobody else could write it.

use std::fs::{self, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::fs::OFlags;

use super::kind_of;
use crate::failure::Failure;
use crate::ui::shown;

/// Makes a folder at mode 0700 with those above it, or accepts one that is there, real, ours and closed to others.
pub(crate) fn private_folder(path: &Path) -> Result<(), Failure> {
    let made = fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path);
    made.and_then(|()| path.symlink_metadata())
        .map_err(|error| {
            Failure::could_not(format!("cannot make the folder {}", shown(path))).because(error)
        })
        .and_then(|metadata| refuse_shared(path, &metadata, "chmod 700"))
}

/// Opens a private file with the given options, created at mode 0600 where they create; a symlink,
/// somebody else's file or one that others may see is refused.
pub(crate) fn open_private(
    path: &Path,
    options: &mut OpenOptions,
) -> Result<Option<fs::File>, Failure> {
    let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY).bits());
    let flags = flags.expect("open flags are small numbers");
    match options.mode(0o600).custom_flags(flags).open(path) {
        Ok(file) => {
            let metadata = file.metadata().map_err(|error| unusable(path, error))?;
            if !metadata.is_file() {
                let kind = kind_of(metadata.file_type());
                return Err(Failure::refused(format!("{} is {kind}", shown(path))));
            }
            refuse_shared(path, &metadata, "chmod 600")?;
            Ok(Some(file))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(_) if path.is_symlink() => Err(symlink(path)),
        Err(error) => Err(unusable(path, error)),
    }
}

fn refuse_shared(path: &Path, metadata: &Metadata, cure: &str) -> Result<(), Failure> {
    if metadata.is_symlink() {
        return Err(symlink(path));
    }
    let own = rustix::process::geteuid().as_raw();
    if metadata.uid() != own {
        return Err(
            Failure::refused(format!("{} belongs to another user", shown(path))).cause(format!(
                "its owner has the number {}, not {own}",
                metadata.uid()
            )),
        );
    }
    let mode = metadata.mode() & 0o7777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(
        Failure::refused(format!("{} is open to other users", shown(path)))
            .cause(format!(
                "its mode is {mode:04o}, and what they wrote into it could not be told apart"
            ))
            .hint(format!("look at it, then: {cure} {}", shown(path))),
    )
}

fn symlink(path: &Path) -> Failure {
    Failure::refused(format!(
        "{} is a symlink, which is not followed",
        shown(path)
    ))
}

fn unusable(path: &Path, error: io::Error) -> Failure {
    Failure::could_not(format!("cannot open {}", shown(path))).because(error)
}
