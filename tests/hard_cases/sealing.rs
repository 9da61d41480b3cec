//! Cases 10 to 16: what becomes of names, metadata and neighbours when a Secret is sealed.

use std::time::{Duration, Instant};

use super::desk::{CLUSTER_WIDE, NAMESPACE_WIDE, opened, refused, seal, secrets, texts, unseal};

/// A Secret with one value, and lines of metadata of its own.
fn secret(metadata: &str) -> String {
    format!("apiVersion: v1\nkind: Secret\nmetadata:\n{metadata}stringData:\n  k: v\n")
}

#[test]
fn texts_that_yaml_takes_for_something_else_are_quoted_and_come_back() {
    let words = ["n", "y", "no", "on", "1e3", "0x1", "~", "null"];
    for word in words {
        let labels = format!("  labels:\n    l: \"{word}\"\n    \"{word}\": x\n");
        // A name cannot be a tilde in Kubernetes, but a label of an input is not ours to judge.
        let (name, key) = if word == "~" {
            ("n", "k")
        } else {
            (word, word)
        };
        let input = format!(
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: \"{name}\"\n  namespace: \"{name}\"\n{labels}stringData:\n  \"{key}\": v\n"
        );
        let sealed = seal("rsa2048", input).text();
        assert!(
            sealed.contains(&format!("  name: \"{name}\"\n  namespace: \"{name}\"\n")),
            "{sealed}"
        );
        assert!(sealed.contains(&format!("l: \"{word}\"\n")), "{sealed}");
        assert!(
            sealed.contains(&format!("        \"{word}\": x\n")),
            "{sealed}"
        );
        let output = unseal(&["rsa2048"], sealed).output();
        assert_eq!(
            secrets(&output),
            [(format!("\"{name}\""), texts(&[(key, "v")]))]
        );
    }
}

#[test]
fn string_data_beats_data_and_gives_one_item() {
    let input = secret("  name: a\n  namespace: b\n") + "data:\n  k: b2xk\n";
    let sealed = seal("rsa2048", input).text();
    assert_eq!(sealed.matches("    k: ").count(), 1);
    assert_eq!(opened("rsa2048", sealed), texts(&[("k", "v")]));
}

#[test]
fn without_a_namespace_nothing_is_sealed_for_default() {
    let outcome = seal("rsa2048", secret("  name: a\n")).run();
    refused(&outcome, 2, &["<stdin>:1:1", "namespace", "--namespace"]);
    for scope in ["strict", "namespace-wide"] {
        let outcome = seal("rsa2048", secret("  name: a\n"))
            .args(["--scope", scope])
            .run();
        refused(&outcome, 2, &["--namespace"]);
    }
}

#[test]
fn a_namespace_that_contradicts_the_input_is_refused() {
    let outcome = seal("rsa2048", secret("  name: a\n  namespace: one\n"))
        .args(["-n", "two"])
        .run();
    refused(&outcome, 2, &["\"one\"", "\"two\""]);
    let same = seal("rsa2048", secret("  name: a\n  namespace: one\n")).args(["-n", "one"]);
    assert!(same.text().contains("  namespace: one\n"));
    let added = seal("rsa2048", secret("  name: a\n")).args(["-n", "two"]);
    assert!(added.text().contains("  namespace: two\n"));
}

#[test]
fn a_cluster_wide_secret_needs_no_namespace_and_gets_none() {
    let sealed = seal("rsa2048", secret("  name: a\n"))
        .args(["--scope", "cluster-wide"])
        .text();
    assert!(!sealed.contains("namespace"), "{sealed}");
    assert_eq!(opened("rsa2048", sealed), texts(&[("k", "v")]));
}

/// kubeseal ignores `--scope strict` on such an input and seals in the annotated scope.
#[test]
fn scope_strict_on_an_annotated_input_is_really_strict() {
    for annotation in [NAMESPACE_WIDE, CLUSTER_WIDE] {
        let metadata = format!(
            "  name: a\n  namespace: b\n  annotations:\n    {annotation}: \"true\"\n    keep: me\n"
        );
        let sealed = seal("rsa2048", secret(&metadata))
            .args(["--scope", "strict"])
            .text();
        assert!(!sealed.contains("sealedsecrets.bitnami.com"), "{sealed}");
        assert!(sealed.contains("keep: me"));
        assert_eq!(opened("rsa2048", sealed.clone()), texts(&[("k", "v")]));
        let moved = sealed.replace("name: a", "name: c");
        refused(&unseal(&["rsa2048"], moved).run(), 1, &["key \"k\""]);
    }
}

#[test]
fn what_the_cluster_added_is_left_out_and_the_rest_is_kept() {
    let input = secret(
        r#"  name: a
  namespace: b
  uid: 1111-2222
  resourceVersion: "12"
  generation: 3
  creationTimestamp: "2024-01-01T00:00:00Z"
  selfLink: /api/v1/namespaces/b/secrets/a
  ownerReferences:
  - {apiVersion: v1, kind: ConfigMap, name: x, uid: "3333"}
  managedFields:
  - {manager: kubectl}
  labels:
    app: web
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{"stringData":{"k":"v"}}'
    note: kept
"#,
    ) + "type: example.com/kept\nimmutable: true\n";
    let sealed = seal("rsa2048", input).text();
    for gone in [
        "uid",
        "1111",
        "resourceVersion",
        "generation",
        "creationTimestamp",
        "selfLink",
        "ownerReferences",
        "managedFields",
        "last-applied",
        "stringData",
    ] {
        assert!(!sealed.contains(gone), "{gone} in\n{sealed}");
    }
    for kept in [
        "app: web",
        "note: kept",
        "type: example.com/kept",
        "immutable: true",
    ] {
        assert!(sealed.contains(kept), "no {kept} in\n{sealed}");
    }
}

#[test]
fn other_kinds_and_comments_pass_through_beside_two_secrets() {
    let config = "# not secret\napiVersion: v1\nkind:   ConfigMap\nmetadata: {name: c}\ndata:\n    odd:   'yes'   # kept\n";
    let one = secret("  name: one\n  namespace: b\n");
    let two = secret("  name: two\n  namespace: b\n");
    let input = format!("{one}---\n{config}---\n# only words\n---\n{two}");
    let sealed = seal("rsa2048", input).text();
    assert!(sealed.contains(config), "{sealed}");
    assert!(!sealed.contains("stringData"));
    let output = unseal(&["rsa2048"], sealed).output();
    let names: Vec<_> = secrets(&output).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["\"one\"", "\"two\""]);
}

#[test]
fn a_broken_document_among_good_ones_names_its_line_and_nothing_is_sealed() {
    let good = secret("  name: one\n  namespace: b\n");
    let broken = "kind: Secret\nmetadata: [unclosed\n";
    let outcome = in_time(&format!("{good}---\n{broken}---\n{good}"));
    let line = good.lines().count() + 2;
    let named = (line..=line + 3).any(|line| outcome.stderr.contains(&format!("<stdin>:{line}:")));
    assert!(named, "{}", outcome.stderr);
    refused(&outcome, 2, &[]);
}

/// kubeseal seals the next document and loses this one.
#[test]
fn a_document_on_the_line_of_its_marker_is_refused_with_its_line() {
    let json = r#"{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a", "namespace": "b"}, "stringData": {"k": "v"}}"#;
    let good = secret("  name: one\n  namespace: b\n");
    let line = good.lines().count() + 1;
    let outcome = in_time(&format!("{good}--- {json}\n---\n{good}"));
    refused(&outcome, 2, &[&format!("<stdin>:{line}:1")]);
}

#[test]
fn garbage_after_json_objects_names_its_line_and_nothing_is_sealed() {
    let json = r#"{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a", "namespace": "b"}, "stringData": {"k": "v"}}"#;
    let outcome = in_time(&format!("{json}\n{json}\n{json}\n}}garbage"));
    refused(&outcome, 2, &["<stdin>:4:1"]);
}

/// kubeseal loops on some of these for ever.
fn in_time(input: &str) -> crate::support::program::Outcome {
    let start = Instant::now();
    let outcome = seal("rsa2048", input).run();
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "it took too long"
    );
    outcome
}
