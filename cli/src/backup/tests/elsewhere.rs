//! What needs a process of its own: this test program once more, with one test and a variable that says where.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Output};

use super::*;

const PLACE: &str = "SEALSMITH_TEST_PLACE";

/// The folder to work in, in the process that was started for it.
fn place() -> Option<PathBuf> {
    std::env::var_os(PLACE).map(PathBuf::from)
}

/// Runs one test of this module by a program that is given the test program and its arguments.
fn run(test: &str, place: &Path, program: &mut Command) -> Output {
    let test = format!("backup::tests::elsewhere::{test}");
    program
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", &test, "--nocapture"])
        .env(PLACE, place);
    program.output().unwrap()
}

fn shown(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

#[test]
fn a_kill_leaves_the_whole_key_or_a_leftover_that_is_swept() {
    if let Some(place) = place() {
        keep(&Store::at(&place, None, None)).unwrap();
        return;
    }
    let name = "a_kill_leaves_the_whole_key_or_a_leftover_that_is_swept";
    for (point, is_kept) in [("backup-written", false), ("backup-named", true)] {
        let (_above, path) = missing();
        let mut command = Command::new("env");
        command.arg(format!("SEALSMITH_FAILPOINT={point}"));
        let output = run(name, &path, &mut command);
        assert_eq!(output.status.signal(), Some(9), "{}", shown(&output));
        let store = Store::at(&path, None, None);
        let found = names(&path);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].starts_with(".sealsmith-"), !is_kept, "{found:?}");
        assert_eq!(mode(&path.join(&found[0])), 0o600);
        assert_eq!(store.access_key(ID).unwrap().is_some(), is_kept);
        assert_eq!(store.sweep().unwrap(), usize::from(!is_kept));
        assert_eq!(names(&path).len(), usize::from(is_kept));
    }
}

#[test]
fn a_disk_that_is_full_is_seen_before_or_costs_no_key() {
    if let Some(place) = place() {
        return on_a_small_disk(&place);
    }
    let may_mount = Command::new("unshare").args(mounts()).arg("true").output();
    let may_mount = may_mount.unwrap();
    assert!(
        may_mount.status.success(),
        "this test needs a mount namespace (root, or user namespaces): {}",
        shown(&may_mount)
    );
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("first")).unwrap();
    let script = r#"mount -t tmpfs -o size=64k,mode=700 small "$1/first" && shift && exec "$@""#;
    let mut command = Command::new("unshare");
    command.args(mounts());
    command
        .args(["bash", "-c", script, "bash"])
        .arg(folder.path());
    let name = "a_disk_that_is_full_is_seen_before_or_costs_no_key";
    let output = run(name, folder.path(), &mut command);
    assert!(output.status.success(), "{}", shown(&output));
    assert_eq!(names(&folder.path().join("second")), [FILE]);
}

/// The first folder is a disk of 64 KB.
fn on_a_small_disk(place: &Path) {
    let (first, second) = (place.join("first"), place.join("second"));
    let store = Store::at(&first, Some(&second), None);
    let failure = store.check(128 << 10).unwrap_err();
    assert!(said(&failure).contains("No space left"), "{failure:?}");
    assert!(
        failure.hints()[0].contains("free some space"),
        "{failure:?}"
    );
    assert!(names(&first).is_empty(), "the try is gone");
    store.check(AccessKey::ROOM).unwrap();
    // Somebody else fills the disk between the check and the backup.
    assert!(fs::write(first.join("filler"), vec![7; 128 << 10]).is_err());
    let kept = keep(&store).unwrap();
    assert_eq!(kept.path(), second.join(FILE));
    assert!(said(&kept.trouble()[0]).contains("No space left"));
    assert_eq!(names(&first), ["filler"]);
    let alone = keep(&Store::at(&first, None, None)).unwrap_err();
    assert!(said(&alone).contains("No space left"), "{alone:?}");
}

/// Root needs no user namespace, and some containers forbid them.
fn mounts() -> &'static [&'static str] {
    if rustix::process::geteuid().is_root() {
        &["--mount"]
    } else {
        &["--mount", "--map-root-user"]
    }
}
