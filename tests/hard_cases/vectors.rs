//! What kubeseal did with 28 manifests, good and bad, is what `unseal` does.

use serde_json::Value;

use super::desk::{data, json, kubeseal};
use crate::support::program::{Outcome, Program};

#[test]
fn every_case_of_kubeseal_opens_or_stays_shut_alike() {
    let file = std::fs::read(kubeseal("kubeseal-cases.json")).expect("the cases are here");
    let file: Value = serde_json::from_slice(&file).expect("the cases are JSON");
    let cases = file["cases"].as_array().expect("the cases are a list");
    assert_eq!(cases.len(), 28);
    for case in cases {
        let (outcome, expected) = (unseal(case), &case["expect"]);
        if expected["ok"] == true {
            opens(case, &outcome);
        } else {
            stays_shut(case, &outcome);
        }
    }
}

fn unseal(case: &Value) -> Outcome {
    let keys = case["keys"].as_array().expect("a case names its keys");
    let files = keys
        .iter()
        .map(|key| kubeseal(&format!("{}.key", key.as_str().expect("a key has a name"))));
    Program::sealsmith()
        .args(["unseal", "-o", "json"])
        .args(files.flat_map(|file| ["--recovery-private-key".into(), file]))
        .stdin(case["yaml"].as_str().expect("a case has a manifest"))
        .run()
}

fn opens(case: &Value, outcome: &Outcome) {
    let id = &case["id"];
    assert_eq!(outcome.code, Some(0), "{id}: {}", outcome.stderr);
    let secrets = json(&outcome.stdout);
    assert_eq!(secrets.len(), 1, "{id}");
    assert_eq!(secrets[0]["type"], case["expect"]["type"], "{id}");
    let hex = data(&secrets[0])
        .into_iter()
        .map(|(key, value)| (key, hex(&value).into()));
    assert_eq!(
        Value::Object(hex.collect()),
        case["expect"]["data_hex"],
        "{id}"
    );
}

fn stays_shut(case: &Value, outcome: &Outcome) {
    let id = &case["id"];
    assert_eq!(outcome.code, Some(1), "{id}: {}", outcome.stderr);
    assert!(outcome.stdout.is_empty(), "{id} printed something");
    assert!(outcome.stderr.starts_with("error: "), "{id}");
    for key in blamed(case) {
        let told = outcome.stderr.contains(&format!("key \"{key}\""))
            || outcome.stderr.contains("deprecated 'data'");
        assert!(told, "{id}: {key} is not in {}", outcome.stderr);
    }
}

/// kubeseal puts the keys it blames into parentheses at the end of each line.
fn blamed(case: &Value) -> Vec<&str> {
    let stderr = case["expect"]["stderr"].as_str().expect("it says why");
    let lists = stderr.lines().filter_map(|line| {
        let (_, list) = line.strip_suffix(')')?.rsplit_once('(')?;
        Some(list)
    });
    lists.flat_map(|list| list.split(", ")).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
