//! Every call under every fault of moto: how often it is sent, what is said, and what is there afterwards.

use super::super::Status;
use super::super::problem::Kind;
use super::moto::{Key, Moto};
use super::*;

/// A fault, what it is for a caller when it does not go away, and whether the call was done all the same.
const FAULTS: [(&str, Kind, bool); 6] = [
    ("throttle", Kind::Throttled, false),
    ("before500", Kind::Service, false),
    ("after500", Kind::Service, true),
    ("drop_before", Kind::Unclear, false),
    ("drop_after", Kind::Unclear, true),
    ("garbled_after", Kind::Unclear, true),
];

struct Bench {
    moto: Moto,
    operator: Key,
    account: Account,
}

fn bench() -> Bench {
    let moto = Moto::start();
    moto.user("deployer", &[]);
    let operator = moto.operator("operator");
    let account = account(&moto.url(), &operator.id, &operator.secret);
    Bench {
        moto,
        operator,
        account,
    }
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_key_is_asked_for_once_under_every_fault() {
    let Bench { moto, account, .. } = bench();
    for (mode, kind, done) in FAULTS {
        moto.user(mode, &[]);
        moto.clear();
        moto.fault("CreateAccessKey", mode, 9);
        let problem = account.create_key(mode).err().unwrap();
        assert_eq!(problem.kind(), kind, "{mode}: {}", rendered(&problem));
        assert_eq!(moto.count("CreateAccessKey"), 1, "{mode}");
        let keys = moto.keys(mode);
        assert_eq!(keys.len(), usize::from(done), "{mode}");
        if done {
            assert!(problem.may_have_happened(), "{mode}");
            assert!(!rendered(&problem).contains(&keys[0].secret), "{mode}");
            assert_eq!(account.keys(mode).unwrap().len(), 1, "the list tells");
        }
    }
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_key_whose_answer_is_late_is_asked_for_once_and_exists() {
    let Bench { moto, operator, .. } = bench();
    let short = Duration::from_millis(300);
    let account = account_that_waits(&moto.url(), &operator.id, &operator.secret, short);
    moto.slow("CreateAccessKey", 2);
    let problem = account.create_key("deployer").err().unwrap();
    assert_eq!(problem.kind(), Kind::Unclear);
    assert!(problem.may_have_happened());
    // On a busy machine moto may not even have begun when the wait was over.
    let begun = std::time::Instant::now();
    while moto.keys("deployer").is_empty() && begun.elapsed() < GUARD {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(moto.keys("deployer").len(), 1);
    assert_eq!(moto.count("CreateAccessKey"), 1);
}

/// A call, and what it is to IAM.
type Call = fn(&Account, &AccessKeyId) -> Result<(), Problem>;

const REPEATABLE: [(&str, Call); 6] = [
    ("GetCallerIdentity", |account, _| account.caller().map(drop)),
    ("GetUser", |account, _| account.user("deployer").map(drop)),
    ("ListAccessKeys", |account, _| {
        account.keys("deployer").map(drop)
    }),
    ("GetAccessKeyLastUsed", |account, _| {
        account.keys("deployer").map(drop)
    }),
    ("UpdateAccessKey", |account, id| {
        account.set_status("deployer", id, Status::Inactive)
    }),
    ("DeleteAccessKey", |account, id| {
        account.delete_unwarranted("deployer", id)
    }),
];

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn every_other_call_comes_through_a_fault_that_passes() {
    let Bench { moto, account, .. } = bench();
    for (mode, ..) in FAULTS {
        for (action, call) in REPEATABLE {
            let key = moto.key("deployer");
            moto.clear();
            moto.fault(action, mode, 2);
            let outcome = call(&account, &key_id(&key.id));
            assert!(
                outcome.is_ok(),
                "{action} {mode}: {}",
                rendered(&outcome.unwrap_err())
            );
            assert_eq!(moto.count(action), 3, "{action} {mode}");
            let held = moto.keys("deployer");
            match action {
                "UpdateAccessKey" => assert_eq!(held[0].status, "Inactive", "{mode}"),
                "DeleteAccessKey" => assert!(held.is_empty(), "{mode}"),
                _ => assert_eq!(held[0].status, "Active", "{mode}"),
            }
            account
                .delete_unwarranted("deployer", &key_id(&key.id))
                .unwrap();
        }
    }
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn every_other_call_gives_up_on_a_fault_that_stays() {
    let Bench { moto, account, .. } = bench();
    let key = moto.key("deployer");
    for (mode, kind, done) in FAULTS {
        for (action, call) in REPEATABLE {
            if action == "DeleteAccessKey" && done {
                // The second time the key is gone, which is what was wanted.
                continue;
            }
            moto.clear();
            moto.fault(action, mode, 99);
            let problem = call(&account, &key_id(&key.id)).unwrap_err();
            assert_eq!(
                problem.kind(),
                kind,
                "{action} {mode}: {}",
                rendered(&problem)
            );
            assert_eq!(moto.count(action), TRIES, "{action} {mode}");
        }
    }
}
