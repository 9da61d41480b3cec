//! `exceptions`: findings that are accepted for a while.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Date, Glob, Reason, RuleName};

/// A finding that is accepted until a date.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Exception {
    /// The rule that is not applied.
    pub rule: RuleName,
    /// The path, or a glob over paths.
    pub path: Glob,
    /// Why the finding is accepted.
    pub reason: Reason,
    /// The last day on which it is.
    pub expires: Date,
    /// Who answers for it.
    pub owner: Option<String>,
}
