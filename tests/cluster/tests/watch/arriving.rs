//! Waiting until a push has arrived.

use crate::world::World;
use sealsmith_test_cluster::{Result, Seen, until};

#[test]
fn a_push_is_seen_through_to_its_secret() -> Result<()> {
    let world = World::lent()?;
    world.check().passes();
    world.seal("queue", "two");
    let commit = world.repository.push("a second secret")?;
    let checked = world.check_with(&["--wait"]);
    checked.passes();
    assert_eq!(checked.report["arrival"]["arrived"], true);
    assert!(checked.says("applications").contains(&commit[..10]));
    world.unsealed("queue")
}

#[test]
fn without_argo_cd_the_objects_alone_count() -> Result<()> {
    let world = World::by_hand()?;
    let checked = world.check();
    assert_eq!(
        checked.code,
        Some(0),
        "{}{:#}",
        checked.said,
        checked.report
    );
    assert_eq!(checked.amiss(), ["applications"], "it is skipped");
    world.seal("db", "two");
    world.repository.push("another value")?;
    let early = world.check_with(&["--wait", "--timeout", "1s"]);
    assert_eq!(early.report["arrival"]["arrived"], false);
    assert!(
        early.says("sealed-secrets").contains("other sealed values"),
        "{:#}",
        early.report
    );
    world.apply("db")?;
    let checked = world.check_with(&["--wait"]);
    assert_eq!(
        checked.code,
        Some(0),
        "{}{:#}",
        checked.said,
        checked.report
    );
    Ok(())
}

#[test]
fn synced_while_the_controller_is_halted_is_not_arrived() -> Result<()> {
    let world = World::lent()?;
    world.cluster.controller().pause();
    world.seal("db", "two");
    world
        .application()
        .synced_to(&world.repository.push("another value")?)?;
    let checked = world.check_with(&["--wait", "--timeout", "5s"]);
    assert_eq!(checked.code, Some(1), "{}", checked.said);
    assert_eq!(checked.report["arrival"]["arrived"], false);
    assert_eq!(checked.amiss(), ["controller", "sealed-secrets"]);
    assert!(
        checked.says("sealed-secrets").contains("saw generation 1"),
        "{:#}",
        checked.report
    );
    world.cluster.controller().resume();
    world.check_with(&["--wait"]).passes();
    Ok(())
}

#[test]
fn an_api_server_that_restarts_does_not_end_the_waiting() -> Result<()> {
    let world = World::lent()?;
    world.cluster.controller().pause();
    world.seal("db", "two");
    world.repository.push("another value")?;
    let mut waiting = world.wait();
    waiting.says("Application app-dev");
    world.cluster.api_server().kill();
    waiting.says("the API server cannot be asked");
    world.cluster.api_server().start_again()?;
    world.cluster.controller().resume();
    waiting.says("the API server answers again");
    waiting.finish().passes();
    Ok(())
}

#[test]
fn a_bad_commit_in_retry_is_ended_when_that_is_allowed() -> Result<()> {
    let world = World::lent()?;
    let bad = "envs/dev/sealed-secrets/app/bad.yaml";
    world.repository.write(
        bad,
        "apiVersion: v1\nkind: Service\nmetadata: {name: Bad_Name, namespace: app}\nspec: {ports: [{port: 1}]}\n",
    )?;
    world.repository.push("a manifest that cannot be applied")?;
    until("a retry of the bad commit", || {
        let state = world.application().status()?["operationState"].take();
        let retries = state["retryCount"].as_i64().unwrap_or_default() > 0;
        Ok(if state["phase"] == "Running" && retries {
            Seen::There(())
        } else {
            Seen::Else(state.to_string())
        })
    })?;
    world.repository.git(&["rm", "--quiet", bad])?;
    world.repository.push("take it back")?;
    let left = world.check_with(&["--wait", "--timeout", "3s"]);
    assert!(
        left.said.contains("it retries the older commit"),
        "{}",
        left.said
    );
    let checked = world.check_with(&["--wait", "--terminate-stuck-sync"]);
    checked.passes();
    Ok(())
}
