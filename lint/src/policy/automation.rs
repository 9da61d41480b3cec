//! `automation`: how automation is recognised.

use schemars::JsonSchema;
use serde::Deserialize;

/// How automation is recognised, so that it is kept away from manual secrets.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Automation {
    /// Commit authors that are automation, by e-mail address.
    pub authors: Vec<String>,
    /// The commit trailer that automation writes.
    pub trailer: String,
    /// The environment variable that is set where automation runs.
    pub env_var: String,
}

impl Default for Automation {
    fn default() -> Self {
        Self {
            authors: Vec::new(),
            trailer: "Sealsmith-Operation".to_owned(),
            env_var: "SEALSMITH_AUTOMATION".to_owned(),
        }
    }
}
