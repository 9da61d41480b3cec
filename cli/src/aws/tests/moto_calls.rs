//! Refusals that end a run before anything is made: clock, session, endpoint.

use super::super::problem::Kind;
use super::moto::Moto;
use super::*;

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_clock_that_is_ten_minutes_off_is_said_and_nothing_is_made() {
    let moto = Moto::start();
    moto.user("deployer", &[]);
    moto.bucket("data");
    let operator = moto.operator("operator");
    let account = account(&moto.url(), &operator.id, &operator.secret);
    let key = new_key(&operator.id, &operator.secret);
    for (ahead, words) in [
        (600, "10 minutes behind AWS"),
        (-600, "10 minutes ahead of AWS"),
    ] {
        moto.clear();
        moto.ahead(ahead);
        let bucket = sealsmith_lint::policy::Probe::S3Bucket("data".to_owned());
        let problems = [
            account.caller().unwrap_err(),
            account.keys("deployer").unwrap_err(),
            account.create_key("deployer").err().unwrap(),
            account.as_key(&key).prove("arn", GUARD).unwrap_err(),
            account.as_key(&key).probe(&bucket, GUARD).unwrap_err(),
        ];
        for problem in problems {
            let text = rendered(&problem);
            assert_eq!(problem.kind(), Kind::Skewed, "{text}");
            // A second may pass between signing and reading the answer.
            assert!(text.contains(words) || text.contains("9 minutes"), "{text}");
        }
        assert_eq!(moto.calls().len(), 5, "each is sent once");
        assert!(moto.keys("deployer").is_empty());
    }
    moto.ahead(60);
    account.caller().unwrap();
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_session_that_is_over_says_to_log_in() {
    let moto = Moto::start();
    let operator = moto.operator("operator");
    let account = account(&moto.url(), &operator.id, &operator.secret);
    let said = "The security token included in the request is expired";
    moto.refuse("GetUser", 403, "ExpiredToken", said);
    let problem = account.user("deployer").unwrap_err();
    assert_eq!(problem.kind(), Kind::Expired);
    let text = rendered(&problem);
    assert!(
        text.contains(said) && text.contains("get-caller-identity"),
        "{text}"
    );
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_key_that_nobody_knows_is_refused() {
    let moto = Moto::start();
    let account = account(&moto.url(), ID, SECRET);
    let problem = account.caller().unwrap_err();
    assert_eq!(problem.kind(), Kind::InvalidKey);
    assert_eq!(moto.calls().len(), 1);
    assert!(!rendered(&problem).contains(SECRET));
}
