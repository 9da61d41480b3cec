//! A kill in the middle of a re-sealing.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use crate::support::random::Random;
use crate::world::{DB, World, flag, read};

const FILES: usize = 300;
const ROUNDS: usize = 6;

#[test]
fn a_kill_tears_no_file_and_a_rerun_finishes() {
    let world = many();
    let paths: Vec<String> = (0..FILES).map(path).collect();
    let plain = plaintexts(&world, &paths);
    let mut random = Random::seeded(9);
    let mut killed = 0;
    for _ in 0..ROUNDS {
        killed += usize::from(killed_halfway(&world, &mut random));
        // Every value of every file opens with one of the two keys: nothing is torn.
        let keys = ["keys/old", "keys/new"].map(|key| flag("recovery-private-key", key));
        world
            .run(["verify", "envs/dev", &keys[0], &keys[1]])
            .output();
        assert_eq!(world.repository.git(["ls-files", "--deleted"]), "");
    }
    assert!(
        killed >= 3,
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

/// What the killed runs wrote is known as finished, although it is not committed.
fn finish(world: &World) {
    let outcome = world.reseal(&["envs/dev"]).run();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
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

/// Starts over with what the last kill left, and kills when a file of random choice has just changed.
/// Says whether the program was still at work then.
fn killed_halfway(world: &World, random: &mut Random) -> bool {
    let old = read(DB).into_bytes();
    let waiting: Vec<String> = (0..FILES)
        .map(path)
        .filter(|path| world.repository.read(path) == old)
        .collect();
    let Some(last) = waiting.len().checked_sub(1) else {
        return false;
    };
    let awaited = world.file(&waiting[random.below(last / 2 + 1)]);
    let before = inode(&awaited);
    let mut child = start(world);
    let ended = loop {
        match child.try_wait().expect("a child can be waited for") {
            Some(_) => break true,
            None if inode(&awaited) != before => break false,
            None => std::thread::sleep(Duration::from_micros(100)),
        }
    };
    let extra = u64::try_from(random.below(3000)).expect("it is small");
    std::thread::sleep(Duration::from_micros(extra));
    child.kill().expect("the child is ours");
    child.wait().expect("a child can be waited for");
    !ended
}

fn start(world: &World) -> Child {
    world
        .reseal(&["envs/dev"])
        .into_command()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts")
}

/// A file that was replaced has another one.
fn inode(path: &Path) -> u64 {
    path.metadata().expect("no file is ever missing").ino()
}

fn plaintexts(world: &World, paths: &[String]) -> Vec<u8> {
    let keys = ["keys/old", "keys/new"].map(|key| flag("recovery-private-key", key));
    world
        .run(["unseal", &keys[0], &keys[1], "-o", "yaml"])
        .args(paths)
        .output()
}
