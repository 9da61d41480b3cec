//! Backups in real folders. What needs a process of its own, to be killed or to get a small disk, is in `elsewhere`.

mod elsewhere;

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use sealsmith_core::secret::SecretBytes;
use sealsmith_lint::policy::AwsBackup;

use super::age::Age;
use super::store::Kept;
use super::*;
use crate::env::Env;
use crate::failure::Failure;

const ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const RUN: &str = "20260131T090000Z-1f2e3d4c";
const FILE: &str =
    "aws-access-key.111122223333.airflow.dev.20260131T090000Z-1f2e3d4c.AKIAIOSFODNN7EXAMPLE.json";

fn key() -> AccessKey {
    AccessKey {
        account: "111122223333".to_owned(),
        user: "airflow".to_owned(),
        environment: "dev".to_owned(),
        created: "2026-01-31T09:00:01Z".to_owned(),
        run: RUN.to_owned(),
        id: ID.to_owned(),
        secret: SecretBytes::new(SECRET.as_bytes().to_vec()),
    }
}

fn keep(store: &Store) -> Result<Kept, Failure> {
    store.keep(&key().item()?)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A folder that does not exist yet, and what it stands in.
fn missing() -> (tempfile::TempDir, PathBuf) {
    let above = tempfile::tempdir().unwrap();
    let path = above.path().join("state/backup");
    (above, path)
}

fn said(failure: &Failure) -> String {
    format!("{failure:?}")
}

#[test]
fn a_key_is_kept_where_only_its_owner_can_read_it() {
    let (_above, path) = missing();
    let store = Store::at(&path, None, None);
    store.check(AccessKey::ROOM).unwrap();
    assert!(names(&path).is_empty(), "the check leaves nothing behind");
    let kept = keep(&store).unwrap();
    assert_eq!(kept.path(), path.join(FILE));
    assert!(kept.trouble().is_empty());
    assert_eq!((mode(&path), mode(kept.path())), (0o700, 0o600));
    let text = fs::read_to_string(kept.path()).unwrap();
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let expected = serde_json::json!({
        "version": 1, "kind": "aws-access-key",
        "account": "111122223333", "user": "airflow", "environment": "dev",
        "created": "2026-01-31T09:00:01Z", "run": RUN,
        "accessKeyId": ID, "secretAccessKey": SECRET,
    });
    assert_eq!(document, expected);
    kept.wipe().unwrap();
    assert!(names(&path).is_empty());
}

#[test]
fn a_resumed_run_finds_the_key_again() {
    let (_above, path) = missing();
    let store = Store::at(&path, None, None);
    assert!(
        store.access_key(ID).unwrap().is_none(),
        "there is no folder yet"
    );
    keep(&store).unwrap();
    fs::write(path.join("notes.txt"), "x").unwrap();
    let Some(FoundKey::Readable(kept, found)) = store.access_key(ID).unwrap() else {
        panic!("the key is there, and readable");
    };
    assert_eq!(kept.path(), path.join(FILE));
    assert!(found.secret.same_as(&key().secret));
    assert_eq!((&*found.run, &*found.user), (RUN, "airflow"));
    assert!(store.access_key("AKIAI44QH8DHBEXAMPLE").unwrap().is_none());
}

#[test]
fn a_backup_is_never_overwritten() {
    let (_above, path) = missing();
    let store = Store::at(&path, None, None);
    keep(&store).unwrap();
    let failure = keep(&store).unwrap_err();
    assert_eq!(
        failure.message(),
        "the new secret could not be kept anywhere"
    );
    assert!(
        failure.causes()[0].contains("already exists"),
        "{failure:?}"
    );
}

#[test]
fn a_backup_that_was_edited_or_cut_short_is_refused_without_showing_it() {
    let (_above, path) = missing();
    let store = Store::at(&path, None, None);
    let kept = keep(&store).unwrap();
    let text = fs::read_to_string(kept.path()).unwrap();
    for (changed, why) in [
        (text.replace(ID, "AKIAI44QH8DHBEXAMPLE"), "another key"),
        (
            text[..text.len() - 20].to_owned(),
            "no backup of an access key",
        ),
        (
            text.replace("\"version\": 1", "\"version\": 2"),
            "in version 1",
        ),
        (
            text.replace("\"user\"", "\"usr\""),
            "no backup of an access key",
        ),
        (String::new(), "no backup of an access key"),
    ] {
        fs::write(kept.path(), &changed).unwrap();
        let failure = store.access_key(ID).err().unwrap();
        assert!(said(&failure).contains(why), "{failure:?}");
        assert!(!said(&failure).contains(&SECRET[..10]), "{failure:?}");
    }
}

#[test]
fn a_backup_that_others_could_have_seen_is_not_used() {
    let (_above, path) = missing();
    let store = Store::at(&path, None, None);
    let kept = keep(&store).unwrap();
    fs::set_permissions(kept.path(), Permissions::from_mode(0o640)).unwrap();
    let failure = store.access_key(ID).err().unwrap();
    assert!(failure.message().ends_with("is open to other users"));
}

#[test]
fn a_folder_in_which_a_secret_is_not_safe_is_refused_with_the_reason_and_a_cure() {
    let above = tempfile::tempdir().unwrap();
    let at = |name: &str| above.path().join(name);
    fs::create_dir_all(at("repository/.git")).unwrap();
    fs::create_dir_all(at("linked-work-tree")).unwrap();
    fs::write(at("linked-work-tree/.git"), "gitdir: elsewhere").unwrap();
    std::os::unix::fs::symlink("repository", at("into-repository")).unwrap();
    fs::create_dir(at("shared")).unwrap();
    fs::set_permissions(at("shared"), Permissions::from_mode(0o750)).unwrap();
    fs::create_dir(at("real")).unwrap();
    std::os::unix::fs::symlink("real", at("link")).unwrap();
    fs::write(at("file"), "").unwrap();
    for (name, why) in [
        ("repository/backup", "in the git repository"),
        ("repository/.git/backup", "in the git repository"),
        ("repository", "in the git repository"),
        ("linked-work-tree/deep/backup", "in the git repository"),
        ("into-repository/backup", "in the git repository"),
        ("real/../repository/backup", "in the git repository"),
        ("shared", "its mode is 0750"),
        ("link", "is a symlink"),
        ("link/", "is a symlink"),
        ("file", "File exists"),
        ("file/backup", "Not a directory"),
    ] {
        let failure = Store::at(&at(name), None, None).check(64).unwrap_err();
        assert!(
            failure.message().starts_with("no secret can be kept in "),
            "{name}"
        );
        assert!(said(&failure).contains(why), "{name}: {failure:?}");
        let last = failure.hints().last().unwrap();
        assert!(last.contains("aws.backup.folder"), "{name}: {failure:?}");
    }
    assert!(!at("repository/backup").exists(), "nothing was made there");
}

#[test]
fn the_work_tree_that_git_is_told_of_is_no_place_either() {
    let above = tempfile::tempdir().unwrap();
    let root = above.path().canonicalize().unwrap();
    let folder = super::folder::Folder::new(&root.join("backup"), Some(&root));
    let failure = folder.check(64).unwrap_err();
    assert!(
        said(&failure).contains("in the git repository"),
        "{failure:?}"
    );
}

#[test]
fn a_folder_that_broke_meanwhile_does_not_lose_the_key() {
    let above = tempfile::tempdir().unwrap();
    let (first, second) = (above.path().join("first"), above.path().join("second"));
    let store = Store::at(&first, Some(&second), None);
    store.check(AccessKey::ROOM).unwrap();
    assert!(!second.exists(), "it is only made when it is needed");
    fs::remove_dir(&first).unwrap();
    fs::write(&first, "").unwrap();
    let kept = keep(&store).unwrap();
    assert_eq!(kept.path(), second.join(FILE));
    assert_eq!(kept.trouble().len(), 1);
    fs::remove_file(&first).unwrap();
    assert!(
        store.access_key(ID).unwrap().is_some(),
        "it is found there too"
    );
}

#[test]
fn when_no_folder_takes_it_every_reason_is_said_and_none_is_the_secret() {
    let above = tempfile::tempdir().unwrap();
    let (first, second) = (above.path().join("first"), above.path().join("second"));
    fs::write(&first, "").unwrap();
    fs::write(&second, "").unwrap();
    let failure = keep(&Store::at(&first, Some(&second), None)).unwrap_err();
    let said = said(&failure);
    assert!(said.contains("first") && said.contains("second"), "{said}");
    assert!(!said.contains(SECRET) && !said.contains("wJalr"), "{said}");
}

#[test]
fn when_encryption_breaks_nothing_is_written_in_the_clear() {
    let (_above, path) = missing();
    let age = Age::by("/nowhere/age".as_ref(), &["age1x"]);
    let store = Store::at(&path, None, Some(age));
    assert_eq!(
        store.check(AccessKey::ROOM).unwrap_err().message(),
        "cannot run age"
    );
    assert_eq!(keep(&store).unwrap_err().message(), "cannot run age");
    assert!(!path.exists());
}

#[test]
#[ignore = "needs age"]
fn a_sealed_backup_proves_that_it_is_there_and_cannot_be_adopted() {
    let (above, path) = missing();
    let identity = above.path().join("identity");
    let mut command = std::process::Command::new("age-keygen");
    command.arg("-o").arg(&identity).output().unwrap();
    let text = fs::read_to_string(&identity).unwrap();
    let recipient = text
        .lines()
        .find_map(|line| line.strip_prefix("# public key: "));
    let age = Age::for_recipients(&[recipient.unwrap().to_owned()]);
    let store = Store::at(&path, None, age);
    store.check(AccessKey::ROOM).unwrap();
    let kept = keep(&store).unwrap();
    assert_eq!(kept.path(), path.join(format!("{FILE}.age")));
    assert_eq!(mode(kept.path()), 0o600);
    let bytes = fs::read(kept.path()).unwrap();
    assert!(!String::from_utf8_lossy(&bytes).contains(SECRET));
    let Some(FoundKey::Sealed(found)) = store.access_key(ID).unwrap() else {
        panic!("the key is there, and sealed");
    };
    assert_eq!(found.path(), kept.path());
    let mut command = std::process::Command::new("age");
    command
        .arg("--decrypt")
        .arg("-i")
        .arg(&identity)
        .arg(kept.path());
    let opened = SecretBytes::new(command.output().unwrap().stdout);
    assert!(
        AccessKey::parse(&opened)
            .unwrap()
            .secret
            .same_as(&key().secret)
    );
}

#[test]
fn the_policy_names_the_folder_and_without_it_root_has_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let env = Env::for_test(folder.path(), b"");
    let named = serde_json::json!({"folder": "../elsewhere"});
    let named: AwsBackup = serde_json::from_value(named).unwrap();
    let store = Store::of(Some(&named), &env).unwrap();
    assert!(store.folder().ends_with("../elsewhere") && !store.seals());
    if rustix::process::geteuid().is_root() {
        let store = Store::of(None, &env).unwrap();
        assert_eq!(store.folder(), Path::new("/root/backup"));
    }
}
