//! The whole way, with nothing in it.

use crate::scene::{APPLICATIONS, Scene, ids};
use sealsmith_test_cluster::Result;
use std::os::unix::fs::MetadataExt as _;
use std::time::Instant;

#[test]
fn every_application_gets_a_new_key_and_no_consumer_is_refused() -> Result<()> {
    let scene = Scene::new()?;
    for env in ["dev", "prod"] {
        let old = scene.keys(env).remove(0);
        let consumers = scene.consumers(env);

        let dry = scene
            .sealsmith(&["rotate", "aws", env, "--dry-run"])
            .ends(1);
        dry.says("is replaced").says("deleting the old key");
        assert_eq!(scene.keys(env).len(), 1, "a dry run makes no key");

        // A protected environment asks, and there is nobody who could answer.
        if env == "prod" {
            scene.sealsmith(&["rotate", "aws", env]).ends(2);
        }
        let start = Instant::now();
        let words = ["rotate", "aws", env, "--rollout-restart", "--yes"];
        let done = scene.sealsmith(&words).ends(0);
        println!(
            "{env} rotated in {:?}\n{}{}",
            start.elapsed(),
            done.stderr,
            done.stdout
        );

        let new = scene.keys(env).remove(0);
        assert_ne!(new.id, old.id);
        scene.is_at_rest_with(env, &new)?;
        let backup = scene.backups_of(&new.id).remove(0);
        assert_eq!(backup.metadata().unwrap().mode() & 0o7777, 0o600);

        let message = scene.repository.git(&["log", "-1", "--format=%B"])?;
        for words in [
            "Sealsmith-Operation: rotate-aws",
            &format!("Sealsmith-Environment: {env}"),
        ] {
            assert!(message.contains(words), "{words} is not in {message}");
        }
        assert!(!message.contains(&new.id) && !message.contains(&old.id));
        let changed = scene
            .repository
            .git(&["diff", "--name-only", "HEAD~1", "HEAD"])?;
        let mut expected: Vec<_> = APPLICATIONS
            .iter()
            .map(|app| {
                format!("envs/{env}/sealed-secrets/{app}/sealed-aws-credentials-{env}-secret.yaml")
            })
            .collect();
        expected.push("sealsmith.lock".to_owned());
        assert_eq!(changed.lines().collect::<Vec<_>>(), expected);

        let met = consumers.finish();
        assert_eq!(met.refused, Vec::<String>::new());
        assert_eq!(
            met.pairs.len(),
            2,
            "a Secret held half a pair: {:?}",
            ids(&[old, new])
        );
        println!(
            "{} calls of the consumers meanwhile, none refused",
            met.calls
        );
        scene.sealsmith(&["doctor", env]).ends(0);
    }
    Ok(())
}
