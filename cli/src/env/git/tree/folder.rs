//! A folder that git does not manage: every file in it counts.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path as FilePath, PathBuf};

use sealsmith_lint::Path;
use sealsmith_lint::source::{Content, File, MAX_BYTES, Mode};

use super::listing::Entry;
use super::{Sorted, Tree};
use crate::env::files;
use crate::failure::Failure;
use crate::ui::shown;

/// A folder that git does not manage.
pub(crate) struct Folder {
    root: PathBuf,
    entries: Vec<Entry>,
}

impl Folder {
    /// Lists every file below a folder.
    pub(crate) fn new(root: &FilePath) -> Self {
        let mut found = BTreeSet::new();
        list(root, b"", &mut found);
        let entries = found.into_iter().map(|path| Entry {
            path,
            mode: Mode::Regular,
            id: None,
            skipped: false,
        });
        Self {
            root: root.to_owned(),
            entries: entries.collect(),
        }
    }
}

impl Tree for Folder {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn sorted(&self) -> &dyn Sorted {
        &self.entries
    }

    fn file(&self, entry: &Entry) -> Result<Option<File>, Failure> {
        on_disk(&self.root, &entry.path, true)
    }
}

/// Adds every file below a folder of a root; links are listed and not followed, repositories inside left out.
pub(super) fn list(root: &FilePath, folder: &[u8], found: &mut BTreeSet<Path>) {
    let below = |folder: &[u8]| root.join(OsStr::from_bytes(folder));
    let mut folders = vec![folder.to_vec()];
    while let Some(folder) = folders.pop() {
        // A folder that cannot be listed holds nothing that could be committed from here.
        for entry in fs::read_dir(below(&folder)).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let path = match folder.as_slice() {
                [] => name.as_bytes().to_vec(),
                folder => [folder, b"/", name.as_bytes()].concat(),
            };
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            match is_folder {
                _ if name == ".git" || files::is_leftover(&entry.path()) => {}
                true if below(&path).join(".git").exists() => {}
                true => folders.push(path),
                false => drop(found.insert(Path::new(path))),
            }
        }
    }
}

/// Reads a file from the disk; no link on the way to it is followed.
pub(super) fn on_disk(
    root: &FilePath,
    path: &Path,
    tracked: bool,
) -> Result<Option<File>, Failure> {
    let file = root.join(OsStr::from_bytes(path.as_bytes()));
    let read = || {
        let Some(metadata) = plain(root, &file)? else {
            return Ok(None);
        };
        Ok(Some(File {
            path: path.clone(),
            mode: mode(&metadata),
            content: content(&file, &metadata)?,
            tracked,
            attributes: Vec::new(),
            permissions: (!tracked).then(|| metadata.permissions().mode() & 0o7777),
        }))
    };
    read().map_err(|error: io::Error| {
        Failure::could_not(format!("cannot read {}", shown(&file))).because(error)
    })
}

fn content(file: &FilePath, metadata: &Metadata) -> io::Result<Content> {
    if metadata.is_symlink() {
        let target = fs::read_link(file)?;
        return Ok(Content::Bytes(target.as_os_str().as_bytes().to_vec()));
    }
    if !metadata.is_file() {
        return Ok(Content::Nothing);
    }
    if metadata.len() > MAX_BYTES {
        return Ok(Content::TooLarge(metadata.len()));
    }
    fs::read(file).map(Content::Bytes)
}

fn mode(metadata: &Metadata) -> Mode {
    match metadata {
        metadata if metadata.is_symlink() => Mode::Symlink,
        metadata if metadata.is_file() && metadata.permissions().mode() & 0o100 != 0 => {
            Mode::Executable
        }
        _ => Mode::Regular,
    }
}

/// Returns what a file is, unless it is missing, a folder, or behind a link.
fn plain(root: &FilePath, file: &FilePath) -> io::Result<Option<Metadata>> {
    let folders = file
        .ancestors()
        .skip(1)
        .take_while(|folder| *folder != root);
    if folders.into_iter().any(FilePath::is_symlink) {
        return Ok(None);
    }
    match fs::symlink_metadata(file) {
        Ok(metadata) if metadata.is_dir() => Ok(None),
        Ok(metadata) => Ok(Some(metadata)),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
