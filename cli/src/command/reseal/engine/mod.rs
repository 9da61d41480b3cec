//! Re-seals many files on all cores; memory does not grow with their content.

mod file_report;
mod known;
mod left;

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Once;

use getrandom::rand_core::CryptoRng;
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use sealsmith_core::manifest::sealed_secret::sealed_secrets;
use sealsmith_core::manifest::tree::Stream;
use sealsmith_core::reseal::{Keys, Outcome, reseal};
use sealsmith_core::unseal::KeyRing;
use sealsmith_lint::Layout;
use zeroize::Zeroizing;

use super::super::Ending;
use super::means::Means;
use super::record::Record;
use super::reencrypt::Reencryption;
use crate::certificates::Recipient;
use crate::controller::{IN_FLIGHT, Live};
use crate::diff;
use crate::env::{files, random};
use crate::failure::Failure;
use crate::lock_file::{LockFile, Sealed};
use crate::manifest_file::ManifestFile;
use crate::ui::Ui;

pub(super) use file_report::FileReport;
pub(crate) use left::{Left, placed};

use known::{Known, needs_names};
use left::sentence;

/// Threads beyond the cores when keys are at hand.
const WAITING: usize = 2;

/// What a run needs to know besides its files.
pub(super) struct Engine<'a> {
    pub(super) means: &'a Means,
    /// Which key each value is for, where that is remembered.
    pub(super) lock: Option<&'a LockFile>,
    pub(super) record: &'a Record,
    pub(super) target: &'a Recipient,
    /// Paths are shown relative to this folder.
    pub(super) root: &'a Path,
    /// What a path says about the namespace.
    pub(super) layout: &'a Layout,
    pub(super) dry_run: bool,
    pub(super) want_diff: bool,
}

/// What became of all files, in their order.
pub(super) struct Run {
    pub(super) files: Vec<FileReport>,
    /// Why the controller could not be asked to the end.
    pub(super) stopped: Option<Failure>,
}

impl Engine<'_> {
    /// Re-seals every file; a file that fails does not stop the others.
    pub(super) fn run(&self, paths: &[PathBuf], ui: &Ui) -> Result<Run, Failure> {
        let random = random::system()?;
        if !self.dry_run {
            // What a kill left behind is gone before anything new is written.
            let folders: BTreeSet<&Path> = paths.iter().filter_map(|path| path.parent()).collect();
            folders.into_iter().for_each(files::remove_leftovers);
        }
        let progress = ui.progress("re-sealing", paths.len());
        let known = Known::new(paths, self.layout);
        let slow = Once::new();
        let one = |path: &PathBuf| {
            let report = self.file(path, &mut random.clone(), &known);
            progress.advance();
            self.say_if_limited(&slow, ui);
            report
        };
        let files: Vec<_> = self
            .threads()?
            .install(|| paths.par_iter().with_max_len(1).map(one).collect());
        if !self.dry_run {
            sync(paths.iter().zip(&files).filter(|(_, file)| file.changed))?;
        }
        let stopped = match self.means {
            Means::Keys(_) => None,
            Means::Controller(live) => live.stopped().cloned(),
        };
        Ok(Run { files, stopped })
    }

    fn file(
        &self,
        path: &Path,
        random: &mut (impl CryptoRng + Clone),
        known: &Known<'_>,
    ) -> FileReport {
        let mut report = FileReport::new(path.strip_prefix(self.root).unwrap_or(path));
        let file = match ManifestFile::read(path) {
            Ok(file) => file,
            Err(failure) => return report.failed(path, &failure),
        };
        if self.record.is_done(&self.key(path), file.stream().text()) {
            report.current = sealed_secrets(file.stream())
                .map(|secrets| {
                    secrets
                        .iter()
                        .filter_map(|secret| secret.items().ok())
                        .map(|items| items.len())
                        .sum()
                })
                .unwrap_or_default();
            report.sealed = Sealed::between(None, file.stream());
            return report;
        }
        match self.means {
            Means::Keys(ring) => self.with_keys(ring, &mut report, &file, random, known),
            Means::Controller(live) => self.with_controller(live, &mut report, &file),
        }
        report
    }

    fn with_keys(
        &self,
        ring: &KeyRing,
        report: &mut FileReport,
        file: &ManifestFile,
        random: &mut impl CryptoRng,
        known: &Known<'_>,
    ) {
        let keys = Keys {
            ring,
            target: &self.target.key,
        };
        let first = reseal(random, &keys, file.stream(), &[]);
        // Only who fails pays for knowing every name of the repository.
        let outcome = match first {
            Ok(outcome) if outcome.values.iter().any(needs_names) => reseal(
                random,
                &keys,
                file.stream(),
                &known.candidates(Path::new(&report.path), file.stream()),
            ),
            other => other,
        };
        match outcome {
            Ok(outcome) => self.finish(report, file, outcome),
            Err(error) => report.leave(Some(error.position), error.problem.to_string()),
        }
    }

    fn with_controller(&self, live: &Live, report: &mut FileReport, file: &ManifestFile) {
        let place = self.layout.locate(&self.key(file.path()));
        let namespace = place.and_then(|place| self.layout.namespace(&place));
        let reencryption = Reencryption {
            live,
            target: self.target,
            lock: self.lock,
        };
        let Ok(done) = reencryption.file(file.stream(), namespace.as_deref()) else {
            report.unreached = true;
            return;
        };
        report.current = done.current;
        for from in done.from {
            report.count_resealed(from);
        }
        for refused in done.left {
            report.left.push(Left {
                place: report.place(refused.position),
                secret: refused.title,
                key: None,
                reason: refused.reason,
                hint: refused.hint,
            });
        }
        self.write(report, file, done.text);
    }

    /// Says once that the controller decides how long the rest takes.
    fn say_if_limited(&self, said: &Once, ui: &Ui) {
        if let Means::Controller(live) = self.means
            && live.was_limited()
        {
            said.call_once(|| {
                ui.note(format!(
                    "{} limits requests, so going on at the pace it allows, about 2 a second (its flag --rate-limit)",
                    live.title()
                ));
            });
        }
    }

    /// As many files at once as there are cores, or as the controller is asked at once.
    fn threads(&self) -> Result<ThreadPool, Failure> {
        let count = match self.means {
            // Some more than cores, so that no core idles while a file is synced to the disk.
            Means::Keys(_) => {
                std::thread::available_parallelism().map_or(1, NonZeroUsize::get) + WAITING
            }
            Means::Controller(_) => IN_FLIGHT,
        };
        ThreadPoolBuilder::new()
            .num_threads(count)
            .build()
            .map_err(|error| Failure::could_not("cannot start threads").because(error))
    }

    /// The path that the record knows a file by: relative to the root, unescaped.
    fn key(&self, path: &Path) -> String {
        let below = path.strip_prefix(self.root).unwrap_or(path);
        below.to_string_lossy().into_owned()
    }

    fn finish(&self, report: &mut FileReport, file: &ManifestFile, outcome: Outcome) {
        for value in outcome.values {
            report.count(value);
        }
        if let Some(error) = outcome.edit_error {
            report.leave(None, error.to_string());
        }
        self.write(report, file, outcome.text);
    }

    /// Writes the new text, if there is one, and takes note of what the lock file has to know.
    fn write(&self, report: &mut FileReport, file: &ManifestFile, text: Option<Zeroizing<String>>) {
        let Some(text) = text else {
            if report.left.is_empty() {
                report.sealed = Sealed::between(None, file.stream());
            }
            return;
        };
        if self.dry_run && self.want_diff {
            report.diff = diff::unified(&report.path, file.stream().text(), &text);
        }
        report.changed = true;
        if let Err(failure) = if self.dry_run {
            Ok(())
        } else {
            self.record
                .note(&report.path, &text)
                .and_then(|()| file.write_unsynced(&text))
        } {
            report.changed = false;
            report.leave(None, sentence(&failure));
        } else if let Ok(after) = Stream::parse(&text) {
            report.sealed = Sealed::between(Some(file.stream()), &after);
        }
    }
}

impl Run {
    /// The exit code: 1 when something was left behind, or a dry run found something to do.
    pub(super) fn ending(&self, dry_run: bool) -> Ending {
        let left = self.files.iter().any(|file| !file.left.is_empty());
        let to_do = dry_run && self.files.iter().any(|file| file.changed);
        if left || to_do {
            Ending::No
        } else {
            Ending::Done
        }
    }
}

/// Makes the new names survive a crash: each folder once, whatever the number of its files.
fn sync<'a>(changed: impl Iterator<Item = (&'a PathBuf, &'a FileReport)>) -> Result<(), Failure> {
    let folders: BTreeMap<_, _> = changed.map(|(path, _)| (path.parent(), path)).collect();
    folders
        .into_values()
        .try_for_each(|path| files::sync_folder_of(path))
}
