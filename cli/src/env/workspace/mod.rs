//! The repository a command works in: its root, its policy, and which paths may be rewritten.

use std::io;
use std::path::{Path, PathBuf};

use sealsmith_lint::policy::{FILE, Guarded, LIMIT};
use sealsmith_lint::{Layout, Place, Policy};

use super::files;
use super::git::{Repo, Rules, Variables};
use crate::failure::Failure;
use crate::ui::shown;

/// A repository, or a folder that stands in for one.
pub(crate) struct Workspace {
    root: PathBuf,
    in_git: bool,
    variables: Variables,
    policy: Option<Policy>,
    layout: Layout,
}

/// A file that may be rewritten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Site {
    /// What its path says.
    pub(crate) place: Place,
    /// Its path relative to the root, with slashes.
    pub(crate) path: String,
    /// Where it really is, symlinks followed.
    pub(crate) file: PathBuf,
}

impl Workspace {
    /// Finds the repository around a folder and reads its policy.
    ///
    /// The root is the nearest folder upwards that git manages; without one, the folder itself.
    pub(crate) fn find(folder: &Path, variables: Variables) -> Result<Self, Failure> {
        let (root, in_git) = around(folder)?;
        let policy = read_policy(&root)?;
        let layout = policy
            .as_ref()
            .map_or_else(Layout::default_whitelist, |policy| {
                Layout::new(&policy.layout)
            });
        Ok(Self {
            root,
            in_git,
            variables,
            policy,
            layout,
        })
    }

    /// Finds the repository around a folder as git's own variables have it.
    pub(crate) fn around(folder: &Path) -> Result<Self, Failure> {
        Self::find(folder, Variables::Follow)
    }

    /// Finds the root alone, whatever the policy in it says.
    pub(crate) fn root_of(folder: &Path) -> Result<PathBuf, Failure> {
        around(folder).map(|(root, _)| root)
    }

    /// Returns the root folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the policy, when there is one.
    pub(crate) fn policy(&self) -> Option<&Policy> {
        self.policy.as_ref()
    }

    /// Returns which paths may hold sealed secrets.
    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Returns whether a person is asked before an environment changes.
    pub(crate) fn is_protected(&self, environment: &str) -> bool {
        self.policy
            .as_ref()
            .unwrap_or(&Policy::default())
            .is_protected(environment)
    }

    /// Returns whether git manages the root.
    pub(crate) fn is_in_git(&self) -> bool {
        self.in_git
    }

    /// Opens the git repository; nothing when there is none.
    pub(crate) fn repo(&self) -> Result<Option<Repo>, Failure> {
        self.in_git
            .then(|| Repo::open(&self.root, self.variables))
            .transpose()
    }

    /// Returns what the path of a file says, or refuses a file outside the whitelist.
    ///
    /// Symlinks are followed first, so one that leads elsewhere is judged by where it leads. The file
    /// may be missing; its folder may not.
    pub(crate) fn place(&self, path: &Path) -> Result<Site, Failure> {
        let file = canonical(path).map_err(|error| cannot_find(path, error))?;
        let leads = (file != path).then_some(file.as_path());
        let below = file.strip_prefix(&self.root).map_err(|_| {
            Failure::refused(format!("{} is outside the repository", named(path, leads))).hint(
                format!("only files below {} are rewritten", shown(&self.root)),
            )
        })?;
        let located = below
            .to_str()
            .and_then(|below| Some((below, self.layout.locate(below)?)));
        let (below, place) = located.ok_or_else(|| self.outside(path, below, leads))?;
        Ok(Site {
            place,
            path: below.to_owned(),
            file: file.clone(),
        })
    }

    /// Lists the files of an environment, sorted; a file that may not be rewritten is refused by name.
    pub(crate) fn files_of(&self, environment: &str) -> Result<Vec<Site>, Failure> {
        let mut sites = Vec::new();
        for root in self.layout.roots(environment) {
            let folder = self.root.join(root);
            if !folder.is_dir() {
                continue;
            }
            for file in files::manifests_in(&folder)? {
                sites.extend(self.site_of(environment, &file)?);
            }
        }
        sites.sort_by(|one, other| one.path.cmp(&other.path));
        sites.dedup_by(|one, other| one.path == other.path);
        Ok(sites)
    }

    /// Refuses unless git could bring back every one of these paths, relative to the root.
    ///
    /// The policy has to be clean as well, for it steers the operation.
    pub(crate) fn refuse_unless_safe(
        &self,
        operation: Guarded,
        paths: &[&str],
    ) -> Result<(), Failure> {
        let Some(repo) = self.repo()? else {
            return Err(Failure::refused(format!(
                "{} is not in a git repository",
                shown(&self.root)
            ))
            .cause("what is rewritten could not be brought back")
            .hint("pass --no-git to go on without that safety"));
        };
        let mut paths = paths.to_vec();
        paths.push(FILE);
        repo.refuse_unless_safe(&paths, self.rules(operation))
    }

    /// As [`Workspace::refuse_unless_safe`], whatever the policy leaves out: what is committed has to be ours alone.
    pub(crate) fn refuse_unless_ours(&self, paths: &[&str]) -> Result<(), Failure> {
        let Some(repo) = self.repo()? else {
            return Ok(());
        };
        let rules = Rules {
            clean: true,
            branch: true,
            up_to_date: false,
        };
        repo.refuse_unless_safe(paths, rules)
    }

    fn rules(&self, operation: Guarded) -> Rules {
        let git = self
            .policy
            .as_ref()
            .map(|policy| policy.git.clone())
            .unwrap_or_default();
        Rules {
            clean: git.require_clean.contains(&operation),
            branch: git.require_branch,
            up_to_date: git.require_up_to_date,
        }
    }

    // A file below the roots that the patterns leave out is not the environment's, and no error.
    fn site_of(&self, environment: &str, file: &Path) -> Result<Option<Site>, Failure> {
        let below = file.strip_prefix(&self.root).unwrap_or(file);
        let Some(below) = below.to_str() else {
            return Err(Failure::refused(format!(
                "the name of {} is not UTF-8",
                shown(below)
            )));
        };
        if self
            .layout
            .locate(below)
            .is_none_or(|place| place.env != environment)
        {
            return Ok(None);
        }
        let site = self.place(file)?;
        if site.place.env == environment {
            return Ok(Some(site));
        }
        let (leads, other) = (shown(site.path.as_ref()), site.place.env);
        Err(Failure::refused(format!(
            "{} leads to {leads}, which belongs to {other}",
            shown(below.as_ref())
        )))
    }

    fn outside(&self, path: &Path, below: &Path, leads: Option<&Path>) -> Failure {
        let patterns: Vec<&str> = self.layout.patterns().collect();
        let failure = Failure::refused(format!(
            "{} is not where sealed secrets may be",
            named(path, leads)
        ))
        .cause(format!(
            "{} matches none of: {}",
            shown(below),
            patterns.join(", ")
        ));
        match &self.policy {
            Some(_) => failure.hint(format!("move it, or extend layout.allow in {FILE}")),
            None => failure.hint(format!(
                "move it, or say in {FILE} where sealed secrets live"
            )),
        }
    }
}

/// The nearest folder upwards that git manages, else the folder itself; and whether git manages it.
fn around(folder: &Path) -> Result<(PathBuf, bool), Failure> {
    let folder = canonical(folder).map_err(|error| cannot_find(folder, error))?;
    let managed = folder
        .ancestors()
        .find(|folder| folder.join(".git").exists());
    Ok((managed.unwrap_or(&folder).to_owned(), managed.is_some()))
}

fn read_policy(root: &Path) -> Result<Option<Policy>, Failure> {
    let path = root.join(FILE);
    match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(cannot_find(&path, error)),
        // What steers this tool has to be what the reviewer of the repository sees.
        Ok(metadata) if metadata.is_symlink() => {
            return Err(Failure::could_not(format!(
                "{} is a symlink, which is not followed",
                shown(&path)
            )));
        }
        Ok(_) => {}
    }
    let limit = u64::try_from(LIMIT).unwrap_or(u64::MAX);
    let bytes = files::read(&path, limit)?;
    let text = sealsmith_core::text::decode(&bytes).map_err(|error| {
        Failure::could_not(format!("cannot read {}", shown(&path))).because(error)
    })?;
    let policy = Policy::parse(&text.text);
    policy
        .map(Some)
        .map_err(|error| Failure::could_not(format!("cannot use {}", shown(&path))).because(error))
}

/// Follows symlinks of a path whose last parts may be missing.
fn canonical(path: &Path) -> io::Result<PathBuf> {
    match (path.canonicalize(), path.parent(), path.file_name()) {
        (Err(error), Some(folder), Some(name))
            if error.kind() == io::ErrorKind::NotFound && path.symlink_metadata().is_err() =>
        {
            let folder = if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                folder
            };
            Ok(canonical(folder)?.join(name))
        }
        (result, _, _) => result,
    }
}

fn named(path: &Path, leads: Option<&Path>) -> String {
    match leads {
        Some(leads) if path.is_symlink() => {
            format!("{} leads to {}, which", shown(path), shown(leads))
        }
        _ => shown(path),
    }
}

fn cannot_find(path: &Path, error: io::Error) -> Failure {
    Failure::could_not(format!("cannot find {}", shown(path))).because(error)
}

#[cfg(test)]
mod tests;
