//! What a run is judged by: the policy of the same tree, or one that the change did not write.

use crate::desk::{DB, Desk, JWT, PLAIN, POLICY, manifest};
use crate::support::program::Program;

const OTHER: &str = "apps/other.yaml";
const EXCEPTION: &str = "\
exceptions:
  - rule: plaintext-secret
    path: apps/**
    reason: a chart without literal values, I promise
    expires: 2099-01-01
";

#[test]
fn a_change_that_excuses_itself_is_judged_by_the_policy_before_it() {
    let desk = Desk::new();
    desk.repository.git(["checkout", "--quiet", "-b", "change"]);
    desk.write("sealsmith.yaml", format!("{POLICY}{EXCEPTION}"));
    desk.write(OTHER, PLAIN);
    desk.repository.commit("nothing to see");
    let verdict = desk.lint(["--range", "main..change", "--policy-from", "main"]);
    verdict.finds("plaintext-secret", OTHER);
    assert!(
        verdict.has("policy-loosened", "sealsmith.yaml"),
        "{verdict:?}"
    );
    let verdict = desk.lint(["--range", "main..change"]);
    assert!(
        verdict.has("policy-loosened", "sealsmith.yaml"),
        "{verdict:?}"
    );
}

#[test]
fn a_change_that_accepts_itself_in_the_baseline_is_judged_by_the_one_before_it() {
    let desk = Desk::new();
    let wrong = manifest("db", "app-dev", 1).replace("sync-wave: \"-1\"", "sync-wave: \"0\"");
    desk.write(DB, wrong);
    desk.lint(["--write-baseline"])
        .passes()
        .says("accepted 1 finding in .sealsmith-baseline");
    desk.repository.commit("nothing to see");
    desk.lint(["--rev", "HEAD"])
        .passes()
        .says("silenced 1 finding");
    desk.lint(["--rev", "HEAD", "--policy-from", "HEAD~1"])
        .finds("sync-wave", DB);
}

#[test]
fn the_policy_comes_from_where_the_files_come_from() {
    let desk = Desk::new();
    let off = POLICY.replace("rules: {", "rules: {sync-wave: {severity: 'off'}, ");
    let wrong = manifest("db", "app-dev", 1).replace("sync-wave: \"-1\"", "sync-wave: \"0\"");
    desk.stage(DB, wrong);
    desk.write("sealsmith.yaml", off);
    desk.lint([]).passes();
    desk.lint(["--staged"]).finds("sync-wave", DB);
    desk.repository.git(["add", "sealsmith.yaml"]);
    desk.lint(["--staged"]).passes();
}

#[test]
fn a_policy_that_cannot_be_used_ends_the_run_wherever_it_is() {
    let desk = Desk::new();
    let broken = POLICY.replace("rotation: manual", "rotaton: manual");
    desk.stage("sealsmith.yaml", &broken);
    let frame = [
        "cannot use sealsmith.yaml",
        "sealsmith.yaml:9:5",
        "rotaton: manual",
        "^^^^^^^",
    ];
    desk.lint(["--staged"]).could_not(&frame);
    desk.lint([]).could_not(&frame);
    desk.repository.commit("broken");
    desk.lint(["--rev", "HEAD"]).could_not(&frame);
    desk.lint(["--range", "HEAD~1..HEAD", "--policy-from", "HEAD~1"])
        .could_not(&frame);
    desk.write("sealsmith.yaml", POLICY);
    desk.repository.commit("mended");
    desk.lint(["--range", "HEAD~1..HEAD"]).passes();
}

#[test]
fn a_comment_silences_what_it_may_until_its_day() {
    let allow = |rule: &str, until: &str, why: &str| {
        let clean = manifest("db", "app-dev", 1);
        let comment = format!("    # sealsmith: allow({rule}) until {until} -- {why}\n");
        let (before, after) = clean.split_at(clean.find("    argocd").expect("it has a wave"));
        format!(
            "{before}{comment}{}",
            after.replace("wave: \"-1\"", "wave: \"0\"")
        )
    };
    let desk = Desk::new();
    let now = day_from_now(100);
    for (text, rule) in [
        (
            allow("sync-wave", "2026-01-31", "there are no waves here"),
            "sync-wave",
        ),
        (
            allow("sync-wave", "2026-01-31", "there are no waves here"),
            "bad-suppression",
        ),
        (allow("sync-wave", &now, "."), "bad-suppression"),
        (
            allow("sync-waves", &now, "there are no waves here"),
            "bad-suppression",
        ),
        (
            allow("plaintext-secret", &now, "there are no waves here"),
            "bad-suppression",
        ),
        (
            allow("sync-wave", "2099-12-31", "there are no waves here"),
            "bad-suppression",
        ),
    ] {
        desk.write(DB, text);
        desk.lint([]).finds(rule, DB);
    }
    desk.write(DB, allow("sync-wave", &now, "there are no waves here"));
    desk.lint([]).passes().says("silenced 1 finding");
}

/// A day so many days from now.
fn day_from_now(days: u32) -> String {
    let date = Program::new("date").args(["-u", "-d", &format!("+{days} days"), "+%F"]);
    date.text().trim().to_owned()
}

#[test]
fn a_comment_inside_a_value_is_a_value() {
    let desk = Desk::new();
    let day = day_from_now(100);
    let text = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  a: |\n    # sealsmith: allow(sync-wave) until {day} -- this is data, not a comment\n"
    );
    desk.stage(OTHER, text);
    let verdict = desk.lint([]);
    assert!(
        !verdict.passes().has("unused-suppression", OTHER),
        "{verdict:?}"
    );
}

#[test]
fn the_least_severity_that_fails_is_chosen() {
    let desk = Desk::new();
    desk.write(
        "sealsmith.yaml",
        POLICY.replace("rules: {", "rules: {sync-wave: {severity: warning}, "),
    );
    let wrong = manifest("jwt", "app-dev", 2).replace("sync-wave: \"-1\"", "sync-wave: \"0\"");
    desk.write(JWT, wrong);
    desk.lint([JWT]).passes().says("found 1 warning");
    desk.lint([JWT, "--fail-on", "warning"])
        .finds("sync-wave", JWT);
    desk.lint([JWT, "--fail-on", "warning", "--exit-zero"])
        .passes();
}
