//! `environments.<name>`: one environment.

use schemars::JsonSchema;
use sealsmith_core::scope::Scope;
use serde::Deserialize;

use super::scope::AllowedScope;
use super::{ArgoCd, Aws, Controller, EnvironmentGit, InnerPath, Pin, Slack, Windows, nonempty};

/// One environment: its certificate, its controller and what operations on it need.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Environment {
    /// The controller's certificate, a PEM file that values are sealed with.
    pub certificate: Option<InnerPath>,
    /// The public keys that may be in the certificate; empty accepts any.
    pub fingerprints: Vec<Pin>,
    /// The scopes that sealed values may have; without it, every scope is allowed.
    #[schemars(length(min = 1))]
    #[serde(deserialize_with = "nonempty::optional")]
    pub scopes: Option<Vec<AllowedScope>>,
    /// Whether every secret must exist in each other environment that has parity too.
    pub parity: bool,
    /// Whether to ask a person before this environment changes. Without it, only `prod` asks.
    pub protected: Option<bool>,
    /// How the controller is reached.
    pub controller: Controller,
    /// Where commits go.
    pub git: EnvironmentGit,
    /// The Argo CD applications that deploy this environment.
    pub argocd: Option<ArgoCd>,
    /// Where people are told.
    pub slack: Option<Slack>,
    /// When an operation may run.
    pub windows: Windows,
    /// The AWS access key of this environment.
    pub aws: Option<Aws>,
}

impl Environment {
    /// Returns whether sealed values here may have a scope.
    #[must_use]
    pub fn allows(&self, scope: Scope) -> bool {
        self.scopes
            .as_ref()
            .is_none_or(|scopes| scopes.iter().any(|allowed| allowed.scope() == scope))
    }
}
