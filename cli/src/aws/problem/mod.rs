//! Why AWS did not do what it was asked, as one type for all services.

mod classify;
mod explain;
#[cfg(test)]
mod tests;

pub(super) use classify::{Refusal, tidy};

use std::time::Duration;

use super::action::Action;

/// Why AWS did not do what it was asked, or may have.
///
/// It holds texts that were chosen, so it is safe to print: the first line of AWS's own message, and of libraries what they say of
/// connections and configuration.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", self.reason())]
pub(crate) struct Problem {
    kind: Kind,
    action: Action,
    code: Option<String>,
    message: String,
    request_id: Option<String>,
    profile: Option<String>,
    waited: Option<Duration>,
}

/// What kind of problem it is; callers decide by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The credential chain gave none.
    NoCredentials,
    /// A policy does not allow it.
    Denied,
    /// The session is over: log in again.
    Expired,
    /// The user has two access keys already.
    LimitExceeded,
    /// What it is about does not exist: user, key, bucket, repository.
    NoSuchEntity,
    /// AWS knows no such access key, or it is inactive.
    InvalidKey,
    /// The secret does not belong to the access key id.
    SignatureDoesNotMatch,
    /// This machine's clock and that of AWS are too far apart.
    Skewed,
    /// AWS wants to be asked less often; nothing was done.
    Throttled,
    /// AWS failed (5xx). It may have done it all the same.
    Service,
    /// No answer, or none that can be read. AWS may have done it.
    Unclear,
    /// Nothing was sent.
    Unreachable,
    /// The credentials are somebody else's.
    Stranger,
    /// Anything else: AWS said no.
    Other,
}

impl Problem {
    /// Makes a problem in our own words, which hold no secret.
    pub(super) fn new(action: Action, kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            action,
            code: None,
            message: message.into(),
            request_id: None,
            profile: None,
            waited: None,
        }
    }

    /// Names the profile that the credentials were to come from.
    pub(super) fn with_profile(mut self, profile: Option<&str>) -> Self {
        self.profile = profile.map(str::to_owned);
        self
    }

    /// Says how long it was tried.
    pub(super) fn after(mut self, waited: Duration) -> Self {
        self.waited = Some(waited);
        self
    }

    /// What kind of problem it is.
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// What was asked.
    #[cfg(test)]
    pub(crate) fn action(&self) -> Action {
        self.action
    }

    /// AWS's own code, such as `AccessDenied`.
    pub(crate) fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Whether AWS may have done what it was asked in spite of the problem.
    ///
    /// Who asked for a change looks at the state of things next, and does not ask again blindly.
    pub(crate) fn may_have_happened(&self) -> bool {
        matches!(self.kind, Kind::Service | Kind::Unclear)
    }

    /// Whether it may go away by itself.
    pub(super) fn passes(&self) -> bool {
        matches!(
            self.kind,
            Kind::Throttled | Kind::Service | Kind::Unclear | Kind::Unreachable
        )
    }

    /// Whether a key that was just made may be refused like this for a while.
    pub(super) fn may_be_too_early(&self) -> bool {
        self.passes() || self.kind == Kind::InvalidKey
    }
}
