//! One commit, of our files alone.

use crate::desk::{CACHE, DB, Desk, LOCK, NEW, OLD};

#[test]
fn it_edits_commits_and_pushes() {
    let desk = Desk::new();
    let before = desk.head();
    let words = [
        "one commit on main, pushed to origin/main",
        "changed 2 values in 1 file",
        "committed ",
    ];
    desk.ends(desk.reseal([]), 0, &words);
    desk.is_done();
    let touched = desk
        .clone
        .git(["diff", "--name-only", before.trim(), "HEAD"]);
    assert_eq!(touched, format!("{DB}\n{LOCK}\n"));
    let parent = desk.clone.git(["rev-parse", "HEAD^"]);
    assert_eq!(parent, before);
}

#[test]
fn the_commit_says_what_was_done_and_with_which_keys() {
    let desk = Desk::new();
    desk.reseal([]).output();
    let trailers = desk
        .clone
        .git(["log", "-1", "--format=%(trailers:only,unfold)"]);
    let trailers: Vec<_> = trailers.trim().lines().collect();
    assert_eq!(
        trailers[..2],
        ["Sealsmith-Operation: reseal", "Sealsmith-Environment: dev"]
    );
    assert!(trailers[2].starts_with("Sealsmith-Run: 20"), "{trailers:?}");
    let old = format!("Sealsmith-Old-Key-Fingerprint: {OLD}");
    let new = format!("Sealsmith-Key-Fingerprint: {NEW}");
    assert_eq!(trailers[3..], [old, new]);
    let people = desk.clone.git(["log", "-1", "--format=%an <%ae>"]);
    assert_eq!(people, "Test <test@example.com>\n");
    // What lint says of such a commit: a re-seal that changed no more than that.
    desk.lint_calls_it_a_re_seal();
}

#[test]
fn what_else_is_staged_or_changed_stays_byte_for_byte() {
    let desk = Desk::new();
    desk.clone.write("notes.md", "staged\n");
    desk.clone.git(["add", "notes.md"]);
    desk.clone.write("notes.md", "staged, and changed since\n");
    desk.clone.write("README.md", "changed\n");
    desk.clone.write("new.txt", "announced\n");
    desk.clone.git(["add", "--intent-to-add", "new.txt"]);
    desk.clone.write("untracked.txt", "untracked\n");
    let look = || {
        let others = ["notes.md", "README.md", "new.txt", "untracked.txt"];
        let [one, two, three, four] = others;
        let index = desk
            .clone
            .git(["ls-files", "--stage", "--", one, two, three, four]);
        let files = others.map(|path| desk.clone.read(path));
        (desk.clone.git(["status", "--porcelain"]), index, files)
    };
    let before = look();
    desk.reseal([]).output();
    assert_eq!(look(), before);
    assert_eq!(desk.remote_tip(), desk.head());
}

#[test]
fn a_second_run_has_nothing_to_do() {
    let desk = Desk::new();
    desk.reseal([]).output();
    let done = desk.head();
    desk.ends(
        desk.reseal([]),
        0,
        &["nothing to do: 3 values already sealed for this key"],
    );
    assert_eq!(desk.head(), done);
    desk.is_done();
}

#[test]
fn a_dry_run_shows_the_plan_and_changes_nothing() {
    let desk = Desk::new();
    let words = [
        "would make one commit on main, and push it",
        "would change 2 values in 1 file",
        "+++ b/",
    ];
    desk.refuses(desk.reseal(["--dry-run"]), 1, &words);
    desk.refuses(desk.reseal([]).env("DRY_RUN", "1"), 1, &words);
    desk.reseal([]).output();
    desk.ends(desk.reseal(["--dry-run"]), 0, &["nothing to do"]);
}

#[test]
fn without_commit_files_are_edited_and_nothing_more() {
    let desk = Desk::new();
    let before = desk.head();
    desk.reseal(["--no-commit"]).output();
    assert_eq!(desk.head(), before);
    let status = desk.clone.git(["status", "--porcelain"]);
    assert_eq!(status, format!(" M {DB}\n?? {LOCK}\n"));
    desk.opens_with_the_new_key();
}

#[test]
fn files_and_folders_are_only_edited() {
    let desk = Desk::new();
    let before = desk.head();
    desk.sealsmith(["reseal", "envs/dev"]).output();
    assert_eq!(desk.head(), before);
    let words = ["--no-push is about an environment of sealsmith.yaml"];
    desk.refuses(
        desk.sealsmith(["reseal", "envs/dev", "--no-push"]),
        2,
        &words,
    );
}

#[test]
fn without_push_the_commit_stays_here() {
    let desk = Desk::new();
    let before = desk.remote_tip();
    desk.ends(
        desk.reseal(["--no-push"]),
        0,
        &["which stays here", "it is not pushed"],
    );
    assert_eq!(desk.remote_tip(), before);
    assert_ne!(desk.head(), before);
    assert!(desk.journals().is_empty());
}

#[test]
fn without_any_remote_the_commit_stays_here() {
    let desk = Desk::plain_without_remote();
    let before = desk.head();
    desk.ends(
        desk.reseal([]),
        0,
        &["one commit on main, which stays here"],
    );
    assert_ne!(desk.head(), before);
}

#[test]
fn json_tells_scripts_which_commit_went_where() {
    let desk = Desk::new();
    let output = desk.reseal(["--format", "json"]).output();
    let report: serde_json::Value = serde_json::from_slice(&output).expect("it is JSON");
    let git = &report["git"];
    assert_eq!(git["commit"], desk.head().trim());
    assert_eq!(
        (&git["pushed"], &git["remote"]),
        (&true.into(), &"origin".into())
    );
    assert_eq!(report["values"]["resealed"], 2);
}

#[test]
fn a_value_that_is_left_behind_stops_the_commit_until_somebody_decides() {
    let desk = Desk::new();
    let broken = String::from_utf8(desk.clone.read(CACHE)).expect("it is text");
    desk.clone
        .write(CACHE, broken.replace("name: cache", "name: other"));
    desk.clone.commit("a value that does not open");
    desk.clone.git(["push", "--quiet"]);
    let words = ["left behind", "nothing is committed", "--resume --partial"];
    let before = desk.head();
    desk.ends(desk.reseal([]), 1, &words);
    assert_eq!(desk.head(), before);
    desk.ends(desk.reseal(["--resume", "--partial"]), 0, &["committed "]);
    assert_eq!(desk.remote_tip(), desk.head());
    assert_eq!(
        desk.clone.git(["diff", "--name-only", "HEAD^", "HEAD"]),
        format!("{DB}\n{LOCK}\n")
    );
}

#[test]
fn no_secret_reaches_git_its_hooks_or_the_state_folder() {
    let desk = Desk::new();
    desk.hook(&desk.git_folder(), "pre-commit", "env > .git/seen");
    desk.reseal([])
        .env("AWS_SECRET_ACCESS_KEY", "wJalr-not-a-real-one")
        .output();
    let seen = std::fs::read_to_string(desk.clone.file(".git/seen")).expect("the hook ran");
    assert!(!seen.contains("wJalr"), "{seen}");
    assert!(
        seen.contains("GIT_OPTIONAL_LOCKS=0") && seen.contains("LC_ALL=C\n"),
        "{seen}"
    );
}

#[test]
fn repositories_that_only_git_itself_can_read_are_re_sealed_too() {
    let sha256 = Desk::of_kind(["--object-format=sha256"]);
    let split = Desk::new();
    split.clone.git(["update-index", "--split-index"]);
    let sparse = Desk::new();
    sparse.clone.git([
        "sparse-checkout",
        "set",
        "--cone",
        "--sparse-index",
        "envs",
        "certs",
    ]);
    for (kind, desk) in [("sha256", sha256), ("split", split), ("sparse", sparse)] {
        let mut text = desk.clone.read(DB);
        text.extend(b"# half done\n");
        desk.clone.write(DB, text);
        desk.refuses(
            desk.reseal([]),
            1,
            &["sealed-db.yaml is changed but not committed"],
        );
        desk.clone.git(["restore", DB]);
        let outcome = desk.reseal([]).run();
        assert_eq!(outcome.code, Some(0), "{kind}: {}", outcome.stderr);
        desk.is_done();
    }
}
