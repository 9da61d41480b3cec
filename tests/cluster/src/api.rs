//! The API server, asked in plain JSON by a blocking client.

use crate::error::{Error, Result};
use http::{Method, Request};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use tokio::runtime::Runtime;

const JSON: &str = "application/json";
const YAML: &str = "application/yaml";
const MERGE_PATCH: &str = "application/merge-patch+json";
const APPLY_PATCH: &str = "application/apply-patch+yaml";

/// The API server as one user sees it. Paths are those of the API: `/api/v1/namespaces/app/secrets/db`.
#[derive(Clone)]
pub struct Api {
    runtime: Arc<Runtime>,
    client: Client,
}

impl Api {
    /// The API as the user of a kubeconfig, which is tried again by nobody: tests see each answer.
    ///
    /// # Errors
    /// When the file or what it names is missing or wrong.
    pub fn of(kubeconfig: &Path) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(crate::file::at(kubeconfig))?;
        let client = runtime.block_on(client(kubeconfig)).map_err(|source| {
            let path = kubeconfig.to_owned();
            Error::Kubeconfig { path, source }
        })?;
        let runtime = Arc::new(runtime);
        Ok(Self { runtime, client })
    }

    /// Reads an object or a list.
    ///
    /// # Errors
    /// When the API server is not reached or refuses. The same holds for the functions below.
    pub fn get(&self, path: &str) -> Result<Value> {
        self.send(Method::GET, path, JSON, Vec::new())
    }

    /// Reads an object that need not be there.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn find(&self, path: &str) -> Result<Option<Value>> {
        match self.get(path) {
            Ok(object) => Ok(Some(object)),
            Err(error) if error.status() == Some(404) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads what is not JSON: a health check, or what a service answers through its proxy.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn text(&self, path: &str) -> Result<String> {
        let request = request(&Method::GET, path, JSON, Vec::new());
        let answer = self.runtime.block_on(self.client.request_text(request));
        answer.map_err(refused(&Method::GET, path))
    }

    /// Makes an object in the collection at a path.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn create(&self, path: &str, object: &Value) -> Result<Value> {
        self.send(Method::POST, path, JSON, object.to_string().into_bytes())
    }

    /// Makes an object from YAML, sent as it is.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn create_yaml(&self, path: &str, yaml: &[u8]) -> Result<Value> {
        self.send(Method::POST, path, YAML, yaml.to_vec())
    }

    /// Makes the object at a path, or brings it to what is given here (server-side apply).
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn apply(&self, path: &str, object: &Value) -> Result<Value> {
        self.apply_yaml(path, object.to_string().as_bytes())
    }

    /// The same from YAML, sent as it is.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn apply_yaml(&self, path: &str, yaml: &[u8]) -> Result<Value> {
        let path = format!("{path}?fieldManager=test&force=true");
        self.send(Method::PATCH, &path, APPLY_PATCH, yaml.to_vec())
    }

    /// Changes parts of the object at a path (merge patch).
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn merge(&self, path: &str, part: &Value) -> Result<Value> {
        let part = part.to_string().into_bytes();
        self.send(Method::PATCH, path, MERGE_PATCH, part)
    }

    /// Sends a body to a service through its proxy, and returns its answer as it is.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn post_text(&self, path: &str, body: &[u8]) -> Result<String> {
        let request = request(&Method::POST, path, JSON, body.to_vec());
        let answer = self.runtime.block_on(self.client.request_text(request));
        answer.map_err(refused(&Method::POST, path))
    }

    /// Deletes the object at a path, at once and with what it owns left to the garbage collector.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn delete(&self, path: &str) -> Result<Value> {
        let path = format!("{path}?gracePeriodSeconds=0&propagationPolicy=Background");
        self.send(Method::DELETE, &path, JSON, Vec::new())
    }

    /// Makes a namespace if it is missing.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn ensure_namespace(&self, name: &str) -> Result<()> {
        let namespace =
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
        let path = format!("/api/v1/namespaces/{name}");
        self.apply(&path, &namespace).map(drop)
    }

    /// Asks for a token of a service account, as a kubelet does for a pod.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn service_account_token(&self, namespace: &str, name: &str) -> Result<String> {
        let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token");
        let wanted = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
            "spec": {"expirationSeconds": 86_400}});
        let answer = self.create(&path, &wanted)?;
        let token = answer["status"]["token"].as_str().map(str::to_owned);
        token.ok_or_else(|| Error::Unexpected {
            what: "status.token",
            answer: path,
        })
    }

    fn send(&self, method: Method, path: &str, kind: &str, body: Vec<u8>) -> Result<Value> {
        let request = request(&method, path, kind, body);
        let answer = self.runtime.block_on(self.client.request(request));
        answer.map_err(refused(&method, path))
    }
}

impl Error {
    /// The HTTP status of an answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Api { source, .. } => match source.as_ref() {
                kube::Error::Api(status) => Some(status.code),
                _ => None,
            },
            _ => None,
        }
    }
}

async fn client(
    kubeconfig: &Path,
) -> Result<Client, Box<dyn std::error::Error + Send + Sync + 'static>> {
    let file = Kubeconfig::read_from(kubeconfig)?;
    let options = KubeConfigOptions::default();
    let mut config = Config::from_custom_kubeconfig(file, &options).await?;
    config.default_retry = false;
    Ok(Client::try_from(config)?)
}

fn request(method: &Method, path: &str, kind: &str, body: Vec<u8>) -> Request<Vec<u8>> {
    Request::builder()
        .method(method)
        .uri(path)
        .header(http::header::CONTENT_TYPE, kind)
        .body(body)
        .expect("paths in tests are valid")
}

fn refused(method: &Method, path: &str) -> impl FnOnce(kube::Error) -> Error {
    let request = format!("{method} {path}");
    move |source| Error::Api {
        request,
        source: Box::new(source),
    }
}
