//! What has to be true before the first write. Any doubt stops here.

use std::collections::BTreeSet;

use sealsmith_core::manifest::sealed_secret::sealed_secrets;
use sealsmith_lint::policy::{EnvironmentGit, FILE};

use super::super::selection::Selection;
use super::Desk;
use super::plan::Plan;
use crate::env::git::publish::{Destination, Publisher};
use crate::failure::Failure;
use crate::manifest_file::ManifestFile;
use crate::ui::printable;

/// Refuses without a branch, or in the middle of somebody's commit.
pub(super) fn branch_is_checked_out(publisher: &Publisher) -> Result<(), Failure> {
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
pub(super) fn destination(
    desk: &Desk<'_>,
    settings: &EnvironmentGit,
    current: &str,
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
    if desk.args.no_push {
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
pub(super) fn up_to_date(
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
    let commits = |count: usize| super::super::count(count, "commit");
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
pub(super) fn ours(selection: &Selection<'_>, plan: &Plan) -> Result<(), Failure> {
    let there = plan.files.iter().filter(|file| file.before.is_some());
    let mut paths: Vec<&str> = there.map(|file| file.path.as_str()).collect();
    paths.push(FILE);
    selection.workspace.refuse_unless_ours(&paths)
}

/// Refuses a secret that no entry of the policy's `secrets` is about, where there are any.
pub(super) fn known(selection: &Selection<'_>) -> Result<(), Failure> {
    let Some(policy) = selection.workspace.policy() else {
        return Ok(());
    };
    if policy.secrets.is_empty() {
        return Ok(());
    }
    let mut unknown = BTreeSet::new();
    for (path, file) in selection.paths.iter().zip(&selection.files) {
        // A file that cannot be read is told of when it is to be re-sealed.
        let Ok(file) = ManifestFile::read(file) else {
            continue;
        };
        let app = selection.layout().locate(path).and_then(|place| place.app);
        for secret in sealed_secrets(file.stream()).unwrap_or_default() {
            if policy.secret_rule(secret.name(), app.as_deref()).is_none() {
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
        super::super::count(unknown.len(), "secret")
    ));
    let failure = unknown.into_iter().take(8).fold(failure, Failure::cause);
    Err(failure.hint("say for each who may change it, `manual` or `automated`, and why"))
}
