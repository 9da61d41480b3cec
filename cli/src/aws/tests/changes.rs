//! What changes something. A key is asked for once, whatever the answer; the rest may be said twice.

use super::super::Status;
use super::super::problem::Kind;
use super::stand_in::{Plan, StandIn, answers, fails, is_user, refuses};
use super::*;

fn of(server: &StandIn) -> Account {
    account(&server.url, ID, SECRET)
}

fn made(id: &str, secret: &str) -> String {
    format!(
        "<AccessKey><UserName>deployer</UserName><AccessKeyId>{id}</AccessKeyId><Status>Active</Status>\
         <SecretAccessKey>{secret}</SecretAccessKey><CreateDate>2026-01-31T00:00:00Z</CreateDate></AccessKey>"
    )
}

/// The beginning of a good answer, up to the middle of the secret.
fn half() -> String {
    let Plan::Says(_, whole) = answers("CreateAccessKey", &made("AKIANEW0000000000001", SECRET))
    else {
        unreachable!("it is an answer");
    };
    whole[..whole.find("</SecretAccessKey>").unwrap() - 20].to_owned()
}

#[test]
fn a_new_key_comes_with_its_secret() {
    let server = StandIn::start(&[answers(
        "CreateAccessKey",
        &made("AKIANEW0000000000001", SECRET),
    )]);
    let key = of(&server).create_key("deployer").unwrap();
    assert_eq!(key.id().as_str(), "AKIANEW0000000000001");
    assert_eq!(key.expose(), SECRET);
    assert_eq!(server.count("Action=CreateAccessKey"), 1);
}

#[test]
fn a_key_is_asked_for_once_when_the_outcome_is_not_known() {
    for plan in [
        fails(),
        Plan::Says("502 Bad Gateway", "<html>proxy</html>".to_owned()),
        Plan::Says("503 Service Unavailable", String::new()),
        Plan::HangsUp,
        Plan::IsSilent,
        Plan::BreaksOff(half()),
        Plan::Says("200 OK", half()),
        Plan::Says("200 OK", "<html>log in</html>".to_owned()),
        Plan::Says("200 OK", String::new()),
        answers("CreateAccessKey", ""),
        answers("CreateAccessKey", &made("AKIANEW0000000000001", "")),
        answers("CreateAccessKey", &made("no id", SECRET)),
    ] {
        let patient = !matches!(plan, Plan::IsSilent);
        let server = StandIn::start(&[plan]);
        let wait = if patient {
            GUARD
        } else {
            Duration::from_secs(1)
        };
        let account = account_that_waits(&server.url, ID, SECRET, wait);
        let problem = account.create_key("deployer").err().unwrap();
        let text = rendered(&problem);
        assert!(problem.may_have_happened(), "{text}");
        assert!(
            !text.contains(SECRET) && !text.contains(&SECRET[..12]),
            "{text}"
        );
        assert_eq!(server.seen().len(), 1, "{text}");
    }
}

#[test]
fn a_key_that_is_refused_was_not_made_and_is_asked_for_once() {
    for (plan, kind) in [
        (
            refuses("409 Conflict", "LimitExceeded", "quota"),
            Kind::LimitExceeded,
        ),
        (
            refuses("400 Bad Request", "Throttling", "Rate exceeded"),
            Kind::Throttled,
        ),
        (refuses("403 Forbidden", "AccessDenied", "no"), Kind::Denied),
        (
            refuses("404 Not Found", "NoSuchEntity", "no user"),
            Kind::NoSuchEntity,
        ),
    ] {
        let server = StandIn::start(&[plan]);
        let problem = of(&server).create_key("deployer").err().unwrap();
        assert_eq!(problem.kind(), kind);
        assert!(!problem.may_have_happened());
        assert_eq!(server.seen().len(), 1, "{kind:?}");
    }
}

#[test]
fn a_key_that_nobody_could_be_asked_for_was_not_made() {
    let account = account("http://127.0.0.1:1", ID, SECRET);
    let problem = account.create_key("deployer").err().unwrap();
    assert_eq!(problem.kind(), Kind::Unreachable, "{}", rendered(&problem));
    assert!(!problem.may_have_happened());
}

/// An idle connection that the server closes is where HTTP libraries send again by themselves.
#[test]
fn a_key_is_asked_for_on_a_connection_of_its_own() {
    let user = is_user("arn:aws:iam::111122223333:user/deployer");
    let server = StandIn::start(&[user.clone(), user, Plan::HangsUp]);
    let account = of(&server);
    account.caller().unwrap();
    account.caller().unwrap();
    assert!(account.create_key("deployer").is_err());
    let seen = server.seen();
    assert_eq!(seen.len(), 3);
    assert_eq!(seen[0].connection, seen[1].connection, "reads keep theirs");
    assert_ne!(seen[1].connection, seen[2].connection);
}

#[test]
fn a_status_is_set_again_when_the_answer_was_lost() {
    let server = StandIn::start(&[Plan::HangsUp, fails(), answers("UpdateAccessKey", "")]);
    let account = of(&server);
    account
        .set_status("deployer", &key_id(ID), Status::Inactive)
        .unwrap();
    assert_eq!(server.count("Action=UpdateAccessKey"), 3);
    assert_eq!(server.count("Status=Inactive"), 3);
    account
        .set_status("deployer", &key_id(ID), Status::Active)
        .unwrap();
    assert_eq!(server.count("Status=Active"), 1);
}

#[test]
fn a_key_that_is_gone_already_is_deleted() {
    let gone = refuses("404 Not Found", "NoSuchEntity", "cannot be found");
    let server = StandIn::start(&[Plan::HangsUp, gone]);
    of(&server)
        .delete_unwarranted("deployer", &key_id(ID))
        .unwrap();
    assert_eq!(server.count("Action=DeleteAccessKey"), 2);
}

#[test]
fn a_status_of_a_key_that_is_gone_cannot_be_set() {
    let server = StandIn::start(&[refuses("404 Not Found", "NoSuchEntity", "cannot be found")]);
    let problem = of(&server)
        .set_status("deployer", &key_id(ID), Status::Active)
        .unwrap_err();
    assert_eq!(problem.kind(), Kind::NoSuchEntity);
}
