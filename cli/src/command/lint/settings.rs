//! What a run judges by: policy, certificates, lock file and baseline, all of the tree that is judged.

use std::collections::BTreeMap;

use sealsmith_core::certificate::Certificate;
use sealsmith_lint::baseline::{self, Baseline};
use sealsmith_lint::layout::Pattern;
use sealsmith_lint::lock;
use sealsmith_lint::policy::{FILE, InnerPath, Severity};
use sealsmith_lint::source::{Content, File, Mode};
use sealsmith_lint::{Context, Layout, Lock, Path, Policy};

use crate::env::git::tree::{Id, Store, Tree, file_of_commit};
use crate::failure::Failure;

/// What a run judges by.
pub(crate) struct Settings {
    /// The policy; the default one without a file.
    pub(crate) policy: Policy,
    /// The policy's text; nothing without a file.
    pub(crate) policy_text: Option<String>,
    /// Where sealed secrets may be.
    pub(crate) layout: Layout,
    /// Findings that are accepted as they are.
    pub(crate) baseline: Baseline,
    certificates: BTreeMap<String, Vec<Certificate>>,
    lock: Lock,
    /// When each file was last changed.
    pub(crate) changed: BTreeMap<Path, i64>,
    /// The policy before a change.
    pub(crate) policy_before: Option<Policy>,
    /// The policy that the tree itself brings, when another one judges it.
    pub(crate) proposed: Option<Proposed>,
    /// What a person should know about them.
    pub(crate) warnings: Vec<String>,
}

/// A policy that does not judge, but is judged.
pub(crate) struct Proposed {
    policy: Policy,
    text: String,
    layout: Layout,
}

impl Settings {
    /// Reads what a tree is judged by: policy and baseline from where `steering` finds them, what the
    /// policy names from the tree itself.
    pub(crate) fn read(
        tree: &dyn Tree,
        steering: impl Fn(&Path) -> Result<Option<File>, Failure>,
    ) -> Result<Self, Failure> {
        refuse_folders(|name| {
            !tree
                .sorted()
                .below(format!("{name}/").as_bytes())
                .is_empty()
        })?;
        let policy_text = read(FILE, &steering)?;
        let policy = parse_policy(policy_text.as_deref())?;
        let layout = match &policy_text {
            Some(_) => Layout::new(&policy.layout),
            None => Layout::default_whitelist(),
        };
        let mut warnings = Vec::new();
        Ok(Self {
            certificates: certificates(&policy, tree, &mut warnings)?,
            lock: lock(tree)?,
            baseline: baseline(read(baseline::FILE, &steering)?)?,
            changed: BTreeMap::new(),
            policy_before: None,
            proposed: None,
            policy,
            policy_text,
            layout,
            warnings,
        })
    }

    /// Reads the policy that the tree itself brings, to be judged by the other one.
    pub(crate) fn propose(&mut self, tree: &dyn Tree) -> Result<(), Failure> {
        let text = read(FILE, |path| tree.at(path))?;
        self.proposed = text
            .map(|text| {
                let policy = parse_policy(Some(&text))?;
                let layout = Layout::new(&policy.layout);
                Ok::<_, Failure>(Proposed {
                    policy,
                    text,
                    layout,
                })
            })
            .transpose()?;
        Ok(())
    }

    /// What rules may ask.
    pub(crate) fn context(&self, now: i64, guarding: bool) -> Context<'_> {
        Context {
            policy: &self.policy,
            policy_text: self.policy_text.as_deref().unwrap_or_default(),
            layout: &self.layout,
            certificates: &self.certificates,
            lock: &self.lock,
            changed: &self.changed,
            policy_before: self.policy_before.as_ref(),
            guarding,
            now,
        }
    }

    /// What rules about the policy may ask, when the policy that judges is not the one that is judged.
    pub(crate) fn proposal<'a>(&'a self, context: &Context<'a>) -> Option<Context<'a>> {
        let proposed = self.proposed.as_ref()?;
        Some(Context {
            policy: &proposed.policy,
            policy_text: &proposed.text,
            layout: &proposed.layout,
            policy_before: Some(&self.policy),
            ..*context
        })
    }

    /// Whether a rule wants to know when files were last changed.
    pub(crate) fn asks_for_ages(&self) -> bool {
        let is_off = |rule: &str| {
            let setting = self.policy.rules.get(rule);
            setting.is_some_and(|setting| {
                setting.severity == Some(Severity::Off) && setting.env.is_none()
            })
        };
        let has_age = self
            .policy
            .secrets
            .iter()
            .any(|rule| rule.max_age.is_some());
        has_age && !is_off("rotation-overdue")
            || !self.certificates.is_empty() && !is_off("stale-certificate")
    }

    /// The files of a tree that are inside the layout.
    pub(crate) fn in_layout<'a>(&'a self, tree: &'a dyn Tree) -> impl Iterator<Item = Path> + 'a {
        let paths = tree.entries().iter().map(|entry| &entry.path);
        let inside = |path: &&Path| self.layout.locate(&path.lossy()).is_some();
        paths.filter(inside).cloned()
    }

    /// The patterns of the policy's layout that no file of a tree matches.
    pub(crate) fn unmatched(&self, tree: &dyn Tree) -> Vec<&str> {
        if self.policy_text.is_none() {
            return Vec::new();
        }
        let files = tree.sorted();
        let matches = |pattern: &Pattern| {
            let mut places = files.below(pattern.start().as_bytes());
            places.any(|at| {
                let path = String::from_utf8_lossy(files.path(at));
                pattern.locate(&path).is_some() && files.entry(at).is_some()
            })
        };
        let patterns = self.policy.layout.allow.iter();
        patterns
            .filter(|pattern| !matches(pattern))
            .map(Pattern::as_str)
            .collect()
    }
}

/// Refuses a folder with the name of a file that steers this tool, which would count as no such file.
pub(crate) fn refuse_folders(is_folder: impl Fn(&str) -> bool) -> Result<(), Failure> {
    let names = [FILE, lock::FILE, baseline::FILE];
    match names.into_iter().find(|name| is_folder(name)) {
        None => Ok(()),
        Some(name) => Err(Failure::could_not(format!("cannot use {name}"))
            .cause("it is a folder, not a file")
            .hint(format!(
                "rename it: {name} at the top of a repository is a file of this tool"
            ))),
    }
}

/// Reads the policy of a commit before; nothing when it has none that can be used today.
pub(crate) fn policy_before(store: &dyn Store, id: &Id) -> Option<Policy> {
    let text = read(FILE, |path| file_of_commit(store, id, path));
    Policy::parse(&text.ok()??).ok()
}

fn parse_policy(text: Option<&str>) -> Result<Policy, Failure> {
    let Some(text) = text else {
        return Ok(Policy::default());
    };
    Policy::parse(text)
        .map_err(|error| Failure::could_not(format!("cannot use {FILE}")).because(error))
}

fn certificates(
    policy: &Policy,
    tree: &dyn Tree,
    warnings: &mut Vec<String>,
) -> Result<BTreeMap<String, Vec<Certificate>>, Failure> {
    let mut found = BTreeMap::new();
    for (name, environment) in policy.environments.iter() {
        let Some(path) = &environment.certificate else {
            continue;
        };
        match certificate(path, tree)? {
            Some(certificates) => drop(found.insert(name.as_str().to_owned(), certificates)),
            None => warnings.push(format!(
                "{name} names {}, which is not there, so that nothing is compared with it",
                path.as_str()
            )),
        }
    }
    Ok(found)
}

fn certificate(path: &InnerPath, tree: &dyn Tree) -> Result<Option<Vec<Certificate>>, Failure> {
    let path_in_tree = Path::from(path.as_str());
    let Some(file) = tree.at(&path_in_tree)? else {
        return Ok(None);
    };
    let bytes = bytes(file)?;
    Certificate::parse_all(&bytes).map(Some).map_err(|error| {
        Failure::could_not(format!("cannot read the certificate {}", path.as_str())).because(error)
    })
}

fn lock(tree: &dyn Tree) -> Result<Lock, Failure> {
    let text = read(lock::FILE, |path| tree.at(path))?;
    Lock::parse(&text.unwrap_or_default())
        .map_err(|error| Failure::could_not(format!("cannot use {}", lock::FILE)).because(error))
}

fn baseline(text: Option<String>) -> Result<Baseline, Failure> {
    Baseline::parse(&text.unwrap_or_default()).map_err(|error| {
        Failure::could_not(format!("cannot use {}", baseline::FILE)).because(error)
    })
}

fn read(
    path: &str,
    find: impl Fn(&Path) -> Result<Option<File>, Failure>,
) -> Result<Option<String>, Failure> {
    let Some(file) = find(&Path::from(path))? else {
        return Ok(None);
    };
    let bytes = bytes(file)?;
    let text = sealsmith_core::text::decode(&bytes);
    text.map(|decoded| Some(decoded.text.to_string()))
        .map_err(|error| Failure::could_not(format!("cannot read {path}")).because(error))
}

// What steers this tool has to be what the reviewer of the repository sees.
fn bytes(file: File) -> Result<Vec<u8>, Failure> {
    let path = file.path;
    match (file.mode, file.content) {
        (Mode::Symlink, _) => Err(Failure::could_not(format!(
            "{path} is a symlink, which is not followed"
        ))),
        (_, Content::Bytes(bytes)) => Ok(bytes),
        (_, Content::TooLarge(size)) => Err(Failure::could_not(format!(
            "{path} is too large: it has {size} bytes"
        ))),
        (_, Content::Nothing) => Err(Failure::could_not(format!("{path} is not a plain file"))),
    }
}
