//! Repositories that are not what they seem: findings are the same, or lint says what to do.

use crate::desk::{DB, Desk, JWT, PLAIN, Verdict, manifest};
use crate::support::program::Program;
use crate::support::repository::Repository;

const OTHER: &str = "apps/other.yaml";

/// Breaks a few rules, in files that are staged, committed and in the work tree.
fn broken(desk: &Desk) {
    desk.stage(OTHER, PLAIN);
    desk.stage(
        "envs/prod/sealed-secrets/app/sealed-db.yaml",
        manifest("db", "app-prod", 1),
    );
    desk.repository
        .git(["mv", JWT, "envs/dev/sealed-secrets/app/sealed-token.yaml"]);
    desk.write("envs/dev/sealed-secrets/app/sealed-new.yaml", "");
    desk.repository
        .git(["add", "-N", "envs/dev/sealed-secrets/app/sealed-new.yaml"]);
}

fn reports(desk: &Desk) -> Vec<(Option<i32>, String, String)> {
    let runs = [
        desk.lint(["--staged"]),
        desk.lint([]),
        desk.lint(["--rev", "HEAD"]),
        desk.lint(["--guard", "reseal"]),
        desk.lint(["--range", "HEAD~1..HEAD"]),
    ];
    let runs = runs.into_iter();
    runs.map(|run| (run.code, run.stdout, run.stderr)).collect()
}

#[test]
fn what_only_git_can_read_gives_the_same_findings() {
    let plain = Desk::new();
    plain.repository.commit("second");
    broken(&plain);
    let expected = reports(&plain);
    assert!(expected[0].1.contains("[plaintext-secret]"), "{expected:?}");
    for kind in ["sha256", "split", "sparse"] {
        let desk = of_kind(kind);
        desk.repository.commit("second");
        broken(&desk);
        if kind == "split" {
            desk.repository.git(["update-index", "--split-index"]);
        }
        assert_eq!(reports(&desk), expected, "{kind}");
    }
}

fn of_kind(kind: &str) -> Desk {
    if kind == "sha256" {
        return Desk::in_repository(Repository::of_kind(["--object-format=sha256"]));
    }
    let desk = Desk::new();
    if kind == "sparse" {
        desk.repository.git([
            "sparse-checkout",
            "set",
            "--cone",
            "--sparse-index",
            "apps",
            "envs",
        ]);
    }
    desk
}

#[test]
fn what_a_sparse_checkout_leaves_out_is_judged_as_git_has_it() {
    for index in ["--sparse-index", "--no-sparse-index"] {
        let desk = Desk::new();
        desk.stage("secret/plain.yaml", PLAIN);
        desk.repository.commit("second");
        desk.repository
            .git(["sparse-checkout", "set", "--cone", index, "envs"]);
        assert!(!desk.repository.file("secret").exists());
        desk.lint([]).finds("plaintext-secret", "secret/plain.yaml");
        desk.lint(["--staged"]).passes();
    }
}

#[test]
fn a_hook_in_a_repository_that_only_git_can_read_sees_the_commit_in_progress() {
    let desk = Desk::in_repository(Repository::of_kind(["--object-format=sha256"]));
    desk.stage(OTHER, "a: 1\n");
    desk.repository.commit("second");
    desk.hook();
    desk.write(OTHER, PLAIN);
    desk.commit(["-a", "-m", "all"])
        .finds("plaintext-secret", OTHER);
    desk.write(OTHER, "a: 2\n");
    desk.commit(["-a", "-m", "all"]).passes();
}

#[test]
#[ignore = "needs root, to give a repository away"]
fn a_repository_of_someone_else_is_refused_with_the_remedy() {
    for options in [&[][..], &["--object-format=sha256"]] {
        let repository = match options {
            [option] => Repository::of_kind([option]),
            _ => Repository::new(),
        };
        let desk = Desk::in_repository(repository);
        let folder = desk.repository.path().display().to_string();
        Program::new("chown")
            .args(["-R", "54321", &folder])
            .output();
        let verdict = desk.lint(["--staged"]);
        verdict.could_not(&[
            "another user owns it",
            &format!("git config --global --add safe.directory {folder}"),
        ]);
        let home = tempfile::tempdir().expect("the temporary folder is writable");
        let config = home.path().join("config");
        let trusted = format!("[safe]\n\tdirectory = {folder}\n");
        std::fs::write(&config, trusted).expect("the folder is writable");
        let trusting = desk.linting(["--staged"]).env("GIT_CONFIG_GLOBAL", &config);
        // libgit2 looks for it in the home folder alone.
        let trusting = trusting.env("HOME", home.path());
        std::fs::copy(&config, home.path().join(".gitconfig")).expect("the folder is writable");
        Verdict::of(trusting.run()).passes();
    }
}

#[test]
fn a_shallow_clone_says_what_it_lacks() {
    let desk = Desk::new();
    desk.write(DB, manifest("db", "app-dev", 5));
    desk.repository.commit("second");
    desk.write(DB, manifest("db", "app-dev", 6));
    desk.repository.commit("third");
    let folder = tempfile::tempdir().expect("the temporary folder is writable");
    let origin = format!("file://{}", desk.repository.path().display());
    let clone = Program::new("git").dir(folder.path());
    clone
        .args(["clone", "--quiet", "--depth=2", &origin, "clone"])
        .output();
    let lint = |arguments: &[&str]| {
        let lint = Program::sealsmith().dir(folder.path().join("clone"));
        Verdict::of(
            lint.args(["lint", "--format", "concise"])
                .args(arguments)
                .run(),
        )
    };
    lint(&[]).passes();
    lint(&["--range", "HEAD~1..HEAD"]).passes().says("1 commit");
    let remedy = ["this clone is shallow", "git fetch --unshallow"];
    lint(&["--range", "HEAD~2..HEAD"]).could_not(&remedy);
    let first = desk.repository.git(["rev-list", "--max-parents=0", "HEAD"]);
    lint(&["--range", &format!("{}..HEAD", first.trim())]).could_not(&remedy);
}

#[test]
fn a_base_that_is_missing_is_no_empty_range() {
    let desk = Desk::new();
    desk.lint(["--range", "origin/main..HEAD"]).could_not(&[
        "there is no commit \"origin/main\" here",
        "git fetch origin",
    ]);
    desk.repository
        .git(["checkout", "--quiet", "--orphan", "island"]);
    desk.repository.commit("island");
    desk.lint(["--range", "main..island"])
        .could_not(&["have no common ancestor here"]);
}

#[test]
fn a_bare_repository_is_checked_by_revision() {
    let desk = Desk::new();
    let folder = tempfile::tempdir().expect("the temporary folder is writable");
    let clone = Program::new("git").dir(folder.path());
    let origin = desk.repository.path().display().to_string();
    clone
        .args(["clone", "--quiet", "--bare", &origin, "bare"])
        .output();
    let lint = |arguments: &[&str]| {
        let lint = Program::sealsmith().dir(folder.path().join("bare"));
        Verdict::of(
            lint.args(["lint", "--format", "concise"])
                .args(arguments)
                .run(),
        )
    };
    lint(&["--rev", "main"])
        .passes()
        .says("checked 3 files, 4 sealed values");
    lint(&[]).could_not(&["this repository has no work tree", "--rev REV"]);
}

#[test]
fn a_folder_without_git_is_checked_and_what_needs_git_says_so() {
    let folder = tempfile::tempdir().expect("the temporary folder is writable");
    std::fs::write(folder.path().join("a.yaml"), PLAIN).expect("the folder is writable");
    let lint = |arguments: &[&str]| {
        let lint = Program::sealsmith().dir(folder.path());
        Verdict::of(
            lint.args(["lint", "--format", "concise"])
                .args(arguments)
                .run(),
        )
    };
    lint(&[]).finds("plaintext-secret", "a.yaml");
    for arguments in [&["--staged"][..], &["--rev", "HEAD"], &["--range", "a..b"]] {
        lint(arguments).could_not(&["there is no git repository here"]);
    }
}
