//! Case 29: what a written file keeps, and what is never written over.

use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use super::desk::{certificate, manifest, opened, private, refused, sealed, texts};
use crate::support::program::Program;

const SECRET: &str =
    "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n  namespace: b\nstringData:\n  k: v\n";

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("the temporary folder is writable")
}

fn seal_to(path: &Path, input: &str) -> Program {
    Program::sealsmith()
        .args(["seal", "--cert"])
        .arg(certificate("rsa2048"))
        .arg("-w")
        .arg(path)
        .stdin(input)
}

fn unseal_to(path: &Path, input: &str) -> Program {
    Program::sealsmith()
        .args(["unseal", "--recovery-private-key"])
        .arg(private("rsa2048"))
        .arg("-w")
        .arg(path)
        .stdin(input)
}

/// Every command that writes a file, made ready to write this one.
fn writers(path: &Path) -> [Program; 2] {
    let good = manifest("b", "a", &[("k", &sealed("rsa2048", "b", "a", "v"))]);
    [seal_to(path, SECRET), unseal_to(path, &good)]
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).expect("the file is there").mode() & 0o7777
}

fn write(path: &Path, text: &str, mode: u32) {
    std::fs::write(path, text).expect("the folder is ours");
    let mode = std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(path, mode).expect("the file is ours");
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let names = entries.map(|entry| entry.expect("it can be listed").file_name());
    let mut names: Vec<_> = names
        .map(|name| name.into_string().expect("it is text"))
        .collect();
    names.sort();
    names
}

#[test]
fn a_sealed_file_keeps_its_mode_and_its_symlink() {
    let folder = folder();
    let (real, link) = (
        folder.path().join("real.yaml"),
        folder.path().join("link.yaml"),
    );
    for kept in [0o644, 0o664, 0o600] {
        write(&real, "old", kept);
        let _ = std::fs::remove_file(&link);
        symlink("real.yaml", &link).expect("the folder is ours");
        seal_to(&link, SECRET).output();
        assert!(link.is_symlink());
        assert_eq!(mode(&real), kept);
        let text = std::fs::read_to_string(&real).expect("it is text");
        assert_eq!(opened("rsa2048", text), texts(&[("k", "v")]));
        assert_eq!(names(folder.path()), ["link.yaml", "real.yaml"]);
    }
}

#[test]
fn a_new_sealed_file_is_readable_and_a_new_plaintext_is_private() {
    let folder = folder();
    let (public, plain) = (
        folder.path().join("sealed.yaml"),
        folder.path().join("plain.yaml"),
    );
    seal_to(&public, SECRET).output();
    let sealed = std::fs::read_to_string(&public).expect("it is text");
    unseal_to(&plain, &sealed).output();
    assert_eq!(mode(&public) & 0o400, 0o400);
    assert_eq!(mode(&public), 0o644 & !umask());
    assert_eq!(mode(&plain), 0o600);
}

#[test]
fn a_plaintext_over_a_readable_file_makes_it_private() {
    let folder = folder();
    let plain = folder.path().join("plain.yaml");
    write(&plain, "old", 0o644);
    let sealed = manifest("b", "a", &[("k", &sealed("rsa2048", "b", "a", "v"))]);
    unseal_to(&plain, &sealed).output();
    assert_eq!(mode(&plain), 0o600);
}

#[test]
fn pipes_devices_and_folders_are_refused_and_stay_what_they_are() {
    let folder = folder();
    for (name, kind) in special(folder.path()) {
        let path = folder.path().join(name);
        let before = std::fs::symlink_metadata(&path)
            .expect("it was made")
            .file_type();
        for writer in writers(&path) {
            refused(&writer.run(), 2, &["cannot write", kind]);
            let after = std::fs::symlink_metadata(&path)
                .expect("it is still there")
                .file_type();
            assert_eq!(before, after, "{name}");
        }
    }
}

/// A pipe, a folder, and a device where this user may make one.
fn special(folder: &Path) -> Vec<(&'static str, &'static str)> {
    let at = |name: &str| folder.join(name);
    Program::new("mkfifo").arg(at("pipe.yaml")).output();
    std::fs::create_dir(at("folder.yaml")).expect("the folder is ours");
    let mut all = vec![
        ("pipe.yaml", "it is a pipe"),
        ("folder.yaml", "it is a folder"),
    ];
    let device = Program::new("mknod")
        .arg(at("device.yaml"))
        .args(["c", "1", "3"])
        .run();
    if device.code == Some(0) {
        let kind = std::fs::metadata(at("device.yaml"))
            .expect("it was made")
            .file_type();
        assert!(kind.is_char_device());
        all.push(("device.yaml", "it is a device"));
    }
    all
}

#[test]
fn a_symlink_to_nowhere_is_refused() {
    let folder = folder();
    let link = folder.path().join("link.yaml");
    symlink("nowhere.yaml", &link).expect("the folder is ours");
    refused(&seal_to(&link, SECRET).run(), 2, &["cannot write"]);
    assert_eq!(names(folder.path()), ["link.yaml"]);
}

#[test]
fn a_failure_keeps_the_old_content_and_leaves_nothing_behind() {
    let folder = folder();
    let path = folder.path().join("sealed.yaml");
    write(&path, "old", 0o644);
    let broken = format!("{SECRET}---\nkind: Secret\nmetadata: [\n");
    let empty = SECRET.replace("stringData:\n  k: v\n", "");
    for input in ["", &broken, &empty] {
        refused(&seal_to(&path, input).run(), 2, &[]);
    }
    let shut = manifest("b", "a", &[("k", &sealed("rsa2048", "b", "other", "v"))]);
    refused(&unseal_to(&path, &shut).run(), 1, &[]);
    assert_eq!(std::fs::read(&path).expect("it is there"), b"old");
    assert_eq!(names(folder.path()), ["sealed.yaml"]);
}

#[test]
fn several_outputs_are_written_together_or_not_at_all() {
    let folder = folder();
    let second = SECRET
        .replace("name: a", "name: c")
        .replace("stringData:\n  k: v\n", "");
    let pattern = folder.path().join("{name}.yaml");
    let outcome = seal_to(&pattern, &format!("{SECRET}---\n{second}")).run();
    refused(&outcome, 2, &["no data"]);
    assert!(names(folder.path()).is_empty());
}

#[test]
fn a_missing_folder_is_told_and_not_made() {
    let folder = folder();
    let path: PathBuf = folder.path().join("missing/sealed.yaml");
    refused(&seal_to(&path, SECRET).run(), 2, &["cannot write"]);
    assert!(names(folder.path()).is_empty());
}

fn umask() -> u32 {
    let shown = Program::new("sh").args(["-c", "umask"]).text();
    u32::from_str_radix(shown.trim(), 8).expect("umask prints octal")
}
