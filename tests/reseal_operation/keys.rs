//! Another controller key: believed only when declared, and pinned in the same commit.

use crate::desk::{DB, Desk, LOCK, NEW, OLD, fixture, fixture_path};

const PINNED: &str = "# the platform
version: v1
environments:
  dev:
    certificate: certs/dev.pem
    fingerprints: [\"SHA256:KwGi31n2M55t91b+zRplEoB3ppmCuIZr8tvk7GOn2zg\"] # asked for by the auditors
    controller: {keys: controller}
";

#[test]
fn a_key_that_nobody_declared_is_refused_with_both_fingerprints() {
    let desk = Desk::with(PINNED, "certs/old.pem");
    let declare = format!("sealsmith reseal dev --fingerprint {NEW}");
    let words = [
        "the key folder controller serves another certificate than expected",
        &format!("it serves {NEW}"),
        &format!("sealsmith.yaml says {OLD}"),
        &declare,
    ];
    desk.refuses(desk.reseal([]), 1, &words);
}

#[test]
fn a_declared_key_changes_certificate_and_pin_in_the_same_commit() {
    let desk = Desk::with(PINNED, "certs/old.pem");
    let words = ["the certificate and the pin of dev change too"];
    desk.ends(desk.reseal(["--fingerprint", NEW]), 0, &words);
    desk.is_done();
    let touched = desk.clone.git(["diff", "--name-only", "HEAD^", "HEAD"]);
    assert_eq!(
        touched,
        format!("certs/dev.pem\n{DB}\n{LOCK}\nsealsmith.yaml\n")
    );
    let policy = String::from_utf8(desk.clone.read("sealsmith.yaml")).expect("it is text");
    assert_eq!(policy, PINNED.replace(OLD, NEW));
    desk.lint_calls_it_a_re_seal();
    desk.ends(desk.reseal([]), 0, &["nothing to do"]);
}

#[test]
fn a_certificate_can_be_declared_too() {
    let desk = Desk::with(PINNED, "certs/old.pem");
    let new = fixture_path("certs/new.pem").display().to_string();
    desk.reseal(["--cert", &new]).output();
    desk.is_done();
    assert_eq!(desk.clone.read("certs/dev.pem"), fixture("certs/new.pem"));
}

#[test]
fn a_declaration_that_the_controller_contradicts_is_refused() {
    let desk = Desk::with(PINNED, "certs/old.pem");
    let other = "SHA256:BL8Q3ZLPw+4ZUFhp+mdJexqgkRq5fKsapGw1haj5VZQ";
    let words = [
        "the key folder controller serves another certificate than expected",
        NEW,
        other,
    ];
    desk.refuses(desk.reseal(["--fingerprint", other]), 1, &words);
    let old = fixture_path("certs/old.pem").display().to_string();
    let words = ["serves another certificate than expected", NEW, OLD];
    desk.refuses(desk.reseal(["--cert", &old]), 1, &words);
}

#[test]
fn a_dry_run_names_the_pin() {
    let desk = Desk::with(PINNED, "certs/old.pem");
    let words = ["would pin the new key in sealsmith.yaml"];
    desk.refuses(desk.reseal(["--dry-run", "--fingerprint", NEW]), 1, &words);
}
