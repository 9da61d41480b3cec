//! What others pushed meanwhile, and our commit on top of it.

use std::collections::BTreeSet;

use sealsmith_lint::policy::FILE;
use sealsmith_lint::{Lock, lock};

use super::super::change::short;
use super::{Courier, Publishing};
use crate::certificates;
use crate::env::git::publish::{Blob, Destination, Publisher};
use crate::failure::Failure;
use crate::ui::printable;

impl<O: Publishing> Courier<'_, O> {
    /// Looks where the remote branch is, and puts our commit on top of it when it has moved.
    ///
    /// What others changed must have nothing to do with our files, nor with what steers the operation.
    pub(super) fn catch_up(&mut self, to: &Destination) -> Result<(), Failure> {
        let publisher = &self.desk.publisher;
        let git = &self.change().git;
        let (Some(commit), base) = (git.commit.clone(), git.base.clone()) else {
            return Ok(());
        };
        let Some(tip) = publisher.tip(to)? else {
            return Err(Failure::refused(format!("{to} is gone"))
                .hint("find out who removed it, and whether it was meant"));
        };
        // Either it can be pushed as it is, or it has arrived already.
        let newest = self.change().newest();
        if publisher.is_ancestor(&tip, &newest)? || publisher.is_ancestor(&newest, &tip)? {
            return Ok(());
        }
        if !publisher.is_ancestor(&base, &tip)? {
            return Err(
                Failure::refused(format!("{to} was rewritten meanwhile")).cause(format!(
                    "it is at {}, which does not follow {}",
                    short(&tip),
                    short(&base)
                )),
            );
        }
        self.refuse_others_on_top(&commit)?;
        let touched = publisher.differing(&base, &tip)?;
        let merged = self.merged(&touched, &base, &commit, &tip)?;
        let rebased = publisher.rebuilt(&commit, &tip, &merged)?;
        publisher.could_move(&commit, &rebased)?;
        self.warn_about_newcomers(&touched)?;
        self.change_mut().git.rebased = Some(rebased);
        Ok(())
    }

    fn refuse_others_on_top(&self, commit: &str) -> Result<(), Failure> {
        if self.desk.publisher.head()? == commit {
            return Ok(());
        }
        Err(
            Failure::refused("others pushed meanwhile, and there are commits on top of ours")
                .hint("bring the branch up to date yourself: git pull --rebase && git push")
                .hint("then end the operation with --resume"),
        )
    }

    /// What our commit has to hold after the merge, where it is not what it holds now: the lock file alone can be
    /// merged, since its lines stand for themselves.
    fn merged(
        &self,
        touched: &[String],
        base: &str,
        commit: &str,
        tip: &str,
    ) -> Result<Vec<Blob>, Failure> {
        let ours: BTreeSet<String> = self.steering()?;
        let both: Vec<&String> = touched
            .iter()
            .filter(|path| ours.contains(*path) && *path != lock::FILE)
            .collect();
        if !both.is_empty() {
            let failure = Failure::refused(format!(
                "somebody else changed {} of this operation meanwhile",
                crate::ui::count(both.len(), "file")
            ));
            let failure = both.iter().take(8).fold(failure, |failure, path| {
                failure.cause(printable(path).into_owned())
            });
            return Err(failure.hint("take this back, bring the branch up to date and start again: nothing of theirs or yours is lost"));
        }
        let is_merged = ours.contains(lock::FILE) && touched.iter().any(|path| path == lock::FILE);
        if !is_merged {
            return Ok(Vec::new());
        }
        let [base, ours, theirs] = [
            self.lock_of(base)?,
            self.lock_of(commit)?,
            self.lock_of(tip)?,
        ];
        let text = merge(&base, &ours, theirs).to_string();
        Ok(vec![Blob {
            path: lock::FILE.to_owned(),
            id: self.desk.publisher.keep(text.as_bytes())?,
        }])
    }

    /// Our files, and those that say how they are to be made.
    fn steering(&self) -> Result<BTreeSet<String>, Failure> {
        let mut paths: BTreeSet<String> = self.change().paths().into_iter().collect();
        paths.insert(FILE.to_owned());
        let workspace = self.desk.env.workspace()?;
        let certificate = certificates::path_of_environment(workspace, self.desk.environment);
        let certificate = certificate.ok();
        let below = certificate
            .as_ref()
            .and_then(|path| path.strip_prefix(workspace.root()).ok());
        paths.extend(below.map(|path| path.to_string_lossy().into_owned()));
        Ok(paths)
    }

    fn lock_of(&self, commit: &str) -> Result<Lock, Failure> {
        lock_of(&self.desk.publisher, commit)
    }

    /// Secrets that came in meanwhile may be for the old key, which nobody looked at.
    fn warn_about_newcomers(&self, touched: &[String]) -> Result<(), Failure> {
        if !O::WHOLE_ENVIRONMENT {
            return Ok(());
        }
        let workspace = self.desk.env.workspace()?;
        let environment = self.desk.environment;
        let of_ours = |path: &&String| {
            let place = workspace.layout().locate(path);
            place.is_some_and(|place| place.env == environment)
        };
        for path in touched.iter().filter(of_ours) {
            self.desk.ui.warning(format!(
                "{} came in meanwhile and was not looked at: re-seal {environment} once more",
                printable(path)
            ));
        }
        Ok(())
    }
}

/// The lock file as `head` has it, with what `ours` changed in that of `base` taken back.
pub(crate) fn merged_back(
    publisher: &Publisher,
    ours: &str,
    base: &str,
    head: &str,
) -> Result<Vec<u8>, Failure> {
    let [ours, base, head] = [
        lock_of(publisher, ours)?,
        lock_of(publisher, base)?,
        lock_of(publisher, head)?,
    ];
    Ok(merge(&ours, &base, head).to_string().into_bytes())
}

fn lock_of(publisher: &Publisher, commit: &str) -> Result<Lock, Failure> {
    let bytes = publisher.file_of(commit, lock::FILE)?;
    let text = String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned();
    Lock::parse(&text).map_err(|error| {
        Failure::refused(format!("cannot use the lock file of {}", short(commit))).because(error)
    })
}

/// Theirs, with what we took out taken out and what we put in put in.
fn merge(base: &Lock, ours: &Lock, theirs: Lock) -> Lock {
    let mut merged = theirs;
    for digest in base.digests().filter(|digest| ours.get(digest).is_none()) {
        merged.remove(digest);
    }
    for digest in ours.digests() {
        if let Some(entry) = ours
            .get(digest)
            .filter(|entry| base.get(digest) != Some(*entry))
        {
            merged.remove(digest);
            merged.add(*digest, entry.clone());
        }
    }
    merged
}
