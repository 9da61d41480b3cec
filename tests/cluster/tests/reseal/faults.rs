//! What goes wrong on the way, and how it ends: nothing is lost, and the same command or `--resume` gets to the end.

use crate::estate::Estate;
use sealsmith_test_cluster::{Cluster, ControllerSetup, Result, Ways};
use serde_json::json;

#[test]
fn a_controller_that_is_down_is_met_before_the_first_write() -> Result<()> {
    let estate = Estate::lent()?;
    let (before, key) = (estate.head()?, estate.renewed()?);
    estate.cluster.controller().stop();
    estate.reseal(&["--fingerprint", &key]).ends(2);
    estate.is_still_at(&before)?;
    estate.cluster.controller().start_again()?;
    estate.reseal(&["--fingerprint", &key]).ends(0);
    estate.is_done(&key)
}

#[test]
fn a_controller_that_goes_away_halfway_is_waited_for_by_resume() -> Result<()> {
    let estate = Estate::lent()?;
    let key = estate.renewed()?;
    let prober = estate.prober()?;
    let proxy = estate.cluster.controller().put_proxy(Ways::same())?;
    proxy.go_down_after(5, "/v1/rotate");
    let stopped = estate.reseal(&["--fingerprint", &key]).ends(2);
    stopped.says("--resume").says("--abort");
    assert_eq!(estate.commits_ahead()?, "0", "nothing is committed");
    // Nothing new is begun over it.
    estate
        .reseal(&["--fingerprint", &key])
        .ends(1)
        .says("--resume");
    proxy.come_back();
    estate.reseal(&["--resume"]).ends(0);
    estate.is_done(&key)?;
    assert_eq!(prober.finish().sightings, []);
    Ok(())
}

#[test]
fn a_newer_controller_that_limits_is_taken_at_its_pace() -> Result<()> {
    let estate = Estate::lent()?;
    let key = estate.renewed()?;
    let proxy = estate.cluster.controller().put_proxy(Ways::newer())?;
    estate.reseal(&["--fingerprint", &key]).ends(0);
    assert!(proxy.count_of("/v1/rotate", 429) < proxy.count("/v1/rotate"));
    estate.is_done(&key)
}

#[test]
fn an_answer_that_lacks_an_entry_is_not_taken() -> Result<()> {
    let estate = Estate::lent()?;
    let (before, key) = (estate.head()?, estate.renewed()?);
    let ways = Ways::same().drops("password");
    let proxy = estate.cluster.controller().put_proxy(ways)?;
    let left = estate.reseal(&["--fingerprint", &key]).ends(1);
    left.says("password").says("--abort");
    assert_eq!(estate.commits_ahead()?, "0", "nothing is committed");
    estate.reseal(&["--abort"]).ends(0);
    estate.is_still_at(&before)?;
    estate.cluster.controller().remove_proxy(proxy)?;
    estate.reseal(&["--fingerprint", &key]).ends(0);
    estate.is_done(&key)
}

#[test]
fn argo_cd_alone_is_not_believed_while_the_controller_is_halted() -> Result<()> {
    let estate = Estate::lent()?;
    let key = estate.renewed()?;
    estate.reseal(&["--fingerprint", &key, "--no-push"]).ends(0);
    let commit = estate.head()?;
    estate
        .repository
        .git(&["push", "--quiet", "origin", "HEAD:main"])?;
    estate.cluster.controller().pause();
    for application in estate.applications.iter().take(3) {
        application.synced_to(&commit)?;
    }
    let waiting = estate.sealsmith(&["check", "dev", "--wait", "--timeout", "5s"]);
    estate.cluster.controller().resume();
    waiting.ends(1).says("SealedSecret");
    estate.sealsmith(&["check", "dev", "--wait"]).ends(0);
    estate.is_done(&key)
}

#[test]
fn an_api_server_that_restarts_is_waited_for() -> Result<()> {
    let estate = Estate::lent()?;
    let key = estate.renewed()?;
    let prober = estate.prober()?;
    // What Argo CD does is held up by the same restart.
    estate.kills("push-made", &["--fingerprint", &key]);
    estate.cluster.api_server().restart()?;
    estate.reseal(&["--resume"]).ends(0);
    estate.is_done(&key)?;
    assert_eq!(prober.finish().sightings, []);
    Ok(())
}

#[test]
fn somebody_without_rights_is_told_which_are_missing() -> Result<()> {
    let estate = Estate::lent()?;
    let (before, key) = (estate.head()?, estate.renewed()?);
    let nobody = estate.cluster.kubeconfig_of("nobody")?;
    let kubeconfig = nobody
        .to_str()
        .expect("folders of the tests have plain names");
    let told = estate.reseal(&["--fingerprint", &key, "--kubeconfig", kubeconfig]);
    let told = told.ends(2);
    assert!(told.stderr.contains("forbidden"), "{told:?}");
    estate.is_still_at(&before)?;
    estate.reseal(&["--fingerprint", &key]).ends(0);
    estate.is_done(&key)
}

#[test]
fn a_controller_under_kubeseals_own_name_is_found_when_it_is_named() -> Result<()> {
    let setup = ControllerSetup::new("sealed-secrets-controller", "kube-system");
    let estate = Estate::with(Cluster::builder(), setup)?;
    let (before, key) = (estate.head()?, estate.renewed()?);
    estate
        .reseal(&["--fingerprint", &key])
        .ends(2)
        .says("sealed-secrets-controller");
    estate.is_still_at(&before)?;
    let named = ["--controller-name", "sealed-secrets-controller"];
    estate
        .reseal(&[&["--fingerprint", key.as_str()][..], &named].concat())
        .ends(0);
    estate.is_done_with(&key, &named)?;
    estate
        .sealsmith(&[&["check", "dev"], &named[..]].concat())
        .ends(0);
    Ok(())
}

#[test]
fn a_file_that_the_controller_cannot_open_stops_the_commit() -> Result<()> {
    let estate = Estate::lent()?;
    let folder = estate.repository.path().join("envs/dev/sealed-secrets");
    let path = "envs/dev/sealed-secrets/mlflow/sealed-db.yaml";
    let right = std::fs::read_to_string(folder.join("mlflow/sealed-db.yaml")).unwrap();
    let other = std::fs::read_to_string(folder.join("fastapi/sealed-db.yaml")).unwrap();
    let moved = other.replace("fastapi-dev", "mlflow-dev");
    estate.repository.write(path, moved)?;
    let before = estate
        .repository
        .push("copy a secret to where it does not open")?;
    let key = estate.renewed()?;
    let left = estate.reseal(&["--fingerprint", &key]).ends(1);
    left.says(path).says("--partial");
    assert_eq!(estate.commits_ahead()?, "0", "nothing is committed");
    estate.reseal(&["--abort"]).ends(0);
    estate.is_still_at(&before)?;
    estate.repository.write(path, right)?;
    estate.repository.push("the right one again")?;
    estate.reseal(&["--fingerprint", &key]).ends(0);
    estate.is_done(&key)
}

#[test]
fn a_bad_commit_in_retry_does_not_keep_the_new_one_waiting() -> Result<()> {
    let estate = Estate::lent()?;
    let bad = "envs/dev/sealed-secrets/mlflow/broken.yaml";
    let object = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "broken"},
        "spec": {"ports": [{"port": 99_999_999}]}});
    estate.repository.write(bad, object.to_string())?;
    let broken = estate
        .repository
        .push("a Service that no API server takes")?;
    estate.retries(2, &broken)?;
    std::fs::remove_file(estate.repository.path().join(bad)).unwrap();
    estate.repository.push("without it")?;
    let key = estate.renewed()?;
    estate
        .reseal(&["--fingerprint", &key, "--terminate-stuck-sync"])
        .ends(0);
    estate.is_done(&key)
}
