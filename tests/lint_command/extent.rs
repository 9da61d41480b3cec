//! How much is checked, and that it is said.

use crate::desk::{DB, Desk, JWT, PLAIN, POLICY, Verdict, manifest};

const OTHER: &str = "apps/other.yaml";

#[test]
fn a_clean_repository_passes_and_says_how_much_it_has() {
    let desk = Desk::new();
    let verdict = desk.lint(["--rev", "HEAD"]);
    verdict.passes().says("checked 3 files, 4 sealed values");
    for line in verdict.stdout.lines() {
        assert!(line.contains(" info["), "{line}");
    }
}

#[test]
fn staged_files_outside_the_layout_are_counted() {
    let desk = Desk::new();
    for path in ["a.md", "b.md", "c.md"] {
        desk.stage(path, "x\n");
    }
    desk.lint(["--staged"])
        .passes()
        .says("0 of 3 staged files are policed");
    desk.stage(DB, manifest("db", "app-dev", 5));
    desk.lint(["--staged"])
        .passes()
        .says("1 of 4 staged files are policed");
}

#[test]
fn nothing_staged_is_said() {
    Desk::new()
        .lint(["--staged"])
        .passes()
        .says("nothing is staged");
}

#[test]
fn a_pattern_that_matches_nothing_is_no_clean_repository() {
    let desk = Desk::new();
    let wrong = "envs/{env}/sealed/{app}/sealed-{name}.yaml";
    let right = "envs/{env}/sealed-secrets/{app}/sealed-{name}.yaml";
    let policy = |allow: &[&str]| {
        POLICY.replace(
            "layout: {",
            &format!("layout: {{allow: ['{}'], ", allow.join("', '")),
        )
    };
    for allow in [&[wrong][..], &[right, wrong]] {
        desk.write("sealsmith.yaml", policy(allow));
        let words = [wrong, "is not checked", "layout.allow"];
        let verdict = desk.lint(["--exit-zero"]);
        verdict.could_not(&words);
        desk.repository.git(["add", "sealsmith.yaml"]);
        desk.stage(DB, manifest("db", "app-dev", 5));
        desk.lint(["--staged", "--exit-zero"]).could_not(&words);
    }
    desk.write("sealsmith.yaml", policy(&[right]));
    desk.lint([]).passes();
}

#[test]
fn a_repository_before_its_first_sealed_secret_is_fine() {
    let desk = Desk::new();
    desk.repository.git(["rm", "--quiet", DB, JWT]);
    desk.lint([]).passes();
    desk.lint(["--staged"]).passes();
}

#[test]
fn paths_choose_what_is_reported() {
    let desk = Desk::new();
    desk.stage(OTHER, PLAIN);
    desk.lint(["envs"]).passes().says("checked 2 files");
    desk.lint(["apps"])
        .finds("plaintext-secret", OTHER)
        .says("checked 1 file");
    desk.repository.commit("plain");
    desk.lint(["--rev", "HEAD", "envs"]).passes();
    desk.lint(["nowhere"])
        .could_not(&["nothing to check: no file here is nowhere, or below it"]);
    desk.lint(["/etc"])
        .could_not(&["/etc is outside the repository"]);
    let below = desk
        .repository
        .sealsmith()
        .dir(desk.repository.file("apps"));
    let below = below
        .args(["lint", "--format", "concise", "other.yaml", "../envs"])
        .run();
    Verdict::of(below).finds("plaintext-secret", OTHER);
}

#[test]
fn a_named_file_that_git_does_not_track_yet_is_checked() {
    let desk = Desk::new();
    desk.write(OTHER, PLAIN);
    desk.lint([OTHER]).finds("plaintext-secret", OTHER);
    desk.lint(["apps"]).finds("plaintext-secret", OTHER);
    desk.lint([]).passes();
}

#[test]
fn standard_input_is_checked_as_the_file_that_it_will_be() {
    let desk = Desk::new();
    let typed = |path: &str, text: &str| {
        let lint = desk.linting(["--stdin-path", path]).stdin(text);
        Verdict::of(lint.run())
    };
    let wrong = manifest("db", "app-dev", 1).replace("sync-wave: \"-1\"", "sync-wave: \"0\"");
    typed(DB, &wrong).finds("sync-wave", DB);
    typed(DB, &manifest("db", "app-dev", 1)).passes();
    typed(OTHER, PLAIN).finds("plaintext-secret", OTHER);
    // A value of another file, seen only by comparing.
    let copy = "envs/prod/sealed-secrets/app/sealed-db.yaml";
    typed(copy, &manifest("db", "app-prod", 1)).finds("repeated-ciphertext", copy);
    typed("sealsmith.yaml", "rotaton: x\n").could_not(&["sealsmith.yaml:1:1"]);
    typed("../x.yaml", "a: 1\n").could_not(&["is outside the repository"]);
    typed(".", "a: 1\n").could_not(&["names a folder"]);
    assert!(!desk.repository.file(OTHER).exists());
}

#[test]
fn parts_together_find_what_a_whole_run_finds() {
    let desk = Desk::new();
    desk.stage(OTHER, PLAIN);
    desk.stage(
        "envs/prod/sealed-secrets/app/sealed-db.yaml",
        manifest("db", "app-prod", 1),
    );
    for number in 0..20 {
        desk.stage(&format!("apps/{number}.yaml"), PLAIN);
    }
    let whole = lines(&desk.lint([]));
    let mut parts: Vec<String> = ["1/3", "2/3", "3/3"]
        .into_iter()
        .flat_map(|part| lines(&desk.lint(["--shard", part])))
        .collect();
    parts.sort();
    assert_eq!(parts, whole);
    desk.lint(["--shard", "4/3"])
        .could_not(&["a part is written I/N"]);
}

fn lines(verdict: &Verdict) -> Vec<String> {
    let mut lines: Vec<_> = verdict.stdout.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}
