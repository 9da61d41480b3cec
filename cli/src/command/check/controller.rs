//! Points about the controller and its certificate.

use sealsmith_core::certificate::{Certificate, Validity};

use super::Scene;
use super::point::Point;
use crate::controller;
use crate::env::clock;
use crate::failure::Failure;
use crate::{certificates, pins};

const CONTROLLER: &str = "controller";
const CERTIFICATE: &str = "certificate";

/// A certificate that ends sooner is worth a look now.
const DAYS_LEFT: i64 = 30;

/// Asks the controller for the certificate that it seals with now, as re-sealing does.
pub(super) fn served(scene: &Scene<'_>) -> Result<Certificate, Failure> {
    let controller = controller::of_environment(scene.name, scene.flags, scene.env)?;
    controller.certificate()
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
