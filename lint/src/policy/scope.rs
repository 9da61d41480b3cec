//! Scopes as the policy writes them.

use schemars::JsonSchema;
use sealsmith_core::scope::Scope;
use serde::Deserialize;

/// How far a sealed value may move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AllowedScope {
    /// One namespace and name.
    Strict,
    /// Any name in one namespace.
    NamespaceWide,
    /// Anywhere in the cluster.
    ClusterWide,
}

impl AllowedScope {
    /// Returns the scope.
    #[must_use]
    pub fn scope(self) -> Scope {
        match self {
            Self::Strict => Scope::Strict,
            Self::NamespaceWide => Scope::NamespaceWide,
            Self::ClusterWide => Scope::ClusterWide,
        }
    }
}
