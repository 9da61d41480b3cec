//! The files that are meant: those of an environment, of folders, or named ones.

use std::path::Path;

use crate::env::{Env, Site, Workspace, files};
use crate::failure::Failure;
use crate::ui::shown;

/// The files of all arguments in the order of their paths, each once.
pub(crate) fn find(
    workspace: &Workspace,
    targets: &[String],
    env: &Env,
) -> Result<Vec<Site>, Failure> {
    let mut sites = Vec::new();
    for target in targets {
        sites.extend(of_target(workspace, target, env)?);
    }
    sites.sort_by(|one, other| one.path.cmp(&other.path));
    sites.dedup_by(|one, other| one.file == other.file);
    Ok(sites)
}

/// The files of one argument: an environment, a folder or a file.
fn of_target(workspace: &Workspace, target: &str, env: &Env) -> Result<Vec<Site>, Failure> {
    let path = env.cwd().join(target);
    let is_environment = workspace
        .policy()
        .is_some_and(|policy| policy.environment(target).is_some());
    if is_environment && !path.exists() {
        return workspace.files_of(target);
    }
    if path.is_dir() {
        return in_folder(workspace, &path);
    }
    if path.symlink_metadata().is_err() {
        return Err(no_such(workspace, target));
    }
    Ok(vec![workspace.place(&path)?])
}

/// The files of a folder; one that holds SealedSecrets outside the whitelist is an error, not a gap.
fn in_folder(workspace: &Workspace, folder: &Path) -> Result<Vec<Site>, Failure> {
    let mut sites = Vec::new();
    for path in files::manifests_in(folder)? {
        match workspace.place(&path) {
            Ok(site) => sites.push(site),
            Err(refusal) if holds_sealed_secrets(&path) => return Err(refusal),
            Err(_) => {}
        }
    }
    Ok(sites)
}

fn holds_sealed_secrets(path: &Path) -> bool {
    // Whether it can be read is told where it is read.
    files::read(path, files::LIMIT).map_or(true, |bytes| {
        bytes.windows(12).any(|window| window == b"SealedSecret")
    })
}

fn no_such(workspace: &Workspace, target: &str) -> Failure {
    let failure = Failure::could_not(format!(
        "{} is no file, folder or environment",
        shown(Path::new(target))
    ));
    match workspace.policy() {
        Some(policy) => failure.hint(format!(
            "the environments are: {}",
            policy.environments.names().collect::<Vec<_>>().join(", ")
        )),
        None => failure.hint("there is no sealsmith.yaml that could name environments"),
    }
}
