//! What has to be true before the first write. Any doubt stops here.

use std::collections::BTreeSet;

use sealsmith_core::manifest::sealed_secret::sealed_secrets;
use sealsmith_lint::policy::{EnvironmentGit, FILE};

use super::Desk;
use super::change::{Change, PlannedGit};
use crate::env::git::publish::{Destination, Publisher};
use crate::env::{Site, Workspace};
use crate::failure::Failure;
use crate::manifest_file::ManifestFile;
use crate::ui::{count, printable};

/// Where a change goes: from the branch that is checked out, which has to be the environment's, to the remote.
pub(crate) fn route(desk: &Desk<'_>, push: bool) -> Result<PlannedGit, Failure> {
    branch_is_checked_out(&desk.publisher)?;
    let workspace = desk.env.workspace()?;
    let settings = workspace
        .policy()
        .and_then(|policy| policy.environment(desk.environment))
        .map(|environment| environment.git.clone())
        .unwrap_or_default();
    let branch = desk.publisher.branch()?;
    let to = destination(desk, &settings, &branch, push)?;
    Ok(PlannedGit {
        base: desk.publisher.head()?,
        branch,
        to,
        commit: None,
        rebased: None,
    })
}

/// Refuses without a branch, or in the middle of somebody's commit.
fn branch_is_checked_out(publisher: &Publisher) -> Result<(), Failure> {
    if std::env::var_os("GIT_INDEX_FILE").is_some() {
        return Err(
            Failure::refused("git is in the middle of a commit: GIT_INDEX_FILE is set")
                .hint("run this outside of a hook"),
        );
    }
    publisher.branch().map(|_| ()).map_err(|_| {
        Failure::refused("no branch is checked out")
            .hint("check out the branch that deploys this environment: git switch BRANCH")
    })
}

/// The remote branch that the commit goes to: nothing when it is to stay here. Wrong branches are refused.
fn destination(
    desk: &Desk<'_>,
    settings: &EnvironmentGit,
    current: &str,
    push: bool,
) -> Result<Option<Destination>, Failure> {
    let (publisher, remote) = (&desk.publisher, &settings.remote);
    let followed = publisher.followed(current, remote)?;
    let branch = followed.clone().unwrap_or_else(|| current.to_owned());
    if let Some(wanted) = &settings.branch
        && *wanted != branch
        && wanted != current
    {
        return Err(Failure::refused(format!(
            "{} is deployed from branch {}, and {} is checked out",
            desk.environment,
            printable(wanted),
            printable(current)
        ))
        .hint(format!("git switch {}", printable(wanted))));
    }
    if !push {
        return Ok(None);
    }
    let remotes = publisher.remotes()?;
    if remotes.is_empty() {
        return Ok(None);
    }
    if !remotes.contains(remote) {
        return Err(Failure::refused(format!(
            "this repository has no remote named {}",
            printable(remote)
        ))
        .cause(format!("it has: {}", remotes.join(", ")))
        .hint(format!(
            "name one in {FILE}: environments.{}.git.remote; or pass --no-push",
            desk.environment
        )));
    }
    Ok(Some(Destination {
        remote: remote.clone(),
        branch: settings.branch.clone().unwrap_or(branch),
    }))
}

/// Refuses unless our commit would be the only new one: the branch has all of the remote's commits, and no more.
pub(crate) fn up_to_date(
    publisher: &Publisher,
    base: &str,
    to: &Destination,
) -> Result<(), Failure> {
    let Some(tip) = publisher.tip(to)? else {
        let (remote, branch) = (printable(&to.remote), printable(&to.branch));
        return Err(Failure::refused(format!("{remote} has no branch {branch}"))
            .hint(format!(
                "push what is there first: git push -u {remote} HEAD:{branch}"
            ))
            .hint("or pass --no-push"));
    };
    let commits = |number: usize| count(number, "commit");
    match (publisher.count(base, &tip)?, publisher.count(&tip, base)?) {
        (0, 0) => Ok(()),
        (0, ahead) => Err(Failure::refused(format!(
            "the branch has {} that {to} has not",
            commits(ahead)
        ))
        .cause("a push would publish more than this operation does")
        .hint("push them first: git push; or pass --no-push")),
        (behind, 0) => Err(Failure::refused(format!(
            "the branch is {} behind {to}",
            commits(behind)
        ))
        .hint("bring it up to date: git pull --ff-only")),
        (behind, ahead) => Err(Failure::refused(format!(
            "the branch and {to} have diverged: {} only here, {} only there",
            commits(ahead),
            commits(behind)
        ))
        .hint("bring them together: git pull --rebase")),
    }
}

/// Refuses when a file that may change has changes already, whatever the policy asks for.
pub(crate) fn ours(workspace: &Workspace, change: &Change) -> Result<(), Failure> {
    let there = change.files.iter().filter(|file| file.before.is_some());
    let mut paths: Vec<&str> = there.map(|file| file.path.as_str()).collect();
    paths.push(FILE);
    workspace.refuse_unless_ours(&paths)
}

/// Refuses a secret that no entry of the policy's `secrets` is about, where there are any.
pub(crate) fn known(workspace: &Workspace, sites: &[Site]) -> Result<(), Failure> {
    let Some(policy) = workspace.policy() else {
        return Ok(());
    };
    if policy.secrets.is_empty() {
        return Ok(());
    }
    let mut unknown = BTreeSet::new();
    for Site { place, path, file } in sites {
        // A file that cannot be read is told of when it is to be re-sealed.
        let Ok(file) = ManifestFile::read(file) else {
            continue;
        };
        let app = place.app.as_deref();
        for secret in sealed_secrets(file.stream()).unwrap_or_default() {
            if policy.secret_rule(secret.name(), app).is_none() {
                unknown.insert(format!(
                    "{} in {}",
                    printable(secret.name()),
                    printable(path)
                ));
            }
        }
    }
    if unknown.is_empty() {
        return Ok(());
    }
    let failure = Failure::refused(format!(
        "no entry of `secrets` in {FILE} is about {}",
        count(unknown.len(), "secret")
    ));
    let failure = unknown.into_iter().take(8).fold(failure, Failure::cause);
    Err(failure.hint("say for each who may change it, `manual` or `automated`, and why"))
}
