//! Opening the repository around a folder: by libgit2, and by git itself where libgit2 cannot.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use git2::{ErrorCode, Repository, RepositoryOpenFlags};

use super::libgit::LibGit;
use super::program::Program;
use super::{Id, Store};
use crate::env::git::Variables;
use crate::failure::Failure;
use crate::ui::shown;

/// A git repository, open for reading.
pub(crate) struct Git {
    store: Box<dyn Store>,
    root: Option<PathBuf>,
    folder: PathBuf,
    common_folder: PathBuf,
}

impl Git {
    /// The objects and the index.
    pub(crate) fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// The top folder of the work tree; nothing in a bare repository.
    pub(crate) fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// The folder that holds git's own files of this work tree.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder that holds what all work trees share.
    pub(crate) fn common_folder(&self) -> &Path {
        &self.common_folder
    }

    /// The commits that a merge in progress brings in; none without one.
    pub(crate) fn merging(&self) -> Vec<Id> {
        ids(&self.folder.join("MERGE_HEAD")).collect()
    }

    /// The commits whose parents a shallow clone left out; none in a whole one.
    pub(crate) fn shallow(&self) -> BTreeSet<Id> {
        ids(&self.common_folder.join("shallow")).collect()
    }
}

/// Opens the repository around a folder, or the one that git's variables name; nothing when there is none.
pub(crate) fn open(folder: &Path, variables: Variables) -> Result<Option<Git>, Failure> {
    match with_libgit(folder, variables) {
        Ok(git) => Ok(Some(git)),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) if error.code() == ErrorCode::Owner => Err(foreign(folder).because(error)),
        Err(error) => with_program(folder).map(Some).map_err(|failure| {
            if failure
                .causes()
                .iter()
                .any(|cause| cause.contains("dubious ownership"))
            {
                foreign(folder)
            } else {
                failure.because(error)
            }
        }),
    }
}

fn with_libgit(folder: &Path, variables: Variables) -> Result<Git, git2::Error> {
    let start = folder;
    let repository = open_repository(start, variables)?;
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let root = repository.workdir().map(real);
    let (folder, common_folder) = (real(repository.path()), real(repository.commondir()));
    Ok(Git {
        store: Box::new(LibGit::new(repository, start)),
        root,
        folder,
        common_folder,
    })
}

fn with_program(folder: &Path) -> Result<Git, Failure> {
    let program = Program::open(folder)?;
    Ok(Git {
        root: program.root().map(Path::to_owned),
        folder: program.folder().to_owned(),
        common_folder: program.common_folder()?,
        store: Box::new(program),
    })
}

fn open_repository(folder: &Path, variables: Variables) -> Result<Repository, git2::Error> {
    let flags = match variables {
        Variables::Follow if std::env::var_os("GIT_DIR").is_some() => {
            return Repository::open_from_env();
        }
        Variables::Follow => RepositoryOpenFlags::FROM_ENV,
        #[cfg(test)]
        Variables::Ignore => RepositoryOpenFlags::empty(),
    };
    Repository::open_ext(folder, flags, std::iter::empty::<&Path>())
}

fn foreign(folder: &Path) -> Failure {
    let marked = |folder: &&Path| folder.join(".git").exists();
    let root = folder.ancestors().find(marked).unwrap_or(folder);
    let root = shown(root);
    Failure::could_not("cannot read the git repository: another user owns it").hint(format!(
        "if you trust it: git config --global --add safe.directory {root}"
    ))
}

fn ids(file: &Path) -> impl Iterator<Item = Id> + use<> {
    let text = std::fs::read(file).unwrap_or_default();
    let lines: Vec<_> = text
        .split(|byte| *byte == b'\n')
        .filter_map(Id::from_hex)
        .collect();
    lines.into_iter().filter(|id| !id.as_bytes().is_empty())
}
