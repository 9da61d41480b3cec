//! Who may change what: a person with an approval, automation never, and a re-seal that changes nothing else.

use crate::desk::{DB, Desk, JWT, Verdict, manifest};

const APPROVAL: &str = "Secret-Change-Approved-By: @lead";
const BOT: [(&str, &str); 2] = [
    ("GIT_AUTHOR_EMAIL", "bot@example.com"),
    ("GIT_COMMITTER_EMAIL", "bot@example.com"),
];

fn commit_of_bot(desk: &Desk, message: &str) -> Verdict {
    let commit = desk.committing(["-a", "-m", message]);
    let commit = BOT
        .into_iter()
        .fold(commit, |commit, (name, value)| commit.env(name, value));
    Verdict::of(commit.run())
}

fn reseal(extra: &str) -> String {
    format!("reseal dev\n\nSealsmith-Operation: reseal\nSealsmith-Environment: dev\n{extra}")
}

#[test]
fn a_person_needs_an_approval_in_the_message() {
    let desk = Desk::new();
    desk.hook();
    desk.write(JWT, manifest("jwt", "app-dev", 20));
    desk.repository.git(["add", JWT]);
    // Before the message is known, it is only mentioned.
    let staged = desk.lint(["--staged"]);
    assert!(
        staged.passes().has("unapproved-manual-change", JWT),
        "{staged:?}"
    );
    let blocked = desk.commit(["-m", "new key"]);
    blocked.finds("unapproved-manual-change", JWT);
    desk.commit(["-m", "new key", "-m", APPROVAL]).passes();
}

#[test]
fn an_approval_counts_in_any_case_folded_and_in_the_body_of_a_squash() {
    for message in [
        "new key\n\nsecret-change-approved-by: @lead",
        "new key\n\nSecret-Change-Approved-By:\n  @lead",
        "Rotate (#3)\n\n* new key\n\nSecret-Change-Approved-By: @lead\n\n* typo\n\nfixed it",
    ] {
        let desk = Desk::new();
        desk.hook();
        desk.write(JWT, manifest("jwt", "app-dev", 20));
        desk.commit(["-a", "-m", message]).passes();
        desk.lint(["--range", "HEAD~1..HEAD"]).passes();
    }
}

#[test]
fn a_range_finds_the_commit_that_nobody_approved() {
    let desk = Desk::new();
    desk.write(JWT, manifest("jwt", "app-dev", 20));
    desk.repository.commit("new key");
    desk.write(DB, manifest("db", "app-dev", 21));
    desk.repository.commit("new password");
    let verdict = desk.lint(["--range", "HEAD~2..HEAD"]);
    verdict
        .finds("unapproved-manual-change", JWT)
        .says("2 commits");
    desk.lint(["--range", "HEAD~1..HEAD"]).passes();
}

#[test]
fn automation_may_not_change_what_is_for_people() {
    let desk = Desk::new();
    desk.hook();
    desk.write(JWT, manifest("jwt", "app-dev", 20));
    commit_of_bot(&desk, "rotate").finds("automation-on-manual", JWT);
    let approved = format!("rotate\n\n{APPROVAL}");
    commit_of_bot(&desk, &approved).finds("automation-on-manual", JWT);
    desk.repository.git(["add", JWT]);
    desk.write("message", "rotate\n");
    let variable = desk.linting(["--staged", "--message", "message"]);
    let variable = variable.env("SEALSMITH_AUTOMATION", "1");
    Verdict::of(variable.run()).finds("automation-on-manual", JWT);
}

#[test]
fn automation_may_re_seal_everything_and_nothing_more() {
    let desk = Desk::new();
    desk.hook();
    let resealed = manifest("jwt", "app-dev", 20);
    desk.write(JWT, &resealed);
    desk.write(DB, manifest("db", "app-dev", 21));
    commit_of_bot(&desk, &reseal("")).passes();
    desk.lint(["--range", "HEAD~1..HEAD"]).passes();
    let longer = format!("{resealed}      labels: {{a: b}}\n");
    desk.write(JWT, longer);
    commit_of_bot(&desk, &reseal("")).finds("reseal-changed-more", JWT);
    desk.write(
        JWT,
        manifest("jwt", "app-dev", 22).replace("    user:", "    user2:"),
    );
    commit_of_bot(&desk, &reseal("")).finds("automation-on-manual", JWT);
}

#[test]
fn the_message_of_a_commit_is_read_from_a_file() {
    let desk = Desk::new();
    desk.stage(JWT, manifest("jwt", "app-dev", 20));
    desk.write("message", "new key\n");
    desk.lint(["--staged", "--message", "message"])
        .finds("unapproved-manual-change", JWT);
    desk.write(
        "message",
        format!("new key\n\n{APPROVAL}\n# ------------------------ >8 ------------------------\n"),
    );
    desk.lint(["--staged", "--message", "message"]).passes();
    desk.write(
        "message",
        format!("new key\n\n# ------------------------ >8 ------------------------\n{APPROVAL}\n"),
    );
    desk.lint(["--staged", "--message", "message"])
        .finds("unapproved-manual-change", JWT);
    desk.lint(["--staged", "--message", "missing"])
        .could_not(&["cannot read missing"]);
}
