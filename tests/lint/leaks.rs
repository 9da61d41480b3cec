//! Plaintext in a template, and its removal.

use crate::dev::{PATH, annotated, broken, found, manifest, report};
use crate::example::value;
use crate::fixing::fixed;

const NAME: &str = "kubectl.kubernetes.io/last-applied-configuration";

fn values() -> String {
    format!("password: {}", value("dev 12", "x"))
}

#[test]
fn the_annotation_is_removed_with_its_lines_and_nothing_else() {
    let leak = format!("{NAME}: |\n  {{\"data\":{{\"password\":\"aHVudGVyMjI=\"}}}}");
    for (before, after) in [
        (leak.clone(), ""),
        (format!("a: b # keep\n{leak}\nz: x"), "a: b # keep\nz: x"),
    ] {
        let text = annotated("", &before, &values());
        let report = report(&text);
        assert_eq!(found(&report, "leaked-last-applied").len(), 1);
        assert_eq!(fixed(&text, &report), annotated("", after, &values()));
        assert_eq!(broken(&fixed(&text, &report)), [""; 0]);
    }
}

#[test]
fn managed_fields_are_removed_in_yaml_and_json() {
    let yaml = manifest(&values());
    let fields = "      managedFields:\n      - manager: kubectl\n        fieldsV1: {f:data: {}}\n";
    let text = yaml.replacen(
        "  template:\n    metadata:\n",
        &format!("  template:\n    metadata:\n{fields}"),
        1,
    );
    assert_eq!(fixed(&text, &report(&text)), yaml);
    let json = format!(
        "{{\n  \"apiVersion\": \"bitnami.com/v1alpha1\",\n  \"kind\": \"SealedSecret\",\n  \"metadata\": {{\"name\": \"db\", \"namespace\": \"airflow-dev\", \"annotations\": {{\"argocd.argoproj.io/sync-wave\": \"-1\"}}}},\n  \"spec\": {{\n    \"encryptedData\": {{\"password\": \"{}\"}},\n    \"template\": {{\n      \"metadata\": {{\n        \"name\": \"db\"@\n      }}\n    }}\n  }}\n}}\n",
        value("dev 12", "x")
    );
    let text = json.replace(
        '@',
        ",\n        \"managedFields\": [\n          {\"manager\": \"kubectl\"}\n        ]",
    );
    assert_eq!(fixed(&text, &report(&text)), json.replace('@', ""));
}

#[test]
fn a_literal_in_the_template_is_readable_and_a_reference_is_not() {
    let with = |data: &str| {
        let text = manifest(&values()).replacen(
            "  template:\n",
            &format!("  template:\n    data:\n{data}\n"),
            1,
        );
        let report = report(&text);
        let found = found(&report, "leaked-last-applied").into_iter();
        found
            .map(|finding| finding.subject.field.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        with("      adminPassword: hunter22hunter"),
        ["spec.template.data.adminPassword"]
    );
    assert_eq!(
        with("      a.ini: |\n        user = airflow\n        password = hunter22"),
        ["spec.template.data.a.ini"]
    );
    for harmless in [
        "      url: \"postgres://airflow:{{ .password }}@db/airflow\"",
        "      dbPassword: \"{{ .password }}\"",
        "      a.ini: |\n        user = airflow\n        password = {{ .password }}\n        token_url = https://login.example/",
    ] {
        assert_eq!(with(harmless), [""; 0], "{harmless}");
    }
}

#[test]
fn a_report_names_the_key_and_shows_no_value() {
    let text = manifest(&values()).replacen(
        "  template:\n",
        "  template:\n    data: {adminPassword: hunter22hunter}\n",
        1,
    );
    let report = report(&text);
    let finding = found(&report, "leaked-last-applied")[0];
    let words = [
        Some(&finding.message),
        finding.note.as_ref(),
        finding.help.as_ref(),
    ];
    assert!(
        words
            .into_iter()
            .flatten()
            .all(|text| !text.contains("hunter22"))
    );
    assert_eq!(finding.path.to_string(), PATH);
}
