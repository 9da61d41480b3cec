//! JUnit: a case for every rule and finding, well-formed whatever files are called.

use crate::support::judge;
use crate::world::{ODD_NAMES, clean, lint, lint_with, messy, text};

#[test]
fn a_clean_tree_has_a_passed_case_for_every_rule() {
    let report = text(&lint(&clean(), "junit"));
    let rules = sealsmith_lint::RULES.len();
    assert_eq!(report.matches("<testcase ").count(), rules);
    assert!(
        report.contains(&format!("tests=\"{rules}\" failures=\"0\"")),
        "{report}"
    );
}

#[test]
fn errors_fail_warnings_pass_and_silenced_findings_are_skipped() {
    let repository = messy();
    let report = text(&lint(&repository, "junit"));
    let failures = report.matches("<failure ").count();
    assert!(failures >= ODD_NAMES.len(), "{report}");
    assert!(
        report.contains(&format!("failures=\"{failures}\"")),
        "{report}"
    );
    assert!(report.contains("<system-out>envs/dev/"), "{report}");
    assert!(report.contains("<skipped message=\"an exception of the policy: removed with the chart &quot;&lt;legacy&gt;&quot; &amp; its values\"/>"), "{report}");
    let strict = text(&lint_with(&repository, "junit", &["--fail-on", "warning"]));
    assert!(strict.matches("<failure ").count() > failures, "{strict}");
}

#[test]
fn no_two_cases_have_one_name() {
    let report = text(&lint(&messy(), "junit"));
    let mut names: Vec<_> = report
        .lines()
        .filter_map(|line| line.trim().strip_prefix("<testcase "))
        .map(|line| &line[..line.find("\"/>").or(line.find("\">")).unwrap()])
        .collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
#[ignore = "needs the schema of JUnit reports and a validator from PyPI"]
fn the_schema_of_jenkins_accepts_messy_and_clean_trees() {
    for repository in [messy(), clean()] {
        let verdict = judge::junit(&text(&lint(&repository, "junit")));
        assert_eq!(verdict.code, Some(0), "{}", verdict.stderr);
    }
}

#[test]
#[ignore = "needs the schema of JUnit reports and a validator from PyPI"]
fn the_schema_of_jenkins_refuses_a_case_without_a_name() {
    let report = text(&lint(&clean(), "junit"));
    let wrong = report.replacen(" name=\"nothing found\"", "", 1);
    assert_ne!(wrong, report);
    let verdict = judge::junit(&wrong);
    assert_eq!(verdict.code, Some(1), "{}", verdict.stderr);
    assert!(verdict.stderr.contains("name"), "{}", verdict.stderr);
}
