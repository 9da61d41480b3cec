//! Writing the files, and making sure of what was written.

use std::path::Path;

use sealsmith_core::certificate::Certificate;
use sealsmith_lint::{Lock, lock};

use super::super::engine::Run;
use super::super::record::Record;
use super::super::selection::Selection;
use super::super::{engine_run, remember, report};
use super::plan::{Now, Step, digest_of};
use super::{Format, Work};
use crate::certificates::Recipient;
use crate::command::Ending;
use crate::command::cert::Pinning;
use crate::failpoint;
use crate::failure::Failure;

/// What a re-sealing did, and for which key.
pub(super) struct Outcome {
    pub(super) run: Run,
    pub(super) recipient: Recipient,
}

/// How the writing came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edited {
    /// There is something to commit.
    Files,
    /// Every value was right already.
    Nothing,
    /// Some values were left behind.
    Incomplete,
}

impl Work<'_> {
    /// Writes what the plan says, and notes what it became.
    pub(super) fn edit(&mut self) -> Result<Edited, Failure> {
        let desk = self.desk;
        let selection = Selection::resolve(desk.args, desk.env)?;
        let recipient = self.recipient()?;
        let key = recipient.fingerprint();
        let record = Record::read(selection.git_folder()?.as_deref(), &key);
        self.refuse_moved()?;
        self.refuse_foreign(&record)?;
        self.journal.enter(Step::Editing)?;
        record.open()?;
        let means = selection.means_for(&recipient, desk.args, desk.env, desk.ui)?;
        let lock = selection.lock()?;
        let mut run = engine_run(
            &selection,
            &means,
            &recipient,
            lock.as_ref(),
            &record,
            desk.args,
            desk.ui,
        )?;
        failpoint::reach("files-written");
        if let Some(mut lock) = lock {
            remember(&mut lock, &run, &key, &record)?;
        }
        failpoint::reach("lock-written");
        if let Some(failure) = run.stopped.take() {
            let command = format!("sealsmith reseal {}", desk.environment);
            return Err(failure
                .hint(format!(
                    "what is done stays done; to go on: {command} --resume"
                ))
                .hint(format!("or to undo it: {command} --abort")));
        }
        self.pin(&recipient, &selection)?;
        let incomplete = run.ending(false) == Ending::No;
        self.note_old_keys(&run);
        self.outcome = Some(Outcome { run, recipient });
        if self.desk.args.format == Format::Human {
            self.report_values()?;
        }
        if incomplete && !(self.journal.plan().partial || desk.args.partial) {
            return Ok(Edited::Incomplete);
        }
        // Read anew: it knows by now what was written.
        let record = Record::read(selection.git_folder()?.as_deref(), &key);
        self.settle(&record)
    }

    /// The key of the plan, which must not have changed since.
    fn recipient(&self) -> Result<Recipient, Failure> {
        let plan = self.journal.plan();
        let certificate = Certificate::parse(plan.certificate.as_bytes()).map_err(|error| {
            Failure::refused("the journal holds no certificate that can be read").because(error)
        })?;
        let source = "the certificate of the plan";
        let recipient = Recipient::of(certificate, source, self.desk.env, self.desk.ui)?;
        if recipient.fingerprint().to_string() == plan.key {
            return Ok(recipient);
        }
        Err(Failure::refused(
            "the journal contradicts itself: its certificate has another key",
        ))
    }

    /// Refuses when the branch is no longer where the plan found it.
    pub(super) fn refuse_moved(&self) -> Result<(), Failure> {
        let (plan, publisher) = (&self.journal.plan().git, &self.desk.publisher);
        let (branch, head) = (publisher.branch()?, publisher.head()?);
        if branch == plan.branch && head == plan.base {
            return Ok(());
        }
        let abort = format!("sealsmith reseal {} --abort", self.desk.environment);
        Err(
            Failure::refused("the branch is not where it was when the operation began")
                .cause(format!("{} was at {}", plan.branch, short(&plan.base)))
                .cause(format!("{branch} is at {}", short(&head)))
                .hint(format!("go back there, or undo what was begun: {abort}")),
        )
    }

    /// Refuses to write over what somebody else wrote since.
    pub(super) fn refuse_foreign(&self, record: &Record) -> Result<(), Failure> {
        let foreign = self.journal.plan().foreign(record)?;
        if foreign.is_empty() {
            return Ok(());
        }
        let failure = Failure::refused(format!(
            "{} changed since the operation began",
            super::super::count(foreign.len(), "file")
        ));
        let failure = foreign.into_iter().take(8).fold(failure, Failure::cause);
        Err(failure.hint(
            "put your changes aside, with `git diff > FILE` and `git restore`, and run this again",
        ))
    }

    /// Makes another key the environment's own, in the certificate file and `sealsmith.yaml`.
    fn pin(&self, recipient: &Recipient, selection: &Selection<'_>) -> Result<(), Failure> {
        let plan = self.journal.plan();
        let root = Path::new(&plan.root);
        let promised = plan.files.iter().filter(|file| file.after.is_some());
        let mut missing = false;
        for file in promised {
            missing |= digest_of(&root.join(&file.path))? != file.after;
        }
        if !missing {
            return Ok(());
        }
        let workspace = selection.workspace;
        Pinning::of(workspace, self.desk.environment, &recipient.certificate)?.write()
    }

    /// Keys that values came from, from what the lock file says of values that are gone and from what was seen.
    fn note_old_keys(&mut self, run: &Run) {
        let seen = run.files.iter().flat_map(|file| &file.resealed);
        let seen: Vec<String> = seen
            .filter_map(|(key, _)| key.as_ref().map(ToString::to_string))
            .collect();
        let remembered = self.remembered().unwrap_or_default();
        let plan = self.journal.plan_mut();
        plan.old_keys.extend(seen.into_iter().chain(remembered));
        plan.old_keys.sort();
        plan.old_keys.dedup();
        let key = plan.key.clone();
        plan.old_keys.retain(|old| *old != key);
    }

    /// The keys of values that the lock file of the last commit has and the new one has not.
    fn remembered(&self) -> Option<Vec<String>> {
        let plan = self.journal.plan();
        let before = self.desk.publisher.file_of(&plan.git.base, lock::FILE);
        let before = Lock::parse(&String::from_utf8(before.ok()??).ok()?).ok()?;
        let after = std::fs::read_to_string(Path::new(&plan.root).join(lock::FILE)).ok()?;
        let after = Lock::parse(&after).ok()?;
        let gone = before
            .digests()
            .filter(|digest| after.get(digest).is_none());
        let keys = gone.filter_map(|digest| before.get(digest));
        Some(keys.map(|entry| entry.fingerprint.to_string()).collect())
    }

    /// Keeps the files that changed in the plan, with what they became.
    fn settle(&mut self, record: &Record) -> Result<Edited, Failure> {
        self.refuse_foreign(record)?;
        let plan = self.journal.plan();
        let changed = plan.now(record)?.into_iter();
        let changed = changed.filter(|(_, now)| *now == Now::Ours);
        let mut files: Vec<_> = changed.map(|(file, _)| file.clone()).collect();
        if files.is_empty() {
            return Ok(Edited::Nothing);
        }
        let paths: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
        let blobs = self.desk.publisher.blobs(&paths)?;
        for (file, blob) in files.iter_mut().zip(blobs) {
            file.after = digest_of(&Path::new(&plan.root).join(&file.path))?;
            file.blob = Some(blob.id);
        }
        self.journal.plan_mut().files = files;
        self.journal.enter(Step::Edited)?;
        Ok(Edited::Files)
    }

    fn report_values(&self) -> Result<(), Failure> {
        match &self.outcome {
            Some(Outcome { run, recipient }) => report::human(run, recipient, false, self.desk.ui),
            None => Ok(()),
        }
    }
}

/// The first digits of a commit's name.
pub(super) fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}
