//! `aws`: the access key of an environment, and how it is rotated.

use schemars::JsonSchema;
use serde::Deserialize;

use super::text::text_value;
use super::{Duration, Located, RepoPath, nonempty};

/// The AWS access key of an environment.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Aws {
    /// The profile that may manage the user's keys; the usual credentials without it.
    pub profile: Option<String>,
    /// The account; any other is refused.
    pub account_id: AccountId,
    /// The IAM user whose keys are rotated.
    pub user: String,
    /// The id under `secrets` that is about this access key.
    pub secret: Located<String>,
    /// The applications that get the new key.
    #[schemars(length(min = 1))]
    #[serde(deserialize_with = "nonempty::list")]
    pub apps: Vec<String>,
    /// The data keys that hold the two parts.
    #[serde(default)]
    pub keys: AwsKeys,
    /// Where a new key is kept until it is in use.
    #[serde(default)]
    pub backup: AwsBackup,
    /// How long the old key lives on after nobody uses it any more: 4h, or 24h when protected.
    pub grace: Option<Duration>,
    /// How long the old key stays inactive, so that it can be brought back, before it is deleted: not at all, or 24h when protected.
    pub soak: Option<Duration>,
    /// What has to work with the new key.
    #[serde(default)]
    pub probes: Vec<Probe>,
}

impl Aws {
    /// Returns how long the old key lives on.
    ///
    /// AWS tells of a key's last use hours later, so a short wait proves nothing.
    #[must_use]
    pub fn grace(&self, protected: bool) -> Duration {
        self.grace
            .unwrap_or(Duration::hours(if protected { 24 } else { 4 }))
    }

    /// Returns how long the old key stays inactive before it is deleted.
    #[must_use]
    pub fn soak(&self, protected: bool) -> Duration {
        self.soak
            .unwrap_or(Duration::hours(if protected { 24 } else { 0 }))
    }
}

/// The data keys of an access key.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct AwsKeys {
    /// The data key with the access key's id.
    pub id: String,
    /// The data key with the secret access key.
    pub secret: String,
}

impl Default for AwsKeys {
    fn default() -> Self {
        Self {
            id: "AWS_ACCESS_KEY_ID".to_owned(),
            secret: "AWS_SECRET_ACCESS_KEY".to_owned(),
        }
    }
}

/// Where a new key is kept until it is in use.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct AwsBackup {
    /// The folder; `/root/backup` for root without it.
    pub folder: Option<RepoPath>,
    /// Who can open the backup, as age recipients; without any it is protected by its mode alone.
    pub age_recipients: Vec<String>,
}

/// What has to work with a new key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Probe {
    /// This bucket can be listed.
    S3Bucket(String),
    /// An image can be pulled from this repository.
    EcrRepository(String),
}

/// The number of an AWS account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountId(String);

impl AccountId {
    /// Takes twelve digits.
    pub fn parse(text: &str) -> Result<Self, AccountIdError> {
        if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(AccountIdError)
        }
    }

    /// Returns the twelve digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text that is no account number.
#[derive(Debug, thiserror::Error)]
#[error("an AWS account id has twelve digits, in quotes")]
pub struct AccountIdError;

text_value!(AccountId, "AccountId", { "pattern": "^[0-9]{12}$" });
