//! JSON for scripts: one object with a version, and everything that was found.

use crate::world::{ODD_NAMES, clean, json, lint, messy};

#[test]
fn findings_and_silenced_ones_are_told_apart() {
    let report = json(&lint(&messy(), "json"));
    assert_eq!(report["version"], 1);
    assert!(report["findings"].as_array().unwrap().len() > ODD_NAMES.len());
    let silenced = report["silenced"].as_array().unwrap();
    assert_eq!(silenced.len(), 1, "{silenced:#?}");
    assert_eq!(silenced[0]["silencedBy"]["by"], "exception");
    assert_eq!(silenced[0]["path"], "legacy/old.yaml");
}

#[test]
fn how_much_was_checked_is_said() {
    let report = json(&lint(&messy(), "json"));
    let files = u64::try_from(ODD_NAMES.len()).unwrap() + 3;
    assert_eq!(report["checked"]["files"], files);
    assert_eq!(report["checked"]["sealedSecrets"], 1);
    let report = json(&lint(&clean(), "json"));
    assert_eq!(report["findings"], serde_json::json!([]));
}
