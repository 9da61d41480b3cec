//! What to re-seal and with which keys: paths and flags, or an environment and its policy.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sealsmith_core::unseal::KeyRing;
use sealsmith_lint::Layout;
use sealsmith_lint::lock;
use sealsmith_lint::policy::{Guarded, Reach};

use super::Args;
use super::means::{Expected, Means};
use super::record::Record;
use crate::certificates::{self, Recipient};
use crate::controller::{self, Controller, Live};
use crate::env::{Env, Site, Workspace, files};
use crate::failure::Failure;
use crate::lock_file::LockFile;
use crate::private_keys;
use crate::ui::{Ui, count, shown};

/// Everything that is settled before a key is read.
pub(super) struct Selection<'a> {
    pub(super) root: PathBuf,
    /// What people call the selection.
    pub(super) title: String,
    /// The files, symlinks followed.
    pub(super) files: Vec<PathBuf>,
    opens: Opens,
    certificate: Source,
    /// Whether a person is asked first.
    pub(super) protected: bool,
    pub(super) workspace: &'a Workspace,
    environments: BTreeSet<String>,
    /// The same files relative to the root, in the same order.
    pub(super) paths: Vec<String>,
}

/// What opens the values.
enum Opens {
    /// Private keys in these files and folders, given by hand.
    Keys(Vec<String>),
    /// The key folders that stand in for the controllers.
    Folders(Vec<PathBuf>),
    /// The running controller of this environment.
    Controller(String),
    /// The keys of that controller, which it gives out through its cluster.
    KeysOf(String),
}

/// Where the certificate comes from.
enum Source {
    /// Given by hand, which no pin overrules.
    Given(String),
    /// The one that `sealsmith.yaml` names for this environment.
    Environment(String),
}

impl<'a> Selection<'a> {
    /// Finds the files, all of them inside the whitelist, and where keys and certificate come from.
    pub(super) fn resolve(args: &Args, env: &'a Env) -> Result<Self, Failure> {
        let workspace = env.workspace()?;
        let sites = find(workspace, &args.targets, env)?;
        if sites.is_empty() {
            return Err(Failure::could_not(format!(
                "{} holds no file to re-seal",
                args.targets.join(", ")
            ))
            .hint("name files or folders below the layout, or an environment of sealsmith.yaml"));
        }
        let environments: BTreeSet<String> =
            sites.iter().map(|site| site.place.env.clone()).collect();
        Ok(Self {
            root: workspace.root().to_owned(),
            title: args.targets.join(", "),
            opens: opens(args, env, workspace, &environments)?,
            certificate: certificate(args, &environments)?,
            protected: environments
                .iter()
                .any(|environment| workspace.is_protected(environment)),
            files: sites.iter().map(|site| site.file.clone()).collect(),
            paths: sites.into_iter().map(|site| site.path).collect(),
            workspace,
            environments,
        })
    }

    /// The folder of git's own files, when there is a repository.
    pub(super) fn git_folder(&self) -> Result<Option<PathBuf>, Failure> {
        let repo = self.workspace.repo()?;
        Ok(repo.map(|repo| repo.git_folder().to_owned()))
    }

    /// Refuses what git could not bring back, before anything is written.
    ///
    /// A file that an earlier run finished for the same key, and nobody touched since, may be uncommitted.
    pub(super) fn guard(
        &self,
        args: &Args,
        record: &Record,
        lock: Option<&LockFile>,
    ) -> Result<(), Failure> {
        // Looking changes nothing, so a dry run needs no safety net.
        if args.dry_run || (args.no_git && self.workspace.repo()?.is_none()) {
            return Ok(());
        }
        let both = self.paths.iter().zip(&self.files);
        let open = both.filter(|(path, file)| !(record.knows(path) && record.is_ours(path, file)));
        let mut paths: Vec<&str> = open.map(|(path, _)| path.as_str()).collect();
        if !lock.is_some_and(|lock| record.is_done(lock::FILE, lock.text())) {
            paths.push(lock::FILE);
        }
        self.workspace.refuse_unless_safe(Guarded::Reseal, &paths)
    }

    /// The repository's memory of which key each value is for.
    pub(super) fn lock(&self) -> Result<Option<LockFile>, Failure> {
        LockFile::of(self.workspace)
    }

    /// What opens the values, and the certificate to seal for.
    ///
    /// Whoever stands for the environment's controller has to serve the expected certificate before it is asked
    /// anything else; with private keys given by hand nobody is asked as long as a certificate is at hand.
    pub(super) fn means(
        &self,
        is_environment: bool,
        args: &Args,
        env: &Env,
        ui: &Ui,
    ) -> Result<(Means, Recipient), Failure> {
        match &self.opens {
            Opens::Keys(sources) => {
                let recipient = self.recipient_by_hand(args, env, ui)?;
                let ring = private_keys::load(sources, env, ui)?;
                Ok((Means::Keys(ring), recipient))
            }
            Opens::Folders(folders) => {
                // Keys at hand open the values whatever the folder serves, so files alone need not agree with it.
                let recipient = if is_environment {
                    self.recipient_of_controller(args, env, ui)?
                } else {
                    self.recipient_by_hand(args, env, ui)?
                };
                Ok((Means::Keys(load(folders, env, ui)?), recipient))
            }
            Opens::Controller(_) | Opens::KeysOf(_) => {
                let recipient = self.recipient_of_controller(args, env, ui)?;
                Ok((self.means_for(&recipient, args, env, ui)?, recipient))
            }
        }
    }

    /// What opens the values when the key to seal for is settled already.
    pub(super) fn means_for(
        &self,
        recipient: &Recipient,
        args: &Args,
        env: &Env,
        ui: &Ui,
    ) -> Result<Means, Failure> {
        match &self.opens {
            Opens::Keys(sources) => Ok(Means::Keys(private_keys::load(sources, env, ui)?)),
            Opens::Folders(folders) => Ok(Means::Keys(load(folders, env, ui)?)),
            Opens::Controller(environment) => {
                let live = live(environment, args, env)?;
                let served = live.certificate()?;
                Expected::settled(recipient.fingerprint()).check(
                    &served,
                    live.title(),
                    environment,
                )?;
                Ok(Means::Controller(live))
            }
            Opens::KeysOf(environment) => {
                let live = live(environment, args, env)?;
                Ok(Means::Keys(live.keys(ui)?))
            }
        }
    }

    /// The certificate that the controller serves, which has to be an expected one.
    fn recipient_of_controller(
        &self,
        args: &Args,
        env: &Env,
        ui: &Ui,
    ) -> Result<Recipient, Failure> {
        let environment = only(&self.environments)?;
        let given = match &self.certificate {
            Source::Given(source) => Some(source.as_str()),
            Source::Environment(_) => None,
        };
        let controller = controller::of_environment(&environment, &args.through.controller, env)?;
        let expected = Expected::of(&args.through, given, &environment, env)?;
        let served = controller.certificate()?;
        expected.check(&served, &controller.title(), &environment)?;
        let source = format!("of {}", controller.title());
        Recipient::of(served, &source, env, ui)
    }

    /// The certificate for keys given by hand: a given one, or the environment's own, or that of the controller when
    /// another key is declared.
    fn recipient_by_hand(&self, args: &Args, env: &Env, ui: &Ui) -> Result<Recipient, Failure> {
        let environment = match &self.certificate {
            Source::Given(source) => {
                let recipient = Recipient::load(source, env, ui)?;
                args.through
                    .refuse_undeclared(&recipient.certificate, source)?;
                return Ok(recipient);
            }
            Source::Environment(environment) => environment,
        };
        if !args.through.declares() {
            return Recipient::of_environment(environment, env, ui);
        }
        let own = certificates::path_of_environment(self.workspace, environment);
        let own = own.and_then(|path| certificates::load(&path.display().to_string(), env));
        match own {
            Ok(own) if args.through.refuse_undeclared(&own, "it").is_ok() => {
                let source = format!("of {environment}");
                Recipient::of(own, &source, env, ui)
            }
            _ => self.recipient_of_controller(args, env, ui),
        }
    }

    /// Whether a running controller takes part; with private keys at hand nothing is asked of a cluster.
    pub(super) fn asks_controller(&self) -> bool {
        matches!(self.opens, Opens::Controller(_) | Opens::KeysOf(_))
    }

    /// Where sealed secrets lie.
    pub(super) fn layout(&self) -> &Layout {
        self.workspace.layout()
    }

    /// The question before a protected environment changes.
    pub(super) fn question(&self) -> String {
        format!(
            "Re-seal {} of {}?",
            count(self.files.len(), "file"),
            self.environments
                .iter()
                .cloned()
                .collect::<Vec<_>>()
                .join(", ")
        )
    }
}

fn live(environment: &str, args: &Args, env: &Env) -> Result<Live, Failure> {
    match controller::of_environment(environment, &args.through.controller, env)? {
        Controller::Live(live) => Ok(live),
        Controller::Keys(_) => Err(Failure::could_not(format!(
            "the controller of {environment} is a folder of keys, which needs no --fetch-keys"
        ))),
    }
}

fn load(folders: &[PathBuf], env: &Env, ui: &Ui) -> Result<KeyRing, Failure> {
    let folders: Vec<_> = folders
        .iter()
        .map(|folder| folder.display().to_string())
        .collect();
    private_keys::load(&folders, env, ui)
}

/// The files of all arguments in the order of their paths, each once.
pub(crate) fn find(
    workspace: &Workspace,
    targets: &[String],
    env: &Env,
) -> Result<Vec<Site>, Failure> {
    let mut sites = Vec::new();
    for target in targets {
        sites.extend(of_target(workspace, target, env)?);
    }
    sites.sort_by(|one, other| one.path.cmp(&other.path));
    sites.dedup_by(|one, other| one.file == other.file);
    Ok(sites)
}

/// The files of one argument: an environment, a folder or a file.
fn of_target(workspace: &Workspace, target: &str, env: &Env) -> Result<Vec<Site>, Failure> {
    let path = env.cwd().join(target);
    let is_environment = workspace
        .policy()
        .is_some_and(|policy| policy.environment(target).is_some());
    if is_environment && !path.exists() {
        return workspace.files_of(target);
    }
    if path.is_dir() {
        return in_folder(workspace, &path);
    }
    if path.symlink_metadata().is_err() {
        return Err(no_such(workspace, target));
    }
    Ok(vec![workspace.place(&path)?])
}

/// The files of a folder; one that holds SealedSecrets outside the whitelist is an error, not a gap.
fn in_folder(workspace: &Workspace, folder: &Path) -> Result<Vec<Site>, Failure> {
    let mut sites = Vec::new();
    for path in files::manifests_in(folder)? {
        match workspace.place(&path) {
            Ok(site) => sites.push(site),
            Err(refusal) if holds_sealed_secrets(&path) => return Err(refusal),
            Err(_) => {}
        }
    }
    Ok(sites)
}

fn holds_sealed_secrets(path: &Path) -> bool {
    // Whether it can be read is told where it is read.
    files::read(path, files::LIMIT).map_or(true, |bytes| {
        bytes.windows(12).any(|window| window == b"SealedSecret")
    })
}

fn no_such(workspace: &Workspace, target: &str) -> Failure {
    let failure = Failure::could_not(format!(
        "{} is no file, folder or environment",
        shown(Path::new(target))
    ));
    match workspace.policy() {
        Some(policy) => failure.hint(format!(
            "the environments are: {}",
            policy.environments.names().collect::<Vec<_>>().join(", ")
        )),
        None => failure.hint("there is no sealsmith.yaml that could name environments"),
    }
}

/// Keys given by hand come first, then what flags and `sealsmith.yaml` say about the controller.
fn opens(
    args: &Args,
    env: &Env,
    workspace: &Workspace,
    environments: &BTreeSet<String>,
) -> Result<Opens, Failure> {
    let through = &args.through;
    let given = private_keys::given(&args.recovery_private_key, env);
    if !given.is_empty() && !through.fetch_keys {
        return Ok(Opens::Keys(given));
    }
    let folders: Vec<PathBuf> = environments
        .iter()
        .filter_map(|environment| key_folder(workspace, environment))
        .collect();
    let live = through.fetch_keys || through.controller.lead_somewhere();
    if folders.len() == environments.len() && !live {
        return Ok(Opens::Folders(folders));
    }
    let is_known = |environment: &String| controller::policed(workspace, environment).is_some();
    if !live && !environments.iter().all(is_known) {
        return Err(Failure::could_not("nothing to open the values with")
            .hint("pass the backed-up controller key with --recovery-private-key FILE")
            .hint(
                "or the controller: --context NAME for that of a cluster, or --controller-url URL",
            )
            .hint("or name it in sealsmith.yaml: environments.<env>.controller"));
    }
    match (through.fetch_keys, only(environments)?) {
        (true, environment) => Ok(Opens::KeysOf(environment)),
        (false, environment) => Ok(Opens::Controller(environment)),
    }
}

fn only(environments: &BTreeSet<String>) -> Result<String, Failure> {
    let mut environments = environments.iter();
    match (environments.next(), environments.next()) {
        (Some(environment), None) => Ok(environment.clone()),
        _ => Err(Failure::could_not(
            "the files belong to several environments, each with a controller of its own",
        )
        .hint("re-seal one environment at a time")),
    }
}

/// The key folder that stands in for an environment's controller.
fn key_folder(workspace: &Workspace, environment: &str) -> Option<PathBuf> {
    match &workspace
        .policy()?
        .environment(environment)?
        .controller
        .reach
    {
        Reach::Keys(path) => Some(path.below(workspace.root())),
        Reach::Cluster { .. } | Reach::Url(_) => None,
    }
}

fn certificate(args: &Args, environments: &BTreeSet<String>) -> Result<Source, Failure> {
    if let Some(source) = args.cert.as_ref().filter(|source| !source.is_empty()) {
        return Ok(Source::Given(source.clone()));
    }
    let mut environments = environments.iter();
    let (Some(environment), None) = (environments.next(), environments.next()) else {
        return Err(Failure::could_not(
            "the files belong to several environments, each with a certificate of its own",
        )
        .hint("re-seal one environment at a time, or pass --cert"));
    };
    Ok(Source::Environment(environment.clone()))
}
