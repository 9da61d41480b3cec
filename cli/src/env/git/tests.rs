use std::fs;
use std::process::Command;

use super::dirt::Matter;
use super::*;

const STRICT: Rules = Rules {
    clean: true,
    branch: true,
    up_to_date: true,
};

/// A git repository in a temporary folder, independent of the user's settings.
pub(in crate::env) struct Sandbox {
    folder: tempfile::TempDir,
}

impl Sandbox {
    pub(in crate::env) fn empty() -> Self {
        let sandbox = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        sandbox.git(&["init", "--quiet", "--initial-branch=main"]);
        sandbox
    }

    pub(in crate::env) fn with_files(files: &[&str]) -> Self {
        let sandbox = Self::empty();
        files.iter().for_each(|path| sandbox.write(path, "old\n"));
        sandbox.git(&["add", "--all"]);
        sandbox.git(&["commit", "--quiet", "--message=first"]);
        sandbox
    }

    pub(in crate::env) fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    pub(in crate::env) fn write(&self, path: &str, content: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(in crate::env) fn git(&self, arguments: &[&str]) {
        assert!(self.try_git(arguments), "git {arguments:?}");
    }

    fn try_git(&self, arguments: &[&str]) -> bool {
        let ours =
            std::env::vars_os().filter(|(name, _)| !name.to_string_lossy().starts_with("GIT_"));
        let output = Command::new("git")
            .args([
                "-c",
                "user.name=Test",
                "-c",
                "user.email=test@example.com",
                "-c",
                "commit.gpgSign=false",
            ])
            .args(arguments)
            .current_dir(self.root())
            .env_clear()
            .envs(ours)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .unwrap();
        output.status.success()
    }

    fn repo(&self) -> Repo {
        Repo::open(&self.root(), Variables::Ignore).unwrap()
    }

    fn dirt(&self, paths: &[&str]) -> Vec<Dirt> {
        let repo = self.repo();
        let status = repo.git.store().status().unwrap();
        repo.dirt(&status, paths).unwrap()
    }

    fn head(&self) -> Head {
        self.repo().git.store().status().unwrap().head
    }

    fn refusal(&self, paths: &[&str]) -> Failure {
        self.repo().refuse_unless_safe(paths, STRICT).unwrap_err()
    }

    fn is_safe(&self, paths: &[&str]) -> bool {
        self.repo().refuse_unless_safe(paths, STRICT).is_ok()
    }
}

fn dirt(path: &str, matter: Matter) -> Dirt {
    Dirt {
        path: path.to_owned(),
        matter,
    }
}

#[test]
fn a_clean_tree_is_safe_and_other_dirt_is_allowed() {
    let sandbox = Sandbox::with_files(&["envs/a.yaml", "other/b.yaml"]);
    assert!(sandbox.is_safe(&["envs", "sealsmith.lock"]));
    sandbox.write("other/b.yaml", "new\n");
    sandbox.write("c.yaml", "new\n");
    assert!(sandbox.is_safe(&["envs"]));
    assert!(!sandbox.is_safe(&["other"]));
}

#[test]
fn every_kind_of_dirt_is_seen() {
    let sandbox = Sandbox::with_files(&[
        "e/changed",
        "e/staged",
        "e/both",
        "e/gone",
        "e/clean",
        "x/changed",
    ]);
    for path in ["e/changed", "e/staged", "e/both", "x/changed"] {
        sandbox.write(path, "new\n");
    }
    sandbox.git(&["add", "e/staged", "e/both"]);
    sandbox.write("e/both", "newer\n");
    sandbox.write("e/deep/untracked", "new\n");
    fs::remove_file(sandbox.root().join("e/gone")).unwrap();
    let mut expected = [
        dirt("e/both", Matter::StagedAndChanged),
        dirt("e/changed", Matter::Changed),
        dirt("e/deep/untracked", Matter::Untracked),
        dirt("e/gone", Matter::Changed),
        dirt("e/staged", Matter::Staged),
    ];
    expected.sort();
    assert_eq!(sandbox.dirt(&["e"]), expected);
    assert_eq!(
        sandbox.dirt(&["e/changed", "e/clean"]),
        [dirt("e/changed", Matter::Changed)]
    );
    assert_eq!(sandbox.dirt(&[]).len(), 6);
}

#[test]
fn a_change_of_equal_size_right_after_the_commit_is_seen() {
    let sandbox = Sandbox::with_files(&["a"]);
    sandbox.write("a", "new\n");
    assert_eq!(sandbox.dirt(&["a"]), [dirt("a", Matter::Changed)]);
}

#[test]
fn paths_are_names_and_not_patterns() {
    let sandbox = Sandbox::with_files(&["a*b", "axb", "[c]", "c"]);
    sandbox.write("axb", "new\n");
    sandbox.write("c", "new\n");
    assert!(sandbox.is_safe(&["a*b", "[c]"]));
}

#[test]
fn an_ignored_file_counts_when_it_is_named() {
    let sandbox = Sandbox::with_files(&["e/a"]);
    sandbox.write(".git/info/exclude", "*.local\n");
    sandbox.write("e/x.local", "new\n");
    assert!(sandbox.is_safe(&["e"]));
    assert_eq!(
        sandbox.dirt(&["e/x.local"]),
        [dirt("e/x.local", Matter::Ignored)]
    );
}

#[test]
fn a_change_hidden_from_git_is_seen() {
    let sandbox = Sandbox::with_files(&["e/a", "e/b"]);
    sandbox.git(&["update-index", "--assume-unchanged", "e/a"]);
    sandbox.git(&["update-index", "--skip-worktree", "e/b"]);
    assert_eq!(
        sandbox.dirt(&["e"]),
        [dirt("e/a", Matter::Hidden), dirt("e/b", Matter::Hidden)]
    );
    assert!(sandbox.refusal(&["e"]).hints()[0].contains("--no-assume-unchanged"));
}

#[test]
fn leftovers_of_a_killed_run_are_no_dirt() {
    let sandbox = Sandbox::with_files(&["e/a"]);
    sandbox.write("e/.sealsmith-1-abcdef0123", "");
    assert!(sandbox.is_safe(&["e"]));
}

#[test]
fn dirt_is_refused_by_name_and_with_its_cure() {
    let sandbox = Sandbox::with_files(&["e/a"]);
    sandbox.write("e/a", "new\n");
    let failure = sandbox.refusal(&["e"]);
    assert_eq!(failure.exit_code(), 1);
    assert_eq!(failure.message(), "a file to be rewritten is not committed");
    assert_eq!(failure.causes(), ["e/a is changed but not committed"]);
    assert_eq!(
        failure.hints(),
        ["commit the changes, or put them aside with: git stash"]
    );
    (0..20).for_each(|number| sandbox.write(&format!("e/{number:02}"), ""));
    let failure = sandbox.refusal(&["e"]);
    assert_eq!(
        failure.message(),
        "21 files to be rewritten are not committed"
    );
    assert_eq!(failure.causes().last().unwrap(), "and 13 more");
}

#[test]
fn a_detached_head_is_refused_unless_allowed() {
    let sandbox = Sandbox::with_files(&["a"]);
    sandbox.git(&["checkout", "--quiet", "--detach"]);
    assert!(
        sandbox
            .refusal(&["a"])
            .message()
            .starts_with("no branch is checked out (HEAD is at ")
    );
    let rules = Rules {
        branch: false,
        ..STRICT
    };
    sandbox.repo().refuse_unless_safe(&["a"], rules).unwrap();
}

#[test]
fn a_repository_without_a_commit_is_refused() {
    let sandbox = Sandbox::empty();
    assert_eq!(sandbox.head(), Head::Unborn);
    assert_eq!(
        sandbox.refusal(&["a"]).message(),
        "the repository has no commit yet"
    );
}

#[test]
fn unfinished_work_is_refused_with_the_command_that_ends_it() {
    for (commands, what) in [
        (&[&["merge", "side"][..]][..], "a merge"),
        (&[&["rebase", "side"]], "a rebase"),
        (&[&["cherry-pick", "side"]], "a cherry-pick"),
        (&[&["bisect", "start"]], "a bisection"),
    ] {
        let sandbox = Sandbox::with_files(&["a", "b"]);
        sandbox.git(&["checkout", "--quiet", "-b", "side"]);
        sandbox.write("b", "side\n");
        sandbox.git(&["commit", "--quiet", "--all", "--message=side"]);
        sandbox.git(&["checkout", "--quiet", "main"]);
        sandbox.write("b", "main\n");
        sandbox.git(&["commit", "--quiet", "--all", "--message=main"]);
        for command in commands {
            sandbox.try_git(command);
        }
        let failure = sandbox.refusal(&["a"]);
        assert_eq!(failure.message(), format!("git is in the middle of {what}"));
        assert!(failure.hints()[0].contains("git "), "{failure:?}");
    }
}

#[test]
fn a_locked_index_is_refused() {
    let sandbox = Sandbox::with_files(&["a"]);
    sandbox.write(".git/index.lock", "");
    assert!(sandbox.refusal(&["a"]).causes()[0].ends_with("index.lock exists"));
}

#[test]
fn a_branch_behind_its_upstream_is_refused() {
    let sandbox = Sandbox::with_files(&["a"]);
    sandbox.git(&["branch", "upstream"]);
    sandbox.git(&["checkout", "--quiet", "upstream"]);
    sandbox.git(&["commit", "--quiet", "--allow-empty", "--message=ahead"]);
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.git(&["branch", "--quiet", "--set-upstream-to=upstream"]);
    let failure = sandbox.refusal(&["a"]);
    assert_eq!(failure.message(), "the branch is 1 commit behind upstream");
    sandbox
        .repo()
        .refuse_unless_safe(
            &["a"],
            Rules {
                up_to_date: false,
                ..STRICT
            },
        )
        .unwrap();
}

#[test]
fn a_repository_within_the_repository_is_refused() {
    let sandbox = Sandbox::with_files(&["a"]);
    sandbox.write("e/inner/.git/HEAD", "ref: refs/heads/main\n");
    sandbox.write("e/inner/b", "");
    assert_eq!(
        sandbox.refusal(&["e/inner/b"]).message(),
        "e/inner/b belongs to another repository, in e/inner"
    );
}

#[test]
fn a_broken_repository_says_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    fs::create_dir(root.join(".git")).unwrap();
    let failure = Repo::open(&root, Variables::Ignore).err().unwrap();
    assert!(
        failure
            .message()
            .starts_with("cannot read the git repository of "),
        "{failure:?}"
    );
    assert_eq!(failure.exit_code(), 2);
}

#[test]
fn a_linked_work_tree_is_its_own_root() {
    let sandbox = Sandbox::with_files(&["a"]);
    sandbox.git(&["worktree", "add", "--quiet", "linked"]);
    let root = sandbox.root().join("linked");
    let repo = Repo::open(&root, Variables::Ignore).unwrap();
    assert_eq!(repo.root(), root);
    assert_eq!(
        repo.git.store().status().unwrap().head,
        Head::Branch("linked".to_owned())
    );
    fs::write(root.join("a"), "new\n").unwrap();
    let status = repo.git.store().status().unwrap();
    assert_eq!(
        repo.dirt(&status, &["a"]).unwrap(),
        [dirt("a", Matter::Changed)]
    );
    assert!(sandbox.is_safe(&["a"]));
}
