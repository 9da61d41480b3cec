//! Points about the controller and its certificate.

use std::time::Duration;

use sealsmith_core::certificate::{Certificate, Validity};
use sealsmith_core::name::{Namespace, SecretName};
use sealsmith_lint::policy::Reach;
use serde::Deserialize;

use super::Scene;
use super::point::Point;
use crate::cluster::Cluster;
use crate::env::clock;
use crate::failure::Failure;
use crate::{certificates, key_folder, pins};

const CONTROLLER: &str = "controller";
const CERTIFICATE: &str = "certificate";

/// How long a controller may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// A certificate that ends sooner is worth a look now.
const DAYS_LEFT: i64 = 30;

#[derive(Deserialize)]
struct Service {
    spec: ServiceSpec,
}

#[derive(Deserialize)]
struct ServiceSpec {
    #[serde(default)]
    ports: Vec<Port>,
}

#[derive(Deserialize)]
struct Port {
    #[serde(default)]
    name: String,
}

/// Asks the controller for the certificate that it seals with now.
///
/// Outer failures end the check: the cluster itself was not reached.
pub(super) fn served(scene: &Scene<'_>) -> Result<Result<Certificate, Failure>, Failure> {
    let controller = &scene.settings.controller;
    match (&controller.reach, &scene.cluster) {
        (Reach::Keys(folder), _) => Ok(key_folder::current_certificate(
            &folder.below(scene.workspace.root()),
        )),
        (Reach::Url(url), _) => Ok(certificates::load(
            &format!("{}/v1/cert.pem", url.trim_end_matches('/')),
            scene.env,
        )),
        (Reach::Cluster { .. }, Some(cluster)) => {
            through(cluster, &controller.namespace, &controller.name)
        }
        (Reach::Cluster { .. }, None) => Ok(Err(Failure::could_not("there is no cluster"))),
    }
}

/// Asks through the API server, as kubeseal does.
fn through(
    cluster: &Cluster,
    namespace: &str,
    name: &str,
) -> Result<Result<Certificate, Failure>, Failure> {
    let named = Namespace::parse(namespace).and(SecretName::parse(name).map(drop));
    named.map_err(|error| Failure::could_not("cannot ask the controller").because(error))?;
    let (api, path) = (
        cluster.api().within(PATIENCE),
        format!("/api/v1/namespaces/{namespace}/services"),
    );
    cluster.run(async {
        let what = format!("find Service {namespace}/{name} in {}", cluster.name());
        let service: Service = match api.get(&format!("{path}/{name}")).await {
            Ok(service) => service,
            Err(problem) if problem.status() == Some(404) => {
                let other = match name {
                    "sealed-secrets" => "sealed-secrets-controller",
                    _ => "sealed-secrets",
                };
                let failure = problem.explain(&what).hint(format!(
                    "kubeseal's other usual name is {other}: environments.<env>.controller.name"
                ));
                return Ok(Err(failure));
            }
            Err(problem) => return Err(problem.explain(&what)),
        };
        let port = service.spec.ports.first();
        let port = port.map_or("", |port| port.name.as_str());
        let page = format!("{path}/http:{name}:{port}/proxy/v1/cert.pem");
        let what = format!("reach the controller behind Service {namespace}/{name}");
        Ok(match api.text(&page).await {
            Ok(text) => certificates::load_from(text.as_bytes(), "that the controller serves"),
            Err(problem) => Err(problem.explain(&what)),
        })
    })
}

/// The controller answers, and what it serves is what `sealsmith.yaml` pins.
pub(super) fn answers(scene: &Scene<'_>, served: &Result<Certificate, Failure>) -> Point {
    let certificate = match served {
        Ok(certificate) => certificate,
        Err(failure) => return Point::failed(CONTROLLER, failure),
    };
    let fingerprint = certificate.fingerprint().to_string();
    let pins = pins::of_environment(scene.workspace, scene.name);
    if pins.is_empty() {
        let says = format!("it serves {fingerprint}; sealsmith.yaml pins no other");
        return Point::pass(CONTROLLER, says);
    }
    if pins.contains(&fingerprint) {
        return Point::pass(
            CONTROLLER,
            format!("it serves {fingerprint}, which is pinned"),
        );
    }
    Point::fail(
        CONTROLLER,
        format!("it serves {fingerprint}, which is not pinned"),
    )
    .details(
        pins.into_iter()
            .map(|pin| format!("pinned: {pin}"))
            .collect(),
    )
    .hint(format!(
        "if its key was renewed on purpose: sealsmith cert pin {env}, then sealsmith reseal {env}",
        env = scene.name
    ))
}

/// The certificate file is the controller's, and good for a while.
pub(super) fn lasts(scene: &Scene<'_>, served: Option<&Certificate>) -> Point {
    let path = match certificates::path_of_environment(scene.workspace, scene.name) {
        Ok(path) => path,
        Err(failure) => return Point::skipped(CERTIFICATE, failure.message()),
    };
    let certificate = match certificates::load(&path.display().to_string(), scene.env) {
        Ok(certificate) => certificate,
        Err(failure) => return Point::failed(CERTIFICATE, &failure),
    };
    let (own, ends) = (
        certificate.fingerprint(),
        clock::date(certificate.not_after()),
    );
    if let Some(served) = served.filter(|served| served.fingerprint() != own) {
        return Point::fail(
            CERTIFICATE,
            format!(
                "the file is for {own}, the controller serves {}",
                served.fingerprint()
            ),
        )
        .hint(format!("sealsmith cert pin {}", scene.name));
    }
    match certificate.validity(scene.env.now()) {
        Validity::Expired { .. } => Point::fail(CERTIFICATE, format!("it expired on {ends}")),
        Validity::NotYetValid { .. } => {
            let from = clock::date(certificate.not_before());
            return Point::fail(CERTIFICATE, format!("it is valid from {from} only"));
        }
        Validity::Valid { days_left } if days_left < DAYS_LEFT => Point::fail(
            CERTIFICATE,
            format!("it ends on {ends}, in {days_left} days"),
        ),
        Validity::Valid { days_left } => {
            return Point::pass(
                CERTIFICATE,
                format!("it is valid until {ends} ({days_left} days)"),
            );
        }
    }
    .hint("renew the controller's key; what is sealed already still opens")
}
