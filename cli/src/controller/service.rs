//! A controller in its cluster, reached as kubeseal reaches it: through the API server's proxy of its Service.

use std::time::Duration;

use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{Method, Request};
use http_body_util::{BodyExt as _, Limited};
use k8s_openapi::api::core::v1::Service as KubeService;
use kube::Api;
use kube::client::Body;
use sealsmith_core::name::{Namespace, SecretName};
use sealsmith_core::reencrypt::MAX_ANSWER;
use sealsmith_core::secret::SecretBytes;

use super::{Page, REQUEST, Way};
use crate::cluster::{Cluster, cannot};
use crate::env::http::{Answer, named, seconds};
use crate::failure::Failure;

/// The names that the chart and kubeseal give to the Service.
const USUAL: [&str; 2] = ["sealed-secrets", "sealed-secrets-controller"];
/// The label of the Secrets with its keys, whatever its value: what is no longer active may still open old values.
const KEY_LABEL: &str = "sealedsecrets.bitnami.com/sealed-secrets-key";

/// The Service of a controller.
pub(super) struct Service {
    cluster: Cluster,
    namespace: String,
    name: String,
    /// The path of the proxy, without a page.
    path: String,
}

impl Service {
    /// Finds the Service and the name of its first port.
    pub(super) fn find(cluster: Cluster, namespace: &str, name: &str) -> Result<Self, Failure> {
        let wrong = |what: &str, error: &dyn std::fmt::Display| {
            Failure::could_not(format!("the controller's {what} is not usable"))
                .cause(error.to_string())
        };
        // Both become part of a path.
        Namespace::parse(namespace).map_err(|error| wrong("namespace", &error))?;
        SecretName::parse(name).map_err(|error| wrong("name", &error))?;
        let found = get(&cluster, namespace, name)?;
        let service = found.ok_or_else(|| missing(&cluster, namespace, name))?;
        let ports = service.spec.and_then(|spec| spec.ports).unwrap_or_default();
        let port = ports.first().and_then(|port| port.name.as_deref());
        Ok(Self {
            path: format!(
                "/api/v1/namespaces/{namespace}/services/http:{name}:{}/proxy",
                port.unwrap_or_default()
            ),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            cluster,
        })
    }

    async fn send(&self, request: Request<Body>, deadline: Duration) -> Result<Answer, Failure> {
        let failed = |error| cannot(&format!("ask {}", self.title()), error);
        let answer = tokio::time::timeout(deadline, async {
            let response = self.cluster.client().send(request).await.map_err(failed)?;
            let status = response.status().as_u16();
            let header = response.headers().get(RETRY_AFTER);
            let retry_after = header.and_then(|value| seconds(value.to_str().ok()?));
            let body = Limited::new(response.into_body(), MAX_ANSWER)
                .collect()
                .await;
            let body = body.map_err(|error| {
                Failure::could_not(format!("cannot ask {}", self.title())).cause(error.to_string())
            })?;
            Ok(Answer {
                status,
                retry_after,
                body: body.to_bytes().into(),
            })
        });
        answer.await.unwrap_or_else(|_| {
            let seconds = deadline.as_secs();
            Err(Failure::could_not(format!("cannot ask {}", self.title()))
                .cause(format!("there was no answer in {seconds} seconds")))
        })
    }
}

impl Way for Service {
    fn title(&self) -> String {
        let (namespace, name) = (&self.namespace, &self.name);
        format!(
            "the controller {namespace}/{name} of {}",
            self.cluster.name()
        )
    }

    fn ask(&self, page: Page, body: Option<&str>) -> Result<Answer, Failure> {
        let path = format!("{}/{}", self.path, page.path());
        self.cluster
            .run(self.send(request(&path, body)?, page.deadline()))
    }

    fn key_secrets(&self) -> Result<SecretBytes, Failure> {
        let namespace = &self.namespace;
        let path = format!("/api/v1/namespaces/{namespace}/secrets?labelSelector={KEY_LABEL}");
        let answer = self
            .cluster
            .run(self.send(request(&path, None)?, REQUEST))?;
        let body = SecretBytes::new(answer.body);
        let failed = || Failure::could_not(format!("cannot read the keys of {}", self.title()));
        match answer.status {
            200 => Ok(body),
            403 => Err(failed()
                .cause(format!("this user may not list Secrets in {namespace}"))
                .hint("leave --fetch-keys out: the controller itself re-encrypts")
                .hint("or pass a backup of the keys with --recovery-private-key")),
            status => Err(failed().cause(format!("the answer was {}", named(status)))),
        }
    }
}

fn request(path: &str, body: Option<&str>) -> Result<Request<Body>, Failure> {
    let request = Request::builder().uri(path);
    let request = match body {
        Some(body) => request
            .method(Method::POST)
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(body.as_bytes().to_vec())),
        None => request.method(Method::GET).body(Body::empty()),
    };
    request.map_err(|error| Failure::could_not("cannot ask the controller").because(error))
}

fn get(cluster: &Cluster, namespace: &str, name: &str) -> Result<Option<KubeService>, Failure> {
    let services: Api<KubeService> = Api::namespaced(cluster.client().clone(), namespace);
    let what = format!("read the Service {namespace}/{name} of {}", cluster.name());
    let found = cluster.run(async { tokio::time::timeout(REQUEST, services.get_opt(name)).await });
    match found {
        Ok(found) => found.map_err(|error| {
            let forbidden = matches!(&error, kube::Error::Api(status) if status.code == 403);
            let failure = cannot(&what, error);
            if forbidden {
                // The usual Role names its Service, so a wrong name looks like a missing right.
                failure.hint("or is it called otherwise? --controller-name, --controller-namespace")
            } else {
                failure
            }
        }),
        Err(_) => {
            let seconds = REQUEST.as_secs();
            Err(Failure::could_not(format!("cannot {what}"))
                .cause(format!("there was no answer in {seconds} seconds")))
        }
    }
}

/// Says that there is no such Service, and which one may be meant.
fn missing(cluster: &Cluster, namespace: &str, name: &str) -> Failure {
    let failure = Failure::could_not(format!(
        "there is no Service {namespace}/{name} in {}",
        cluster.name()
    ));
    let others = USUAL.into_iter().filter(|usual| *usual != name);
    let there = |other: &&str| matches!(get(cluster, namespace, other), Ok(Some(_)));
    let failure = match others.clone().find(there) {
        Some(other) => failure.hint(format!(
            "there is one called {other}: pass --controller-name {other}"
        )),
        None => {
            let others: Vec<_> = others.collect();
            failure.hint(format!(
                "it is often called {}: pass --controller-name and --controller-namespace",
                others.join(" or ")
            ))
        }
    };
    failure.hint(
        "or name it in sealsmith.yaml: environments.<env>.controller: {name: …, namespace: …}",
    )
}
