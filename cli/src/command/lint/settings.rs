//! What a run judges by: policy, certificates, lock file and baseline, all of the tree that is judged.

use std::collections::BTreeMap;

use sealsmith_core::certificate::Certificate;
use sealsmith_lint::baseline::{self, Baseline};
use sealsmith_lint::lock;
use sealsmith_lint::policy::{FILE, InnerPath};
use sealsmith_lint::source::{Content, Mode};
use sealsmith_lint::{Context, Layout, Lock, Path, Policy};

use crate::env::git::tree::Tree;
use crate::failure::Failure;
use crate::ui::Ui;

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
}

impl Settings {
    /// Reads the policy of one tree, and what it names from the tree that is judged.
    pub(crate) fn read(tree: &dyn Tree, policy: &dyn Tree, ui: &Ui) -> Result<Self, Failure> {
        let policy_text = text(policy, &Path::from(FILE))?;
        let policy = parse_policy(policy_text.as_deref())?;
        let layout = match &policy_text {
            Some(_) => Layout::new(&policy.layout),
            None => Layout::default_whitelist(),
        };
        Ok(Self {
            certificates: certificates(&policy, tree, ui)?,
            lock: lock(tree)?,
            baseline: baseline(tree)?,
            changed: BTreeMap::new(),
            policy_before: None,
            policy,
            policy_text,
            layout,
        })
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
}

/// Reads the policy of a tree; nothing when it has none.
pub(crate) fn policy_of(tree: &dyn Tree) -> Result<Option<Policy>, Failure> {
    let text = text(tree, &Path::from(FILE))?;
    text.map(|text| parse_policy(Some(&text))).transpose()
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
    ui: &Ui,
) -> Result<BTreeMap<String, Vec<Certificate>>, Failure> {
    let mut found = BTreeMap::new();
    for (name, environment) in policy.environments.iter() {
        let Some(path) = &environment.certificate else {
            continue;
        };
        match certificate(path, tree)? {
            Some(certificates) => drop(found.insert(name.as_str().to_owned(), certificates)),
            None => ui.warning(format!(
                "{name} names {}, which is not there, so that nothing is compared with it",
                path.as_str()
            )),
        }
    }
    Ok(found)
}

fn certificate(path: &InnerPath, tree: &dyn Tree) -> Result<Option<Vec<Certificate>>, Failure> {
    let Some(bytes) = bytes(tree, &Path::from(path.as_str()))? else {
        return Ok(None);
    };
    Certificate::parse_all(&bytes).map(Some).map_err(|error| {
        Failure::could_not(format!("cannot read the certificate {}", path.as_str())).because(error)
    })
}

fn lock(tree: &dyn Tree) -> Result<Lock, Failure> {
    let text = text(tree, &Path::from(lock::FILE))?;
    Lock::parse(&text.unwrap_or_default())
        .map_err(|error| Failure::could_not(format!("cannot use {}", lock::FILE)).because(error))
}

fn baseline(tree: &dyn Tree) -> Result<Baseline, Failure> {
    let text = text(tree, &Path::from(baseline::FILE))?;
    Baseline::parse(&text.unwrap_or_default()).map_err(|error| {
        Failure::could_not(format!("cannot use {}", baseline::FILE)).because(error)
    })
}

fn text(tree: &dyn Tree, path: &Path) -> Result<Option<String>, Failure> {
    let Some(bytes) = bytes(tree, path)? else {
        return Ok(None);
    };
    let text = sealsmith_core::text::decode(&bytes);
    text.map(|decoded| Some(decoded.text.to_string()))
        .map_err(|error| Failure::could_not(format!("cannot read {path}")).because(error))
}

// What steers this tool has to be what the reviewer of the repository sees.
fn bytes(tree: &dyn Tree, path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    let Some(file) = tree.at(path)? else {
        return Ok(None);
    };
    match (file.mode, file.content) {
        (Mode::Symlink, _) => Err(Failure::could_not(format!(
            "{path} is a symlink, which is not followed"
        ))),
        (_, Content::Bytes(bytes)) => Ok(Some(bytes)),
        (_, Content::TooLarge(size)) => Err(Failure::could_not(format!(
            "{path} is too large: it has {size} bytes"
        ))),
        (_, Content::Nothing) => Err(Failure::could_not(format!("{path} is not a plain file"))),
    }
}
