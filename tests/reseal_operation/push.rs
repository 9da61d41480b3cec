//! Others push too, and remotes have opinions.

use crate::desk::{DB, Desk, LOCK, fixture};
use crate::support::program::Program;

/// A pre-push hook of ours that lets a colleague push first, once.
fn overtaken(desk: &Desk, times: usize, path: &str, content: &str) {
    let colleague = desk.colleague();
    let script = format!(
        "count=$(cat .git/races 2>/dev/null || echo 0)\n\
         [ \"$count\" -lt {times} ] || exit 0\n\
         echo $((count + 1)) > .git/races\n\
         unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE\n\
         cd '{folder}' && git pull --quiet --rebase && mkdir -p \"$(dirname '{path}')\" && echo \"{content} $count\" >> '{path}' \\\n\
         && git add --all && git commit --quiet -m meanwhile && git push --quiet",
        folder = colleague.folder().display()
    );
    desk.hook(&desk.git_folder(), "pre-push", &script);
}

#[test]
fn a_push_of_other_files_is_taken_in_and_dirty_files_stay() {
    let desk = Desk::new();
    desk.clone.write("README.md", "dirty\n");
    desk.clone.write("notes.md", "staged\n");
    desk.clone.git(["add", "notes.md"]);
    overtaken(&desk, 1, "theirs.txt", "theirs");
    desk.ends(desk.reseal([]), 0, &["trying again", "committed "]);
    assert_eq!(desk.remote_tip(), desk.head());
    assert_eq!(desk.clone.read("theirs.txt"), b"theirs 0\n");
    let status = desk.clone.git(["status", "--porcelain"]);
    assert_eq!(status, " M README.md\nM  notes.md\n");
    let subjects = desk.clone.git(["log", "--format=%s", "-2"]);
    assert!(
        subjects.ends_with("meanwhile\n") && subjects.starts_with("dev: re-seal"),
        "{subjects}"
    );
    desk.opens_with_the_new_key();
}

#[test]
fn five_races_in_a_row_are_won_and_six_are_given_up() {
    let desk = Desk::new();
    overtaken(&desk, 5, "theirs.txt", "theirs");
    desk.reseal([]).output();
    desk.is_done();
    let desk = Desk::new();
    overtaken(&desk, 6, "theirs.txt", "theirs");
    desk.ends(
        desk.reseal([]),
        1,
        &["others pushed to origin/main each time", "--resume"],
    );
    desk.reseal(["--resume"]).output();
    desk.is_done();
}

#[test]
fn a_push_of_the_same_file_stops_and_loses_nothing() {
    let desk = Desk::new();
    overtaken(&desk, 1, DB, "# theirs");
    let before = desk.picture();
    let words = [
        "somebody else changed 1 file of this operation meanwhile",
        DB,
        "--abort",
    ];
    desk.ends(desk.reseal([]), 1, &words);
    let theirs = desk.remote_tip();
    assert_ne!(desk.head(), theirs);
    desk.ends(desk.reseal(["--resume"]), 1, &words);
    desk.ends(desk.reseal(["--abort"]), 0, &["undone"]);
    assert_eq!((desk.picture(), desk.remote_tip()), (before, theirs));
    desk.clone.git(["pull", "--quiet", "--ff-only"]);
    desk.reseal([]).output();
    desk.is_done();
    assert!(desk.clone.read(DB).ends_with(b"# theirs 0\n"));
}

#[test]
fn two_lock_files_become_one() {
    let desk = Desk::new();
    let line = format!(
        "{} {} 2026-01-02T03:04:05Z",
        "ab".repeat(32),
        crate::desk::OLD
    );
    overtaken(&desk, 1, LOCK, &line);
    // The colleague's script adds a count, which a lock file has no place for.
    let hook = desk.git_folder().join("hooks/pre-push");
    let script = std::fs::read_to_string(&hook).expect("it was written");
    std::fs::write(&hook, script.replace(" $count\" >>", "\" >>")).expect("it is ours");
    desk.reseal([]).output();
    let lock = String::from_utf8(desk.clone.read(LOCK)).expect("it is text");
    assert!(lock.contains(&line), "{lock}");
    assert_eq!(
        lock.lines().filter(|line| !line.starts_with('#')).count(),
        4,
        "{lock}"
    );
    desk.is_done();
}

#[test]
fn secrets_that_came_in_meanwhile_are_named() {
    let desk = Desk::new();
    overtaken(
        &desk,
        1,
        "envs/dev/sealed-secrets/app/sealed-late.yaml",
        "# late",
    );
    desk.ends(
        desk.reseal([]),
        0,
        &[
            "sealed-late.yaml came in meanwhile",
            "re-seal dev once more",
        ],
    );
}

#[test]
fn a_dirty_file_that_others_changed_stops_before_the_push() {
    let desk = Desk::new();
    desk.clone.write("README.md", "mine\n");
    overtaken(&desk, 1, "README.md", "theirs");
    let words = ["files that are not committed are in the way", "--resume"];
    desk.ends(desk.reseal([]), 1, &words);
    assert_eq!(desk.clone.read("README.md"), b"mine\n");
    desk.clone.git(["stash", "--quiet"]);
    desk.reseal(["--resume"]).output();
    desk.is_done();
}

#[test]
fn a_remote_that_refuses_is_not_asked_twice() {
    let desk = Desk::new();
    let script = "echo asked >> asked; echo 'main is protected' >&2; exit 1";
    desk.hook(&desk.remote(), "pre-receive", script);
    let words = [
        "does not take the commit: pre-receive hook declined",
        "main is protected",
        "open a pull request: git push origin ",
        "--resume",
        "--abort",
    ];
    desk.ends(desk.reseal([]), 1, &words);
    let asked = std::fs::read_to_string(desk.remote().join("asked")).expect("the hook ran");
    assert_eq!(asked, "asked\n");
    std::fs::remove_file(desk.remote().join("hooks/pre-receive")).expect("it is ours");
    desk.reseal(["--resume"]).output();
    desk.is_done();
}

#[test]
fn a_remote_that_is_gone_leaves_a_commit_that_can_be_taken_back() {
    let desk = Desk::new();
    let before = desk.picture();
    desk.dies_at("after-committed", []);
    let gone = desk.remote().with_extension("gone");
    std::fs::rename(desk.remote(), &gone).expect("the folder is ours");
    let words = [
        "git could not reach the remote origin",
        "is made and waits here",
    ];
    desk.refuses(desk.reseal(["--resume"]), 2, &words);
    desk.ends(desk.reseal(["--abort"]), 0, &["undone"]);
    assert_eq!(desk.picture(), before);
}

#[test]
fn a_rewritten_remote_branch_is_not_followed() {
    let desk = Desk::new();
    desk.dies_at("after-committed", []);
    let colleague = desk.colleague();
    let git = |args: &[&str]| {
        Program::new("git")
            .dir(colleague.folder())
            .args(args)
            .output()
    };
    git(&["checkout", "--quiet", "--orphan", "fresh"]);
    git(&["commit", "--quiet", "-m", "fresh"]);
    git(&["push", "--quiet", "--force", "origin", "fresh:main"]);
    desk.ends(
        desk.reseal(["--resume"]),
        1,
        &["origin/main was rewritten meanwhile"],
    );
}

#[test]
fn a_commit_that_the_user_moved_or_pushed_is_found_again() {
    let desk = Desk::new();
    desk.dies_at("after-committed", []);
    desk.colleague().pushes("theirs.txt", fixture("value.txt"));
    desk.clone.git(["pull", "--quiet", "--rebase"]);
    desk.clone.git(["push", "--quiet"]);
    let words = ["is at origin/main already", "git revert"];
    desk.refuses(desk.reseal(["--abort"]), 1, &words);
    desk.reseal(["--resume"]).output();
    desk.is_done();
}
