//! SARIF: complete on a clean tree too, with names that survive as URIs.

use serde_json::{Value, json};

use crate::support::judge;
use crate::world::{clean, json, lint, messy, text};

#[test]
fn a_clean_tree_has_one_run_every_rule_and_no_results() {
    let log = json(&lint(&clean(), "sarif"));
    let runs = log["runs"].as_array().unwrap();
    assert_eq!((runs.len(), &runs[0]["results"]), (1, &json!([])));
    assert_eq!(runs[0]["columnKind"], "unicodeCodePoints");
    let rules = runs[0]["tool"]["driver"]["rules"].as_array().unwrap();
    let names: Vec<_> = rules
        .iter()
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    let all: Vec<_> = sealsmith_lint::RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(names, all);
    for rule in rules {
        for field in ["shortDescription", "fullDescription", "help"] {
            let text = rule[field]["text"].as_str().unwrap_or_default();
            assert!(text.len() > 10, "{} has no {field}", rule["id"]);
        }
    }
}

#[test]
fn every_result_names_its_rule_and_a_file_below_the_root() {
    let repository = messy();
    let log = json(&lint(&repository, "sarif"));
    let rules = &log["runs"][0]["tool"]["driver"]["rules"];
    for result in results(&log) {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let artifact = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        assert_eq!(artifact["uriBaseId"], "%SRCROOT%");
        let path = decoded(artifact["uri"].as_str().unwrap());
        assert!(repository.file(path).exists(), "{artifact}");
    }
}

#[test]
fn what_is_silenced_is_no_result() {
    let log = json(&lint(&messy(), "sarif"));
    let silenced = results(&log).iter().find(|result| {
        let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        result["ruleId"] == "plaintext-secret" && uri == "legacy/old.yaml"
    });
    assert!(silenced.is_none(), "{silenced:#?}");
}

#[test]
fn fingerprints_are_unique_and_stay_when_lines_move() {
    let repository = messy();
    let before = fingerprints(&json(&lint(&repository, "sarif")));
    let mut unique = before.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), before.len());
    let file = crate::world::WAVELESS;
    let moved = ["# one\n# more\n".as_bytes(), &repository.read(file)].concat();
    repository.write(file, moved);
    assert_eq!(fingerprints(&json(&lint(&repository, "sarif"))), before);
}

#[test]
fn no_name_of_a_file_makes_a_link() {
    let log = json(&lint(&messy(), "sarif"));
    for result in results(&log) {
        let text = result["message"]["text"].as_str().unwrap();
        assert!(!text.contains("]("), "{text}");
    }
}

#[test]
#[ignore = "needs the schema of SARIF and a validator from PyPI"]
fn the_schema_of_oasis_accepts_messy_and_clean_trees() {
    for repository in [messy(), clean()] {
        let log = text(&lint(&repository, "sarif"));
        let verdict = judge::json("sarif-2.1.0.json", &log);
        assert_eq!(verdict.code, Some(0), "{}", told(&verdict));
    }
}

#[test]
#[ignore = "needs the schema of SARIF and a validator from PyPI"]
fn the_schema_of_oasis_refuses_a_log_without_a_version_or_with_line_zero() {
    let log = json(&lint(&messy(), "sarif"));
    let mut without_version = log.clone();
    without_version.as_object_mut().unwrap().remove("version");
    let mut line_zero = log;
    line_zero["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"] =
        json!({"startLine": 0});
    for wrong in [without_version, line_zero] {
        let verdict = judge::json("sarif-2.1.0.json", &wrong.to_string());
        assert_eq!(verdict.code, Some(1), "{}", told(&verdict));
    }
}

fn told(verdict: &crate::support::program::Outcome) -> String {
    text(verdict) + &verdict.stderr
}

fn results(log: &Value) -> &[Value] {
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(results.len() > crate::world::ODD_NAMES.len());
    results
}

fn fingerprints(log: &Value) -> Vec<String> {
    let results = results(log).iter();
    let print = |result: &Value| result["partialFingerprints"]["sealsmith/v1"].to_string();
    results.map(print).collect()
}

fn decoded(uri: &str) -> std::path::PathBuf {
    use std::os::unix::ffi::OsStringExt as _;
    let mut bytes = Vec::new();
    let mut rest = uri.as_bytes();
    while let [first, tail @ ..] = rest {
        let (byte, tail) = match first {
            b'%' => {
                let digits = std::str::from_utf8(&tail[..2]).unwrap();
                (u8::from_str_radix(digits, 16).unwrap(), &tail[2..])
            }
            byte => (*byte, tail),
        };
        bytes.push(byte);
        rest = tail;
    }
    std::ffi::OsString::from_vec(bytes).into()
}
