//! `sealsmith verify`: can these keys open these files?

mod judge;
mod report;

use std::collections::BTreeMap;

use rayon::prelude::*;
use sealsmith_core::fingerprint::Fingerprint;
use sealsmith_core::manifest::sealed_secret::sealed_secrets;
use sealsmith_core::name::Namespace;
use sealsmith_core::reencrypt::checks;
use sealsmith_core::unseal::KeyRing;

use super::Ending;
use super::reseal::{find, placed};
use crate::controller::{CANNOT_OPEN, EXPLAIN, Flags, Live, Refusal};
use crate::env::{Env, Site, Workspace};
use crate::failure::Failure;
use crate::manifest_file::ManifestFile;
use crate::opening::{Opener, Opening, namespaces_of, places};
use crate::output::Format;
use crate::ui::Ui;

use judge::{Judge, Judges};

/// Check that every sealed value opens with the controller's keys, or by asking the controller
///
/// With keys, each value is opened in memory and counted by the key that opens it. For an environment whose
/// controller in sealsmith.yaml is a folder of keys, those are used. A running controller is asked about
/// each SealedSecret, without its template, and gives one answer for all of its values. Changes and shows nothing.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Files and folders, or environments of sealsmith.yaml
    #[arg(value_name = "PATH|ENV", required = true)]
    targets: Vec<String>,

    /// Private key to open the values with: a file in any shape, or a folder; repeatable
    #[arg(long, visible_alias = "keys", value_name = "FILE")]
    recovery_private_key: Vec<String>,

    #[command(flatten)]
    controller: Flags,

    /// Namespace of SealedSecrets that name none, instead of the one that layout.namespace gives
    #[arg(short = 'n', long, value_name = "NAMESPACE", value_parser = Namespace::parse)]
    namespace: Option<Namespace>,

    /// Report as text or as JSON
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

/// Runs the command.
pub(crate) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    let workspace = env.workspace()?;
    let sites = find(workspace, &args.targets, env)?;
    if sites.is_empty() {
        return Err(Failure::could_not(format!(
            "{} holds no file to verify",
            args.targets.join(", ")
        )));
    }
    let judges = Judges::of(args, &sites, env, ui)?;
    let progress = ui.progress("verifying", sites.len());
    let one = |site: &Site| {
        let report = check(site, &judges, args, workspace);
        progress.advance();
        report
    };
    let reports: Vec<FileReport> = judges
        .threads()?
        .install(|| sites.par_iter().map(one).collect());
    drop(progress);
    match args.format {
        Format::Human => report::human(&reports, ui)?,
        Format::Json => ui.line(format!("{:#}", report::as_json(&reports)))?,
    }
    if let Some(failure) = judges.stopped() {
        return Err(failure.hint("nothing is known about what is not counted above"));
    }
    let all_open = reports.iter().all(|report| report.closed.is_empty());
    Ok(if all_open { Ending::Done } else { Ending::No })
}

/// What became of one file.
#[derive(Default)]
struct FileReport {
    path: String,
    /// Values by the key that opens them.
    opened: BTreeMap<Fingerprint, usize>,
    /// SealedSecrets that a controller opens, by what it is called.
    vouched: BTreeMap<String, usize>,
    /// Everything that does not open.
    closed: Vec<Closed>,
}

/// Something that does not open.
struct Closed {
    place: String,
    reason: String,
    hint: Option<String>,
}

fn check(site: &Site, judges: &Judges, args: &Args, workspace: &Workspace) -> FileReport {
    let layout = workspace.layout();
    let expected = layout.namespace(&site.place);
    let namespace = args.namespace.as_ref().map(Namespace::as_str);
    let checking = Checking {
        site,
        judge: judges.of_site(site),
        namespace: namespace.or(expected.as_deref()),
        namespaces: namespaces_of(layout, &site.path),
    };
    let mut report = FileReport {
        path: site.path.clone(),
        ..FileReport::default()
    };
    if let Err(failure) = checking.run(&mut report) {
        let (place, reason) = placed(&site.path, &site.file, &failure);
        report.closed.push(Closed {
            place,
            reason,
            hint: None,
        });
    }
    report
}

/// One file with what it is opened with.
struct Checking<'a> {
    site: &'a Site,
    judge: Option<&'a Judge>,
    /// Where a SealedSecret without a namespace is applied.
    namespace: Option<&'a str>,
    /// Where it may have been sealed for.
    namespaces: Vec<String>,
}

impl Checking<'_> {
    fn run(&self, report: &mut FileReport) -> Result<(), Failure> {
        let file = ManifestFile::read(&self.site.file)?;
        match self.judge {
            Some(Judge::Keys(ring)) => self.with_keys(ring, &file, report),
            Some(Judge::Controller(live)) => self.with_controller(live, &file, report),
            None => Ok(()),
        }
    }

    fn with_keys(
        &self,
        ring: &KeyRing,
        file: &ManifestFile,
        report: &mut FileReport,
    ) -> Result<(), Failure> {
        let unreadable = |error| crate::manifest_file::unreadable(file.path(), &error);
        let known = places(file.path(), file.stream(), &self.namespaces);
        let opener = Opener {
            ring,
            known: &known,
            namespace: self.namespace,
        };
        for sealed in sealed_secrets(file.stream()).map_err(unreadable)? {
            let openings = opener.open(sealed).map_err(unreadable)?;
            openings
                .into_iter()
                .for_each(|opening| report.count(&sealed.title(), opening));
        }
        Ok(())
    }

    fn with_controller(
        &self,
        live: &Live,
        file: &ManifestFile,
        report: &mut FileReport,
    ) -> Result<(), Failure> {
        let unreadable = |error| crate::manifest_file::unreadable(file.path(), &error);
        for asking in checks(file.stream(), self.namespace).map_err(unreadable)? {
            let answer = match &asking.question {
                Ok(question) if !question.has_values() => continue,
                Ok(question) => live.opens(&question.unchanged()),
                Err(problem) => Err(Refusal::Declined(problem.to_string())),
            };
            let (reason, hint) = match answer {
                Ok(true) => {
                    *report.vouched.entry(live.title().to_owned()).or_default() += 1;
                    continue;
                }
                Ok(false) | Err(Refusal::CannotOpen) => (CANNOT_OPEN.to_owned(), Some(EXPLAIN)),
                Err(Refusal::Declined(why)) => (why, None),
                Err(Refusal::Stopped) => return Ok(()),
            };
            report.closed.push(Closed {
                place: format!("{}:{}", self.site.path, asking.position),
                reason: format!("{}: {reason}", asking.title),
                hint: hint.map(str::to_owned),
            });
        }
        Ok(())
    }
}

impl FileReport {
    fn count(&mut self, title: &str, opening: Opening) {
        match opening.result {
            Ok((_, key)) => *self.opened.entry(key).or_default() += 1,
            Err(closed) => self.closed.push(Closed {
                place: format!("{}:{}", self.path, opening.position),
                reason: format!("key {:?} of {title}: {}", opening.key, closed.reason),
                hint: closed.hint,
            }),
        }
    }
}
