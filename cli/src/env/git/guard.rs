//! Refusing to rewrite files that git could not bring back.

use std::path::Path;

use super::tree::Status;
use super::{Dirt, Head, Repo};
use crate::failure::Failure;
use crate::ui::printable;

const LISTED: usize = 8;

/// What a guarded operation asks of git.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    /// The paths must be as the last commit has them.
    pub(crate) clean: bool,
    /// A branch must be checked out.
    pub(crate) branch: bool,
    /// The branch must have everything its upstream had at the last fetch.
    pub(crate) up_to_date: bool,
}

impl Repo {
    /// Refuses unless git could bring back every one of these paths, relative to the root.
    ///
    /// Other dirt in the work tree is allowed, and left alone.
    pub(crate) fn refuse_unless_safe(&self, paths: &[&str], rules: Rules) -> Result<(), Failure> {
        self.refuse_unfinished()?;
        self.refuse_locked_index()?;
        let status = self.git.store().status()?;
        refuse_head(&status.head, rules)?;
        paths.iter().try_for_each(|path| self.refuse_nested(path))?;
        if rules.clean {
            refuse_dirt(&self.dirt(&status, paths)?)?;
        }
        if rules.up_to_date {
            refuse_behind(&status)
        } else {
            Ok(())
        }
    }

    fn refuse_unfinished(&self) -> Result<(), Failure> {
        let Some(what) = self.git.unfinished() else {
            return Ok(());
        };
        let (what, command) = match what {
            "bisect" => ("a bisection".to_owned(), "git bisect reset".to_owned()),
            what => (
                format!("a {what}"),
                format!("git {what} --continue, or git {what} --abort"),
            ),
        };
        Err(Failure::refused(format!("git is in the middle of {what}"))
            .hint(format!("finish it or drop it first: {command}")))
    }

    fn refuse_locked_index(&self) -> Result<(), Failure> {
        let lock = self.git.index_lock();
        if !lock.exists() {
            return Ok(());
        }
        Err(
            Failure::refused("another git process is at work here, or one was killed")
                .cause(format!("{} exists", crate::ui::shown(&lock)))
                .hint("wait for it; when none is running, remove that file"),
        )
    }

    /// Refuses a path inside a repository within the repository, whose state is not looked at.
    fn refuse_nested(&self, path: &str) -> Result<(), Failure> {
        let inside = Path::new(path)
            .ancestors()
            .skip(1)
            .filter(|folder| !folder.as_os_str().is_empty());
        match inside
            .into_iter()
            .find(|folder| self.root().join(folder).join(".git").exists())
        {
            None => Ok(()),
            Some(folder) => {
                let (path, folder) = (printable(path), crate::ui::shown(folder));
                Err(
                    Failure::refused(format!("{path} belongs to another repository, in {folder}"))
                        .hint(format!("run this inside {folder}")),
                )
            }
        }
    }
}

fn refuse_head(head: &Head, rules: Rules) -> Result<(), Failure> {
    match head {
        Head::Unborn => Err(Failure::refused("the repository has no commit yet")
            .hint("commit what is there first, so that git can bring it back")),
        Head::Detached(commit) if rules.branch => Err(Failure::refused(format!(
            "no branch is checked out (HEAD is at {commit})"
        ))
        .hint("check out the branch that deploys this environment: git switch BRANCH")),
        Head::Detached(_) | Head::Branch(_) => Ok(()),
    }
}

fn refuse_behind(status: &Status) -> Result<(), Failure> {
    match &status.upstream {
        None | Some((_, _, 0)) => Ok(()),
        Some((upstream, _, count)) => {
            let commits = if *count == 1 { "commit" } else { "commits" };
            let upstream = printable(upstream);
            Err(
                Failure::refused(format!("the branch is {count} {commits} behind {upstream}"))
                    .hint("bring it up to date: git pull --ff-only"),
            )
        }
    }
}

fn refuse_dirt(dirt: &[Dirt]) -> Result<(), Failure> {
    let Some(first) = dirt.first() else {
        return Ok(());
    };
    let what = match dirt.len() {
        1 => "a file to be rewritten is not committed".to_owned(),
        count => format!("{count} files to be rewritten are not committed"),
    };
    let failure = Failure::refused(what);
    let listed = dirt
        .iter()
        .take(LISTED)
        .fold(failure, |failure, Dirt { path, matter }| {
            failure.cause(format!("{} is {}", printable(path), matter.words()))
        });
    let rest = dirt.len().saturating_sub(LISTED);
    let listed = if rest > 0 {
        listed.cause(format!("and {rest} more"))
    } else {
        listed
    };
    Err(listed.hint(first.matter.cure(&printable(&first.path))))
}
