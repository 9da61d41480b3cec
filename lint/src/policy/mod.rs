//! `sealsmith.yaml`: what a repository asks of its sealed secrets.
//!
//! The types are the file: each field's doc comment is its description in the JSON Schema. What
//! parses is valid; references between parts of the file are checked as well.

mod argocd;
mod automation;
mod aws;
mod check;
mod controller;
mod date;
mod duration;
mod environment;
mod error;
mod exception;
mod fingerprint;
mod frame;
mod git;
mod glob;
mod layout;
mod located;
mod name;
mod nonempty;
mod ordered;
mod path;
mod reason;
mod rule;
mod scope;
mod secret;
mod slack;
pub(crate) mod suggest;
mod text;
mod window;

pub use argocd::ArgoCd;
pub use automation::Automation;
pub use aws::{AccountId, Aws, AwsBackup, AwsKeys, Probe};
pub use controller::{Controller, Reach};
pub use date::Date;
pub use duration::Duration;
pub use environment::Environment;
pub use error::Error;
pub use exception::Exception;
pub use fingerprint::Pin;
pub use git::{EnvironmentGit, Git, Guarded};
pub use glob::Glob;
pub use layout::LayoutSettings;
pub use located::Located;
pub use name::EnvironmentName;
pub use ordered::Ordered;
pub use path::{InnerPath, RepoPath};
pub use reason::Reason;
pub use rule::{RULE_NAMES, RuleName, RuleSetting, Severity};
pub use scope::AllowedScope;
pub use secret::{Approval, KeyShape, Match, Rotation, SecretRule};
pub use slack::{Slack, Webhook};
pub use window::{Days, Hours, Notify, Window, Windows};

use schemars::JsonSchema;
use serde::Deserialize;

/// The file's name, at the repository root.
pub const FILE: &str = "sealsmith.yaml";

/// The largest policy that is read: 1 MiB.
pub const LIMIT: usize = 1 << 20;

/// The policy of a repository that holds Bitnami Sealed Secrets.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Policy {
    /// The version of this format.
    pub version: Version,
    /// Where sealed secrets live.
    pub layout: LayoutSettings,
    /// The environments, in the order in which work on several of them is done.
    pub environments: Ordered<EnvironmentName, Environment>,
    /// What each secret is, and who may change it. The first rule that matches decides.
    pub secrets: Vec<SecretRule>,
    /// How automation is recognised.
    pub automation: Automation,
    /// What git has to look like before files are rewritten.
    pub git: Git,
    /// Settings of single rules, by rule name.
    pub rules: Ordered<RuleName, RuleSetting>,
    /// Findings that are accepted until a date, each with a reason.
    pub exceptions: Vec<Exception>,
}

/// A version of the policy format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Version {
    /// The first and only version.
    #[default]
    V1,
}

impl Policy {
    /// Reads a policy; an error says where in the file it is.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > LIMIT {
            return Err(Error::TooLarge {
                size: text.len(),
                limit: LIMIT,
            });
        }
        let options = serde_saphyr::options! { with_snippet: false, strict_booleans: true };
        let policy: Self = serde_saphyr::from_str_with_options(text, options)
            .map_err(|error| Error::from_yaml(&error, text))?;
        check::references(&policy).map_err(|problem| problem.in_text(text))?;
        Ok(policy)
    }

    /// Returns what the policy says about an environment.
    #[must_use]
    pub fn environment(&self, name: &str) -> Option<&Environment> {
        self.environments.get(name)
    }

    /// Returns the sync wave that a new SealedSecret gets; nothing when the rule `sync-wave` is off.
    #[must_use]
    pub fn sync_wave(&self) -> Option<String> {
        let mut settings = self.rules.iter();
        let off = settings.any(|(name, setting)| {
            name.as_str() == "sync-wave" && setting.severity == Some(Severity::Off)
        });
        (!off).then(|| self.expected_wave())
    }

    /// The sync wave that the rule `sync-wave` asks for.
    pub(crate) fn expected_wave(&self) -> String {
        match self.option("sync-wave", "wave") {
            Some(serde_json::Value::String(wave)) => wave.clone(),
            Some(other) => other.to_string(),
            None => "-1".to_owned(),
        }
    }

    /// An option of a rule, as it is set here.
    pub(crate) fn option(&self, rule: &str, name: &str) -> Option<&serde_json::Value> {
        let mut settings = self
            .rules
            .iter()
            .filter(|(known, _)| known.as_str() == rule);
        settings.find_map(|(_, setting)| setting.options.get(name))
    }

    /// Returns the first rule of `secrets` that matches.
    #[must_use]
    pub fn secret_rule(&self, name: &str, app: Option<&str>) -> Option<&SecretRule> {
        let mut rules = self.secrets.iter();
        rules.find(|rule| rule.matches.matches(name, app))
    }

    /// Returns whether a person is asked before this environment changes.
    ///
    /// The environment says so with `protected`; one that does not is protected when it is named `prod`.
    #[must_use]
    pub fn is_protected(&self, environment: &str) -> bool {
        let said = self
            .environment(environment)
            .and_then(|environment| environment.protected);
        said.unwrap_or(environment == "prod")
    }
}

/// Returns the JSON Schema of the policy file, made from its types.
#[must_use]
pub fn schema() -> String {
    let mut schema = schemars::schema_for!(Policy);
    schema.insert("title".to_owned(), FILE.into());
    serde_json::to_string_pretty(&schema).expect("a schema is plain JSON") + "\n"
}

#[cfg(test)]
mod tests;
