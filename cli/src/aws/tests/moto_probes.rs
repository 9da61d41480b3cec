//! Probes on moto, which checks signatures of S3 and ECR as well.

use sealsmith_lint::policy::Probe;

use super::super::problem::Kind;
use super::moto::{Moto, allow};
use super::*;

const PULL: [&str; 2] = ["ecr:GetAuthorizationToken", "ecr:BatchGetImage"];

fn outcome(moto: &Moto, user: &str, probe: &Probe) -> Result<(), Kind> {
    let key = moto.key(user);
    let account = account(&moto.url(), "AKIAOPERATOR00000001", "operator");
    let key = new_key(&key.id, &key.secret);
    let answer = account.as_key(&key).probe(probe, Duration::from_millis(50));
    answer.map_err(|problem| {
        let text = rendered(&problem);
        assert!(!text.contains(key.expose()), "{text}");
        problem.kind()
    })
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_bucket_is_open_closed_or_not_there() {
    let moto = Moto::start();
    moto.bucket("data");
    moto.user("reader", &[allow(&["s3:ListBucket"])]);
    moto.user("stranger", &[allow(&["s3:GetObject"])]);
    let bucket = |name: &str| Probe::S3Bucket(name.to_owned());
    assert_eq!(outcome(&moto, "reader", &bucket("data")), Ok(()));
    assert_eq!(
        outcome(&moto, "reader", &bucket("nowhere")),
        Err(Kind::NoSuchEntity)
    );
    assert_eq!(
        outcome(&moto, "stranger", &bucket("data")),
        Err(Kind::Denied)
    );
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_repository_is_open_closed_or_not_there() {
    let moto = Moto::start();
    moto.repository("team/app");
    moto.user("puller", &[allow(&PULL)]);
    moto.user("stranger", &[allow(&PULL[..1])]);
    let repository = |name: &str| Probe::EcrRepository(name.to_owned());
    assert_eq!(outcome(&moto, "puller", &repository("team/app")), Ok(()));
    assert_eq!(
        outcome(&moto, "puller", &repository("nowhere")),
        Err(Kind::NoSuchEntity)
    );
    assert_eq!(
        outcome(&moto, "stranger", &repository("team/app")),
        Err(Kind::Denied)
    );
}

#[test]
#[ignore = "needs moto: ./tests/run test"]
fn a_key_that_is_inactive_passes_no_probe() {
    let moto = Moto::start();
    moto.bucket("data");
    moto.repository("team/app");
    moto.user("deployer", &[allow(&["*"])]);
    let key = moto.key("deployer");
    moto.change_key(serde_json::json!({ "id": key.id, "status": "Inactive" }));
    let account = account(&moto.url(), "AKIAOPERATOR00000001", "operator");
    let key = new_key(&key.id, &key.secret);
    for probe in [
        Probe::S3Bucket("data".to_owned()),
        Probe::EcrRepository("team/app".to_owned()),
    ] {
        let cap = Duration::from_millis(30);
        let problem = account.as_key(&key).probe(&probe, cap).unwrap_err();
        assert_eq!(problem.kind(), Kind::InvalidKey, "{}", rendered(&problem));
    }
    assert_eq!(moto.keys("deployer")[0].used, None, "it was not used");
}
