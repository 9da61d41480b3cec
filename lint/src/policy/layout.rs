//! `layout`: where sealed secrets live.

use schemars::JsonSchema;
use serde::Deserialize;

use super::text::text_value;
use super::{Glob, nonempty};
use crate::layout::{NamespaceTemplate, Pattern};

const ALLOW: &str = "envs/{env}/sealed-secrets/{app}/sealed-{name}.{yaml,yml,json}";

/// Where sealed secrets live, and which namespace they belong to.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct LayoutSettings {
    /// Path patterns of the files that may hold sealed secrets, relative to the repository root.
    /// `{env}`, `{app}` and `{name}` capture a part; every pattern has `{env}`. Nothing else is rewritten.
    #[schemars(length(min = 1))]
    #[serde(deserialize_with = "nonempty::list")]
    pub allow: Vec<Pattern>,
    /// The expected `metadata.namespace`, such as `{app}-{env}`. Without it, any namespace will do.
    pub namespace: Option<NamespaceTemplate>,
    /// Paths that are no business of this policy.
    pub ignore: Vec<Glob>,
}

impl Default for LayoutSettings {
    fn default() -> Self {
        Self {
            allow: vec![Pattern::parse(ALLOW).expect("a constant that a test parses")],
            namespace: None,
            ignore: Vec::new(),
        }
    }
}

text_value!(Pattern, "PathPattern", { "pattern": "\\{env\\}" });
text_value!(NamespaceTemplate, "NamespaceTemplate", { "minLength": 1 });
