//! What a policy wants to see working with a new key, as requests and answers.

use sealsmith_lint::policy::Probe;

use super::super::problem::Kind;
use super::stand_in::{Plan, StandIn, refuses};
use super::*;

fn probe(server: &StandIn, probe: &Probe) -> Result<(), Problem> {
    let account = account(&server.url, "AKIAOPERATOR00000001", "operator");
    account.as_key(&new_key(ID, SECRET)).probe(probe, GUARD)
}

fn bucket() -> Probe {
    Probe::S3Bucket("data".to_owned())
}

fn repository() -> Probe {
    Probe::EcrRepository("team/app".to_owned())
}

/// A refusal of S3.
fn s3(status: &'static str, code: &str) -> Plan {
    Plan::Says(
        status,
        format!("<Error><Code>{code}</Code><Message>why</Message></Error>"),
    )
}

fn json(status: &'static str, body: &str) -> Plan {
    Plan::Says(status, body.to_owned())
}

fn good() -> Plan {
    Plan::Says("200 OK", "<ListBucketResult/>".to_owned())
}

#[test]
fn a_bucket_is_looked_into_with_the_new_key_alone() {
    let server = StandIn::start(&[good()]);
    probe(&server, &bucket()).unwrap();
    let asked = &server.seen()[0].head;
    assert!(
        asked.starts_with("GET /data?list-type=2&max-keys=0 HTTP/1.1\n"),
        "{asked}"
    );
    assert!(asked.contains(&format!("Credential={ID}/")), "{asked}");
    assert!(asked.contains("/us-east-1/s3/aws4_request"), "{asked}");
    assert!(
        asked.contains("\nx-amz-content-sha256: e3b0c44298fc1c14"),
        "{asked}"
    );
}

#[test]
fn the_region_of_a_bucket_is_taken_from_s3_once() {
    for status in [
        "301 Moved Permanently\r\nx-amz-bucket-region: eu-west-1\r\nLocation: http://127.0.0.1:1/",
        "400 Bad Request\r\nx-amz-bucket-region: eu-west-1",
    ] {
        let moved = || s3(status, "PermanentRedirect");
        let server = StandIn::start(&[moved(), good()]);
        probe(&server, &bucket()).unwrap();
        assert_eq!(server.count("/eu-west-1/s3/aws4_request"), 1);
        let server = StandIn::start(&[moved()]);
        assert_eq!(probe(&server, &bucket()).unwrap_err().kind(), Kind::Other);
        assert_eq!(server.seen().len(), 2);
    }
}

#[test]
fn a_region_that_is_none_is_not_followed() {
    let status = "301 Moved\r\nx-amz-bucket-region: evil.example.com/";
    let server = StandIn::start(&[s3(status, "PermanentRedirect")]);
    assert!(probe(&server, &bucket()).is_err());
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_bucket_that_is_closed_is_told_from_one_that_is_not_there() {
    for (status, code, kind) in [
        ("403 Forbidden", "AccessDenied", Kind::Denied),
        ("404 Not Found", "NoSuchBucket", Kind::NoSuchEntity),
        (
            "403 Forbidden",
            "SignatureDoesNotMatch",
            Kind::SignatureDoesNotMatch,
        ),
        ("403 Forbidden", "RequestTimeTooSkewed", Kind::Skewed),
    ] {
        let server = StandIn::start(&[s3(status, code)]);
        assert_eq!(probe(&server, &bucket()).unwrap_err().kind(), kind);
        assert_eq!(server.seen().len(), 1, "{code}");
    }
}

#[test]
fn a_service_that_does_not_know_the_key_yet_is_waited_for() {
    let server = StandIn::start(&[s3("403 Forbidden", "InvalidAccessKeyId"), good()]);
    probe(&server, &bucket()).unwrap();
    assert_eq!(server.seen().len(), 2);
    let unknown = r#"{"__type":"UnrecognizedClientException","message":"invalid"}"#;
    let server = StandIn::start(&[json("400 Bad Request", unknown), json("200 OK", "{}")]);
    probe(&server, &repository()).unwrap();
    assert_eq!(server.seen().len(), 3);
}

#[test]
fn a_pull_is_a_login_and_a_question_for_an_image() {
    let login = r#"{"authorizationData":[{"authorizationToken":"QVdTOnBhc3N3b3Jk"}]}"#;
    let missing = r#"{"images":[],"failures":[{"failureCode":"ImageNotFound"}]}"#;
    let server = StandIn::start(&[json("200 OK", login), json("200 OK", missing)]);
    probe(&server, &repository()).unwrap();
    let seen = server.seen();
    let target = "\nx-amz-target: AmazonEC2ContainerRegistry_V20150921.";
    assert!(
        seen[0]
            .head
            .contains(&format!("{target}GetAuthorizationToken"))
    );
    assert!(seen[1].head.contains(&format!("{target}BatchGetImage")));
    assert!(seen[1].head.contains("/us-east-1/ecr/aws4_request"));
    assert!(seen[1].body.contains("\"repositoryName\":\"team/app\""));
}

#[test]
fn a_repository_of_another_account_and_region_is_asked_there() {
    let server = StandIn::start(&[json("200 OK", "{}")]);
    let name = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/app";
    probe(&server, &Probe::EcrRepository(name.to_owned())).unwrap();
    assert_eq!(server.count("/eu-west-1/ecr/aws4_request"), 2);
    assert_eq!(server.count("\"registryId\":\"111122223333\""), 1);
}

#[test]
fn a_pull_that_is_refused_says_why() {
    for (code, kind) in [
        ("RepositoryNotFoundException", Kind::NoSuchEntity),
        ("AccessDeniedException", Kind::Denied),
        ("InvalidSignatureException", Kind::SignatureDoesNotMatch),
        ("ExpiredTokenException", Kind::Expired),
    ] {
        let body = format!(r#"{{"__type":"com.amazonaws.ecr#{code}","message":"why"}}"#);
        let server = StandIn::start(&[json("200 OK", "{}"), json("400 Bad Request", &body)]);
        let problem = probe(&server, &repository()).unwrap_err();
        assert_eq!(problem.kind(), kind, "{}", rendered(&problem));
        assert_eq!(server.seen().len(), 2);
    }
}

#[test]
fn an_image_that_is_refused_names_the_permission_of_the_user() {
    let body = r#"{"__type":"AccessDeniedException","message":"User is not authorized"}"#;
    let server = StandIn::start(&[json("200 OK", "{}"), json("400 Bad Request", body)]);
    let text = rendered(&probe(&server, &repository()).unwrap_err());
    assert!(text.contains("allow the user ecr:BatchGetImage"), "{text}");
}

#[test]
fn a_name_that_is_none_is_never_asked_for() {
    let server = StandIn::start(&[good()]);
    for wrong in [
        Probe::S3Bucket("evil.com/x".to_owned()),
        Probe::EcrRepository("Docker Hub".to_owned()),
    ] {
        assert_eq!(probe(&server, &wrong).unwrap_err().kind(), Kind::Other);
    }
    assert!(server.seen().is_empty());
}

#[test]
fn no_answer_shows_a_secret() {
    for (plan, wanted) in [
        (s3("403 Forbidden", &format!("Odd\n{SECRET}")), bucket()),
        (
            Plan::Says("403 Forbidden", format!("<html>\n{SECRET}")),
            bucket(),
        ),
        (Plan::Says("200 OK", "x".repeat(2 << 20)), bucket()),
        (
            refuses("403 Forbidden", "AccessDenied", &format!("no\n{SECRET}")),
            repository(),
        ),
    ] {
        let server = StandIn::start(&[plan]);
        let problem = probe(&server, &wanted).unwrap_err();
        let text = rendered(&problem);
        assert!(!text.contains(SECRET), "{text}");
    }
}
