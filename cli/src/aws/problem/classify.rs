//! From what came back, or did not, to the kind of the problem.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_iam::config::http::HttpResponse;
use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_iam::operation::RequestId as _;
use jiff::Timestamp;
use jiff::fmt::rfc2822;

use super::{Kind, Problem};
use crate::aws::action::Action;
use crate::env::clock;
use crate::ui::printable;

/// The most of a text that comes from outside.
const LONGEST: usize = 400;

/// What hyper's client says of everything that failed before a request was sent: name, connection, TLS, proxy.
const NOT_CONNECTED: &str = "client error (Connect)";

/// How the SDK's cache says that the chain took longer than it may.
const NO_LOG_IN: &str = "identity resolver timed out after";

/// A refusal as it came: a status, and what the body says.
#[derive(Clone, Copy, Default)]
pub(in crate::aws) struct Refusal<'a> {
    /// The HTTP status.
    pub(in crate::aws) status: u16,
    /// AWS's code.
    pub(in crate::aws) code: Option<&'a str>,
    /// AWS's words.
    pub(in crate::aws) message: Option<&'a str>,
    /// AWS's name of the request.
    pub(in crate::aws) request_id: Option<&'a str>,
    /// The header `Date`: the time at AWS.
    pub(in crate::aws) date: Option<&'a str>,
}

impl Problem {
    /// Reads a refusal.
    pub(in crate::aws) fn refused(action: Action, refusal: Refusal<'_>) -> Self {
        let kind = kind(refusal);
        let message = match kind {
            Kind::Skewed => apart(refusal.date),
            // It repeats what was signed, and that may hold the token of a session.
            Kind::SignatureDoesNotMatch => String::new(),
            Kind::Unclear => format!("the answer ({}) could not be read", refusal.status),
            _ if refusal.code.is_none() => without_code(refusal.status),
            _ => tidy(refusal.message.unwrap_or_default()),
        };
        Self {
            code: refusal.code.map(tidy),
            request_id: refusal.request_id.map(tidy),
            ..Self::new(action, kind, message)
        }
    }

    /// Reads an error of the SDK.
    pub(in crate::aws) fn of_sdk<E>(action: Action, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        if let Some(response) = error.raw_response() {
            let refusal = Refusal {
                status: response.status().as_u16(),
                code: error.code(),
                message: error.message(),
                request_id: error.request_id(),
                date: response.headers().get("date"),
            };
            let whole = !matches!(error, SdkError::ResponseError(_)) || refusal.status >= 500;
            return if whole {
                Self::refused(action, refusal)
            } else {
                Self::new(action, Kind::Unclear, "the answer broke off")
            };
        }
        let credentials = chain(error).filter(|error| error.is::<CredentialsError>());
        if let Some(error) = credentials.last() {
            return Self::new(action, Kind::NoCredentials, why_no_credentials(error));
        }
        let innermost = chain(error).last().map(ToString::to_string);
        let innermost = tidy(&innermost.unwrap_or_default());
        let kind = match error {
            _ if innermost.starts_with(NO_LOG_IN) => Kind::NoCredentials,
            SdkError::ConstructionFailure(_) => Kind::Unreachable,
            _ if chain(error).any(|error| error.to_string() == NOT_CONNECTED) => Kind::Unreachable,
            // Any other failure may have come after the request was on its way.
            _ => Kind::Unclear,
        };
        let message = match kind {
            Kind::Unclear => format!("no answer arrived ({innermost})"),
            _ => innermost,
        };
        Self::new(action, kind, message)
    }
}

/// An error and everything below it.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

fn kind(refusal: Refusal<'_>) -> Kind {
    let message = refusal.message.unwrap_or_default();
    let Some(code) = refusal.code else {
        return match refusal.status {
            200..=299 => Kind::Unclear,
            429 => Kind::Throttled,
            407 => Kind::Unreachable,
            500..=599 => Kind::Service,
            _ => Kind::Other,
        };
    };
    match code.strip_suffix("Exception").unwrap_or(code) {
        "AccessDenied" | "UnauthorizedOperation" => Kind::Denied,
        "ExpiredToken" => Kind::Expired,
        "LimitExceeded" => Kind::LimitExceeded,
        "NoSuchEntity" | "NoSuchBucket" | "RepositoryNotFound" => Kind::NoSuchEntity,
        "InvalidClientTokenId" | "InvalidAccessKeyId" | "UnrecognizedClient" => Kind::InvalidKey,
        "RequestTimeTooSkewed" | "RequestExpired" | "RequestInTheFuture" => Kind::Skewed,
        // IAM and STS say of a wrong clock that the signature is wrong, and why in words alone.
        "SignatureDoesNotMatch" | "InvalidSignature"
            if message.contains("Signature expired") || message.contains("not yet current") =>
        {
            Kind::Skewed
        }
        "SignatureDoesNotMatch" | "InvalidSignature" => Kind::SignatureDoesNotMatch,
        // Nothing was done, and in a moment it can be.
        "ConcurrentModification" | "EntityTemporarilyUnmodifiable" => Kind::Throttled,
        "Throttling"
        | "Throttled"
        | "ThrottledRequest"
        | "RequestThrottled"
        | "RequestLimitExceeded"
        | "TooManyRequests"
        | "SlowDown" => Kind::Throttled,
        _ if refusal.status == 429 => Kind::Throttled,
        _ if refusal.status >= 500 => Kind::Service,
        _ => Kind::Other,
    }
}

/// How far the clocks are apart, when AWS said what time it is.
fn apart(date: Option<&str>) -> String {
    let theirs = date.and_then(|date| rfc2822::DateTimeParser::new().parse_timestamp(date).ok());
    let ours = clock::now();
    match theirs.map(Timestamp::as_second) {
        Some(theirs) if theirs > ours => {
            format!("this machine's clock is {} behind AWS", span(theirs - ours))
        }
        Some(theirs) => format!(
            "this machine's clock is {} ahead of AWS",
            span(ours - theirs)
        ),
        None => "this machine's clock differs from that of AWS".to_owned(),
    }
}

fn span(seconds: i64) -> String {
    match seconds {
        0..=119 => format!("{seconds} seconds"),
        120..=7199 => format!("{} minutes", seconds / 60),
        _ => format!("{} hours", seconds / 3600),
    }
}

fn without_code(status: u16) -> String {
    match status {
        407 => "the proxy asks for a user and a password (407)".to_owned(),
        _ => format!(
            "the answer was HTTP {status} without a word from AWS; a proxy may have given it"
        ),
    }
}

/// What the chain says of itself, without what a program of the user printed, which may be anything.
///
/// The SDK wraps what happened in "an error occurred" at each level; those who tried nothing are listed one a line.
fn why_no_credentials(error: &(dyn Error + 'static)) -> String {
    let below = chain(error).skip(1).map(|error| {
        let text = error.to_string();
        let text = text.split("Stderr:").next().unwrap_or_default();
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        tidy(&lines.collect::<Vec<_>>().join("; "))
    });
    let said: Vec<_> = below.collect();
    if said.is_empty() {
        tidy(&error.to_string())
    } else {
        said.join(": ")
    }
}

/// A text from outside as messages show it: one line, not too long, harmless.
pub(in crate::aws) fn tidy(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    let line = line.trim_end_matches(['.', ' ']);
    let shown: String = line.chars().take(LONGEST).collect();
    let cut = if shown.len() < line.len() { "…" } else { "" };
    printable(&shown).into_owned() + cut
}
