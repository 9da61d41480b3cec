//! Re-seals many files on all cores; memory does not grow with their content.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Once, OnceLock};

use getrandom::rand_core::CryptoRng;
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use sealsmith_core::fingerprint::Fingerprint;
use sealsmith_core::manifest::sealed_secret::sealed_secrets;
use sealsmith_core::manifest::tree::{Position, Stream};
use sealsmith_core::reseal::{Keys, Outcome, Problem, Value, Verdict, reseal};
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
use crate::opening::{namespaces_of, places};
use crate::ui::{Text, Ui, shown};

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

/// What became of one file.
pub(super) struct FileReport {
    pub(super) path: String,
    /// How many values were re-sealed, for each key they came from; none where nothing remembers it.
    pub(super) resealed: Vec<(Option<Fingerprint>, usize)>,
    /// Values that were under the target key already.
    pub(super) current: usize,
    /// Whether the file was written, or would be.
    pub(super) changed: bool,
    /// Whether the controller could not be asked about it any more.
    pub(super) unreached: bool,
    /// What was left behind, and why.
    pub(super) left: Vec<Left>,
    /// The diff, when it is wanted.
    pub(super) diff: Vec<Text>,
    /// What the lock file has to know.
    pub(super) sealed: Sealed,
}

/// Something that stayed as it was although it should not.
pub(super) struct Left {
    /// `file:line:column`, or the file.
    pub(super) place: String,
    /// `namespace/name`, when it is a SealedSecret or a value of one.
    pub(super) secret: Option<String>,
    /// The data key, when it is a value.
    pub(super) key: Option<String>,
    pub(super) reason: String,
    pub(super) hint: Option<String>,
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
        let known = Known {
            files: paths,
            layout: self.layout,
            places: OnceLock::new(),
        };
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

impl FileReport {
    fn new(path: &Path) -> Self {
        Self {
            path: shown(path).to_string(),
            resealed: Vec::new(),
            current: 0,
            changed: false,
            unreached: false,
            left: Vec::new(),
            diff: Vec::new(),
            sealed: Sealed::default(),
        }
    }

    fn failed(mut self, file: &Path, failure: &Failure) -> Self {
        let (place, reason) = placed(&self.path, file, failure);
        self.left.push(Left {
            place,
            secret: None,
            key: None,
            reason,
            hint: failure.hints().first().cloned(),
        });
        self
    }

    fn count(&mut self, value: Value) {
        match value.verdict {
            Verdict::Current => self.current += 1,
            Verdict::Resealed { from } => self.count_resealed(from),
            Verdict::Failed(problem) => self.left.push(Left {
                place: place(&self.path, value.position),
                hint: hint(&problem, &value.title),
                reason: reason(&problem),
                secret: Some(value.title),
                key: Some(value.key),
            }),
        }
    }

    /// Leaves the whole file behind.
    fn leave(&mut self, position: Option<Position>, reason: String) {
        self.left.push(Left {
            place: self.place(position),
            secret: None,
            key: None,
            reason,
            hint: None,
        });
    }

    fn place(&self, position: Option<Position>) -> String {
        position.map_or_else(|| self.path.clone(), |position| place(&self.path, position))
    }

    fn count_resealed(&mut self, from: Option<Fingerprint>) {
        match self.resealed.iter_mut().find(|(known, _)| *known == from) {
            Some((_, count)) => *count += 1,
            None => self.resealed.push((from, 1)),
        }
    }
}

/// Namespaces and names of the whole run, collected when the first value does not open.
struct Known<'a> {
    files: &'a [PathBuf],
    layout: &'a Layout,
    places: OnceLock<BTreeSet<(String, String)>>,
}

impl Known<'_> {
    /// Where a value of this file may have been sealed for: every place of the run, and this file's
    /// names in every namespace and the reverse, which is what a moved or renamed file leaves behind.
    fn candidates(&self, path: &Path, stream: &Stream) -> Vec<(String, String)> {
        let all = self.places.get_or_init(|| self.collect());
        let namespaces = namespaces_of(self.layout, &path.to_string_lossy());
        let own = places(path, stream, &namespaces);
        let names: BTreeSet<&String> = own.iter().map(|(_, name)| name).collect();
        let namespaces: BTreeSet<&String> = own.iter().map(|(namespace, _)| namespace).collect();
        let moved = all.iter().flat_map(|(namespace, _)| {
            names
                .iter()
                .map(move |name| (namespace.clone(), (*name).clone()))
        });
        let renamed = all.iter().flat_map(|(_, name)| {
            namespaces
                .iter()
                .map(move |namespace| ((*namespace).clone(), name.clone()))
        });
        own.iter()
            .cloned()
            .chain(all.iter().cloned())
            .chain(moved)
            .chain(renamed)
            .collect()
    }

    fn collect(&self) -> BTreeSet<(String, String)> {
        let files = self
            .files
            .iter()
            .filter_map(|path| ManifestFile::read(path).ok());
        files.flat_map(|file| places_of(file.stream())).collect()
    }
}

/// Makes the new names survive a crash: each folder once, whatever the number of its files.
fn sync<'a>(changed: impl Iterator<Item = (&'a PathBuf, &'a FileReport)>) -> Result<(), Failure> {
    let folders: BTreeMap<_, _> = changed.map(|(path, _)| (path.parent(), path)).collect();
    folders
        .into_values()
        .try_for_each(|path| files::sync_folder_of(path))
}

fn places_of(stream: &Stream) -> BTreeSet<(String, String)> {
    let secrets = sealed_secrets(stream).unwrap_or_default();
    secrets
        .iter()
        .map(|secret| (secret.namespace().to_owned(), secret.name().to_owned()))
        .collect()
}

fn needs_names(value: &Value) -> bool {
    let Verdict::Failed(problem) = &value.verdict else {
        return false;
    };
    matches!(&**problem, Problem::NotOpened { explanation, .. } if explanation.label_hash.is_some())
}

fn reason(problem: &Problem) -> String {
    match problem {
        Problem::NotOpened {
            explanation,
            sealed_for: Some(place),
            ..
        } if explanation.intact => {
            format!(
                "it was sealed for {}, not for where its file says it is",
                crate::explain::place(place)
            )
        }
        Problem::NotOpened {
            explanation,
            sealed_for: None,
            ..
        } if explanation.intact && explanation.label_hash.is_some() => {
            "the key fits, but it was sealed for another name, namespace or scope".to_owned()
        }
        other => other.to_string(),
    }
}

fn hint(problem: &Problem, title: &str) -> Option<String> {
    match problem {
        Problem::NotOpened { explanation, .. } if explanation.label_hash.is_some() => {
            Some(format!(
                "restore the name, namespace and scope it was sealed for, or seal it anew for {title}"
            ))
        }
        Problem::NotOpened { .. } => {
            Some("pass the key it was sealed for with --recovery-private-key; the target's own, if an earlier run re-sealed it".to_owned())
        }
        _ => None,
    }
}

/// Parts a failure about a file into place and reason; a file that does not parse says its line itself.
pub(crate) fn placed(path: &str, file: &Path, failure: &Failure) -> (String, String) {
    let text = sentence(failure);
    let position = text
        .strip_prefix(&shown(file))
        .filter(|rest| rest.starts_with(':'))
        .and_then(|rest| rest.split_once(": "));
    match position {
        Some((position, reason)) => (format!("{path}{position}"), reason.to_owned()),
        None => (path.to_owned(), text),
    }
}

fn sentence(failure: &Failure) -> String {
    [
        std::slice::from_ref(&failure.message().to_owned()),
        failure.causes(),
    ]
    .concat()
    .join(": ")
}

fn place(path: &str, position: Position) -> String {
    format!("{path}:{position}")
}
