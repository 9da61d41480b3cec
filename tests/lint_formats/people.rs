//! What people read: no control character of a name reaches the terminal, no secret is in a frame.

use crate::support::repository::Repository;
use crate::world::{ODD_NAMES, SECRET, lint, messy, text};

#[test]
fn concise_has_one_line_a_finding() {
    let report = text(&lint(&messy(), "concise"));
    assert!(report.lines().count() > ODD_NAMES.len());
    for line in report.lines() {
        let severities = [": error[", ": warning[", ": info["];
        assert!(
            severities.iter().any(|word| line.contains(word)),
            "{line:?}"
        );
    }
}

#[test]
fn nothing_steers_the_terminal() {
    for format in ["human", "concise"] {
        let report = text(&lint(&messy(), format));
        let steers = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!report.contains(steers), "{format}: {report:?}");
    }
}

#[test]
fn a_rule_about_something_else_shows_no_line_of_a_file_with_a_secret() {
    let repository = Repository::new();
    let twice = format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: db}}\n\
         stringData:\n  password: {SECRET}\n  password: {SECRET}\n"
    );
    repository.write("charts/twice.yaml", twice);
    repository.git(["add", "--all"]);
    let report = text(&lint(&repository, "human"));
    assert!(report.contains("[ambiguous-yaml]"), "{report}");
}
