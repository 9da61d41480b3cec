//! What the API server's refusals mean to a person.

use std::error::Error as _;

use kube::Error;

use crate::failure::Failure;

/// Says what could not be done in a cluster, why, and what to try.
pub(crate) fn cannot(what: &str, error: Error) -> Failure {
    let what = format!("cannot {what}");
    let failure = match &error {
        Error::Api(status) if status.code == 403 => Failure::forbidden(what),
        _ => Failure::could_not(what),
    };
    match error {
        Error::Api(status) => {
            let hint = hint(status.code);
            let failure = failure.cause(format!("{} ({})", status.message, status.code));
            match hint {
                Some(hint) => failure.hint(hint),
                None => failure,
            }
        }
        other => {
            let hint = other
                .source()
                .is_some()
                .then_some("check the address, VPN and the kubeconfig's context");
            let failure = failure.because(other);
            match hint {
                Some(hint) => failure.hint(hint),
                None => failure,
            }
        }
    }
}

fn hint(code: u16) -> Option<&'static str> {
    match code {
        401 => Some("log in again: the kubeconfig's credentials are not accepted"),
        403 => Some("ask for the permission, or use another kubeconfig context"),
        _ => None,
    }
}
