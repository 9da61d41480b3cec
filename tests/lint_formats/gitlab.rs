//! GitLab's Code Quality report. No package carries a schema of it, so the fields are checked here as
//! the documentation lists them ("Code Quality report format": all of these are required).

use std::collections::BTreeSet;

use serde_json::json;

use crate::world::{ODD_NAMES, clean, json, lint, messy};

#[test]
fn every_required_field_is_there_and_of_its_type() {
    let report = json(&lint(&messy(), "gitlab"));
    let issues = report.as_array().unwrap();
    assert!(issues.len() > ODD_NAMES.len());
    for issue in issues {
        let texts = ["description", "check_name", "fingerprint"];
        for field in texts {
            let text = issue[field].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{field} of {issue:#}");
        }
        let severity = issue["severity"].as_str().unwrap();
        let known = ["info", "minor", "major", "critical", "blocker"];
        assert!(known.contains(&severity), "{severity}");
        assert!(issue["location"]["lines"]["begin"].as_u64() >= Some(1));
        let path = issue["location"]["path"].as_str().unwrap();
        assert!(!path.starts_with("./") && !path.starts_with('/'), "{path}");
    }
}

#[test]
fn fingerprints_are_unique_for_gitlab_shows_only_the_first_of_equals() {
    let report = json(&lint(&messy(), "gitlab"));
    let issues = report.as_array().unwrap();
    let prints: BTreeSet<_> = issues
        .iter()
        .map(|one| one["fingerprint"].as_str())
        .collect();
    assert_eq!(prints.len(), issues.len());
}

#[test]
fn a_clean_tree_is_an_empty_array() {
    assert_eq!(json(&lint(&clean(), "gitlab")), json!([]));
}

#[test]
fn a_path_is_as_git_has_it() {
    let report = json(&lint(&messy(), "gitlab"));
    let issues = report.as_array().unwrap();
    let paths: BTreeSet<_> = issues
        .iter()
        .filter_map(|one| one["location"]["path"].as_str())
        .collect();
    for name in ODD_NAMES
        .iter()
        .filter_map(|name| std::str::from_utf8(name).ok())
    {
        assert!(paths.contains(name), "{name:?} is not in {paths:?}");
    }
}
