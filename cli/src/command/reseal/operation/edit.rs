//! Writing the files, and making sure of what was written.

use std::path::Path;

use sealsmith_core::certificate::Certificate;
use sealsmith_lint::{Lock, lock};

use super::super::engine::Run;
use super::super::record::Record;
use super::super::selection::Selection;
use super::super::{Args, engine_run, remember, report};
use super::plan::{Goal, Sealing};
use crate::certificates::Recipient;
use crate::command::Ending;
use crate::command::cert::Pinning;
use crate::failpoint;
use crate::failure::Failure;
use crate::operation::Courier;
use crate::operation::change::{Stage, digest_of};

/// What a re-sealing did, and for which key.
pub(in super::super) struct Outcome {
    pub(in super::super) run: Run,
    pub(in super::super) recipient: Recipient,
}

/// How the writing came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Edited {
    /// There is something to commit.
    Files,
    /// Every value was right already.
    Nothing,
    /// Some values were left behind.
    Incomplete,
}

/// Re-seals the files of an operation's plan.
pub(in super::super) struct Editor<'e, 'a, O: Sealing> {
    pub(in super::super) args: &'e Args,
    pub(in super::super) courier: &'e mut Courier<'a, O>,
}

impl<O: Sealing> Editor<'_, '_, O> {
    /// Writes what the plan says, and notes what it became.
    pub(in super::super) fn edit(&mut self) -> Result<(Edited, Outcome), Failure> {
        let (args, desk) = (self.args, self.courier.desk);
        let selection = Selection::resolve(args, desk.env)?;
        let recipient = self.recipient()?;
        let key = recipient.fingerprint();
        let record = Record::read(selection.git_folder()?.as_deref(), &key);
        self.courier.refuse_moved()?;
        self.courier
            .refuse_foreign(&|path, file| record.is_ours(path, file))?;
        self.courier.enter(Stage::Editing)?;
        record.open()?;
        let means = selection.means_for(&recipient, args, desk.env, desk.ui)?;
        let lock = selection.lock()?;
        let mut run = engine_run(
            &selection,
            &means,
            &recipient,
            lock.as_ref(),
            &record,
            args,
            desk.ui,
        )?;
        failpoint::reach("files-written");
        if let Some(mut lock) = lock {
            remember(&mut lock, &run, &key, &record)?;
        }
        failpoint::reach("lock-written");
        if let Some(failure) = run.stopped.take() {
            let command = &desk.command;
            return Err(failure
                .hint(format!(
                    "what is done stays done; to go on: {command} --resume"
                ))
                .hint(format!("or to undo it: {command} --abort")));
        }
        self.pin(&recipient, &selection)?;
        let incomplete = run.ending(false) == Ending::No;
        self.note_old_keys(&run);
        if !desk.quiet {
            report::human(&run, &recipient, false, desk.ui)?;
        }
        let outcome = Outcome { run, recipient };
        if incomplete && !(self.goal().partial || args.partial) {
            return Ok((Edited::Incomplete, outcome));
        }
        // Read anew: it knows by now what was written.
        let record = Record::read(selection.git_folder()?.as_deref(), &key);
        let there_are = self
            .courier
            .settle(&|path, file| record.is_ours(path, file))?;
        let edited = match there_are {
            true => Edited::Files,
            false => Edited::Nothing,
        };
        Ok((edited, outcome))
    }

    fn goal(&self) -> &Goal {
        O::goal(self.courier.journal.plan())
    }

    /// What is noted of the files that were written for the key of the plan.
    pub(in super::super) fn record(&self) -> Result<Record, Failure> {
        let key = self.goal().key.parse();
        let key =
            key.map_err(|error| Failure::refused("the journal names no key").because(error))?;
        let git = self.courier.desk.env.workspace()?.repo()?;
        Ok(Record::read(
            git.as_ref().map(|repo| repo.git_folder()),
            &key,
        ))
    }

    /// The key of the plan, which must not have changed since.
    fn recipient(&self) -> Result<Recipient, Failure> {
        let plan = self.goal();
        let certificate = Certificate::parse(plan.certificate.as_bytes()).map_err(|error| {
            Failure::refused("the journal holds no certificate that can be read").because(error)
        })?;
        let source = "the certificate of the plan";
        let recipient = Recipient::of(
            certificate,
            source,
            self.courier.desk.env,
            self.courier.desk.ui,
        )?;
        if recipient.fingerprint().to_string() == plan.key {
            return Ok(recipient);
        }
        Err(Failure::refused(
            "the journal contradicts itself: its certificate has another key",
        ))
    }

    /// Makes another key the environment's own, in the certificate file and `sealsmith.yaml`.
    fn pin(&self, recipient: &Recipient, selection: &Selection<'_>) -> Result<(), Failure> {
        let change = self.courier.change();
        let root = Path::new(&change.root);
        let promised = change.files.iter().filter(|file| file.after.is_some());
        let mut missing = false;
        for file in promised {
            missing |= digest_of(&root.join(&file.path))? != file.after;
        }
        if !missing {
            return Ok(());
        }
        let workspace = selection.workspace;
        Pinning::of(
            workspace,
            self.courier.desk.environment,
            &recipient.certificate,
        )?
        .write()
    }

    /// Keys that values came from, from what the lock file says of values that are gone and from what was seen.
    fn note_old_keys(&mut self, run: &Run) {
        let seen = run.files.iter().flat_map(|file| &file.resealed);
        let seen: Vec<String> = seen
            .filter_map(|(key, _)| key.as_ref().map(ToString::to_string))
            .collect();
        let remembered = self.remembered().unwrap_or_default();
        let plan = O::goal_mut(self.courier.journal.plan_mut());
        plan.old_keys.extend(seen.into_iter().chain(remembered));
        plan.old_keys.sort();
        plan.old_keys.dedup();
        let key = plan.key.clone();
        plan.old_keys.retain(|old| *old != key);
    }

    /// The keys of values that the lock file of the last commit has and the new one has not.
    fn remembered(&self) -> Option<Vec<String>> {
        let change = self.courier.change();
        let before = self
            .courier
            .desk
            .publisher
            .file_of(&change.git.base, lock::FILE);
        let before = Lock::parse(&String::from_utf8(before.ok()??).ok()?).ok()?;
        let after = std::fs::read_to_string(Path::new(&change.root).join(lock::FILE)).ok()?;
        let after = Lock::parse(&after).ok()?;
        let gone = before
            .digests()
            .filter(|digest| after.get(digest).is_none());
        let keys = gone.filter_map(|digest| before.get(digest));
        Some(keys.map(|entry| entry.fingerprint.to_string()).collect())
    }
}
