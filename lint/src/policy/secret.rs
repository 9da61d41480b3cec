//! `secrets`: what each secret is, and who may change it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Duration, Glob, Located, Reason, nonempty};

/// What the secrets that match are, and who may change them.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SecretRule {
    /// The rule's name, used elsewhere in this file.
    pub id: Located<String>,
    /// Which secrets this rule is about.
    #[serde(rename = "match")]
    pub matches: Match,
    /// Who may change the value.
    pub rotation: Rotation,
    /// Why it is so.
    pub reason: Reason,
    /// How old a value may become.
    pub max_age: Option<Duration>,
    /// Who is asked about it, such as `@sre`.
    #[serde(default)]
    pub owners: Vec<String>,
    /// What is known about single data keys.
    #[serde(default)]
    pub keys: BTreeMap<String, KeyShape>,
    /// Whether consumers have to restart to see a new value.
    #[serde(default)]
    pub restarts: bool,
    /// How a person's approval of a manual change is written.
    pub approval: Option<Approval>,
}

/// Which secrets a rule is about; every part that is given has to match.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Match {
    /// A glob over the Secret's name.
    pub name: Glob,
    /// A glob over the application's name.
    pub app: Option<Glob>,
}

impl Match {
    /// Returns whether a secret is meant.
    #[must_use]
    pub fn matches(&self, name: &str, app: Option<&str>) -> bool {
        let app_matches = |glob: &Glob| app.is_some_and(|app| glob.matches(app));
        self.name.matches(name) && self.app.as_ref().is_none_or(app_matches)
    }
}

/// Who may change a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rotation {
    /// Automation rotates it.
    Automated,
    /// Only a person changes it; automation may re-seal it.
    Manual,
}

/// What is known about a data key.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KeyShape {
    /// The lengths in bytes that a value may have; the ciphertext shows the length to everyone.
    #[schemars(length(min = 1))]
    #[serde(deserialize_with = "nonempty::list")]
    pub bytes: Vec<u64>,
}

/// How a person's approval is written.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Approval {
    /// The commit trailer that names the person.
    pub trailer: String,
    /// Who may approve; anyone without it.
    pub by: Vec<String>,
}

impl Default for Approval {
    fn default() -> Self {
        Self {
            trailer: "Secret-Change-Approved-By".to_owned(),
            by: Vec::new(),
        }
    }
}
