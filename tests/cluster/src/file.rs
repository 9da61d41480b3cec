//! Files of a cluster, with errors that name them.

use crate::error::{Error, Result};
use std::path::{Path, PathBuf};

/// Writes a file and the folders above it.
pub(crate) fn write(path: PathBuf, content: impl AsRef<[u8]>) -> Result<PathBuf> {
    let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    match made.and_then(|()| std::fs::write(&path, content)) {
        Ok(()) => Ok(path),
        Err(source) => Err(Error::File { path, source }),
    }
}

/// Reads a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(at(path))
}

/// Lists the files of a folder by name.
pub(crate) fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).map_err(at(folder))?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(at(folder))?;
    paths.sort();
    Ok(paths)
}

/// Names the file in an error.
pub(crate) fn at(path: &Path) -> impl Fn(std::io::Error) -> Error {
    move |source| Error::File {
        path: path.to_owned(),
        source,
    }
}
