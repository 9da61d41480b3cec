//! `rules`: settings of single rules.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::suggest::nearest;
use super::text::text_value;
use super::{EnvironmentName, Located};

/// Every rule that may be named, in reporting order.
pub const RULE_NAMES: [&str; 43] = [
    "unreadable-input",
    "ambiguous-yaml",
    "outside-layout",
    "mixed-file",
    "namespace-mismatch",
    "name-mismatch",
    "duplicate-secret",
    "env-drift",
    "irregular-file",
    "plaintext-secret",
    "literal-in-generator",
    "credential-in-text",
    "private-material",
    "stray-plaintext",
    "leaked-last-applied",
    "malformed-ciphertext",
    "wrong-key-size",
    "foreign-ciphertext",
    "repeated-ciphertext",
    "plain-length",
    "scope-mismatch",
    "scope-not-allowed",
    "schema",
    "stale-certificate",
    "sync-wave",
    "missing-checksum",
    "competing-owner",
    "unclassified-secret",
    "unapproved-manual-change",
    "automation-on-manual",
    "reseal-changed-more",
    "partial-rotation",
    "rotation-overdue",
    "dirty-tree",
    "unfinished-git",
    "behind-upstream",
    "invalid-policy",
    "contradictory-policy",
    "stale-policy",
    "bad-suppression",
    "unused-suppression",
    "weak-policy",
    "policy-loosened",
];

/// The name of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleName(&'static str);

impl RuleName {
    /// Takes the name of a rule that exists.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let known = RULE_NAMES.into_iter().find(|name| *name == text);
        known.map(Self).ok_or_else(|| {
            let meant = nearest(text, RULE_NAMES).map(|name| format!(", did you mean `{name}`?"));
            Error {
                name: text.to_owned(),
                meant: meant.unwrap_or_default(),
            }
        })
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl AsRef<str> for RuleName {
    fn as_ref(&self) -> &str {
        self.0
    }
}

/// A name that no rule has.
#[derive(Debug, thiserror::Error)]
#[error("unknown rule `{name}`{meant}")]
pub struct Error {
    name: String,
    meant: String,
}

/// How one rule is applied.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RuleSetting {
    /// How serious a finding is; the rule's own severity without it.
    pub severity: Option<Severity>,
    /// The only environment this setting is for; every one without it.
    pub env: Option<Located<EnvironmentName>>,
    /// What else the rule lets be chosen.
    pub options: BTreeMap<String, serde_json::Value>,
}

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The rule is not applied.
    Off,
    /// Said, and nothing more.
    Info,
    /// Probably a mistake.
    Warning,
    /// The check fails.
    Error,
}

text_value!(RuleName, "RuleName", { "enum": RULE_NAMES.as_slice() });
