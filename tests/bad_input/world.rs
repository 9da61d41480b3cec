//! A small repository with sealed secrets, and proof that nothing in it changed.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::support::program::{Outcome, Program};
use crate::support::repository::Repository;

/// Two values of `app-dev/db`, sealed for the old key.
pub(crate) const DB: &str = "envs/dev/sealed-secrets/app/sealed-db.yaml";
/// One value of `app-dev/cache`, sealed for the new key.
pub(crate) const CACHE: &str = "envs/dev/sealed-secrets/app/sealed-cache.yaml";

/// A committed repository in the standard layout, without a `sealsmith.yaml`.
pub(crate) struct World {
    pub(crate) repository: Repository,
}

/// Everything in a folder but git's own: type, mode and content of each path.
type Snapshot = BTreeMap<PathBuf, (u32, Vec<u8>)>;

impl World {
    pub(crate) fn new() -> Self {
        let repository = Repository::new();
        for file in [DB, CACHE, "secret.yaml", "value.txt"] {
            repository.write(file, read(file));
        }
        repository.write("notes.md", "notes\n");
        repository.commit("start");
        Self { repository }
    }

    /// The same files in a folder that git does not manage.
    pub(crate) fn without_git() -> Self {
        let world = Self::new();
        std::fs::remove_dir_all(world.file(".git")).expect("git made it");
        world
    }

    pub(crate) fn file(&self, path: &str) -> PathBuf {
        self.repository.file(path)
    }

    /// Writes a file and commits it.
    pub(crate) fn commit(&self, path: &str, content: impl AsRef<[u8]>) {
        self.repository.write(path, content);
        self.repository.commit("more");
    }

    /// `sealsmith` in the repository.
    pub(crate) fn run<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Program {
        self.repository.sealsmith().args(args)
    }

    /// Re-seals paths from the old key to the new one.
    pub(crate) fn reseal(&self, paths: &[&str]) -> Program {
        self.run(["reseal"]).args(paths).args(reseal_flags())
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        snapshot(self.repository.path())
    }

    /// Runs what must be refused: this exit code, these words, and nothing in the world changed.
    pub(crate) fn refuses(&self, program: Program, code: i32, words: &[&str]) -> Outcome {
        let before = self.snapshot();
        let outcome = program.run();
        assert_eq!(outcome.code, Some(code), "{}", outcome.stderr);
        for word in words {
            assert!(
                outcome.stderr.contains(word),
                "no {word:?} in:\n{}",
                outcome.stderr
            );
        }
        assert!(
            before == self.snapshot(),
            "the world changed:\n{}",
            outcome.stderr
        );
        outcome
    }
}

/// The flags that lead from the old key to the new one.
pub(crate) fn reseal_flags() -> Vec<String> {
    let keys = ["keys/old", "keys/new"]
        .map(|key| format!("--recovery-private-key={}", fixture(key).display()));
    let cert = format!("--cert={}", fixture("certs/new.pem").display());
    [cert].into_iter().chain(keys).collect()
}

/// A file of the folder that the command cases run in too.
pub(crate) fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/cmd/repository.in")
        .join(path)
}

/// A flag that names a file of that folder.
pub(crate) fn flag(name: &str, path: &str) -> String {
    format!("--{name}={}", fixture(path).display())
}

pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(fixture(path)).expect("the fixture is there and is text")
}

pub(crate) fn snapshot(folder: &Path) -> Snapshot {
    let mut found = Snapshot::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder can be listed") {
            let path = entry.expect("the folder can be listed").path();
            let metadata = path
                .symlink_metadata()
                .expect("nothing else is at work here");
            if metadata.is_dir() && path.file_name().is_none_or(|name| name != ".git") {
                folders.push(path.clone());
            }
            let content = match metadata.file_type() {
                kind if kind.is_symlink() => std::fs::read_link(&path)
                    .expect("it is a link")
                    .into_os_string()
                    .into_encoded_bytes(),
                // A sparse giant is told by its size.
                kind if kind.is_file() && metadata.len() < 1 << 20 => {
                    std::fs::read(&path).expect("the test may read its files")
                }
                _ => metadata.len().to_le_bytes().to_vec(),
            };
            let content = if metadata.is_dir() {
                Vec::new()
            } else {
                content
            };
            found.insert(path, (metadata.mode(), content));
        }
    }
    found
}
