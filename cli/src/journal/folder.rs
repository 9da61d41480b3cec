//! Where the state of a repository's operations lies.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::audit::Audit;
use super::document::{self, Summary};
use crate::env::{Env, files};
use crate::failure::Failure;
use crate::ui::shown;

/// The folder of one repository: `$XDG_STATE_HOME/sealsmith/<repository>`, at mode 0700.
#[derive(Clone, Debug)]
pub(crate) struct StateFolder {
    path: PathBuf,
    repository: String,
    host: String,
}

impl StateFolder {
    /// Finds the folder of the repository whose git folder is shared at `common`; it is made when it is missing.
    pub(crate) fn of(env: &Env, common: &Path) -> Result<Self, Failure> {
        let folder = Self::at(&env.state_home()?.join("sealsmith"), common, &host());
        folder.make()?;
        Ok(folder)
    }

    pub(super) fn at(above: &Path, common: &Path, host: &str) -> Self {
        let repository = identity(common);
        Self {
            path: above.join(&repository),
            repository,
            host: host.to_owned(),
        }
    }

    pub(super) fn make(&self) -> Result<(), Failure> {
        let above = self.path.parent().unwrap_or(&self.path);
        files::private_folder(above)?;
        files::private_folder(&self.path)
    }

    /// The journals of unfinished operations, by operation and environment.
    pub(crate) fn unfinished(&self) -> Result<Vec<Summary>, Failure> {
        let entries = std::fs::read_dir(&self.path).map_err(|error| {
            Failure::could_not(format!("cannot read the folder {}", shown(&self.path)))
                .because(error)
        })?;
        let mut paths: Vec<PathBuf> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
            .filter(|path| !files::is_leftover(path))
            .collect();
        paths.sort();
        let mut found = Vec::new();
        for path in paths {
            found.extend(document::summary(&path, self)?);
        }
        Ok(found)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn repository(&self) -> &str {
        &self.repository
    }

    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// The journal of an operation on an environment; both names are plain words.
    pub(super) fn journal(&self, operation: &str, environment: &str) -> PathBuf {
        self.path.join(format!("{operation}.{environment}.json"))
    }

    pub(super) fn audit(&self) -> Audit {
        Audit::new(self.path.join("audit.jsonl"))
    }
}

/// The name of the repository's folder, for people to recognise, and a digest of its whole path.
fn identity(common: &Path) -> String {
    let digest = Sha256::digest(common.as_os_str().as_encoded_bytes());
    let digits: String = digest[..6]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let named = if common.file_name().is_some_and(|name| name == ".git") {
        common.parent().and_then(Path::file_name)
    } else {
        common.file_name()
    };
    let name = named.unwrap_or_default().to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let name: String = name.chars().filter(|c| plain(*c)).take(40).collect();
    format!("{name}-{digits}")
}

fn host() -> String {
    let names = rustix::system::uname();
    names.nodename().to_string_lossy().into_owned()
}
