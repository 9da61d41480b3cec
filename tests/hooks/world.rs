//! A repository to commit in, with the binary under test on the PATH or not.

use std::ffi::OsString;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::support::program::{Outcome, Program};
use crate::support::repository::Repository;

/// A manifest that no hook may let through.
pub(crate) const PLAINTEXT: &str =
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: made-up-value}\n";
/// A manifest that breaks nothing.
pub(crate) const HARMLESS: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {colour: green}\n";

/// Makes a repository with one commit that breaks nothing.
pub(crate) fn repository() -> Repository {
    let repository = Repository::new();
    repository.write("sealsmith.yaml", "environments:\n  dev: {}\n");
    repository.commit("start");
    repository
}

/// As [`repository`], with the hooks in place.
pub(crate) fn hooked() -> Repository {
    let repository = repository();
    install(&repository);
    repository
}

/// Installs the hooks.
pub(crate) fn install(repository: &Repository) {
    repository.sealsmith().args(["hook", "install"]).output();
}

/// Takes them away again.
pub(crate) fn uninstall(repository: &Repository) {
    repository.sealsmith().args(["hook", "uninstall"]).output();
}

/// Git in a folder, as a person has it: the program under test is on the PATH.
pub(crate) fn git(folder: &Path) -> Program {
    Program::new("git")
        .dir(folder)
        .env("PATH", path_with(&[binaries()]))
        // A commit of the same second would look like an amended one.
        .env("GIT_AUTHOR_DATE", "2026-02-03T04:05:06Z")
}

/// Tries a commit of what is staged.
pub(crate) fn commit(repository: &Repository) -> Outcome {
    git(repository.path())
        .args(["commit", "-m", "a change"])
        .run()
}

/// The number of commits that there are.
pub(crate) fn commits(repository: &Repository) -> usize {
    let count = repository.git(["rev-list", "--count", "--all"]);
    count.trim().parse().expect("git counts in digits")
}

/// The folder of the binary under test.
pub(crate) fn binaries() -> PathBuf {
    let binary = Path::new(env!("CARGO_BIN_EXE_sealsmith"));
    binary.parent().expect("a binary is in a folder").to_owned()
}

/// A PATH with more folders in front.
pub(crate) fn path_with(folders: &[PathBuf]) -> OsString {
    let rest = std::env::var_os("PATH").expect("PATH is set");
    let all = folders.iter().cloned().chain(std::env::split_paths(&rest));
    std::env::join_paths(all).expect("no folder of a PATH has a colon")
}

/// Writes a script that git can run.
pub(crate) fn write_script(file: &Path, text: &str) {
    std::fs::create_dir_all(file.parent().expect("a file is in a folder")).unwrap();
    std::fs::write(file, text).unwrap();
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// The permission bits of a file.
pub(crate) fn mode(file: &Path) -> u32 {
    std::fs::metadata(file).unwrap().mode() & 0o7777
}
