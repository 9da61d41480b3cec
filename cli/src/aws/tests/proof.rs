//! A new key proves itself, and nothing else can be taken for that.

use super::super::problem::Kind;
use super::stand_in::{Plan, StandIn, fails, is_user, refuses, unknown_key};
use super::*;

const USER: &str = "arn:aws:iam::111122223333:user/deployer";
const CAP: Duration = GUARD;

fn prove(server: &StandIn, cap: Duration) -> Result<(), Problem> {
    let account = account(&server.url, "AKIAOPERATOR00000001", "operator");
    account.as_key(&new_key(ID, SECRET)).prove(USER, cap)
}

#[test]
fn three_successes_in_a_row_prove_a_key_and_a_refusal_in_between_starts_again() {
    let good = || is_user(USER);
    let server = StandIn::start(&[
        unknown_key(),
        unknown_key(),
        good(),
        unknown_key(),
        good(),
        good(),
        good(),
        fails(),
    ]);
    prove(&server, CAP).unwrap();
    assert_eq!(server.seen().len(), 7);
}

#[test]
fn what_says_nothing_about_the_key_does_not_start_again() {
    let (good, throttled) = (
        || is_user(USER),
        || refuses("400 Bad Request", "Throttling", "Rate exceeded"),
    );
    let server = StandIn::start(&[good(), throttled(), good(), fails(), good(), unknown_key()]);
    prove(&server, CAP).unwrap();
    assert_eq!(server.seen().len(), 5);
}

#[test]
fn only_the_new_key_signs() {
    let server = StandIn::start(&[is_user(USER)]);
    prove(&server, CAP).unwrap();
    assert_eq!(server.count(&format!("Credential={ID}/")), 3);
    assert_eq!(server.count("AKIAOPERATOR"), 0);
}

#[test]
fn each_question_has_a_connection_of_its_own() {
    let server = StandIn::start(&[is_user(USER)]);
    prove(&server, CAP).unwrap();
    let connections: Vec<_> = server.seen().iter().map(|asked| asked.connection).collect();
    assert_eq!(connections, [0, 1, 2]);
}

#[test]
fn a_failure_in_passing_is_waited_for() {
    let throttled = refuses("400 Bad Request", "Throttling", "Rate exceeded");
    for plan in [fails(), throttled, Plan::HangsUp] {
        let server = StandIn::start(&[plan.clone(), plan, is_user(USER)]);
        prove(&server, CAP).unwrap();
        assert_eq!(server.seen().len(), 5);
    }
}

#[test]
fn a_wrong_secret_ends_it_at_once() {
    let wrong = refuses("403 Forbidden", "SignatureDoesNotMatch", "does not match");
    let server = StandIn::start(&[wrong]);
    let problem = prove(&server, CAP).unwrap_err();
    assert_eq!(problem.kind(), Kind::SignatureDoesNotMatch);
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_key_of_another_user_or_account_ends_it_at_once() {
    for arn in [
        "arn:aws:iam::111122223333:user/somebody",
        "arn:aws:iam::444455556666:user/deployer",
        "arn:aws:iam::111122223333:user/team/deployer",
        "arn:aws:sts::111122223333:user/deployer",
    ] {
        let server = StandIn::start(&[is_user(arn)]);
        let problem = prove(&server, CAP).unwrap_err();
        assert_eq!(problem.kind(), Kind::Stranger);
        assert!(problem.to_string().contains(arn), "{problem}");
        assert_eq!(server.seen().len(), 1);
    }
}

#[test]
fn a_key_that_is_never_accepted_is_given_up_after_the_cap() {
    let server = StandIn::start(&[unknown_key()]);
    let problem = prove(&server, Duration::from_secs(1)).unwrap_err();
    assert_eq!(problem.kind(), Kind::InvalidKey);
    assert!(problem.to_string().contains("that was so for"), "{problem}");
    assert!(server.seen().len() > 1);
}

#[test]
fn a_key_says_whose_it_is() {
    let server = StandIn::start(&[fails(), is_user(USER)]);
    let account = account(&server.url, "AKIAOPERATOR00000001", "operator");
    let key = new_key(ID, SECRET);
    assert_eq!(account.as_key(&key).caller().unwrap().arn, USER);
}

#[test]
fn no_problem_of_a_key_shows_its_secret() {
    for plan in [
        unknown_key(),
        refuses(
            "403 Forbidden",
            "SignatureDoesNotMatch",
            &format!("key\n{SECRET}"),
        ),
        refuses("403 Forbidden", "AccessDenied", &format!("no\n{SECRET}")),
        is_user("arn:aws:iam::444455556666:user/x"),
        Plan::Says("200 OK", "<html>".to_owned()),
        Plan::HangsUp,
    ] {
        let server = StandIn::start(&[plan]);
        let problem = prove(&server, Duration::from_millis(20)).unwrap_err();
        let text = rendered(&problem);
        assert!(!text.contains(SECRET), "{text}");
    }
}
