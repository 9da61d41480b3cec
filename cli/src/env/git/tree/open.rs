//! Opening the repository around a folder.

use std::path::{Path, PathBuf};

use git2::{ErrorCode, Repository, RepositoryOpenFlags};

use super::Store;
use super::libgit::LibGit;
use crate::env::git::Variables;
use crate::failure::Failure;
use crate::ui::shown;

/// A git repository, open for reading.
pub(crate) struct Git {
    store: Box<dyn Store>,
    root: Option<PathBuf>,
    folder: PathBuf,
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
}

/// Opens the repository around a folder, or the one that git's variables name; nothing when there is none.
pub(crate) fn open(folder: &Path, variables: Variables) -> Result<Option<Git>, Failure> {
    let repository = match open_repository(folder, variables) {
        Ok(repository) => repository,
        Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(folder, error)),
    };
    let root = repository.workdir().map(|root| {
        let real = root.canonicalize();
        real.unwrap_or_else(|_| root.to_owned())
    });
    let git_folder = repository.path().to_owned();
    let store = LibGit::new(repository).map_err(|error| unreadable(folder, error))?;
    Ok(Some(Git {
        store: Box::new(store),
        root,
        folder: git_folder,
    }))
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

fn unreadable(folder: &Path, error: git2::Error) -> Failure {
    let foreign = error.code() == ErrorCode::Owner;
    let failure = Failure::could_not(format!(
        "cannot read the git repository of {}",
        shown(folder)
    ))
    .because(error);
    if foreign {
        failure.hint(format!(
            "another user owns it; if you trust it: git config --global --add safe.directory {}",
            shown(folder)
        ))
    } else {
        failure
    }
}
