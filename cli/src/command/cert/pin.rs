//! `sealsmith cert pin`.

use std::path::{Path, PathBuf};

use sealsmith_core::certificate::Certificate;
use sealsmith_core::manifest::edit::{Change, apply};
use sealsmith_core::manifest::tree::Node;
use sealsmith_core::manifest::value::Value;

use super::super::Ending;
use super::fetch;
use crate::certificates;
use crate::controller::Flags;
use crate::env::{Env, Workspace, files};
use crate::failure::Failure;
use crate::manifest_file::ManifestFile;
use crate::pins;
use crate::ui::{Text, Ui, shown};

/// Make a controller's current certificate the one that an environment seals for
///
/// Writes the certificate file of the environment and its fingerprint into sealsmith.yaml, which is
/// otherwise left byte for byte; an environment without a certificate file gets certs/ENV.pem. What is
/// sealed for the former key still opens until it is re-sealed.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Environment of sealsmith.yaml
    #[arg(value_name = "ENV")]
    environment: String,

    /// Take this certificate instead of the one that the environment's controller serves: a file or URL
    #[arg(long, value_name = "FILE|URL")]
    cert: Option<String>,

    /// Say what would change, and change nothing; exit 1 when something would
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &Args, env: &Env, ui: &Ui) -> Result<Ending, Failure> {
    let workspace = env.workspace()?;
    refuse_unusable(workspace, &args.environment)?;
    let new = match &args.cert {
        Some(source) => certificates::load(source, env)?,
        None => fetch::from(&args.environment, &Flags::default(), env)?,
    };
    certificates::refuse_expired(&new, "this certificate", env.now())?;
    let old = pins::of_environment(workspace, &args.environment);
    let pinning = Pinning::of(workspace, &args.environment, &new)?;
    say(args, &old, &new, ui)?;
    if pinning.is_done() {
        return Ok(Ending::Done);
    }
    if args.dry_run {
        return Ok(Ending::No);
    }
    pinning.write()?;
    Ok(Ending::Done)
}

/// A certificate that is about to become the one an environment seals for.
pub(crate) struct Pinning {
    root: PathBuf,
    target: PathBuf,
    pem: String,
    policy: ManifestFile,
    text: zeroize::Zeroizing<String>,
    is_done: bool,
}

impl Pinning {
    /// Works out the certificate file and the edited `sealsmith.yaml`; nothing is written yet.
    pub(crate) fn of(
        workspace: &Workspace,
        environment: &str,
        new: &Certificate,
    ) -> Result<Self, Failure> {
        let (target, unnamed) = target(workspace, environment)?;
        refuse_elsewhere(workspace, &target)?;
        let policy = ManifestFile::read(&workspace.root().join(sealsmith_lint::policy::FILE))?;
        let is_named = unnamed.is_none();
        let changes = changes(&policy, environment, new, unnamed)?;
        let same_file = files::read(&target, files::LIMIT)
            .ok()
            .and_then(|bytes| Certificate::parse(&bytes).ok())
            .is_some_and(|current| current.to_pem() == new.to_pem());
        if !is_named && !same_file {
            refuse_to_replace(&target)?;
        }
        let old = pins::of_environment(workspace, environment);
        let same_pin = old == [new.fingerprint().to_string()];
        let text = apply(policy.stream(), &changes)
            .map_err(|error| Failure::could_not("cannot pin in sealsmith.yaml").because(error))?;
        Ok(Self {
            root: workspace.root().to_owned(),
            target,
            pem: new.to_pem(),
            policy,
            text,
            is_done: same_file && same_pin && is_named,
        })
    }

    /// Whether everything is as it is to be already.
    pub(crate) fn is_done(&self) -> bool {
        self.is_done
    }

    /// The files that it writes, relative to the root, with their content; in the order of writing.
    pub(crate) fn files(&self) -> [(String, Vec<u8>); 2] {
        let below = |path: &Path| {
            let below = path.strip_prefix(&self.root).unwrap_or(path);
            below.to_string_lossy().into_owned()
        };
        let policy = self.policy.bytes(&self.text);
        [
            (below(&self.target), self.pem.clone().into_bytes()),
            (below(self.policy.path()), policy.to_vec()),
        ]
    }

    /// Writes both files.
    pub(crate) fn write(&self) -> Result<(), Failure> {
        if let Some(folder) = self.target.parent() {
            files::make_folder(folder)?;
        }
        // The certificate first: with it alone, the pin refuses to seal until this runs again.
        files::replace(&self.target, self.pem.as_bytes(), files::Access::Public)?;
        self.policy.write(&self.text)
    }
}

/// Refuses an environment whose certificate cannot be pinned, before anything is fetched for it.
fn refuse_unusable(workspace: &Workspace, environment: &str) -> Result<(), Failure> {
    let (target, _) = target(workspace, environment)?;
    refuse_elsewhere(workspace, &target)
}

/// The certificate file of an environment, and how `sealsmith.yaml` will name it when it does not yet.
fn target(workspace: &Workspace, environment: &str) -> Result<(PathBuf, Option<String>), Failure> {
    let policy = workspace.policy();
    let known = policy.and_then(|policy| policy.environment(environment));
    if known.is_some_and(|known| known.certificate.is_none()) {
        let path = format!("certs/{environment}.pem");
        return Ok((workspace.root().join(&path), Some(path)));
    }
    Ok((
        certificates::path_of_environment(workspace, environment)?,
        None,
    ))
}

/// A file that no policy names may be anybody's.
fn refuse_to_replace(target: &Path) -> Result<(), Failure> {
    match target.symlink_metadata() {
        Err(_) => Ok(()),
        Ok(_) => Err(Failure::could_not(format!(
            "{} is there already, holds something else, and sealsmith.yaml does not name it",
            shown(target)
        ))
        .hint("move it away, or name it as environments.<env>.certificate to have it replaced")),
    }
}

/// A symlink in the repository must not make this write anywhere else.
fn refuse_elsewhere(workspace: &Workspace, target: &Path) -> Result<(), Failure> {
    let leads = target.ancestors().find_map(|path| path.canonicalize().ok());
    let stays = leads.is_some_and(|leads| leads.starts_with(workspace.root()));
    let is_dangling = target.is_symlink() && !target.exists();
    if stays && !is_dangling {
        return Ok(());
    }
    Err(Failure::refused(format!(
        "{} is a symlink that leads out of the repository, or nowhere",
        shown(target)
    ))
    .hint("keep the certificate in the repository, where its reviewers see it"))
}

fn say(args: &Args, old: &[String], new: &Certificate, ui: &Ui) -> Result<(), Failure> {
    let new = new.fingerprint().to_string();
    let environment = &args.environment;
    let pin = if args.dry_run { "would pin" } else { "pinned" };
    let text = match old {
        [] => Text::new()
            .plain(format!("{environment}: {pin} "))
            .good(new),
        [old] if *old == new => Text::new()
            .plain(format!("{environment}: pinned already "))
            .good(new),
        old => Text::new()
            .plain(format!("{environment}: {pin} {} → ", old.join(", ")))
            .good(new),
    };
    ui.line(text)
}

/// The edits that make the new fingerprint the only pinned one, and name the certificate file.
fn changes(
    policy: &ManifestFile,
    environment: &str,
    new: &Certificate,
    unnamed: Option<String>,
) -> Result<Vec<Change>, Failure> {
    let documents = policy.stream().documents();
    let root = documents.into_iter().find_map(|document| document.root());
    let found = root
        .and_then(|root| root.get("environments")?.get(environment))
        .map(Node::resolved);
    let found = found.ok_or_else(|| {
        Failure::could_not(format!("sealsmith.yaml has no environment {environment}"))
    })?;
    let insert = |key: &str, value| Change::Insert {
        mapping: found.id(),
        key: key.to_owned(),
        value,
    };
    let items = vec![new.fingerprint().to_string()];
    let pin = match found.get("fingerprints").filter(|list| list.is_sequence()) {
        Some(list) => Change::SetList {
            sequence: list.resolved().id(),
            items,
        },
        None => insert(
            "fingerprints",
            Value::List(items.into_iter().map(Value::text).collect()),
        ),
    };
    let name = unnamed.map(|path| insert("certificate", Value::text(path)));
    Ok(name.into_iter().chain([pin]).collect())
}
