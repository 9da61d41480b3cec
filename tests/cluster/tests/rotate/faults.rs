//! What goes wrong on the way. The old key works until every consumer has the new one, whatever happens.

use crate::scene::{Scene, ids};
use sealsmith_test_cluster::Result;

/// Where the program dies, in order: a few of the many that the tests with a stand-in for the cluster go through.
const DEATHS: [&str; 4] = ["key-created", "push-made", "deactivated", "key-deleted"];

#[test]
fn wherever_it_dies_resume_comes_to_the_end_and_no_consumer_is_refused() -> Result<()> {
    let scene = Scene::new()?;
    let consumers = scene.consumers("dev");
    let mut old = scene.keys("dev").remove(0);
    for step in DEATHS {
        scene.dies(step, &["--rollout-restart"]);
        scene.rotate(&["--resume", "--rollout-restart"]).ends(0);
        let new = scene.keys("dev").remove(0);
        assert_ne!(new.id, old.id, "{step}");
        scene.is_at_rest_with("dev", &new)?;
        old = new;
    }
    let met = consumers.finish();
    assert_eq!(met.refused, Vec::<String>::new());
    println!(
        "{} deaths, {} calls of the consumers, none refused",
        DEATHS.len(),
        met.calls
    );
    Ok(())
}

#[test]
fn pods_that_still_have_the_old_key_keep_it_alive() -> Result<()> {
    let scene = Scene::new()?;
    let consumers = scene.consumers("dev");
    let old = scene.keys("dev").remove(0);
    let stopped = scene.rotate(&["--timeout", "15s"]).ends(1);
    let stopped = stopped.says("as it was before").says("--rollout-restart");
    assert!(!stopped.stderr.contains("[11/13]"), "{stopped:?}");
    let keys = scene.keys("dev");
    assert!(
        keys.iter().all(|key| key.status == "Active"),
        "{:?}",
        ids(&keys)
    );
    assert!(keys.iter().any(|key| key.id == old.id));

    // Doctor sees it, and cures it; then the rotation goes on by itself.
    scene
        .sealsmith(&["doctor", "dev"])
        .ends(1)
        .says("403 ahead");
    scene
        .sealsmith(&["doctor", "dev", "--fix"])
        .ends(1)
        .says("half done");
    scene.rotate(&["--resume"]).ends(0);
    scene.is_at_rest_with("dev", &scene.keys("dev").remove(0))?;
    assert_eq!(consumers.finish().refused, Vec::<String>::new());
    Ok(())
}

#[test]
fn synced_and_healthy_is_no_proof_while_the_controller_stands_still() -> Result<()> {
    let scene = Scene::new()?;
    let consumers = scene.consumers("dev");
    let old = scene.keys("dev").remove(0);
    // It serves its certificate before, and stands still when the commit arrives.
    scene.dies("push-made", &["--rollout-restart"]);
    scene.cluster.controller().pause();
    let words = ["--resume", "--rollout-restart", "--timeout", "15s"];
    let waiting = scene.rotate(&words).ends(1);
    waiting.says("the controller");
    assert!(
        scene
            .keys("dev")
            .iter()
            .any(|key| key.id == old.id && key.status == "Active")
    );
    scene.cluster.controller().resume();
    scene.rotate(&["--resume", "--rollout-restart"]).ends(0);
    scene.is_at_rest_with("dev", &scene.keys("dev").remove(0))?;
    assert_eq!(consumers.finish().refused, Vec::<String>::new());
    Ok(())
}

#[test]
fn an_abort_after_everybody_had_the_new_key_brings_the_old_one_back() -> Result<()> {
    let scene = Scene::new()?;
    let consumers = scene.consumers("dev");
    let old = scene.keys("dev").remove(0);
    let files = ["ls-tree", "-r", "HEAD:envs"];
    let before = scene.repository.git(&files)?;
    scene.dies("deactivated", &["--rollout-restart"]);
    let keys = scene.keys("dev");
    assert!(
        keys.iter()
            .any(|key| key.id == old.id && key.status == "Inactive"),
        "{:?}",
        ids(&keys)
    );
    let new = keys.iter().find(|key| key.id != old.id).unwrap().clone();
    scene.rotate(&["--abort", "--rollout-restart"]).ends(0);
    let left = scene.keys("dev").remove(0);
    assert_eq!(left.id, old.id);
    scene.is_at_rest_with("dev", &left)?;
    assert_eq!(scene.repository.git(&files)?, before);
    assert!(scene.backups_of(&new.id).is_empty());
    // It can be rotated anew.
    scene.rotate(&["--rollout-restart"]).ends(0);
    assert_ne!(scene.keys("dev").remove(0).id, old.id);
    assert_eq!(consumers.finish().refused, Vec::<String>::new());
    Ok(())
}
