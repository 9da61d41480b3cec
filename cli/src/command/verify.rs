//! `sealsmith verify`: can these keys open these files?

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use sealsmith_core::fingerprint::Fingerprint;
use sealsmith_core::manifest::sealed_secret::sealed_secrets;
use sealsmith_core::name::Namespace;
use sealsmith_core::unseal::KeyRing;
use serde_json::json;

use super::Ending;
use super::reseal::{count, find, key_folder, placed};
use crate::env::{Env, Site, Workspace};
use crate::failure::Failure;
use crate::manifest_file::ManifestFile;
use crate::opening::{Opener, Opening, namespaces_of, places};
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
    #[arg(long, visible_alias = "keys", value_name = "FILE")]
    recovery_private_key: Vec<String>,

    /// Namespace of SealedSecrets that name none, instead of the one that layout.namespace gives
    #[arg(short = 'n', long, value_name = "NAMESPACE", value_parser = Namespace::parse)]
    namespace: Option<Namespace>,

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
            let report = check(site, &rings, args, workspace);
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
    /// Everything that does not open.
    closed: Vec<Closed>,
}

/// Something that does not open.
struct Closed {
    place: String,
    reason: String,
    hint: Option<String>,
}

/// One ring for all, or one for each environment: dev's keys say nothing about prod.
struct Rings {
    given: Option<KeyRing>,
    by_environment: BTreeMap<String, KeyRing>,
}

fn rings(args: &Args, sites: &[Site], env: &Env, ui: &Ui) -> Result<Rings, Failure> {
    let given = private_keys::given(&args.recovery_private_key, env);
    if !given.is_empty() {
        return Ok(Rings {
            given: Some(private_keys::load(&given, env, ui)?),
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

fn check(site: &Site, rings: &Rings, args: &Args, workspace: &Workspace) -> FileReport {
    let layout = workspace.layout();
    let expected = layout.namespace(&site.place);
    let namespace = args.namespace.as_ref().map(Namespace::as_str);
    let checking = Checking {
        site,
        ring: rings.of(&site.place.env),
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
    ring: Option<&'a KeyRing>,
    /// Where a SealedSecret without a namespace is applied.
    namespace: Option<&'a str>,
    /// Where it may have been sealed for.
    namespaces: Vec<String>,
}

impl Checking<'_> {
    fn run(&self, report: &mut FileReport) -> Result<(), Failure> {
        let file = ManifestFile::read(&self.site.file)?;
        let unreadable = |error| crate::manifest_file::unreadable(file.path(), &error);
        let known = places(file.path(), file.stream(), &self.namespaces);
        let Some(ring) = self.ring else {
            return Ok(());
        };
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

impl Rings {
    fn of(&self, environment: &str) -> Option<&KeyRing> {
        self.given
            .as_ref()
            .or_else(|| self.by_environment.get(environment))
    }
}

fn human(reports: &[FileReport], ui: &Ui) -> Result<(), Failure> {
    let closed = || reports.iter().flat_map(|report| &report.closed);
    for Closed { place, reason, .. } in closed() {
        ui.warning(Text::new().accent(place).plain(format!(": {reason}")));
    }
    let hints: BTreeSet<_> = closed().filter_map(|closed| closed.hint.as_ref()).collect();
    hints.into_iter().for_each(|hint| ui.hint(hint));
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
    let (open, closed): (usize, usize) = (opened.values().sum(), closed().count());
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
        .map(
            |closed| json!({ "place": closed.place, "reason": closed.reason, "hint": closed.hint }),
        )
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
