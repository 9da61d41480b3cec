//! Requests to an API server in JSON. Each has a deadline; a read is tried again while the server is away.

use std::time::Duration;

use http::{Method, Request};
use kube::Client;
use serde::de::DeserializeOwned;
use serde_json::Value;
use zeroize::Zeroizing;

use super::{Cluster, REQUEST, cannot};
use crate::failure::Failure;

const JSON: &str = "application/json";
const MERGE_PATCH: &str = "application/merge-patch+json";

/// How often a read is sent before its failure counts.
const TRIES: u32 = 5;
/// The first pause between two tries; each is twice the one before.
const PAUSE: Duration = Duration::from_millis(250);

/// The API server, asked by paths: `/api/v1/namespaces/app/secrets/db`.
///
/// What goes into a path has been read as a Kubernetes name, so it holds no `/`, `?` or `..`.
#[derive(Clone)]
pub(crate) struct Api {
    client: Client,
    deadline: Duration,
}

/// Why the API server did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    /// It did not answer in time.
    #[error("the API server did not answer within {} seconds", .0.as_secs())]
    Deadline(Duration),

    /// It was not reached, or refused.
    #[error(transparent)]
    Kube(#[from] kube::Error),

    /// The path is none.
    #[error("a request could not be made")]
    Request(#[from] http::Error),

    /// The answer is not what the API promises.
    #[error("the API server answered something unexpected")]
    Answer(#[from] serde_json::Error),
}

impl Cluster {
    /// The API server.
    pub(crate) fn api(&self) -> Api {
        Api {
            client: self.client().clone(),
            deadline: REQUEST,
        }
    }
}

impl Api {
    /// The same with another deadline for each request.
    #[must_use]
    pub(crate) fn within(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Reads an object or a list.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Problem> {
        let text = self.text(path).await?;
        Ok(serde_json::from_str(&text)?)
    }

    /// Reads an object that need not be there.
    pub(crate) async fn find<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Problem> {
        absent(self.get(path).await)
    }

    /// Reads a text, which is wiped when it is dropped.
    pub(crate) async fn text(&self, path: &str) -> Result<Zeroizing<String>, Problem> {
        let mut pause = PAUSE;
        for _ in 1..TRIES {
            match self.send(Method::GET, path, JSON, Vec::new()).await {
                // Who did not answer within a whole deadline is not asked at once again.
                Err(problem) if problem.passes() && !problem.is_late() => {
                    tokio::time::sleep(pause).await;
                }
                answer => return answer,
            }
            pause *= 2;
        }
        self.send(Method::GET, path, JSON, Vec::new()).await
    }

    /// Makes an object in the collection at a path.
    pub(crate) async fn create<T: DeserializeOwned>(
        &self,
        path: &str,
        object: &Value,
    ) -> Result<T, Problem> {
        self.write(Method::POST, path, JSON, object).await
    }

    /// Replaces the object at a path; one with a `resourceVersion` only if it is still that.
    pub(crate) async fn replace<T: DeserializeOwned>(
        &self,
        path: &str,
        object: &Value,
    ) -> Result<T, Problem> {
        self.write(Method::PUT, path, JSON, object).await
    }

    /// Changes parts of the object at a path (merge patch, RFC 7386).
    pub(crate) async fn merge(&self, path: &str, part: &Value) -> Result<Value, Problem> {
        self.write(Method::PATCH, path, MERGE_PATCH, part).await
    }

    async fn write<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        kind: &str,
        body: &Value,
    ) -> Result<T, Problem> {
        let body = body.to_string().into_bytes();
        let text = self.send(method, path, kind, body).await?;
        Ok(serde_json::from_str(&text)?)
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        kind: &str,
        body: Vec<u8>,
    ) -> Result<Zeroizing<String>, Problem> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(http::header::CONTENT_TYPE, kind)
            .header(http::header::ACCEPT, "application/json, */*")
            .body(body)?;
        let answer = tokio::time::timeout(self.deadline, self.client.request_text(request));
        match answer.await {
            Ok(answer) => Ok(Zeroizing::new(answer?)),
            Err(_) => Err(Problem::Deadline(self.deadline)),
        }
    }
}

impl Problem {
    /// The HTTP status of the refusal, if it is one.
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Kube(kube::Error::Api(status)) => Some(status.code),
            _ => None,
        }
    }

    /// Whether the permission is missing.
    pub(crate) fn is_forbidden(&self) -> bool {
        self.status() == Some(403)
    }

    fn is_late(&self) -> bool {
        matches!(self, Self::Deadline(_))
    }

    /// Whether it may go away by itself: the server is not reached, restarts or is busy.
    pub(crate) fn passes(&self) -> bool {
        match self {
            Self::Deadline(_) => true,
            Self::Kube(kube::Error::Api(status)) => {
                matches!(status.code, 429 | 500 | 502 | 503 | 504)
            }
            Self::Kube(kube::Error::HyperError(_) | kube::Error::Service(_)) => true,
            Self::Kube(_) | Self::Request(_) | Self::Answer(_) => false,
        }
    }

    /// Says what could not be done, why, and what to try.
    pub(crate) fn explain(self, what: &str) -> Failure {
        match self {
            Self::Kube(error) => cannot(what, error),
            other => Failure::could_not(format!("cannot {what}")).because(other),
        }
    }

    /// The reason in one line.
    pub(crate) fn reason(&self) -> String {
        use std::error::Error as _;
        match self {
            Self::Kube(kube::Error::Api(status)) => status.message.clone(),
            other => {
                let mut reason = other.to_string();
                let mut source = other.source();
                while let Some(error) = source {
                    reason = error.to_string();
                    source = error.source();
                }
                reason
            }
        }
    }
}

fn absent<T>(answer: Result<T, Problem>) -> Result<Option<T>, Problem> {
    match answer {
        Ok(object) => Ok(Some(object)),
        Err(problem) if problem.status() == Some(404) => Ok(None),
        Err(problem) => Err(problem),
    }
}
