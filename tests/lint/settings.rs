//! A policy with certificates and a lock file, made once for many checks of files in memory.

use std::collections::BTreeMap;

use sealsmith_core::certificate::Certificate;
use sealsmith_lint::baseline::Baseline;
use sealsmith_lint::layout::Layout;
use sealsmith_lint::lock::Lock;
use sealsmith_lint::source::{Content, File, Mode};
use sealsmith_lint::{Context, Path, Policy, Report, Run};

use crate::example::NOW;

/// All that a check needs besides the files.
pub(crate) struct Settings {
    pub(crate) text: String,
    pub(crate) policy: Policy,
    pub(crate) layout: Layout,
    pub(crate) certificates: BTreeMap<String, Vec<Certificate>>,
    pub(crate) lock: Lock,
    pub(crate) changed: BTreeMap<Path, i64>,
    pub(crate) before: Option<Policy>,
}

impl Settings {
    /// Reads a policy, and certificates by the name of their environment.
    pub(crate) fn new(policy: &str, certificates: &[(&str, &str)]) -> Self {
        let parsed = Policy::parse(policy).unwrap_or_else(|error| panic!("{error}\n{policy}"));
        let certificates = certificates.iter().map(|(env, pem)| {
            let parsed = Certificate::parse_all(pem.as_bytes());
            (
                (*env).to_owned(),
                parsed.expect("a certificate of the tests"),
            )
        });
        Self {
            text: policy.to_owned(),
            layout: Layout::new(&parsed.layout),
            policy: parsed,
            certificates: certificates.collect(),
            lock: Lock::default(),
            changed: BTreeMap::new(),
            before: None,
        }
    }

    /// What the rules may ask.
    pub(crate) fn context(&self) -> Context<'_> {
        Context {
            policy: &self.policy,
            policy_text: &self.text,
            layout: &self.layout,
            certificates: &self.certificates,
            lock: &self.lock,
            changed: &self.changed,
            policy_before: self.before.as_ref(),
            guarding: false,
            now: NOW,
        }
    }

    /// Checks files as everything there is.
    pub(crate) fn check<'f>(&self, files: impl IntoIterator<Item = &'f File>) -> Report {
        let context = self.context();
        let mut run = Run::new(&context);
        run.policy();
        files.into_iter().for_each(|file| run.file(file));
        run.finish(&Baseline::default(), true)
    }
}

/// A plain file that git tracks.
pub(crate) fn tracked(path: &str, text: impl Into<Vec<u8>>) -> File {
    File {
        path: Path::from(path),
        mode: Mode::Regular,
        content: Content::Bytes(text.into()),
        tracked: true,
        attributes: Vec::new(),
        permissions: None,
    }
}
