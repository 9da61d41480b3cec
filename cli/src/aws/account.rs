//! An AWS account, asked with an operator's credentials about the access keys of a user.

use std::future::Future;

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_sdk_iam::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_iam::primitives::DateTime;
use aws_sdk_iam::types::{AccessKeyMetadata, StatusType};
use tokio::runtime::{Builder, Runtime};
use zeroize::Zeroizing;

use super::action::Action;
use super::bearer::Bearer;
use super::connect::{Deadlines, Endpoints, check_endpoint, configuration};
use super::identity::Identity;
use super::key::{AccessKey, AccessKeyId, LastUsed, NewKey, Status};
use super::patience::Patience;
use super::problem::{Kind, Problem};
use crate::env::Env;
use crate::failure::Failure;

/// More pages of keys than any user has.
const PAGES: usize = 50;

/// How long a secret access key is.
const SECRET_LENGTH: usize = 40;

/// An AWS account through an operator's credentials, with the runtime that drives the calls.
///
/// Every method waits for its answer. Each call has deadlines, and what may be repeated is, a few times (`patience.rs`).
pub(crate) struct Account {
    pub(super) sdk: SdkConfig,
    pub(super) iam: aws_sdk_iam::Client,
    sts: aws_sdk_sts::Client,
    pub(super) endpoints: Endpoints,
    pub(super) deadlines: Deadlines,
    pub(super) patience: Patience,
    profile: Option<String>,
    runtime: Runtime,
}

/// An IAM user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User {
    /// Its name.
    pub(crate) name: String,
    /// Its ARN, path included.
    pub(crate) arn: String,
}

impl Account {
    /// Sets up the standard chain of credentials: variables, profiles, SSO, web identity, container and machine roles.
    ///
    /// `profile` comes before `AWS_PROFILE`; `endpoint` before `AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_IAM` and the like. Nothing is sent to
    /// IAM or STS yet, so credentials that are missing show with the first call.
    pub(crate) fn connect(
        profile: Option<&str>,
        endpoint: Option<&str>,
        env: &Env,
    ) -> Result<Self, Failure> {
        endpoint.map_or(Ok(()), check_endpoint)?;
        let (deadlines, patience) = (Deadlines::default(), Patience::default());
        let runtime = runtime()?;
        let sdk = runtime.block_on(configuration(profile, endpoint, deadlines));
        let endpoints = Endpoints::new(endpoint, &sdk, env);
        let profile = profile.map(str::to_owned);
        let profile = profile.or_else(|| env.variable("AWS_PROFILE"));
        Ok(Self {
            profile,
            ..Self::new(runtime, sdk, endpoints, deadlines, patience)
        })
    }

    pub(super) fn new(
        runtime: Runtime,
        sdk: SdkConfig,
        endpoints: Endpoints,
        deadlines: Deadlines,
        patience: Patience,
    ) -> Self {
        let (iam, sts) = {
            let _inside = runtime.enter();
            clients(&sdk)
        };
        Self {
            iam,
            sts,
            sdk,
            endpoints,
            deadlines,
            patience,
            profile: None,
            runtime,
        }
    }

    /// Asks whose credentials are in use.
    pub(crate) fn caller(&self) -> Result<Identity, Problem> {
        self.ask(Action::GetCallerIdentity, || caller(&self.sts))
    }

    /// Looks up a user; nothing when there is none of that name.
    pub(crate) fn user(&self, name: &str) -> Result<Option<User>, Problem> {
        let answer = self.ask(Action::GetUser, || async {
            let answer = self.iam.get_user().user_name(name).send().await;
            answer.map_err(|error| Problem::of_sdk(Action::GetUser, &error))
        });
        let found = absent(answer)?.and_then(|answer| answer.user);
        Ok(found.map(|user| User {
            name: user.user_name,
            arn: user.arn,
        }))
    }

    /// Lists all keys of a user with their last use, the oldest first.
    ///
    /// A key that was just made may be missing for some seconds, and AWS tells of a use hours later.
    pub(crate) fn keys(&self, user: &str) -> Result<Vec<AccessKey>, Problem> {
        let mut keys = Vec::new();
        let mut marker = None;
        for _ in 0..PAGES {
            let page = self.ask(Action::ListAccessKeys, || async {
                let request = self.iam.list_access_keys().user_name(user);
                let answer = request.set_marker(marker.clone()).send().await;
                answer.map_err(|error| Problem::of_sdk(Action::ListAccessKeys, &error))
            })?;
            for listed in &page.access_key_metadata {
                keys.push(self.key(listed)?);
            }
            marker = page.marker.filter(|_| page.is_truncated);
            if marker.is_none() {
                keys.sort_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
                return Ok(keys);
            }
        }
        Err(unexpected(
            Action::ListAccessKeys,
            "the list of keys has no end",
        ))
    }

    /// Creates a key. This is sent once and never again, on a connection of its own.
    ///
    /// When the problem [may have happened all the same](Problem::may_have_happened), there may be a key whose secret nobody has: it
    /// shows in [`Self::keys`] within seconds.
    pub(crate) fn create_key(&self, user: &str) -> Result<NewKey, Problem> {
        let action = Action::CreateAccessKey;
        // A connection that was idle may be closed just now; a fresh one leaves the HTTP library no reason to send twice.
        let deadlines = self.deadlines.of(self.deadlines.answer_to_create);
        let config = aws_sdk_iam::config::Builder::from(&self.sdk)
            .retry_config(RetryConfig::disabled())
            .timeout_config(deadlines)
            .build();
        let client = aws_sdk_iam::Client::from_conf(config);
        let answer = self
            .runtime
            .block_on(client.create_access_key().user_name(user).send());
        let answer = answer.map_err(|error| self.profiled(Problem::of_sdk(action, &error)))?;
        // The SDK fills in empty texts for what is missing, and takes the rest of an answer that is cut off for all of it (measured).
        // Whatever is wrong with the answer, the key may exist.
        let unreadable = || Problem::new(action, Kind::Unclear, "the answer is not a key");
        let made = answer.access_key.ok_or_else(unreadable)?;
        let secret = Zeroizing::new(made.secret_access_key);
        let id = AccessKeyId::parse(&made.access_key_id).map_err(|_| unreadable())?;
        if secret.len() < SECRET_LENGTH {
            return Err(unreadable());
        }
        NewKey::new(id, secret).map_err(|_| unreadable())
    }

    /// From now on signs everything with this key, as where a user rotates its own.
    pub(super) fn sign_with(&mut self, key: &NewKey) {
        let (id, secret) = (key.id().as_str(), key.expose());
        let credentials = Credentials::new(id, secret, None, None, "the new key");
        let provider = SharedCredentialsProvider::new(credentials);
        self.sdk = self.sdk.to_builder().credentials_provider(provider).build();
        let _inside = self.runtime.enter();
        (self.iam, self.sts) = clients(&self.sdk);
    }

    /// The new key alone: no chain, no other credentials, whatever happens.
    pub(crate) fn as_key(&self, key: &NewKey) -> Bearer<'_> {
        Bearer::new(self, key)
    }

    /// Runs one call to its end, repeated where that is safe.
    pub(super) fn ask<T, F>(&self, action: Action, once: impl FnMut() -> F) -> Result<T, Problem>
    where
        F: Future<Output = Result<T, Problem>>,
    {
        let answer = self.runtime.block_on(self.patience.send(action, once));
        answer.map_err(|problem| self.profiled(problem))
    }

    /// The region that requests are signed for where nothing says otherwise.
    pub(super) fn region(&self) -> &str {
        self.sdk
            .region()
            .map_or("us-east-1", |region| region.as_ref())
    }

    /// Runs anything to its end.
    pub(super) fn run<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    fn profiled(&self, problem: Problem) -> Problem {
        problem.with_profile(self.profile.as_deref())
    }

    fn key(&self, listed: &AccessKeyMetadata) -> Result<AccessKey, Problem> {
        let incomplete = || unexpected(Action::ListAccessKeys, "a key in the list is incomplete");
        let id = listed.access_key_id.as_deref().ok_or_else(incomplete)?;
        let id = AccessKeyId::parse(id).map_err(|_| incomplete())?;
        let status = match listed.status.as_ref().ok_or_else(incomplete)? {
            StatusType::Active => Status::Active,
            // `Expired` is a status that only keys of other kinds have.
            _ => Status::Inactive,
        };
        Ok(AccessKey {
            last_used: self.last_used(&id)?,
            created: listed.create_date.as_ref().ok_or_else(incomplete)?.secs(),
            id,
            status,
        })
    }

    fn last_used(&self, id: &AccessKeyId) -> Result<Option<LastUsed>, Problem> {
        let answer = self.ask(Action::GetAccessKeyLastUsed, || async {
            let request = self.iam.get_access_key_last_used();
            let answer = request.access_key_id(id.as_str()).send().await;
            answer.map_err(|error| Problem::of_sdk(Action::GetAccessKeyLastUsed, &error))
        });
        // Listed, but not known here yet: it is new.
        let used = absent(answer)?.and_then(|answer| answer.access_key_last_used);
        Ok(used.and_then(|used| {
            Some(LastUsed {
                at: used.last_used_date.as_ref().map(DateTime::secs)?,
                service: used.service_name,
                region: used.region,
            })
        }))
    }
}

/// Clients that send nothing twice by themselves.
fn clients(sdk: &SdkConfig) -> (aws_sdk_iam::Client, aws_sdk_sts::Client) {
    let iam = aws_sdk_iam::config::Builder::from(sdk).retry_config(RetryConfig::disabled());
    let sts = aws_sdk_sts::config::Builder::from(sdk).retry_config(RetryConfig::disabled());
    (
        aws_sdk_iam::Client::from_conf(iam.build()),
        aws_sdk_sts::Client::from_conf(sts.build()),
    )
}

/// What drives the calls of one account.
pub(super) fn runtime() -> Result<Runtime, Failure> {
    Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| Failure::could_not("cannot start the network").because(error))
}

/// Asks STS whose credentials a client has, once.
pub(super) async fn caller(sts: &aws_sdk_sts::Client) -> Result<Identity, Problem> {
    let action = Action::GetCallerIdentity;
    let answer = sts.get_caller_identity().send().await;
    let answer = answer.map_err(|error| Problem::of_sdk(action, &error))?;
    match (answer.account(), answer.arn()) {
        (Some(account), Some(arn)) => Ok(Identity::new(account, arn)),
        _ => Err(unexpected(action, "the answer names nobody")),
    }
}

fn absent<T>(answer: Result<T, Problem>) -> Result<Option<T>, Problem> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(problem) if problem.kind() == Kind::NoSuchEntity => Ok(None),
        Err(problem) => Err(problem),
    }
}

fn unexpected(action: Action, what: &str) -> Problem {
    Problem::new(
        action,
        Kind::Other,
        format!("AWS answered something unexpected: {what}"),
    )
}
