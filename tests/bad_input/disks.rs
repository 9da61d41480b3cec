//! A disk that is full halfway through.

use crate::support::program::{Outcome, Program};
use crate::world::{CACHE, DB, World, fixture, flag, read, reseal_flags, snapshot};

/// A file that takes three pages, so that its copy does not fit where one page is left.
fn large() -> String {
    format!("# {}\n{}", "-".repeat(10_000), read(DB))
}

#[test]
fn a_disk_that_is_full_halfway_keeps_every_file_whole() {
    let world = World::without_git();
    let large_file = "envs/dev/sealed-secrets/app/sealed-large.yaml";
    world.repository.write(large_file, large());
    let before = world.snapshot();
    let outcome = on_a_small_disk(&world);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    for words in [
        "sealed-large.yaml: left behind: cannot write ",
        "No space left on device",
    ] {
        assert!(outcome.stderr.contains(words), "{}", outcome.stderr);
    }
    let said = String::from_utf8_lossy(&outcome.stdout).into_owned();
    assert!(
        said.contains("changed 2 values in 1 file, 1 left behind"),
        "{said}"
    );
    // The script copied the disk back before it went away.
    let mut after = snapshot(&world.file("after"));
    let mut find = |path: &str| {
        after
            .remove(&world.file("after").join(path))
            .map(|entry| entry.1)
    };
    assert!(find(large_file).as_deref() == Some(large().as_bytes()));
    assert!(find(CACHE) == before.get(&world.file(CACHE)).map(|entry| entry.1.clone()));
    assert!(find(DB).is_some_and(|text| text != read(DB).as_bytes()));
    assert!(
        !after
            .keys()
            .any(|path| path.display().to_string().contains(".sealsmith-"))
    );
}

#[test]
fn a_file_that_may_not_grow_stays_as_it_was() {
    let world = World::new();
    world.commit(DB, large());
    let (key, cert) = (
        flag("recovery-private-key", "keys/old"),
        flag("cert", "certs/new.pem"),
    );
    for args in [
        vec!["reseal", DB, &key, &cert],
        vec!["set", DB, "password", "--from-file", "value.txt", &cert],
    ] {
        let outcome = limited(&world, &args);
        assert!(matches!(outcome.code, Some(1 | 2)), "{}", outcome.stderr);
        assert!(
            outcome.stderr.contains("File too large"),
            "{}",
            outcome.stderr
        );
        assert_eq!(world.repository.git(["status", "--porcelain"]), "");
    }
}

/// Re-seals the world's files one after the other on a disk of seven pages, and copies them back.
fn on_a_small_disk(world: &World) -> Outcome {
    let script = r#"
        set -e
        work=$1; disk=$2; shift 2
        mount -t tmpfs -o size=28k small "$disk"
        cp -r "$work/envs" "$disk"
        cd "$disk"
        code=0; "$@" || code=$?
        cp -r "$disk" "$work/after"
        exit $code"#;
    let disk = tempfile::tempdir().expect("the temporary folder is writable");
    let may_mount = Program::new("unshare").args(mounts()).arg("true").run();
    assert_eq!(
        may_mount.code,
        Some(0),
        "this test needs a mount namespace (root, or user namespaces): {}",
        may_mount.stderr
    );
    Program::new("unshare")
        .args(mounts())
        .args(["bash", "-c", script, "bash"])
        .args([world.repository.path(), disk.path()])
        .arg(env!("CARGO_BIN_EXE_sealsmith"))
        .args(["reseal", "envs/dev", "--no-git"])
        .args(reseal_flags())
        .env("RAYON_NUM_THREADS", "1")
        .dir(fixture("."))
        .run()
}

/// Root needs no user namespace, and some containers forbid them.
fn mounts() -> &'static [&'static str] {
    match Program::new("id").arg("-u").text().trim() {
        "0" => &["--mount"],
        _ => &["--mount", "--map-root-user"],
    }
}

/// Runs sealsmith where no file may grow beyond 8 KB.
fn limited(world: &World, args: &[&str]) -> Outcome {
    Program::new("bash")
        .args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$@\"", "bash"])
        .arg(env!("CARGO_BIN_EXE_sealsmith"))
        .args(args)
        .dir(world.repository.path())
        .run()
}
