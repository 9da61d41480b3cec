//! The standard chain of credentials, and how long each part of a request may take.

use std::time::Duration;

use aws_config::default_provider::region::DefaultRegionChain;
use aws_config::identity::IdentityCache;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_sdk_iam::config::SharedIdentityCache;

use crate::env::{Env, http};
use crate::failure::Failure;

/// IAM is one for the whole partition; a region is needed to sign at all, and this one is always there.
const ANY_REGION: &str = "us-east-1";

/// To look up a name and to be connected, TLS included.
const CONNECT: Duration = Duration::from_secs(10);
/// From there to the first byte of the answer.
const ANSWER: Duration = Duration::from_secs(20);
/// The same for a call that is sent once: giving up early would not undo it.
const ANSWER_TO_CREATE: Duration = Duration::from_secs(60);
/// To get credentials: SSO and credential processes ask other servers, and sometimes a person.
const LOG_IN: Duration = Duration::from_secs(120);

/// How long the parts of a call may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadlines {
    pub(super) log_in: Duration,
    pub(super) connect: Duration,
    pub(super) answer: Duration,
    pub(super) answer_to_create: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            log_in: LOG_IN,
            connect: CONNECT,
            answer: ANSWER,
            answer_to_create: ANSWER_TO_CREATE,
        }
    }
}

impl Deadlines {
    /// As the SDK takes them; the whole of a call, credentials included, has a limit of its own.
    pub(super) fn of(self, answer: Duration) -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(self.connect)
            .read_timeout(answer)
            .operation_attempt_timeout(self.log_in + self.connect + answer)
            .build()
    }

    /// A cache of credentials that waits so long for the chain.
    pub(super) fn credentials(self) -> SharedIdentityCache {
        IdentityCache::lazy().load_timeout(self.log_in).build()
    }
}

/// Reads configuration as every AWS tool does: variables, the profile, the machine's role.
///
/// Nothing is asked for credentials yet; the first call does that. Proxies are those of the usual variables.
pub(super) async fn configuration(
    profile: Option<&str>,
    endpoint: Option<&str>,
    deadlines: Deadlines,
) -> SdkConfig {
    let mut region = DefaultRegionChain::builder();
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .app_name(AppName::new("sealsmith").expect("letters are allowed"))
        .timeout_config(deadlines.of(deadlines.answer))
        .identity_cache(deadlines.credentials())
        // A clock that is wrong would make our own times wrong too, so it is refused rather than corrected.
        .disable_clock_skew_correction(true);
    if let Some(profile) = profile {
        region = region.profile_name(profile);
        loader = loader.profile_name(profile);
    }
    if let Some(endpoint) = endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    let region = region.build().region().await;
    let region = region.unwrap_or(Region::from_static(ANY_REGION));
    loader.region(region).load().await
}

/// Endpoints of the services that the SDK does not ask for us.
#[derive(Clone, Debug, Default)]
pub(super) struct Endpoints {
    /// For S3, instead of the public one.
    pub(super) s3: Option<String>,
    /// For ECR.
    pub(super) ecr: Option<String>,
}

impl Endpoints {
    /// Takes them from the same places as the SDK does, the most special first.
    pub(super) fn new(flag: Option<&str>, sdk: &SdkConfig, env: &Env) -> Self {
        let ignored = env.variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
        let ignored = ignored.is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let of = |name: &str| {
            let special = || env.variable(name).filter(|url| !url.is_empty() && !ignored);
            let flag = flag.map(str::to_owned);
            let general = || sdk.endpoint_url().map(str::to_owned);
            flag.or_else(special).or_else(general)
        };
        Self {
            s3: of("AWS_ENDPOINT_URL_S3"),
            ecr: of("AWS_ENDPOINT_URL_ECR"),
        }
    }
}

/// Refuses what is no endpoint.
pub(super) fn check_endpoint(endpoint: &str) -> Result<(), Failure> {
    let url = http::parse(endpoint)?;
    if matches!(url.scheme(), "http" | "https") && url.has_host() {
        return Ok(());
    }
    Err(Failure::could_not(format!(
        "cannot use {} as an AWS endpoint",
        http::without_password(&url)
    ))
    .hint("an endpoint begins with https:// or http://"))
}
