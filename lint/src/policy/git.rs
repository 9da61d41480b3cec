//! `git`: what git has to look like, and where commits go.

use schemars::JsonSchema;
use serde::Deserialize;

/// What git has to look like before files are rewritten.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Git {
    /// The branch that changes are compared with, such as `origin/main`.
    pub base: Option<String>,
    /// The operations that need a clean work tree in the paths they touch.
    pub require_clean: Vec<Guarded>,
    /// Whether a branch must be checked out.
    pub require_branch: bool,
    /// Whether the branch must not be behind its upstream.
    pub require_up_to_date: bool,
}

impl Default for Git {
    fn default() -> Self {
        Self {
            base: None,
            require_clean: vec![Guarded::Reseal, Guarded::Rotate],
            require_branch: true,
            require_up_to_date: true,
        }
    }
}

/// An operation that rewrites many files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Guarded {
    /// Re-sealing an environment.
    Reseal,
    /// Rotating a credential or a controller key.
    Rotate,
}

/// Where commits of an environment go.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct EnvironmentGit {
    /// The remote to push to.
    pub remote: String,
    /// The branch that deploys this environment; the current one without it.
    pub branch: Option<String>,
}

impl Default for EnvironmentGit {
    fn default() -> Self {
        Self {
            remote: "origin".to_owned(),
            branch: None,
        }
    }
}
