//! What the API server refuses or drops, and what kubeseal writes.

#![allow(
    clippy::disallowed_methods,
    reason = "a test reads the vectors that it is about"
)]

use sealsmith_lint::policy::Severity;

use crate::dev::{PATH, broken, found, manifest, names, report};
use crate::example::{Example, value};

fn good() -> String {
    manifest(&format!("password: {}", value("dev 12", "x")))
}

/// What `schema` says after a change of the good manifest.
fn said(from: &str, to: &str) -> Vec<String> {
    let text = good().replacen(from, to, 1);
    assert_ne!(text, good(), "{from} is there to be replaced");
    let report = report(&text);
    let found = found(&report, "schema").into_iter();
    found
        .map(|finding| format!("{}: {}", finding.subject.field, finding.message))
        .collect()
}

#[test]
fn each_violation_is_named_with_its_field() {
    for (from, to, expected) in [
        (
            "spec:\n  encryptedData:",
            "spec:\n  encryptdData:",
            "spec.encryptdData: there is no field `spec.encryptdData`",
        ),
        (
            "kind:",
            "extra: 1\nkind:",
            "extra: there is no field `extra`",
        ),
        (
            "v1alpha1",
            "v1",
            "apiVersion: the only `apiVersion` of a SealedSecret is `bitnami.com/v1alpha1`",
        ),
        (
            "kind:",
            "status: {observedGeneration: 1}\nkind:",
            "status: `status` is written by the controller",
        ),
        (
            "  name: db",
            "  uid: abc\n  name: db",
            "metadata.uid: `metadata.uid` is written by the cluster",
        ),
        (
            "  name: db",
            "  labels: {tier: 1}\n  name: db",
            "metadata.labels.tier: `metadata.labels.tier` is not a text",
        ),
        (
            "  name: db",
            "  label: {tier: x}\n  name: db",
            "metadata.label: there is no field `metadata.label`",
        ),
        (
            "  template:\n",
            "  template:\n    stringData: {a: b}\n",
            "spec.template.stringData: there is no field `spec.template.stringData`",
        ),
        (
            "  template:\n",
            "  template:\n    type: 5\n",
            "spec.template.type: `spec.template.type` is not a text",
        ),
        (
            "  template:\n",
            "  template:\n    immutable: \"true\"\n",
            "spec.template.immutable: `spec.template.immutable` is neither true nor false",
        ),
        (
            "  template:\n",
            "  template:\n    data: {port: 5432}\n",
            "spec.template.data.port: `spec.template.data.port` is not a text",
        ),
        (
            "  template:\n",
            "  template:\n    data: {password: \"{{ .password }}\"}\n",
            "spec.template.data.password: `password` is both sealed and made from the template",
        ),
        (
            "spec:\n",
            "spec:\n  data: AgA=\n",
            "spec.data: `spec.data` is the format of 2018, a whole Secret in one value",
        ),
        (
            "spec:\n",
            "spec:\n  data: {a: b}\n",
            "spec.data: `spec.data` is not a text",
        ),
        (
            "    password:",
            "    other: 5\n    password:",
            "spec.encryptedData.other: `other` is not a text",
        ),
        (
            "    password:",
            "    other:\n    password:",
            "spec.encryptedData.other: `other` has no value",
        ),
        (
            "    password:",
            "    a/b:",
            "spec.encryptedData.a/b: `a/b` is no key that a Secret can have",
        ),
        (
            "    password:",
            "    yes:",
            "spec.encryptedData.yes: the key `yes` is no text for Kubernetes",
        ),
    ] {
        assert!(
            said(from, to).contains(&expected.to_owned()),
            "{to}: {:?}",
            said(from, to)
        );
    }
}

#[test]
fn data_that_is_no_mapping_is_named() {
    let data = format!("\n    password: {}", value("dev 12", "x"));
    for (to, expected) in [
        ("", "`spec.encryptedData` is missing"),
        (" [a]", "`spec.encryptedData` is not a mapping"),
        (" ~", "`spec.encryptedData` is missing"),
    ] {
        let found = said(&data, to);
        assert!(
            found.len() == 1 && found[0].ends_with(expected),
            "{found:?}"
        );
    }
    assert_eq!(said(&data, " {}"), [""; 0], "an empty one is allowed");
}

#[test]
fn harmless_leftovers_of_kubeseal_are_no_finding() {
    for (from, to) in [
        ("  name: db", "  creationTimestamp: null\n  name: db"),
        (
            "      name: db",
            "      creationTimestamp: null\n      name: db",
        ),
        ("kind:", "status: {}\nkind:"),
        (
            "  template:\n",
            "  template:\n    data: null\n    type: Opaque\n    immutable: true\n",
        ),
    ] {
        assert_eq!(broken(&good().replacen(from, to, 1)), [""; 0], "{to}");
    }
}

#[test]
fn an_object_that_does_not_fit_into_an_annotation_is_too_large() {
    let large = |bytes: usize| {
        manifest(&format!(
            "password: {}",
            value(&format!("dev {bytes}"), "x")
        ))
    };
    assert_eq!(broken(&large(150_000)), [""; 0]);
    assert_eq!(broken(&large(192_000)), ["schema"]);
}

#[test]
fn a_sealed_secret_of_another_api_is_said_to_be_none() {
    let text = good().replacen("bitnami.com/v1alpha1", "v1", 1);
    let report = report(&text);
    assert_eq!(names(&report), ["schema"]);
    assert!(
        found(&report, "schema")[0]
            .message
            .contains("`v1` has no SealedSecret")
    );
}

#[test]
fn what_the_real_kubeseal_wrote_is_no_finding() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/vectors/kubeseal/manifests"
    );
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("the vectors are here") {
        let path = entry.expect("it can be read").path();
        let name = path
            .file_name()
            .expect("a file")
            .to_string_lossy()
            .into_owned();
        if !name.contains(".sealed.") {
            continue;
        }
        let text = std::fs::read(&path).expect("it can be read");
        let to = PATH.replace("sealed-db.yaml", &format!("sealed-{name}"));
        let report = Example::parse("-- README.md --\ntext\n")
            .with(to.as_bytes(), &text)
            .check();
        // Sealed for namespaces of their own, without the wave that Argo CD needs.
        let expected = ["namespace-mismatch", "sync-wave"];
        let others: Vec<_> = names(&report)
            .into_iter()
            .filter(|name| !expected.contains(&name.as_str()))
            .collect();
        assert!(others.is_empty(), "{name}: {others:?}");
        seen += 1;
    }
    assert!(seen > 20, "{seen} files");
}

#[test]
fn what_stands_in_an_exported_object_for_no_reason_is_only_a_warning() {
    let report = report(&good().replacen("  name: db", "  generation: 3\n  name: db", 1));
    let found = found(&report, "schema");
    assert!(found.len() == 1 && found[0].severity == Severity::Warning);
}
