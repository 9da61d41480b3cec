//! A kill at each step, as a power cut would be; then `--resume` completes it, or `--abort` undoes it.

use crate::desk::Desk;

/// Every place where the process can be made to die, in order; the commit is at the remote from `push-made` on.
const PLACES: [&str; 18] = [
    "before-editing",
    "after-editing",
    "files-written",
    "lock-written",
    "before-edited",
    "after-edited",
    "before-committing",
    "after-committing",
    "announced",
    "commit-made",
    "before-committed",
    "after-committed",
    "before-pushing",
    "after-pushing",
    "push-made",
    "before-pushed",
    "after-pushed",
    "closing",
];
const PUSHED: &str = "push-made";

fn is_pushed(place: &str) -> bool {
    let at = |wanted| PLACES.iter().position(|place| *place == wanted);
    at(place) >= at(PUSHED)
}

#[test]
fn a_kill_at_each_step_is_resumed_to_the_end() {
    for place in PLACES {
        let desk = Desk::new();
        desk.dies_at(place, []);
        let outcome = desk.reseal(["--resume"]).run();
        assert_eq!(outcome.code, Some(0), "{place}: {}", outcome.stderr);
        desk.is_done();
        println!("{place:<18} kill -9, --resume    done");
    }
}

#[test]
fn a_kill_at_each_step_is_undone_until_the_push() {
    for place in PLACES {
        let desk = Desk::new();
        let before = desk.picture();
        desk.dies_at(place, []);
        if is_pushed(place) {
            let words = ["cannot be undone here", "git revert", "--resume"];
            desk.refuses(desk.reseal(["--abort"]), 1, &words);
            desk.reseal(["--resume"]).output();
            desk.is_done();
            println!("{place:<18} kill -9, --abort     refused, then resumed");
            continue;
        }
        let outcome = desk.reseal(["--abort"]).run();
        assert_eq!(outcome.code, Some(0), "{place}: {}", outcome.stderr);
        assert_eq!(desk.picture(), before, "{place}");
        assert!(desk.journals().is_empty());
        desk.reseal([]).output();
        desk.is_done();
        println!("{place:<18} kill -9, --abort     undone");
    }
}

#[test]
fn a_kill_in_the_middle_of_an_undoing_leaves_what_the_next_one_undoes() {
    let files = ["files-restored", "new-files-forgotten", "closing"];
    let commit = ["files-moved", "closing"];
    for (first, places) in [
        ("files-written", &files[..]),
        ("lock-written", &files),
        ("after-edited", &files),
        ("announced", &files),
        ("commit-made", &commit),
        ("after-committed", &commit),
        ("before-pushing", &commit),
    ] {
        for second in places {
            let desk = Desk::new();
            let before = desk.picture();
            let halfway = || {
                desk.dies_at(first, []);
                desk.dies_at(second, ["--abort"]);
            };
            let undo = || {
                desk.reseal(["--abort"]).output();
                assert_eq!(desk.picture(), before, "{first}, {second}");
                assert!(desk.journals().is_empty());
            };
            halfway();
            undo();
            // Who wants it all the same gets it, or is told that it is half undone.
            halfway();
            let resumed = desk.reseal(["--resume"]).run();
            if resumed.code != Some(0) {
                assert!(resumed.stderr.contains("--abort"), "{}", resumed.stderr);
                undo();
                desk.reseal([]).output();
            }
            desk.is_done();
            println!(
                "{first:<18} {second:<20} --abort: undone, --resume: {:?}",
                resumed.code
            );
        }
    }
}

#[test]
fn two_kills_in_a_row_are_survived() {
    for (first, second) in PLACES.iter().zip(&PLACES[1..]) {
        let desk = Desk::new();
        desk.dies_at(first, []);
        let program = desk.reseal(["--resume"]);
        let outcome = program.env("SEALSMITH_FAILPOINT", second).run();
        // A resumption need not pass the second place: what is done is not done again.
        assert!(
            matches!(outcome.code, None | Some(0)),
            "{first}, {second}: {}",
            outcome.stderr
        );
        if outcome.code.is_none() {
            desk.reseal(["--resume"]).output();
        }
        desk.is_done();
    }
}

#[test]
fn a_kill_while_the_branch_moves_after_a_race_is_resumed() {
    for place in ["push-made", "files-moved", "before-pushed"] {
        let desk = Desk::new();
        desk.dies_at("after-committed", []);
        desk.colleague().pushes("theirs.txt", "theirs\n");
        desk.dies_at(place, ["--resume"]);
        desk.reseal(["--resume"]).output();
        desk.is_done();
        assert_eq!(desk.clone.read("theirs.txt"), b"theirs\n");
    }
}

#[test]
fn a_kill_after_the_pin_is_resumed_and_undone() {
    let policy = "version: v1\nenvironments:\n  dev:\n    certificate: certs/dev.pem\n    controller: {keys: controller}\n";
    let declared = ["--fingerprint", crate::desk::NEW];
    for place in [
        "files-written",
        "lock-written",
        "before-edited",
        "commit-made",
    ] {
        let desk = Desk::with(policy, "certs/old.pem");
        let before = desk.picture();
        desk.dies_at(place, declared);
        desk.reseal(["--abort"]).output();
        assert_eq!(desk.picture(), before, "{place}");
        desk.dies_at(place, declared);
        desk.reseal(["--resume"]).output();
        desk.is_done();
    }
}
