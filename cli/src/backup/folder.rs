//! One folder for backups, and everything that could make it a bad place for a secret.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};

use getrandom::rand_core::Rng as _;
use sealsmith_core::secret::SecretBytes;

use super::name::{Form, Name};
use crate::env::{files, inside, random};
use crate::failpoint;
use crate::failure::Failure;
use crate::ui::shown;

/// More than the key Secrets of any controller need: 16 MiB.
const LIMIT: u64 = 16 << 20;

const CURE: &str = "name another folder in sealsmith.yaml, as environments.ENV.aws.backup.folder";

/// A folder that only its owner can look into, outside of everything that git shares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Folder {
    path: PathBuf,
    /// The work tree that git's variables name, which may lie anywhere.
    work_tree: Option<PathBuf>,
}

impl Folder {
    pub(super) fn new(path: &Path, work_tree: Option<&Path>) -> Self {
        Self {
            // A slash at the end would have a symlink followed.
            path: path.components().collect(),
            work_tree: work_tree.map(Path::to_owned),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the folder where it is missing, and refuses one in which a secret would not be safe.
    pub(super) fn make(&self) -> Result<(), Failure> {
        self.refuse_in_git()?;
        files::private_folder(&self.path).map_err(|failure| failure.within(self.unfit()).hint(CURE))
    }

    /// As [`Folder::make`], and tries whether so many bytes fit in.
    pub(super) fn check(&self, room: usize) -> Result<(), Failure> {
        self.make()?;
        // At random, since zeros take no room on some file systems.
        let mut bytes = vec![0; room];
        random::system()?.fill_bytes(&mut bytes);
        files::try_room(&self.path, &bytes).map_err(|error| {
            let failure = Failure::could_not(self.unfit());
            let full = matches!(
                error.kind(),
                io::ErrorKind::StorageFull
                    | io::ErrorKind::QuotaExceeded
                    | io::ErrorKind::FileTooLarge
            );
            if full {
                failure
                    .because(error)
                    .hint("free some space on its disk")
                    .hint(CURE)
            } else {
                failure.because(error).hint(CURE)
            }
        })
    }

    /// Writes a new file and reads it back; the proof is that both are the same.
    pub(super) fn keep(
        &self,
        name: &Name,
        form: Form,
        content: &SecretBytes,
    ) -> Result<PathBuf, Failure> {
        self.make()?;
        let path = self.path.join(name.file(form));
        files::write_new_private_after(&path, content.expose(), || {
            failpoint::reach("backup-written");
        })?;
        failpoint::reach("backup-named");
        let read = self.read(&path)?;
        if read.same_as(content) {
            return Ok(path);
        }
        Err(
            Failure::could_not(format!("{} does not hold what was written", shown(&path)))
                .hint("look after its disk"),
        )
    }

    /// Lists the backups in the folder; none when there is no folder.
    pub(super) fn list(&self) -> Result<Vec<(PathBuf, Name, Form)>, Failure> {
        if self.path.symlink_metadata().is_err() {
            return Ok(Vec::new());
        }
        self.make()?;
        let entries = std::fs::read_dir(&self.path).map_err(|error| {
            Failure::could_not(format!("cannot list {}", shown(&self.path))).because(error)
        })?;
        let mut found: Vec<_> = entries
            .flatten()
            .filter_map(|entry| {
                let (name, form) = Name::parse(entry.file_name().to_str()?)?;
                Some((entry.path(), name, form))
            })
            .collect();
        found.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(found)
    }

    /// Reads a backup, which has to be as private as it was written.
    pub(super) fn read(&self, path: &Path) -> Result<SecretBytes, Failure> {
        let file = files::open_private(path, OpenOptions::new().read(true))?;
        let file = file.ok_or_else(|| Failure::could_not(format!("{} is gone", shown(path))))?;
        files::read_stream(file, &shown(path), LIMIT)
    }

    /// Wipes what killed processes left half written; returns how many files that were.
    pub(super) fn sweep(&self) -> Result<usize, Failure> {
        files::wipe_leftovers(&self.path)
    }

    fn refuse_in_git(&self) -> Result<(), Failure> {
        let real = inside::real(&self.path);
        let marked = |folder: &&Path| folder.join(".git").symlink_metadata().is_ok();
        let named = self.work_tree.as_deref();
        let named = named.filter(|root| real.starts_with(root));
        let Some(root) = real.ancestors().find(marked).or(named) else {
            return Ok(());
        };
        Err(Failure::refused(self.unfit())
            .cause(format!(
                "it is in the git repository {}, and what lies there is soon shared with everyone",
                shown(root)
            ))
            .hint(CURE))
    }

    fn unfit(&self) -> String {
        format!("no secret can be kept in {}", shown(&self.path))
    }
}
