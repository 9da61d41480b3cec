//! A manifest file on disk: read with its byte order mark, written back only when it changed.

use std::path::{Path, PathBuf};

use sealsmith_core::manifest::tree::{Error, Position, Stream};
use sealsmith_core::text::{Encoding, decode};
use zeroize::Zeroizing;

use crate::env::files;
use crate::failure::Failure;
use crate::ui::shown;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A parsed file that can be edited in place.
pub(crate) struct ManifestFile {
    path: PathBuf,
    has_mark: bool,
    stream: Stream,
}

impl ManifestFile {
    /// Reads and parses a file that is to be edited; UTF-16 is refused because Kubernetes cannot read it.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let bytes = files::read_secret(path, files::LIMIT)?;
        let decoded = decode(bytes.expose()).map_err(|error| not_read(path).because(error))?;
        if matches!(decoded.encoding, Encoding::Utf16Le | Encoding::Utf16Be) {
            return Err(not_read(path)
                .cause("the file is UTF-16, which Kubernetes and Argo CD cannot read")
                .hint(format!(
                    "convert it first: iconv -f UTF-16 -t UTF-8 {}",
                    shown(path)
                )));
        }
        let stream = Stream::parse(&decoded.text).map_err(|error| unreadable(path, &error))?;
        Ok(Self {
            path: path.to_owned(),
            has_mark: decoded.encoding == Encoding::Utf8Bom,
            stream,
        })
    }

    /// The file's path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What the file holds.
    pub(crate) fn stream(&self) -> &Stream {
        &self.stream
    }

    /// Replaces the text of the file, atomically; mode, symlink and byte order mark stay.
    pub(crate) fn write(&self, text: &str) -> Result<(), Failure> {
        self.write_unsynced(text)?;
        files::sync_folder_of(&self.path)
    }

    /// As [`ManifestFile::write`], for many files: who calls it syncs each folder when they are done.
    pub(crate) fn write_unsynced(&self, text: &str) -> Result<(), Failure> {
        files::replace_unsynced(&self.path, &self.bytes(text), files::Access::Public)
    }

    /// What the file holds once a text is written, byte order mark included.
    pub(crate) fn bytes(&self, text: &str) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() + BYTE_ORDER_MARK.len()));
        if self.has_mark {
            bytes.extend_from_slice(BYTE_ORDER_MARK);
        }
        bytes.extend_from_slice(text.as_bytes());
        bytes
    }

    /// `file:line:column` of a place in the file.
    pub(crate) fn place(&self, position: Position) -> String {
        place(&self.path, position)
    }
}

/// Returns `file:line:column`, as editors and terminals link it.
pub(crate) fn place(path: &Path, position: Position) -> String {
    format!("{}:{position}", shown(path))
}

/// Turns a reader's error into a failure that names file, line and column.
pub(crate) fn unreadable(path: &Path, error: &Error) -> Failure {
    Failure::could_not(format!(
        "{}: {}",
        place(path, error.position),
        error.problem
    ))
}

fn not_read(path: &Path) -> Failure {
    Failure::could_not(format!("cannot read {}", shown(path)))
}
