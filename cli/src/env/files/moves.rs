//! Files that change their name or go, and stay so after a crash.

use std::fs;
use std::path::Path;

use super::replace::sync_folder_of;
use crate::failure::Failure;
use crate::ui::shown;

/// Gives a file another name in its folder; what has that name goes.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::rename(from, to).map_err(|error| {
        Failure::could_not(format!("cannot rename {} to {}", shown(from), shown(to))).because(error)
    })?;
    sync_folder_of(to)
}

/// Removes a file.
pub(crate) fn remove(path: &Path) -> Result<(), Failure> {
    fs::remove_file(path).map_err(|error| {
        Failure::could_not(format!("cannot remove {}", shown(path))).because(error)
    })?;
    sync_folder_of(path)
}

/// Makes a folder and those above it, where they are missing.
pub(crate) fn make_folder(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path).map_err(|error| {
        Failure::could_not(format!("cannot make the folder {}", shown(path))).because(error)
    })
}
