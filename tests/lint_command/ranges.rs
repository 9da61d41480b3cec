//! `--range`: the last commit's files, and every commit on the way.

use crate::desk::{DB, Desk, JWT, PLAIN, manifest};

#[test]
fn the_last_commit_counts_for_files_and_each_for_what_it_does() {
    let desk = Desk::new();
    desk.write("apps/a.yaml", PLAIN);
    desk.repository.commit("plain");
    desk.write("apps/a.yaml", "a: 1\n");
    desk.repository.commit("cleaned");
    desk.lint(["--range", "HEAD~2..HEAD"])
        .passes()
        .says("2 commits");
    desk.lint(["--range", "HEAD~2..HEAD~1"])
        .finds("plaintext-secret", "apps/a.yaml");
}

#[test]
fn a_range_starts_where_the_branches_part() {
    let desk = Desk::new();
    desk.repository.git(["checkout", "--quiet", "-b", "change"]);
    desk.write(DB, manifest("db", "app-dev", 5));
    desk.repository.commit("change");
    desk.repository.git(["checkout", "--quiet", "main"]);
    desk.write(JWT, manifest("jwt", "app-dev", 6));
    desk.repository.commit("not ours");
    desk.lint(["--range", "main..change"])
        .passes()
        .says("checked 3 files, 4 sealed values; 1 commit");
    desk.lint(["--range", "main...change"]).passes();
}

#[test]
fn a_merge_is_judged_by_what_it_does_itself() {
    let desk = Desk::new();
    desk.repository.git(["checkout", "--quiet", "-b", "side"]);
    desk.write("notes.md", "x\n");
    desk.repository.commit("side");
    desk.repository.git(["checkout", "--quiet", "main"]);
    desk.write("other.md", "x\n");
    desk.repository.commit("main");
    desk.repository.git(["branch", "before"]);
    desk.repository
        .git(["merge", "--quiet", "--no-commit", "--no-ff", "side"]);
    // A merge that slips a change in.
    desk.write(JWT, manifest("jwt", "app-dev", 7));
    desk.repository.commit("merge");
    desk.lint(["--range", "before..main"])
        .finds("unapproved-manual-change", JWT);
}

#[test]
fn a_range_that_is_none_says_how_to_write_one() {
    let desk = Desk::new();
    desk.lint(["--range", "main"])
        .could_not(&["\"main\" is no range", "A..B"]);
    desk.lint(["--rev", "nowhere"])
        .could_not(&["there is no commit \"nowhere\" here"]);
    desk.lint(["--range", "main.."]).passes();
}
