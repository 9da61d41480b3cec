//! From what AWS says to what a person reads.

use super::*;
use crate::failure::Failure;

const NOW: &str = "Sat, 31 Jan 2026 00:00:00 GMT";

fn refused(status: u16, code: &str, message: &str) -> Problem {
    let refusal = Refusal {
        status,
        code: Some(code),
        message: Some(message),
        request_id: Some("0123-4567"),
        date: Some(NOW),
    };
    Problem::refused(Action::CreateAccessKey, refusal)
}

fn silent(status: u16) -> Problem {
    let refusal = Refusal {
        status,
        ..Refusal::default()
    };
    Problem::refused(Action::CreateAccessKey, refusal)
}

fn text(problem: Problem) -> String {
    let failure = Failure::from(problem);
    let lines = [failure.causes(), failure.hints()].concat();
    format!("{}\n{}", failure.message(), lines.join("\n"))
}

#[test]
fn codes_of_all_services_and_protocols_come_to_one_kind() {
    for (status, code, kind) in [
        (403, "AccessDenied", Kind::Denied),
        (400, "AccessDeniedException", Kind::Denied),
        (403, "ExpiredToken", Kind::Expired),
        (400, "ExpiredTokenException", Kind::Expired),
        (409, "LimitExceeded", Kind::LimitExceeded),
        (404, "NoSuchEntity", Kind::NoSuchEntity),
        (404, "NoSuchBucket", Kind::NoSuchEntity),
        (400, "RepositoryNotFoundException", Kind::NoSuchEntity),
        (403, "InvalidClientTokenId", Kind::InvalidKey),
        (403, "InvalidAccessKeyId", Kind::InvalidKey),
        (400, "UnrecognizedClientException", Kind::InvalidKey),
        (403, "SignatureDoesNotMatch", Kind::SignatureDoesNotMatch),
        (
            400,
            "InvalidSignatureException",
            Kind::SignatureDoesNotMatch,
        ),
        (403, "RequestTimeTooSkewed", Kind::Skewed),
        (400, "Throttling", Kind::Throttled),
        (400, "ThrottlingException", Kind::Throttled),
        (400, "TooManyRequestsException", Kind::Throttled),
        (503, "SlowDown", Kind::Throttled),
        (409, "ConcurrentModification", Kind::Throttled),
        (500, "ServiceFailure", Kind::Service),
        (503, "ServiceUnavailable", Kind::Service),
        (400, "ValidationError", Kind::Other),
        (403, "OptInRequired", Kind::Other),
    ] {
        assert_eq!(refused(status, code, "").kind(), kind, "{code}");
    }
}

#[test]
fn an_answer_without_a_code_is_read_by_its_status() {
    for (status, kind) in [
        (200, Kind::Unclear),
        (403, Kind::Other),
        (407, Kind::Unreachable),
        (429, Kind::Throttled),
        (502, Kind::Service),
    ] {
        assert_eq!(silent(status).kind(), kind, "{status}");
    }
    assert!(text(silent(403)).contains("a proxy may have given it"));
}

#[test]
fn after_no_answer_and_after_a_5xx_it_may_have_happened() {
    assert!(silent(200).may_have_happened());
    assert!(refused(500, "ServiceFailure", "").may_have_happened());
    for code in ["Throttling", "AccessDenied", "LimitExceeded"] {
        assert!(!refused(400, code, "").may_have_happened(), "{code}");
    }
}

#[test]
fn a_clock_that_is_wrong_is_told_from_a_secret_that_is_wrong() {
    let expired = "Signature expired: 20260131T000000Z is now earlier than 20260131T001000Z";
    let early = "Signature not yet current: 20260131T002000Z is still later than 20260131T000500Z";
    for message in [expired, early] {
        let problem = refused(403, "SignatureDoesNotMatch", message);
        assert_eq!(problem.kind(), Kind::Skewed);
        let text = text(problem);
        assert!(
            text.contains("clock is") && text.contains("ahead of AWS"),
            "{text}"
        );
        assert!(text.contains("time server"), "{text}");
    }
    let wrong = refused(
        403,
        "SignatureDoesNotMatch",
        "The request signature we calculated",
    );
    assert_eq!(wrong.kind(), Kind::SignatureDoesNotMatch);
}

#[test]
fn what_was_signed_is_never_repeated() {
    let message = "does not match\n\nThe Canonical String\nx-amz-security-token:IQoJb3JpZ2lu";
    for code in ["SignatureDoesNotMatch", "AccessDenied", "ValidationError"] {
        let text = text(refused(403, code, message));
        assert!(!text.contains("IQoJb3JpZ2lu"), "{text}");
    }
    let long = "x".repeat(5000);
    assert!(text(refused(403, "AccessDenied", &long)).len() < 1000);
}

#[test]
fn a_denial_names_the_permission_and_where_all_of_them_are() {
    let said =
        "User: arn:aws:iam::111122223333:user/op is not authorized to perform: iam:CreateAccessKey";
    let text = text(refused(403, "AccessDenied", said));
    let expected = format!(
        "cannot create an access key\n\
         AccessDenied: {said} (request 0123-4567)\n\
         the credentials in use need the permission iam:CreateAccessKey\n\
         all that is needed is printed by: sealsmith rotate aws ENV --print-iam-policy"
    );
    assert_eq!(text, expected);
}

#[test]
fn missing_credentials_name_the_profile() {
    let missing = || {
        Problem::new(
            Action::GetUser,
            Kind::NoCredentials,
            "no providers in chain",
        )
    };
    let with = text(missing().with_profile(Some("dev")));
    assert!(with.contains("aws sso login --profile dev"), "{with}");
    let without = text(missing());
    assert!(without.contains("AWS_PROFILE"), "{without}");
}

#[test]
fn steering_characters_of_an_answer_do_nothing() {
    let text = text(refused(400, "Odd\u{1b}[2J", "\u{1b}]0;owned\u{7}"));
    assert!(!text.contains('\u{1b}'), "{text}");
}
