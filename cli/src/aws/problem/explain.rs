//! What a problem means to a person, and what to do about it.

use super::{Kind, Problem};
use crate::aws::action::Action;
use crate::failure::Failure;

impl Problem {
    /// Why, in one line.
    pub(super) fn reason(&self) -> String {
        let said = self.said();
        let mut reason = match self.kind {
            Kind::NoCredentials => format!("no AWS credentials were found: {said}"),
            Kind::Unreachable => format!("AWS was not reached: {said}"),
            _ => said,
        };
        if self.action == Action::CreateAccessKey && self.may_have_happened() {
            reason += "; the key may exist all the same";
        }
        if let Some(waited) = self.waited {
            reason += &format!("; that was so for {} seconds", waited.as_secs());
        }
        if let Some(id) = &self.request_id {
            reason += &format!(" (request {id})");
        }
        reason
    }

    fn said(&self) -> String {
        match (&self.code, self.message.as_str()) {
            (Some(code), "") => code.clone(),
            (Some(code), message) => format!("{code}: {message}"),
            (None, message) => message.to_owned(),
        }
    }

    fn hints(&self) -> Vec<String> {
        let one = |hint: &str| vec![hint.to_owned()];
        match self.kind {
            Kind::NoCredentials | Kind::Expired => self.log_in(),
            Kind::Denied if self.action.is_probe() => vec![format!(
                "allow the user {}, or take this check out of aws.probes in sealsmith.yaml",
                self.action.name()
            )],
            Kind::Denied => vec![
                format!(
                    "the credentials in use need the permission {}",
                    self.action.name()
                ),
                "all that is needed is printed by: sealsmith rotate aws ENV --print-iam-policy"
                    .to_owned(),
            ],
            Kind::LimitExceeded => one(
                "a user can have two access keys: delete the one that nothing uses, then run this again",
            ),
            Kind::NoSuchEntity => one(self.missing()),
            Kind::InvalidKey => one(
                "AWS does not know this access key, or it is inactive: see aws iam list-access-keys --user-name USER",
            ),
            Kind::SignatureDoesNotMatch => one(
                "the secret access key does not belong to the access key id: compare both with their source",
            ),
            Kind::Skewed => {
                one("set this machine's clock by a time server (NTP), then run this again")
            }
            Kind::Throttled => one("run this again in a minute"),
            Kind::Service => {
                one("see https://health.aws.amazon.com/health/status, and run this again later")
            }
            Kind::Unclear | Kind::Unreachable => one(
                "check network and VPN, HTTPS_PROXY and NO_PROXY, and the endpoint if one is set",
            ),
            Kind::Stranger => one("check profile, account-id and user under aws in sealsmith.yaml"),
            Kind::Other => Vec::new(),
        }
    }

    fn log_in(&self) -> Vec<String> {
        match &self.profile {
            Some(profile) => vec![
                format!("log in if the profile is one of SSO: aws sso login --profile {profile}"),
                format!(
                    "see what the AWS CLI says: aws sts get-caller-identity --profile {profile}"
                ),
            ],
            None => vec![
                "name a profile: aws.profile in sealsmith.yaml, or AWS_PROFILE".to_owned(),
                "see what the AWS CLI says: aws sts get-caller-identity".to_owned(),
            ],
        }
    }

    fn missing(&self) -> &'static str {
        match self.action {
            Action::ListBucket => "check the bucket's name under aws.probes in sealsmith.yaml",
            Action::BatchGetImage | Action::GetAuthorizationToken => {
                "check the repository's name, region and account under aws.probes in sealsmith.yaml"
            }
            _ => "check user and account-id under aws in sealsmith.yaml",
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        let failure = Self::could_not(format!("cannot {}", problem.action.words()));
        let hints = problem.hints();
        let failure = failure.cause(problem.reason());
        hints.into_iter().fold(failure, Self::hint)
    }
}
