//! An operator's clone of a bare remote, whose `dev` has two values to be re-sealed and one that is right already.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::support::program::{Outcome, Program};
use crate::support::repository::Repository;

/// Two values, sealed for the old key.
pub(crate) const DB: &str = "envs/dev/sealed-secrets/app/sealed-db.yaml";
/// One value, sealed for the new key.
pub(crate) const CACHE: &str = "envs/dev/sealed-secrets/app/sealed-cache.yaml";
pub(crate) const LOCK: &str = "sealsmith.lock";
pub(crate) const OLD: &str = "SHA256:KwGi31n2M55t91b+zRplEoB3ppmCuIZr8tvk7GOn2zg";
pub(crate) const NEW: &str = "SHA256:wZRnFZmGe04t8aPBwXi2pGlCY3O/8KIXBkMwUf476kc";

const POLICY: &str = "version: v1
environments:
  dev:
    certificate: certs/dev.pem
    controller: {keys: controller}
";

/// The clone, its remote and the state folder of its operator.
pub(crate) struct Desk {
    pub(crate) clone: Repository,
    outside: tempfile::TempDir,
}

/// Everything that an operation could change on this machine.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    head: String,
    index: String,
    status: String,
    diff: String,
    files: Vec<(String, Vec<u8>)>,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self::of_kind([])
    }

    /// The same with a policy and a clone of another kind.
    pub(crate) fn of_kind<const N: usize>(options: [&str; N]) -> Self {
        let desk = Self::without_remote(options, POLICY, "certs/new.pem");
        desk.add_remote(&options);
        desk
    }

    /// The same with other settings, and this certificate as that of the environment.
    pub(crate) fn with(policy: &str, certificate: &str) -> Self {
        let desk = Self::without_remote([], policy, certificate);
        desk.add_remote(&[]);
        desk
    }

    pub(crate) fn plain_without_remote() -> Self {
        Self::without_remote([], POLICY, "certs/new.pem")
    }

    fn without_remote<const N: usize>(options: [&str; N], policy: &str, certificate: &str) -> Self {
        let clone = Repository::of_kind(options);
        clone.write("sealsmith.yaml", policy);
        clone.write("certs/dev.pem", fixture(certificate));
        clone.write(".gitignore", "/controller/\n");
        clone.write("notes.md", "notes\n");
        clone.write("README.md", "readme\n");
        for file in [DB, CACHE] {
            clone.write(file, fixture(file));
        }
        for key in ["old.key", "new.key", "new.crt"] {
            clone.write(
                format!("controller/{key}"),
                fixture(&format!("policy/keys/dev/{key}")),
            );
        }
        clone.commit("start");
        let outside = tempfile::tempdir().expect("the temporary folder is writable");
        Self { clone, outside }
    }

    fn add_remote(&self, options: &[&str]) {
        Program::new("git")
            .args(["init", "--quiet", "--bare", "--initial-branch=main"])
            .args(options)
            .arg(self.remote())
            .output();
        let url = format!("file://{}", self.remote().display());
        self.clone.git(["remote", "add", "origin", &url]);
        self.clone
            .git(["push", "--quiet", "--set-upstream", "origin", "main"]);
    }

    /// The folder for copies of keys.
    pub(crate) fn backups(&self) -> PathBuf {
        self.outside.path().join("backups")
    }

    pub(crate) fn remote(&self) -> PathBuf {
        self.outside.path().join("origin.git")
    }

    /// `sealsmith` in the clone, with a state folder of its own.
    pub(crate) fn sealsmith<const N: usize>(&self, args: [&str; N]) -> Program {
        self.clone
            .sealsmith()
            .args(args)
            .env("XDG_STATE_HOME", self.outside.path().join("state"))
    }

    pub(crate) fn reseal<const N: usize>(&self, flags: [&str; N]) -> Program {
        self.sealsmith(["reseal", "dev"]).args(flags)
    }

    /// Runs it with a fault: it dies at this place.
    pub(crate) fn dies_at<const N: usize>(&self, place: &str, flags: [&str; N]) {
        let outcome = self.reseal(flags).env("SEALSMITH_FAILPOINT", place).run();
        assert_eq!(
            outcome.code, None,
            "nobody died at {place}:\n{}",
            outcome.stderr
        );
    }

    /// Somebody else's clone, up to date.
    pub(crate) fn colleague(&self) -> Colleague {
        let folder = self.outside.path().join("colleague");
        if !folder.exists() {
            Program::new("git")
                .args(["clone", "--quiet"])
                .arg(format!("file://{}", self.remote().display()))
                .arg(&folder)
                .output();
        }
        Colleague { folder }
    }

    /// Puts a hook where git finds it: of the clone, or of the remote.
    pub(crate) fn hook(&self, folder: &Path, name: &str, script: &str) {
        let path = folder.join("hooks").join(name);
        std::fs::create_dir_all(folder.join("hooks")).expect("the folder is writable");
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("the folder is writable");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))
            .expect("the file is ours");
    }

    pub(crate) fn git_folder(&self) -> PathBuf {
        self.clone.file(".git")
    }

    /// The commit of a branch at the remote.
    pub(crate) fn remote_tip(&self) -> String {
        let git = Program::new("git").arg("--git-dir").arg(self.remote());
        git.args(["rev-parse", "refs/heads/main"]).text()
    }

    pub(crate) fn head(&self) -> String {
        self.clone.git(["rev-parse", "HEAD"])
    }

    pub(crate) fn picture(&self) -> Picture {
        let files = [
            DB,
            CACHE,
            LOCK,
            "notes.md",
            "README.md",
            "sealsmith.yaml",
            "certs/dev.pem",
        ];
        let read = |path: &str| std::fs::read(self.clone.file(path)).unwrap_or_default();
        // Looking refreshes what git remembers of times, which is no change.
        let status = self.clone.git(["status", "--porcelain"]);
        Picture {
            head: self.head(),
            index: self.clone.git(["ls-files", "--stage"]),
            status,
            diff: self.clone.git(["diff", "HEAD"]),
            files: files.map(|path| (path.to_owned(), read(path))).to_vec(),
        }
    }

    /// What is unfinished, as the state folder has it.
    pub(crate) fn journals(&self) -> Vec<String> {
        let mut names = Vec::new();
        for folder in entries(&self.outside.path().join("state/sealsmith")) {
            for file in entries(&folder) {
                let name = file.file_name().expect("it has a name").to_string_lossy();
                names.extend(name.strip_suffix(".json").map(str::to_owned));
            }
        }
        names
    }

    /// The operation came to its end: one commit, pushed, everything open with the new key and clean.
    pub(crate) fn is_done(&self) {
        assert_eq!(self.remote_tip(), self.head());
        assert_eq!(self.clone.git(["status", "--porcelain"]), "");
        assert_eq!(self.journals(), Vec::<String>::new());
        self.opens_with_the_new_key();
        let runs = self
            .clone
            .git(["log", "--format=%(trailers:key=Sealsmith-Run,valueonly)"]);
        assert_eq!(runs.split_whitespace().count(), 1, "{runs}");
    }

    pub(crate) fn opens_with_the_new_key(&self) {
        let key = format!(
            "--recovery-private-key={}",
            fixture_path("keys/new").display()
        );
        self.sealsmith(["verify", "dev", &key]).output();
    }

    /// Lint holds such a commit to change nothing but the key; the fixture has other findings.
    pub(crate) fn lint_calls_it_a_re_seal(&self) {
        let lint = self.sealsmith(["lint", "--range", "HEAD^..HEAD", "--format", "concise"]);
        let said = String::from_utf8(lint.run().stdout).expect("it is text");
        assert!(
            !said.is_empty() && !said.contains("reseal-changed-more"),
            "{said}"
        );
    }

    /// It ends with this code and says these words.
    pub(crate) fn ends(&self, program: Program, code: i32, words: &[&str]) -> Outcome {
        let outcome = program.run();
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&outcome.stdout),
            outcome.stderr
        );
        assert_eq!(outcome.code, Some(code), "{said}");
        for word in words {
            assert!(said.contains(word), "no {word:?} in:\n{said}");
        }
        outcome
    }

    /// It is refused with these words, and nothing changed: no file, no commit, no journal.
    pub(crate) fn refuses(&self, program: Program, code: i32, words: &[&str]) {
        let before = (self.picture(), self.journals());
        let outcome = self.ends(program, code, words);
        assert_eq!(
            (self.picture(), self.journals()),
            before,
            "{}",
            outcome.stderr
        );
    }
}

/// Somebody who pushes too.
pub(crate) struct Colleague {
    folder: PathBuf,
}

impl Colleague {
    /// Pushes a change of a file.
    pub(crate) fn pushes(&self, path: &str, content: impl AsRef<[u8]>) {
        self.git(["pull", "--quiet", "--rebase"]);
        let file = self.folder.join(path);
        std::fs::create_dir_all(file.parent().expect("a file is in a folder"))
            .expect("the folder is writable");
        std::fs::write(file, content).expect("the folder is writable");
        self.git(["add", "--all"]);
        self.git(["commit", "--quiet", "-m", "meanwhile"]);
        self.git(["push", "--quiet"]);
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    fn git<const N: usize>(&self, args: [&str; N]) {
        Program::new("git").dir(&self.folder).args(args).output();
    }
}

pub(crate) fn fixture(path: &str) -> Vec<u8> {
    std::fs::read(fixture_path(path)).expect("the fixture is there")
}

pub(crate) fn fixture_path(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/cmd/repository.in")
        .join(path)
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}
