//! Case 18: new values into an existing file.

use super::desk::{
    CLUSTER_WIDE, NAMESPACE_WIDE, annotated, certificate, manifest, opened, refused, sealed,
    sealed_in, secrets, texts, unseal,
};
use crate::support::program::Program;

struct File {
    folder: tempfile::TempDir,
}

impl File {
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().expect("the temporary folder is writable");
        let file = Self { folder };
        std::fs::write(file.path(), text).expect("the folder is ours");
        file
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("sealed.yaml")
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.path()).expect("the file is text")
    }

    fn set(&self, key: &str) -> Program {
        Program::sealsmith()
            .arg("set")
            .arg(self.path())
            .args([key, "--cert"])
            .arg(certificate("rsa2048"))
            .stdin("v")
    }

    fn merge(&self, secret: &str) -> Program {
        Program::sealsmith()
            .args(["seal", "--cert"])
            .arg(certificate("rsa2048"))
            .arg("--merge-into")
            .arg(self.path())
            .stdin(secret)
    }
}

fn secret(metadata: &str) -> String {
    format!("apiVersion: v1\nkind: Secret\nmetadata:\n{metadata}stringData:\n  new: v\n")
}

#[test]
fn a_value_merged_into_a_wider_scope_opens_there() {
    for (annotation, scope) in [
        (CLUSTER_WIDE, "cluster-wide"),
        (NAMESPACE_WIDE, "namespace-wide"),
    ] {
        let old = sealed_in(scope, "rsa2048", "b", "", "o");
        let file = File::new(&annotated(
            "b",
            "a",
            &[(annotation, "\"true\"")],
            &[("old", &old)],
        ));
        let before = file.text();
        file.merge(&secret("  name: a\n  namespace: b\n")).output();
        assert!(file.text().starts_with(&before), "{}", file.text());
        assert_eq!(
            opened("rsa2048", file.text()),
            texts(&[("new", "v"), ("old", "o")])
        );
        let renamed = file.text().replace("name: a\n", "name: c\n");
        assert_eq!(
            opened("rsa2048", renamed),
            texts(&[("new", "v"), ("old", "o")])
        );
    }
}

#[test]
fn a_scope_that_the_file_does_not_have_is_refused() {
    let file = File::new(&manifest(
        "b",
        "a",
        &[("old", &sealed("rsa2048", "b", "a", "o"))],
    ));
    let before = file.text();
    let outcome = file
        .merge(&secret("  name: a\n  namespace: b\n"))
        .args(["--scope", "cluster-wide"])
        .run();
    refused(&outcome, 2, &["strict", "cluster-wide"]);
    assert_eq!(file.text(), before);
}

#[test]
fn scope_annotations_of_the_input_do_not_change_the_file_s_scope() {
    let file = File::new(&manifest(
        "b",
        "a",
        &[("old", &sealed("rsa2048", "b", "a", "o"))],
    ));
    let metadata =
        format!("  name: a\n  namespace: b\n  annotations:\n    {CLUSTER_WIDE}: \"true\"\n");
    file.merge(&secret(&metadata)).output();
    assert!(!file.text().contains("cluster-wide"), "{}", file.text());
    assert_eq!(
        opened("rsa2048", file.text()),
        texts(&[("new", "v"), ("old", "o")])
    );
}

#[test]
fn labels_go_into_a_file_that_has_none() {
    let value = sealed("rsa2048", "b", "a", "o");
    let bare = manifest("b", "a", &[("old", &value)]);
    let templates = [
        "",
        "  template: {}\n",
        "  template:\n    type: Opaque\n",
        "  template:\n    metadata:\n      name: a\n",
        "  template:\n    metadata:\n      labels: {}\n",
        "  template:\n    metadata:\n      labels:\n        old: kept\n",
    ];
    for template in templates {
        let file = File::new(&(bare.clone() + template));
        file.merge(&secret(
            "  name: a\n  namespace: b\n  labels:\n    app: web\n",
        ))
        .output();
        let output = unseal(&["rsa2048"], file.text()).text();
        assert!(output.contains("\"app\": \"web\""), "{template}: {output}");
        assert_eq!(
            output.contains("\"old\": \"kept\""),
            template.contains("kept")
        );
        assert_eq!(
            opened("rsa2048", file.text()),
            texts(&[("new", "v"), ("old", "o")])
        );
    }
}

#[test]
fn a_file_without_any_value_takes_one() {
    for data in [
        "  encryptedData: {}\n",
        "  template: {}\n",
        "  encryptedData:\n",
        "  encryptedData: null\n",
    ] {
        let text = manifest("b", "a", &[]).replace("  encryptedData:\n", data);
        let file = File::new(&text);
        file.merge(&secret("  name: a\n  namespace: b\n")).output();
        assert_eq!(
            opened("rsa2048", file.text()),
            texts(&[("new", "v")]),
            "{data}"
        );
    }
}

#[test]
fn only_the_document_of_the_secret_s_name_changes_and_yaml_stays_yaml() {
    let document = |name: &str| manifest("b", name, &[("old", &sealed("rsa2048", "b", name, "o"))]);
    let config = "# first\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n";
    let (one, two, three) = (document("one"), document("two"), document("three"));
    let file = File::new(&format!(
        "{config}---\n{one}---\n{two}# end of two\n---\n{three}"
    ));
    file.merge(&secret("  name: two\n  namespace: b\n"))
        .output();
    let text = file.text();
    assert!(
        text.starts_with(&format!("{config}---\n{one}---\n{two}    new: ")),
        "{text}"
    );
    assert!(
        text.ends_with(&format!("# end of two\n---\n{three}")),
        "{text}"
    );
    let all = secrets(&unseal(&["rsa2048"], text).output());
    assert_eq!(all[0].1, texts(&[("old", "o")]));
    assert_eq!(all[1].1, texts(&[("new", "v"), ("old", "o")]));
    assert_eq!(all[2].1, texts(&[("old", "o")]));
}

#[test]
fn a_secret_of_another_name_is_refused_among_several_documents() {
    let document = |name: &str| manifest("b", name, &[("old", &sealed("rsa2048", "b", name, "o"))]);
    let file = File::new(&format!("{}---\n{}", document("one"), document("two")));
    let before = file.text();
    let outcome = file.merge(&secret("  name: three\n  namespace: b\n")).run();
    refused(&outcome, 2, &["b/one", "b/two"]);
    assert_eq!(file.text(), before);
}

#[test]
fn a_secret_of_another_name_adds_values_that_open_in_the_file() {
    for metadata in [
        "  name: c\n",
        "  name: a\n  namespace: d\n",
        "  name: c\n  namespace: d\n",
    ] {
        let file = File::new(&manifest(
            "b",
            "a",
            &[("old", &sealed("rsa2048", "b", "a", "o"))],
        ));
        let outcome = file.merge(&secret(metadata)).run();
        assert!(
            outcome.stderr.starts_with("warning: "),
            "{}",
            outcome.stderr
        );
        assert_eq!(
            opened("rsa2048", file.text()),
            texts(&[("new", "v"), ("old", "o")])
        );
    }
}

#[test]
fn a_secret_of_another_name_replaces_nothing_unless_told_to() {
    let file = File::new(&manifest(
        "b",
        "a",
        &[("new", &sealed("rsa2048", "b", "a", "o"))],
    ));
    let before = file.text();
    let outcome = file.merge(&secret("  name: c\n")).run();
    refused(&outcome, 2, &["the Secret is c", "b/a", "--name a"]);
    assert_eq!(file.text(), before);
    file.merge(&secret("  name: c\n"))
        .args(["--name", "a"])
        .output();
    assert_eq!(opened("rsa2048", file.text()), texts(&[("new", "v")]));
}

#[test]
fn a_list_takes_a_value_into_the_item_of_its_name() {
    let item = |name: &str| {
        let text = manifest("b", name, &[("old", &sealed("rsa2048", "b", name, "o"))]);
        format!("- {}", text.trim_end().replace('\n', "\n  "))
    };
    let file = File::new(&format!(
        "apiVersion: v1\nkind: List\nitems:\n{}\n{}\n",
        item("one"),
        item("two")
    ));
    file.merge(&secret("  name: one\n  namespace: b\n"))
        .output();
    let all = secrets(&unseal(&["rsa2048"], file.text()).output());
    assert_eq!(all[0].1, texts(&[("new", "v"), ("old", "o")]));
    assert_eq!(all[1].1, texts(&[("old", "o")]));
}

#[test]
fn a_value_that_is_set_takes_name_namespace_and_scope_from_the_file() {
    for (annotation, scope) in [
        ("none", "strict"),
        (CLUSTER_WIDE, "cluster-wide"),
        (NAMESPACE_WIDE, "namespace-wide"),
    ] {
        let old = sealed_in(scope, "rsa2048", "b", "a", "o");
        let file = File::new(&annotated(
            "b",
            "a",
            &[(annotation, "\"true\"")],
            &[("old", &old)],
        ));
        let before = file.text();
        file.set("new").output();
        assert!(file.text().starts_with(&before), "{}", file.text());
        assert_eq!(
            opened("rsa2048", file.text()),
            texts(&[("new", "v"), ("old", "o")])
        );
        file.set("old").output();
        assert_eq!(
            opened("rsa2048", file.text()),
            texts(&[("new", "v"), ("old", "v")])
        );
        assert!(!file.text().contains(&old));
    }
}

#[test]
fn labels_annotations_and_values_of_several_secrets_share_what_is_missing() {
    let bare = manifest("b", "a", &[]).replace("  encryptedData:\n", "");
    for spec in [
        "  template: {}\n",
        "  template:\n    type: Opaque\n",
        "  unknown: 1\n",
    ] {
        let file = File::new(&(bare.clone() + spec));
        let metadata =
            "  name: a\n  namespace: b\n  labels: {app: web}\n  annotations: {note: kept}\n";
        let one = secret(metadata) + "  more: v\n";
        let two = secret(&metadata.replace("app", "tier")).replace("new:", "third:");
        file.merge(&format!("{one}---\n{two}")).output();
        let expected = texts(&[("more", "v"), ("new", "v"), ("third", "v")]);
        assert_eq!(opened("rsa2048", file.text()), expected);
        let output = unseal(&["rsa2048"], file.text()).text();
        for entry in [
            "\"app\": \"web\"",
            "\"tier\": \"web\"",
            "\"note\": \"kept\"",
        ] {
            assert!(output.contains(entry), "no {entry} in\n{}", file.text());
        }
    }
}

#[test]
fn a_namespace_that_contradicts_the_file_is_refused() {
    let file = File::new(&manifest(
        "b",
        "a",
        &[("old", &sealed("rsa2048", "b", "a", "o"))],
    ));
    let before = file.text();
    let outcome = file
        .merge(&secret("  name: a\n"))
        .args(["-n", "other"])
        .run();
    refused(&outcome, 2, &["b/a is not in namespace other"]);
    assert_eq!(file.text(), before);
    file.merge(&secret("  name: a\n"))
        .args(["-n", "b"])
        .output();
    assert_eq!(
        opened("rsa2048", file.text()),
        texts(&[("new", "v"), ("old", "o")])
    );
}

#[test]
fn json_on_one_line_stays_on_one_line() {
    for spec in [
        r#"{"encryptedData": {}}"#,
        r#"{"encryptedData": null, "template": null}"#,
    ] {
        let start = r#"{"kind": "SealedSecret", "apiVersion": "bitnami.com/v1alpha1", "#;
        let file = File::new(&format!(
            r#"{start}"metadata": {{"name": "a", "namespace": "b"}}, "spec": {spec}}}"#
        ));
        file.merge(&secret(
            "  name: a\n  labels: {app: \"two  blanks\"}\n  annotations: {note: kept}\n",
        ))
        .output();
        assert!(
            file.text().starts_with(start) && !file.text().contains('\n'),
            "{}",
            file.text()
        );
        assert!(
            file.text().contains(r#""app": "two  blanks""#),
            "{}",
            file.text()
        );
        assert_eq!(opened("rsa2048", file.text()), texts(&[("new", "v")]));
    }
}
