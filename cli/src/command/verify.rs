//! `sealsmith verify`: can these keys open these files?

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;
use sealsmith_core::fingerprint::Fingerprint;
use sealsmith_core::manifest::sealed_secret::sealed_secrets;
use sealsmith_core::unseal::KeyRing;
use serde_json::json;

use super::Ending;
use super::reseal::{count, find, key_folder, placed};
use crate::env::{Env, Site};
use crate::failure::Failure;
use crate::manifest_file::ManifestFile;
use crate::opening::{open, places};
use crate::private_keys;
use crate::ui::{Table, Text, Ui};

/// Check that every sealed value opens with the controller's keys, offline
///
/// Opens each value in memory and says how many open with which key. For an environment whose
/// controller in sealsmith.yaml is a folder of keys, those are used. Changes and shows nothing.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Files and folders, or environments of sealsmith.yaml
    #[arg(value_name = "PATH|ENV", required = true)]
    targets: Vec<String>,

    /// Private key to open the values with: a file in any shape, or a folder; repeatable
    #[arg(
        long,
        visible_alias = "keys",
        value_name = "FILE",
        env = "SEALED_SECRETS_RECOVERY_PRIVATE_KEY",
        hide_env = true
    )]
    recovery_private_key: Vec<String>,

    /// Report as text or as JSON
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

/// How the report is written.
#[derive(Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Human,
    /// For scripts: one JSON object.
    Json,
}

/// Runs the command.
pub(crate) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    let workspace = env.workspace()?;
    let mut sites = Vec::new();
    for target in &args.targets {
        sites.extend(find(workspace, target, env)?);
    }
    sites.sort_by(|one, other| one.path.cmp(&other.path));
    sites.dedup_by(|one, other| one.file == other.file);
    if sites.is_empty() {
        return Err(Failure::could_not(format!(
            "{} holds no file to verify",
            args.targets.join(", ")
        )));
    }
    let rings = rings(args, &sites, env, ui)?;
    let progress = ui.progress("verifying", sites.len());
    let reports: Vec<FileReport> = sites
        .par_iter()
        .map(|site| {
            let report = check(site, &rings);
            progress.advance();
            report
        })
        .collect();
    drop(progress);
    match args.format {
        Format::Human => human(&reports, ui)?,
        Format::Json => ui.line(format!("{:#}", as_json(&reports)))?,
    }
    let all_open = reports.iter().all(|report| report.closed.is_empty());
    Ok(if all_open { Ending::Done } else { Ending::No })
}

/// What became of one file.
#[derive(Default)]
struct FileReport {
    path: String,
    opened: BTreeMap<Fingerprint, usize>,
    /// Place and reason of everything that does not open.
    closed: Vec<(String, String)>,
}

/// One ring for all, or one for each environment: dev's keys say nothing about prod.
struct Rings {
    given: Option<KeyRing>,
    by_environment: BTreeMap<String, KeyRing>,
}

fn rings(args: &Args, sites: &[Site], env: &Env, ui: &Ui) -> Result<Rings, Failure> {
    if !args.recovery_private_key.is_empty() {
        let given = Some(private_keys::load(&args.recovery_private_key, env, ui)?);
        return Ok(Rings {
            given,
            by_environment: BTreeMap::new(),
        });
    }
    let mut by_environment = BTreeMap::new();
    for site in sites {
        let environment = &site.place.env;
        if by_environment.contains_key(environment) {
            continue;
        }
        let folder = key_folder(env.workspace()?, environment).ok_or_else(|| {
            Failure::could_not(format!("no private keys for {environment}"))
                .hint("pass a backup with --recovery-private-key")
                .hint("or name a folder of keys in sealsmith.yaml: environments.<env>.controller: {keys: FOLDER}")
        })?;
        let ring = private_keys::load(&[folder.display().to_string()], env, ui)?;
        by_environment.insert(environment.clone(), ring);
    }
    Ok(Rings {
        given: None,
        by_environment,
    })
}

fn check(site: &Site, rings: &Rings) -> FileReport {
    let mut report = FileReport {
        path: site.path.clone(),
        ..FileReport::default()
    };
    if let Err(failure) = check_file(&site.file, rings.of(&site.place.env), &mut report) {
        report.closed.push(placed(&site.path, &site.file, &failure));
    }
    report
}

fn check_file(file: &Path, ring: Option<&KeyRing>, report: &mut FileReport) -> Result<(), Failure> {
    let file = ManifestFile::read(file)?;
    let unreadable = |error| crate::manifest_file::unreadable(file.path(), &error);
    let known = places(file.path(), file.stream());
    for sealed in sealed_secrets(file.stream()).map_err(unreadable)? {
        if let Some(legacy) = sealed.legacy_data() {
            let place = format!("{}:{}", report.path, legacy.position());
            report.closed.push((
                place,
                format!(
                    "{}: spec.data is a deprecated format that is not verified",
                    sealed.title()
                ),
            ));
        }
        let Some(ring) = ring else { continue };
        for opening in open(sealed, ring, &known).map_err(unreadable)? {
            match opening.result {
                Ok((_, key)) => *report.opened.entry(key).or_default() += 1,
                Err(closed) => {
                    let place = format!("{}:{}", report.path, opening.position);
                    report.closed.push((
                        place,
                        format!(
                            "key \"{}\" of {}: {}",
                            opening.key,
                            sealed.title(),
                            closed.reason
                        ),
                    ));
                }
            }
        }
    }
    Ok(())
}

impl Rings {
    fn of(&self, environment: &str) -> Option<&KeyRing> {
        self.given
            .as_ref()
            .or_else(|| self.by_environment.get(environment))
    }
}

fn human(reports: &[FileReport], ui: &Ui) -> Result<(), Failure> {
    for (place, reason) in reports.iter().flat_map(|report| &report.closed) {
        ui.warning(Text::new().accent(place).plain(format!(": {reason}")));
    }
    let opened = sum(reports);
    if !opened.is_empty() {
        let mut table = Table::with_heading(["VALUES", "SEALED FOR", "RESULT"]);
        for (key, count) in &opened {
            table.row([
                Text::new().plain(count.to_string()),
                Text::new().plain(key.to_string()),
                Text::new().good("open"),
            ]);
        }
        ui.table(&table)?;
    }
    let (open, closed): (usize, usize) = (
        opened.values().sum(),
        reports.iter().map(|report| report.closed.len()).sum(),
    );
    let text = Text::new().bold(format!(
        "{} in {} open",
        count(open, "value"),
        count(reports.len(), "file")
    ));
    ui.line(if closed == 0 {
        text
    } else {
        text.plain(", ").bad(format!(
            "{closed} do{} not",
            if closed == 1 { "es" } else { "" }
        ))
    })
}

fn as_json(reports: &[FileReport]) -> serde_json::Value {
    let opened = sum(reports)
        .into_iter()
        .map(|(key, count)| (key.to_string(), json!(count)))
        .collect::<serde_json::Map<_, _>>();
    let closed: Vec<_> = reports
        .iter()
        .flat_map(|report| &report.closed)
        .map(|(place, reason)| json!({ "place": place, "reason": reason }))
        .collect();
    json!({ "version": 1, "files": reports.len(), "open": opened, "closed": closed })
}

fn sum(reports: &[FileReport]) -> BTreeMap<Fingerprint, usize> {
    let mut all = BTreeMap::new();
    for (key, count) in reports.iter().flat_map(|report| &report.opened) {
        *all.entry(*key).or_default() += count;
    }
    all
}
