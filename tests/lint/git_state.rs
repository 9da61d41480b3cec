//! The state of git before an operation that rewrites files.

use sealsmith_lint::policy::Severity;

use crate::example::Example;

/// Findings as rule and severity, under a policy with these settings of `git`.
fn found(git: &str, state: &str) -> Vec<(&'static str, Severity)> {
    let text = format!(
        "-- sealsmith.yaml --\ngit: {git}\nenvironments: {{dev: {{certificate: certs/dev.pem}}}}\n-- git --\n{state}\n"
    );
    let report = Example::parse(&text).check();
    let found = report
        .findings
        .iter()
        .filter(|one| one.rule.code.starts_with("SL7"));
    found.map(|one| (one.rule.name, one.severity)).collect()
}

#[test]
fn case_10_whatever_git_has_not_finished_stops_an_operation() {
    for state in [
        "merge",
        "rebase",
        "bisect",
        "cherry-pick",
        "detached",
        "unborn",
        "locked",
        "unmerged a",
    ] {
        assert_eq!(
            found("{}", state),
            [("unfinished-git", Severity::Error)],
            "{state}"
        );
    }
    assert!(found("{}", "clean").is_empty());
}

#[test]
fn a_detached_head_and_an_old_branch_are_the_policys_to_allow() {
    assert!(found("{require-branch: false}", "detached").is_empty());
    assert_eq!(found("{require-branch: false}", "unborn").len(), 1);
    assert_eq!(
        found("{}", "behind 3"),
        [("behind-upstream", Severity::Error)]
    );
    assert!(found("{require-up-to-date: false}", "behind 3").is_empty());
}

#[test]
fn a_change_counts_by_what_the_operation_rewrites() {
    for (path, severity) in [
        ("envs/dev/sealed-secrets/api/sealed-x.yaml", Severity::Error),
        ("sealsmith.yaml", Severity::Error),
        ("sealsmith.lock", Severity::Error),
        ("certs/dev.pem", Severity::Error),
        ("charts/api/values.yaml", Severity::Warning),
    ] {
        assert_eq!(
            found("{}", &format!("dirty {path}")),
            [("dirty-tree", severity)],
            "{path}"
        );
    }
    let untracked = "untracked envs/dev/sealed-secrets/api/sealed-x.yaml";
    assert_eq!(found("{}", untracked), [("dirty-tree", Severity::Error)]);
}
