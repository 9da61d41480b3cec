//! `argocd`: the applications that deploy an environment.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Duration, Glob};

/// The Argo CD applications that deploy an environment.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ArgoCd {
    /// The namespace of the Application objects.
    pub namespace: String,
    /// Globs over Application names.
    pub applications: Vec<Glob>,
    /// How long a sync may take.
    #[schemars(with = "Option<Duration>")]
    pub timeout: Duration,
}

impl Default for ArgoCd {
    fn default() -> Self {
        Self {
            namespace: "argocd".to_owned(),
            applications: Vec::new(),
            timeout: Duration::minutes(10),
        }
    }
}
