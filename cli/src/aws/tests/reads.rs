//! What only asks: repeated when it fails in passing, and read to the end.

use super::super::Status;
use super::super::key::LastUsed;
use super::super::problem::Kind;
use super::stand_in::{Plan, StandIn, answers, fails, is_user, refuses, unknown_key};
use super::*;

const USER: &str = "arn:aws:iam::111122223333:user/team/deployer";

fn of(server: &StandIn) -> Account {
    account(&server.url, ID, SECRET)
}

/// A member of the list of keys.
fn listed(id: &str, status: &str, created: &str) -> String {
    format!(
        "<member><UserName>deployer</UserName><AccessKeyId>{id}</AccessKeyId>\
         <Status>{status}</Status><CreateDate>{created}</CreateDate></member>"
    )
}

fn page(members: &str, marker: Option<&str>) -> Plan {
    let more = marker.map_or("<IsTruncated>false</IsTruncated>".to_owned(), |marker| {
        format!("<IsTruncated>true</IsTruncated><Marker>{marker}</Marker>")
    });
    let list = format!("<AccessKeyMetadata>{members}</AccessKeyMetadata>{more}");
    answers("ListAccessKeys", &list)
}

fn never_used() -> Plan {
    let used = "<Region>N/A</Region><ServiceName>N/A</ServiceName>";
    let result = format!("<AccessKeyLastUsed>{used}</AccessKeyLastUsed>");
    answers("GetAccessKeyLastUsed", &result)
}

fn used(at: &str) -> Plan {
    let used = format!(
        "<LastUsedDate>{at}</LastUsedDate><Region>eu-west-1</Region><ServiceName>s3</ServiceName>"
    );
    let result = format!("<AccessKeyLastUsed>{used}</AccessKeyLastUsed>");
    answers("GetAccessKeyLastUsed", &result)
}

#[test]
fn the_caller_is_named_with_account_and_user() {
    let server = StandIn::start(&[is_user(USER)]);
    let identity = of(&server).caller().unwrap();
    assert_eq!(identity.account, "111122223333");
    assert_eq!(identity.arn, USER);
    assert_eq!(identity.user.as_deref(), Some("deployer"));
}

#[test]
fn a_user_that_does_not_exist_is_nothing() {
    let server = StandIn::start(&[refuses("404 Not Found", "NoSuchEntity", "no such user")]);
    assert_eq!(of(&server).user("nobody").unwrap(), None);
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_user_is_found_with_its_path() {
    let user = format!(
        "<User><Path>/team/</Path><UserName>deployer</UserName><UserId>AIDA</UserId>\
         <Arn>{USER}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate></User>"
    );
    let server = StandIn::start(&[answers("GetUser", &user)]);
    let user = of(&server).user("deployer").unwrap().unwrap();
    assert_eq!((user.name.as_str(), user.arn.as_str()), ("deployer", USER));
}

#[test]
fn all_pages_of_keys_are_read_and_the_oldest_comes_first() {
    let young = listed("AKIAYOUNG00000000001", "Active", "2026-01-20T00:00:00Z");
    let old = listed("AKIAOLD0000000000002", "Inactive", "2025-06-01T00:00:00Z");
    let server = StandIn::start(&[
        page(&young, Some("page-2")),
        never_used(),
        page(&old, None),
        used("2026-01-19T12:00:00Z"),
    ]);
    let keys = of(&server).keys("deployer").unwrap();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0].id.as_str(), "AKIAOLD0000000000002");
    assert_eq!(keys[0].status, Status::Inactive);
    assert_eq!(keys[0].created, 1_748_736_000);
    let expected = LastUsed {
        at: 1_768_824_000,
        service: "s3".to_owned(),
        region: "eu-west-1".to_owned(),
    };
    assert_eq!(keys[0].last_used, Some(expected));
    assert_eq!(keys[1].status, Status::Active);
    assert_eq!(keys[1].last_used, None);
    assert_eq!(server.count("Marker=page-2"), 1);
}

#[test]
fn a_list_without_an_end_is_given_up() {
    let server = StandIn::start(&[page("", Some("again"))]);
    let problem = of(&server).keys("deployer").unwrap_err();
    assert!(problem.to_string().contains("has no end"), "{problem}");
    assert!(server.seen().len() < 100);
}

#[test]
fn a_key_whose_use_is_not_known_yet_counts_as_never_used() {
    let young = listed("AKIAYOUNG00000000001", "Active", "2026-01-20T00:00:00Z");
    let unknown = refuses("404 Not Found", "NoSuchEntity", "cannot be found");
    let server = StandIn::start(&[page(&young, None), unknown]);
    let keys = of(&server).keys("deployer").unwrap();
    assert_eq!(keys[0].last_used, None);
}

#[test]
fn what_fails_in_passing_is_asked_again() {
    let throttled = refuses("400 Bad Request", "Throttling", "Rate exceeded");
    for plan in [
        fails(),
        throttled,
        Plan::HangsUp,
        Plan::BreaksOff("<Get".to_owned()),
    ] {
        let server = StandIn::start(&[plan.clone(), plan, is_user(USER)]);
        assert!(of(&server).caller().is_ok());
        assert_eq!(server.seen().len(), 3);
    }
}

#[test]
fn what_keeps_failing_is_asked_a_few_times() {
    for (plan, kind) in [
        (fails(), Kind::Service),
        (
            refuses("400 Bad Request", "Throttling", "Rate exceeded"),
            Kind::Throttled,
        ),
        (Plan::HangsUp, Kind::Unclear),
    ] {
        let server = StandIn::start(&[plan]);
        assert_eq!(of(&server).caller().unwrap_err().kind(), kind);
        assert_eq!(server.seen().len(), TRIES);
    }
}

#[test]
fn what_is_refused_is_asked_once() {
    for (plan, kind) in [
        (unknown_key(), Kind::InvalidKey),
        (
            refuses("403 Forbidden", "ExpiredToken", "expired"),
            Kind::Expired,
        ),
        (refuses("403 Forbidden", "AccessDenied", "no"), Kind::Denied),
        (
            refuses("403 Forbidden", "SignatureDoesNotMatch", "no"),
            Kind::SignatureDoesNotMatch,
        ),
        (
            refuses("400 Bad Request", "ValidationError", "no"),
            Kind::Other,
        ),
    ] {
        let server = StandIn::start(&[plan]);
        assert_eq!(of(&server).caller().unwrap_err().kind(), kind);
        assert_eq!(server.seen().len(), 1, "{kind:?}");
    }
}

#[test]
fn a_server_that_is_silent_is_not_waited_for_for_ever() {
    let server = StandIn::start(&[Plan::IsSilent]);
    let short = Duration::from_millis(200);
    let account = account_that_waits(&server.url, ID, SECRET, short);
    assert_eq!(account.caller().unwrap_err().kind(), Kind::Unclear);
    // On a busy machine a request may not even have arrived when its time is over.
    assert!(server.seen().len() <= TRIES);
}

#[test]
fn nobody_listening_and_no_tls_mean_that_nothing_was_sent() {
    let server = StandIn::start(&[fails()]);
    let no_tls = server.url.replace("http:", "https:");
    for endpoint in ["http://127.0.0.1:1", &no_tls] {
        let problem = account(endpoint, ID, SECRET).caller().unwrap_err();
        assert_eq!(problem.kind(), Kind::Unreachable, "{}", rendered(&problem));
        assert!(!problem.may_have_happened());
    }
}
