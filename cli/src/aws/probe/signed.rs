//! One signed request (Signature Version 4), sent under the rules of `connect.rs`.

use std::time::SystemTime;

use aws_sdk_sts::config::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use zeroize::Zeroizing;

use crate::aws::action::Action;
use crate::aws::connect::Deadlines;
use crate::aws::problem::{Kind, Problem, Refusal, tidy};

/// The most that is read of an answer.
const LIMIT: usize = 1 << 20;

/// Signs and sends with one key.
pub(super) struct Sender<'a> {
    credentials: &'a Credentials,
    client: Client,
}

/// A request: a GET, or a POST when it has a target.
pub(super) struct Request<'a> {
    pub(super) action: Action,
    pub(super) service: &'static str,
    pub(super) region: &'a str,
    pub(super) url: Url,
    pub(super) target: Option<String>,
    pub(super) body: String,
}

/// What came back, with any status.
pub(super) struct Answer {
    pub(super) status: u16,
    /// The region in which S3 has the bucket.
    pub(super) bucket_region: Option<String>,
    /// The body; it may hold a password of ECR, so it is wiped.
    pub(super) body: Zeroizing<Vec<u8>>,
    request_id: Option<String>,
    date: Option<String>,
}

impl Answer {
    /// What the headers say of a refusal.
    pub(super) fn refusal(&self) -> Refusal<'_> {
        Refusal {
            status: self.status,
            request_id: self.request_id.as_deref(),
            date: self.date.as_deref(),
            ..Refusal::default()
        }
    }
}

impl<'a> Sender<'a> {
    pub(super) fn new(credentials: &'a Credentials, deadlines: Deadlines) -> Result<Self, Problem> {
        let client = Client::builder()
            .connect_timeout(deadlines.connect)
            .timeout(deadlines.connect + deadlines.answer)
            // A signature is for one host; where a bucket is, S3 says in a header.
            .redirect(Policy::none())
            .user_agent(concat!("sealsmith/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| {
                Problem::new(
                    Action::ListBucket,
                    Kind::Unreachable,
                    "cannot start the network",
                )
            })?;
        Ok(Self {
            credentials,
            client,
        })
    }

    /// Sends a request once.
    pub(super) async fn send(&self, request: Request<'_>) -> Result<Answer, Problem> {
        let action = request.action;
        let signed = self.signed(request).ok_or_else(|| {
            Problem::new(
                action,
                Kind::Other,
                "the request cannot be signed: check its address",
            )
        })?;
        let lost = |error: reqwest::Error| unanswered(action, error);
        let mut response = self.client.execute(signed).await.map_err(lost)?;
        let header = |name: &str| {
            let value = response.headers().get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        let (bucket_region, date) = (header("x-amz-bucket-region"), header("date"));
        let request_id = header("x-amzn-requestid").or_else(|| header("x-amz-request-id"));
        let status = response.status().as_u16();
        // As large as it may become, so that no copy is left behind when it grows.
        let mut body = Zeroizing::new(Vec::with_capacity(LIMIT));
        while let Some(chunk) = response.chunk().await.map_err(lost)? {
            if body.len() + chunk.len() > LIMIT {
                return Err(Problem::new(
                    action,
                    Kind::Other,
                    "the answer is larger than 1 MB",
                ));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status,
            bucket_region,
            body,
            request_id,
            date,
        })
    }

    fn signed(&self, request: Request<'_>) -> Option<reqwest::Request> {
        let post = request.target.is_some();
        let method = if post { "POST" } else { "GET" };
        let mut builder = http::Request::builder()
            .method(method)
            .uri(request.url.as_str());
        let mut headers = Vec::new();
        if let Some(target) = &request.target {
            headers.push(("x-amz-target", target.as_str()));
            headers.push(("content-type", "application/x-amz-json-1.1"));
        }
        for (name, value) in &headers {
            builder = builder.header(*name, *value);
        }
        let identity = self.credentials.clone().into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(request.region)
            .name(request.service)
            .time(SystemTime::now())
            .settings(settings(request.service))
            .build()
            .ok()?
            .into();
        let body = SignableBody::Bytes(request.body.as_bytes());
        let url = request.url.as_str();
        let signable = SignableRequest::new(method, url, headers.into_iter(), body).ok()?;
        let (instructions, _) = sign(signable, &params).ok()?.into_parts();
        let mut signed = builder.body(request.body.clone()).ok()?;
        instructions.apply_to_request_http1x(&mut signed);
        signed.try_into().ok()
    }
}

/// S3 has rules of its own: the digest of the body as a header, and the path as it is.
fn settings(service: &str) -> SigningSettings {
    let mut settings = SigningSettings::default();
    if service == "s3" {
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    settings
}

fn unanswered(action: Action, error: reqwest::Error) -> Problem {
    use std::error::Error as _;
    let kind = if error.is_connect() {
        Kind::Unreachable
    } else {
        Kind::Unclear
    };
    // The address may hold a password.
    let error = error.without_url();
    let mut innermost = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        innermost = error.to_string();
        source = error.source();
    }
    Problem::new(action, kind, tidy(&innermost))
}
