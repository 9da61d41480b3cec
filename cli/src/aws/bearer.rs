//! A key that proves itself: calls signed with nothing but it.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_sdk_sts::config::Credentials;
use sealsmith_lint::policy;

use super::account::{Account, caller};
use super::action::Action;
use super::identity::Identity;
use super::key::NewKey;
use super::probe::Probes;
use super::problem::{Kind, Problem};

/// A success may be that of one server that knows the key already; so many in a row are those of several.
const IN_A_ROW: u32 = 3;

/// A key alone, without the operator's credentials.
pub(crate) struct Bearer<'a> {
    account: &'a Account,
    credentials: Credentials,
    config: aws_sdk_sts::Config,
}

impl<'a> Bearer<'a> {
    pub(super) fn new(account: &'a Account, key: &NewKey) -> Self {
        let (id, secret) = (key.id().as_str(), key.expose());
        // The SDK wipes these when it drops them, and shows no secret in `Debug`.
        let credentials = Credentials::new(id, secret, None, None, "the new key");
        let config = aws_sdk_sts::config::Builder::from(&account.sdk)
            .credentials_provider(credentials.clone())
            .retry_config(RetryConfig::disabled())
            .build();
        Self {
            account,
            credentials,
            config,
        }
    }

    /// Asks whose key it is.
    #[cfg(test)]
    pub(crate) fn caller(&self) -> Result<Identity, Problem> {
        let once = || self.caller_once();
        let patience = self.account.patience;
        self.account
            .run(patience.send(Action::GetCallerIdentity, once))
    }

    /// Asks until AWS accepts the key three times in a row, for at most `cap`; it has to be a key of the user with this ARN.
    ///
    /// A secret that does not fit, and a key of somebody else, end it at once. A question that is under way when `cap` is over is
    /// waited for.
    pub(crate) fn prove(&self, user_arn: &str, cap: Duration) -> Result<(), Problem> {
        let once = || async {
            let identity = self.caller_once().await?;
            if identity.arn == user_arn {
                return Ok(());
            }
            let whose = format!("the key is that of {}, not of {user_arn}", identity.arn);
            Err(Problem::new(
                Action::GetCallerIdentity,
                Kind::Stranger,
                whose,
            ))
        };
        let patience = self.account.patience;
        self.account
            .run(patience.until_accepted(cap, IN_A_ROW, once))
    }

    /// Does what a policy wants to see working with the key, for at most `cap` while AWS does not know the key yet.
    pub(crate) fn probe(&self, probe: &policy::Probe, cap: Duration) -> Result<(), Problem> {
        let probes = Probes::new(self.account, &self.credentials)?;
        let patience = self.account.patience;
        match probe {
            policy::Probe::S3Bucket(bucket) => {
                let once = || probes.s3_bucket(bucket);
                self.account.run(patience.until_accepted(cap, 1, once))
            }
            policy::Probe::EcrRepository(repository) => {
                let once = || probes.ecr_repository(repository);
                self.account.run(patience.until_accepted(cap, 1, once))
            }
        }
    }

    /// Each time with a client, and so a connection, of its own: on a kept one the same server would answer again.
    async fn caller_once(&self) -> Result<Identity, Problem> {
        caller(&aws_sdk_sts::Client::from_conf(self.config.clone())).await
    }
}
