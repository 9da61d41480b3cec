//! The life of a key on moto, which checks every signature.

use super::super::problem::Kind;
use super::super::{Status, policy_document};
use super::moto::{ACCOUNT, Moto, allow};
use super::*;

fn operator(moto: &Moto) -> Account {
    let key = moto.operator("operator");
    account(&moto.url(), &key.id, &key.secret)
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_key_is_made_proven_retired_and_deleted() {
    let moto = Moto::start();
    moto.user("deployer", &[]);
    let old = moto.key("deployer");
    let account = operator(&moto);
    assert_eq!(account.caller().unwrap().user.as_deref(), Some("operator"));
    let user = account.user("deployer").unwrap().unwrap();
    assert_eq!(user.arn, format!("arn:aws:iam::{ACCOUNT}:user/deployer"));
    assert_eq!(account.user("nobody").unwrap(), None);

    let new = account.create_key("deployer").unwrap();
    account.as_key(&new).prove(&user.arn, GUARD).unwrap();
    let keys = account.keys("deployer").unwrap();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0].id.as_str(), old.id);
    assert_eq!(keys[0].last_used, None);
    assert_eq!(&keys[1].id, new.id());
    assert_eq!(keys[1].last_used.as_ref().unwrap().service, "sts");

    let bearer = new_key(&old.id, &old.secret);
    account
        .set_status("deployer", bearer.id(), Status::Inactive)
        .unwrap();
    let refused = account.as_key(&bearer).caller().unwrap_err();
    assert_eq!(refused.kind(), Kind::InvalidKey);
    account
        .set_status("deployer", bearer.id(), Status::Active)
        .unwrap();
    assert_eq!(account.as_key(&bearer).caller().unwrap().arn, user.arn);

    account
        .set_status("deployer", bearer.id(), Status::Inactive)
        .unwrap();
    assert_eq!(
        account.keys("deployer").unwrap()[0].status,
        Status::Inactive
    );
    account.delete_unwarranted("deployer", bearer.id()).unwrap();
    account.delete_unwarranted("deployer", bearer.id()).unwrap();
    let left = moto.keys("deployer");
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].secret, new.expose());
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_third_key_is_refused() {
    let moto = Moto::start();
    moto.user("deployer", &[]);
    moto.key("deployer");
    moto.key("deployer");
    let problem = operator(&moto).create_key("deployer").err().unwrap();
    assert_eq!(problem.kind(), Kind::LimitExceeded);
    assert!(!problem.may_have_happened());
    assert!(rendered(&problem).contains("two access keys"));
    assert_eq!(moto.count("CreateAccessKey"), 1);
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_key_that_takes_a_while_to_be_known_is_waited_for() {
    let moto = Moto::start();
    moto.user("deployer", &[]);
    let account = operator(&moto);
    moto.delay(1.0);
    let key = account.create_key("deployer").unwrap();
    let arn = format!("arn:aws:iam::{ACCOUNT}:user/deployer");
    account.as_key(&key).prove(&arn, GUARD).unwrap();
    let asked = moto.calls();
    let by_key = asked
        .iter()
        .filter(|(_, by)| by == key.id().as_str())
        .count();
    assert!(
        by_key > 3,
        "it was refused at least once before three successes"
    );
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_secret_that_lost_its_end_stops_the_proof() {
    let moto = Moto::start();
    moto.user("deployer", &[]);
    let account = operator(&moto);
    let key = account.create_key("deployer").unwrap();
    let cut = new_key(key.id().as_str(), &key.expose()[..39]);
    moto.clear();
    let problem = account.as_key(&cut).prove("arn", GUARD).unwrap_err();
    assert_eq!(problem.kind(), Kind::SignatureDoesNotMatch);
    assert_eq!(moto.count("GetCallerIdentity"), 1);
    assert!(!rendered(&problem).contains(cut.expose()));
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn the_printed_policy_is_enough() {
    let moto = Moto::start();
    moto.user("plain", &[]);
    moto.user_below("/team/", "deep");
    for user in ["plain", "deep"] {
        let policy = policy_document(ACCOUNT, user, None);
        let rotator = format!("rotator-of-{user}");
        moto.user(&rotator, &[serde_json::from_str(&policy).unwrap()]);
        let key = moto.key(&rotator);
        let account = account(&moto.url(), &key.id, &key.secret);
        account.caller().unwrap();
        account.user(user).unwrap().unwrap();
        let new = account.create_key(user).unwrap();
        assert_eq!(account.keys(user).unwrap().len(), 1);
        let id = new.id();
        account.set_status(user, id, Status::Inactive).unwrap();
        account.delete_unwarranted(user, id).unwrap();
        let problem = account.keys(&rotator).unwrap_err();
        assert_eq!(
            problem.kind(),
            Kind::Denied,
            "another user's keys are not its business"
        );
    }
}

/// Each action of the policy is needed: without it, the call that needs it is denied, and by name.
#[test]
#[ignore = "needs moto: ./tests/run test"]
fn nothing_in_the_printed_policy_is_too_much() {
    let moto = Moto::start();
    moto.user("deployer", &[]);
    moto.key("deployer");
    let boss = operator(&moto);
    // The first key stays, whatever is made and deleted beside it.
    let policy = policy_document(ACCOUNT, "deployer", None);
    let policy: serde_json::Value = serde_json::from_str(&policy).unwrap();
    let actions = policy["Statement"][0]["Action"].as_array().unwrap();
    let actions: Vec<&str> = actions
        .iter()
        .map(|action| action.as_str().unwrap())
        .collect();
    for missing in &actions {
        let rest: Vec<&str> = actions
            .iter()
            .filter(|action| *action != missing)
            .copied()
            .collect();
        let name = missing.replace(':', "-");
        moto.user(&name, &[allow(&rest)]);
        let key = moto.key(&name);
        let account = account(&moto.url(), &key.id, &key.secret);
        let outcomes = [
            account.user("deployer").err(),
            account.keys("deployer").err(),
            account
                .set_status("deployer", &key_id(ID), Status::Active)
                .err(),
            account.delete_unwarranted("deployer", &key_id(ID)).err(),
            account.create_key("deployer").err(),
        ];
        let denied: Vec<_> = outcomes
            .into_iter()
            .flatten()
            .filter(|problem| problem.kind() == Kind::Denied)
            .collect();
        assert_eq!(denied.len(), 1, "{missing}");
        assert_eq!(denied[0].action().name(), *missing);
        assert!(rendered(&denied[0]).contains("--print-iam-policy"));
        for key in moto.keys("deployer").iter().skip(1) {
            boss.delete_unwarranted("deployer", &key_id(&key.id))
                .unwrap();
        }
    }
}
