//! A kill in the middle of a re-sealing.

use std::process::Stdio;
use std::time::Duration;

use crate::support::program::Program;
use crate::support::random::Random;
use crate::world::{DB, World, flag, read, reseal_flags};

const FILES: usize = 300;
const ROUNDS: u64 = 6;

#[test]
fn a_kill_tears_no_file_and_a_rerun_finishes() {
    let world = many();
    let paths: Vec<String> = (0..FILES).map(path).collect();
    let plain = plaintexts(&world, &paths);
    let mut random = Random::seeded(9);
    let mut killed = 0;
    for round in 0..ROUNDS {
        let wait =
            Duration::from_millis(u64::try_from(random.below(150)).expect("small") + 20 * round);
        killed += usize::from(kill_after(&world, wait));
        // Every value of every file opens with one of the two keys: nothing is torn.
        let keys = ["keys/old", "keys/new"].map(|key| flag("recovery-private-key", key));
        world
            .run(["verify", "envs/dev", &keys[0], &keys[1]])
            .output();
        assert_eq!(world.repository.git(["ls-files", "--deleted"]), "");
    }
    assert!(
        killed >= 2,
        "only {killed} of {ROUNDS} runs were still at work when they were killed"
    );
    finish(&world);
    assert!(plaintexts(&world, &paths) == plain, "a value changed");
    let left: Vec<_> = world
        .snapshot()
        .into_keys()
        .filter(|path| path.display().to_string().contains(".sealsmith-"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

/// The guard counts what the killed run wrote as changes, and says how to put them aside or keep them.
fn finish(world: &World) {
    let outcome = world.reseal(&["envs/dev"]).run();
    if outcome.code == Some(1) {
        assert!(
            outcome.stderr.contains("not committed")
                && outcome.stderr.contains("hint: commit the changes"),
            "{}",
            outcome.stderr
        );
        world
            .repository
            .git(["commit", "--quiet", "--all", "-m", "half"]);
        world.reseal(&["envs/dev"]).output();
    }
    let new = flag("recovery-private-key", "keys/new");
    let said = world.run(["verify", "envs/dev", &new]).text();
    assert!(
        said.contains(&format!("{} values in {FILES} files open", 2 * FILES)),
        "{said}"
    );
}

fn many() -> World {
    let world = World::new();
    std::fs::remove_dir_all(world.file("envs")).expect("the world made it");
    for number in 0..FILES {
        world.repository.write(path(number), read(DB));
    }
    world.repository.commit("many");
    world
}

fn path(number: usize) -> String {
    format!(
        "envs/dev/sealed-secrets/app{}/sealed-{number}.yaml",
        number % 7
    )
}

/// Starts over with what the last kill left, and says whether the kill came before the end.
fn kill_after(world: &World, wait: Duration) -> bool {
    world
        .repository
        .git(["commit", "--quiet", "--all", "--allow-empty", "-m", "half"]);
    if world
        .run([
            "verify",
            "envs/dev",
            &flag("recovery-private-key", "keys/new"),
        ])
        .run()
        .code
        == Some(0)
    {
        return false;
    }
    let mut child = Program::sealsmith()
        .dir(world.repository.path())
        .args(["reseal", "envs/dev"])
        .args(reseal_flags())
        .into_command()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    std::thread::sleep(wait);
    let running = child
        .try_wait()
        .expect("a child can be waited for")
        .is_none();
    child.kill().expect("the child is ours");
    child.wait().expect("a child can be waited for");
    running
}

fn plaintexts(world: &World, paths: &[String]) -> Vec<u8> {
    let keys = ["keys/old", "keys/new"].map(|key| flag("recovery-private-key", key));
    world
        .run(["unseal", &keys[0], &keys[1], "-o", "yaml"])
        .args(paths)
        .output()
}
