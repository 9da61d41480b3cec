//! What a controller's answers mean.

use serde::Deserialize;

use super::Page;
use crate::env::http::{Answer, named};
use crate::failure::Failure;

/// What it means that a controller opens not every value of a SealedSecret; it says no more itself.
pub(crate) const CANNOT_OPEN: &str = "the controller cannot open it: a value is sealed for another key, name, namespace or scope, or damaged";
/// Who can say more.
pub(crate) const EXPLAIN: &str =
    "`sealsmith unseal --explain` with the controller's keys says which value and why";

/// Why a controller did not do what it was asked about one SealedSecret.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It has no key that opens every value under the name, namespace and scope of the SealedSecret.
    CannotOpen,
    /// It refused this SealedSecret for another reason.
    Declined(String),
    /// It cannot be asked any more, about anything.
    Stopped,
}

/// What an answer means.
#[derive(Debug)]
pub(super) enum Meaning {
    /// It did what it was asked.
    Done(Vec<u8>),
    /// It allows no more for now.
    Limited,
    /// It or something on the way is not there just now.
    Away(String),
    /// It does not open, or decline, this one SealedSecret.
    Refused(Refusal),
    /// Asking again is of no use.
    Never(Failure),
}

/// Says what an answer to a page means.
pub(super) fn meaning(page: Page, answer: Answer, title: &str) -> Meaning {
    let told = told(&answer.body);
    let words = told.as_deref().unwrap_or_default();
    match answer.status {
        200 => Meaning::Done(answer.body),
        429 => Meaning::Limited,
        502..=504 => Meaning::Away(said(answer.status, words)),
        // The controller has no words for it: 500 from /v1/rotate, 409 from /v1/verify, 422 from newer ones.
        409 | 422 => Meaning::Refused(Refusal::CannotOpen),
        500 if page == Page::Rotate && answer.body.is_empty() => {
            Meaning::Refused(Refusal::CannotOpen)
        }
        400 | 413 | 500 if page != Page::Certificate => Meaning::Refused(Refusal::Declined(
            format!("the controller answered {}", said(answer.status, words)),
        )),
        status => Meaning::Never(never(status, words, title)),
    }
}

fn never(status: u16, words: &str, title: &str) -> Failure {
    let what = format!("cannot ask {title}");
    let failure = match status {
        403 => Failure::forbidden(what),
        _ => Failure::could_not(what),
    };
    let failure = failure.cause(format!("the answer was {}", said(status, words)));
    match status {
        401 => failure.hint("log in again: the kubeconfig's credentials are not accepted"),
        403 => failure.hint(
            "ask for the rights to get and create services/proxy; the chart's Role sealed-secrets-service-proxier has them",
        ),
        404 => failure.hint("check that this is a sealed-secrets controller: /v1/cert.pem has to be there"),
        _ => failure,
    }
}

fn said(status: u16, words: &str) -> String {
    match words {
        "" => named(status),
        words => format!("{}: {words}", named(status)),
    }
}

/// The message of an API server, which answers for a controller that it does not reach.
fn told(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Status {
        kind: String,
        message: String,
    }
    let status: Status = serde_json::from_slice(body).ok()?;
    let message: String = status.message.chars().take(500).collect();
    (status.kind == "Status").then_some(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(page: Page, status: u16, body: &str) -> Meaning {
        let answer = Answer {
            status,
            retry_after: None,
            body: body.into(),
        };
        meaning(page, answer, "the controller")
    }

    #[test]
    fn what_does_not_open_is_told_from_what_is_declined() {
        for (page, status) in [
            (Page::Rotate, 500),
            (Page::Rotate, 409),
            (Page::Verify, 409),
            (Page::Verify, 422),
        ] {
            let meaning = of(page, status, "");
            assert!(matches!(meaning, Meaning::Refused(Refusal::CannotOpen)));
        }
        let meaning = of(Page::Verify, 500, "");
        assert!(matches!(meaning, Meaning::Refused(Refusal::Declined(_))));
        let meaning = of(Page::Rotate, 500, "oops");
        assert!(matches!(meaning, Meaning::Refused(Refusal::Declined(_))));
    }

    #[test]
    fn an_api_server_speaks_for_itself() {
        let body = r#"{"kind":"Status","message":"no endpoints available","code":503}"#;
        let Meaning::Away(said) = of(Page::Rotate, 503, body) else {
            panic!("it may come back");
        };
        assert_eq!(said, "503 Service Unavailable: no endpoints available");
        let body = r#"{"kind":"Status","message":"may not"}"#;
        let Meaning::Never(failure) = of(Page::Rotate, 403, body) else {
            panic!("it will not change");
        };
        assert_eq!(failure.causes(), ["the answer was 403 Forbidden: may not"]);
    }

    #[test]
    fn no_certificate_is_no_refusal_of_a_secret() {
        assert!(matches!(of(Page::Certificate, 500, ""), Meaning::Never(_)));
    }
}
