//! Cases 19 to 24: a file under another key, and nothing else about it.

use super::desk::{
    CLUSTER_WIDE, NAMESPACE_WIDE, annotated, certificate, manifest, opened, private, sealed,
    sealed_in, secrets, texts, unseal,
};
use crate::support::program::Program;
use crate::support::repository::Repository;
use crate::support::secret::without_ciphertext;

const FOLDER: &str = "envs/dev/sealed-secrets/app";

/// A repository with one file in the layout, re-sealed by tests from `rsa2048` to `rsa4096`.
struct Case {
    repository: Repository,
}

impl Case {
    fn new(files: &[(&str, &str)]) -> Self {
        let repository = Repository::new();
        for (name, text) in files {
            repository.write(format!("{FOLDER}/{name}"), text);
        }
        repository.commit("start");
        Self { repository }
    }

    fn one(text: &str) -> Self {
        Self::new(&[("sealed.yaml", text)])
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(self.repository.read(format!("{FOLDER}/{name}"))).expect("it is text")
    }

    fn reseal(&self, keys: &[&str], to: &str) -> Program {
        let keys = keys
            .iter()
            .flat_map(|key| ["--recovery-private-key".into(), private(key)]);
        self.repository
            .sealsmith()
            .args(["reseal", FOLDER])
            .args(keys)
            .arg("--cert")
            .arg(certificate(to))
    }

    /// Re-seals the only file and returns its new text.
    fn resealed(&self) -> String {
        self.reseal(&["rsa2048"], "rsa4096").output();
        self.text("sealed.yaml")
    }
}

/// Replaces every ciphertext by the same word, whatever key it is for.
fn masked(text: &str) -> String {
    let mut out = String::new();
    for part in without_ciphertext(text).split_inclusive('>') {
        match part.rsplit_once('<') {
            Some((before, number)) if number.ends_with(" characters>") => {
                out += &format!("{before}CIPHERTEXT");
            }
            _ => out += part,
        }
    }
    out
}

#[test]
fn the_oddest_file_changes_in_its_ciphertext_only() {
    let [a, b, c] = ["one", "two", "three"].map(|value| sealed("rsa2048", "ns1", "app", value));
    let text = format!(
        "%YAML 1.1\n---  # odd\napiVersion:   bitnami.com/v1alpha1\nkind: \"SealedSecret\"\nmetadata:\n      creationTimestamp: null\n      name: 'app'   # the name\n      namespace: ns1\nspec:\n   template: {{metadata: {{creationTimestamp: null}}, data: null}}\n   unknown: [1,  2]\n\n   encryptedData:   # values\n       a:   '{a}'   # quoted\n\n       \"b\": \"{b}\"\n       # before c\n       c: |-\n         {c}\nstatus:\n  conditions:\n  - {{type: Synced, status: \"True\"}}\n  observedGeneration:   1\n...\n# last words without a line break"
    );
    let case = Case::one(&text);
    let new = case.resealed();
    assert_eq!(masked(&new), masked(&text));
    let expected = texts(&[("a", "one"), ("b", "two"), ("c", "three")]);
    assert_eq!(opened("rsa4096", new.clone()), expected);
    case.repository.commit("new key");
    case.reseal(&["rsa2048", "rsa4096"], "rsa4096").output();
    assert_eq!(case.text("sealed.yaml"), new);
}

#[test]
fn template_sources_labels_and_annotations_stay() {
    let value = sealed("rsa2048", "ns1", "app", "v");
    let text = annotated(
        "ns1",
        "app",
        &[("argocd.argoproj.io/sync-wave", "\"-1\"")],
        &[("k", &value)],
    )
    .replace("metadata:\n", "metadata:\n  labels:\n    outer: \"1\"\n")
        + "  template:\n    metadata:\n      labels: {tl: x}\n      annotations:\n        sealedsecrets.bitnami.com/managed: \"true\"\n    data:\n      cfg: 'p={{ .k }};{{ .nothing }}'\n";
    let new = Case::one(&text).resealed();
    assert_eq!(masked(&new), masked(&text));
    let expected = texts(&[("cfg", "p=v;<no value>"), ("k", "v")]);
    assert_eq!(opened("rsa4096", new), expected);
}

#[test]
fn a_file_whose_namespace_was_edited_is_left_alone_and_the_others_proceed() {
    let document =
        |name: &str| manifest("new", name, &[("k", &sealed("rsa2048", "old", name, "v"))]);
    let good = manifest(
        "ns1",
        "good",
        &[("k", &sealed("rsa2048", "ns1", "good", "v"))],
    );
    let (moved, mixed) = (document("moved"), good.replace("good", "other"));
    // `old` is the namespace of another file, so the answer can be named.
    let old = manifest(
        "old",
        "third",
        &[("k", &sealed("rsa2048", "old", "third", "v"))],
    );
    let two = format!("{good}---\n{mixed}");
    let case = Case::new(&[
        ("good.yaml", &good),
        ("moved.yaml", &moved),
        ("old.yaml", &old),
        ("two.yaml", &two),
    ]);
    let outcome = case.reseal(&["rsa2048"], "rsa4096").run();
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    for words in [
        "sealed for old/moved",
        "moved.yaml:8:8",
        "sealed for ns1/good",
        "two.yaml",
    ] {
        assert!(
            outcome.stderr.contains(words),
            "no {words:?} in\n{}",
            outcome.stderr
        );
    }
    assert_eq!(case.text("moved.yaml"), moved);
    assert_eq!(case.text("two.yaml"), two);
    assert_eq!(
        opened("rsa4096", case.text("good.yaml")),
        texts(&[("k", "v")])
    );
    assert_eq!(
        opened("rsa4096", case.text("old.yaml")),
        texts(&[("k", "v")])
    );
}

#[test]
fn an_annotation_that_is_only_outside_keeps_its_scope() {
    for (annotation, scope) in [
        (NAMESPACE_WIDE, "namespace-wide"),
        (CLUSTER_WIDE, "cluster-wide"),
    ] {
        let value = sealed_in(scope, "rsa2048", "ns1", "", "v");
        let text = annotated("ns1", "app", &[(annotation, "\"true\"")], &[("k", &value)]);
        let new = Case::one(&text).resealed();
        assert_eq!(masked(&new), masked(&text));
        let renamed = new.replace("name: app\n", "name: renamed\n");
        assert_eq!(opened("rsa4096", renamed), texts(&[("k", "v")]));
    }
}

#[test]
fn key_sizes_grow_and_shrink_and_current_values_stay() {
    let (a, b) = (
        sealed("rsa2048", "ns1", "app", "small"),
        sealed("rsa4096", "ns1", "app", "large"),
    );
    let text = manifest("ns1", "app", &[("a", &a), ("b", &b)]);
    let expected = texts(&[("a", "small"), ("b", "large")]);
    let case = Case::one(&text);
    let both = ["rsa2048", "rsa4096"];
    case.reseal(&both, "rsa4096").output();
    let grown = case.text("sealed.yaml");
    assert!(grown.contains(&b) && !grown.contains(&a));
    assert_eq!(opened("rsa4096", grown.clone()), expected);
    case.repository.commit("grown");
    case.reseal(&both, "rsa2048").output();
    let shrunk = case.text("sealed.yaml");
    assert!(!shrunk.contains(&b));
    assert_eq!(opened("rsa2048", shrunk.clone()), expected);
    assert_eq!(masked(&shrunk), masked(&text));
}

#[test]
fn a_list_and_a_json_file_are_resealed_in_place() {
    let value = |name: &str| sealed("rsa2048", "ns1", name, name);
    let item = |name: &str| {
        format!(
            "  - {}",
            manifest("ns1", name, &[("k", &value(name))])
                .trim_end()
                .replace('\n', "\n    ")
        )
    };
    let list = format!(
        "kind: List\napiVersion: v1\nitems:\n{}\n  - kind: ConfigMap\n    data: {{k:   v}}\n{}\n",
        item("one"),
        item("two")
    );
    let json = format!(
        "{{\"kind\":\"SealedSecret\",\"apiVersion\":\"bitnami.com/v1alpha1\",\n\t\"metadata\": {{\"namespace\":\"ns1\" ,\"name\":\"three\"}},\"spec\":{{\"encryptedData\":{{\"k\": \"{}\"}}}}}}",
        value("three")
    );
    let case = Case::new(&[("list.yaml", &list), ("one.json", &json)]);
    case.reseal(&["rsa2048"], "rsa4096").output();
    assert_eq!(masked(&case.text("list.yaml")), masked(&list));
    assert_eq!(masked(&case.text("one.json")), masked(&json));
    let output = unseal(&["rsa4096"], case.text("list.yaml")).output();
    assert_eq!(
        secrets(&output)
            .iter()
            .map(|(_, data)| data)
            .collect::<Vec<_>>(),
        [&texts(&[("k", "one")]), &texts(&[("k", "two")])]
    );
    assert_eq!(
        opened("rsa4096", case.text("one.json")),
        texts(&[("k", "three")])
    );
}

#[test]
fn the_deprecated_format_is_resealed_and_not_dropped() {
    let inner = r#"{"kind":"Secret","apiVersion":"v1","metadata":{"name":"app"},"data":{"k":"dg=="},"type":"Opaque"}"#;
    let blob = sealed("rsa2048", "ns1", "app", inner);
    let text = manifest("ns1", "app", &[]).replace(
        "encryptedData:",
        &format!("data: {blob}\n  encryptedData: {{}}"),
    );
    let new = Case::one(&text).resealed();
    assert_eq!(masked(&new), masked(&text));
    let output = unseal(&["rsa4096"], new)
        .arg("--accept-deprecated-v1-data")
        .output();
    assert_eq!(secrets(&output)[0].1, texts(&[("k", "v")]));
}

#[test]
fn an_anchored_value_is_resealed_once_and_its_alias_follows() {
    let value = sealed("rsa2048", "ns1", "app", "v");
    let text = manifest("ns1", "app", &[("a", &format!("&v {value}")), ("b", "*v")]);
    let new = Case::one(&text).resealed();
    assert_eq!(masked(&new), masked(&text));
    assert_eq!(opened("rsa4096", new), texts(&[("a", "v"), ("b", "v")]));
}

#[test]
fn files_without_sealed_values_are_not_touched() {
    let config = "kind:   ConfigMap # odd\r\ndata: {a:   b}";
    let good = manifest(
        "ns1",
        "good",
        &[("k", &sealed("rsa2048", "ns1", "good", "v"))],
    );
    let case = Case::new(&[("config.yaml", config), ("good.yaml", &good)]);
    case.reseal(&["rsa2048"], "rsa4096").output();
    assert_eq!(case.text("config.yaml"), config);
    assert_eq!(
        case.repository.git(["diff", "--name-only"]).lines().count(),
        1
    );
}

#[test]
fn every_style_of_scalar_is_resealed_in_its_own_style() {
    let value = sealed("rsa2048", "ns1", "app", "v");
    let (start, end) = value.split_at(64);
    let styles = [
        format!(" {value}"),
        format!(" !!str {value} # tail"),
        format!(" '{value}'"),
        format!("\n      \"{value}\""),
        format!(" \"{start}\\\n      {end}\""),
        format!(" \"{start}\\n{end}\""),
        format!(" |\n      {start}\n      {end}"),
        format!(" |-\n\n      {value}\n\n# after blank lines"),
        format!(" >-\n\n      {value}\n"),
        format!(" |2-\n      {value}"),
        format!(" |+ # kept\n      {value}\n\n"),
    ];
    for style in styles {
        let text = manifest("ns1", "app", &[]) + &format!("    k:{style}\n  template: {{}}\n");
        let new = Case::one(&text).resealed();
        assert_eq!(
            opened("rsa4096", new.clone()),
            texts(&[("k", "v")]),
            "{new}"
        );
        let head = text.find(start).expect("the value is in it");
        assert_eq!(new[..head], text[..head]);
        let tail = text.rfind(end).expect("the value is in it") + end.len();
        assert!(new.ends_with(&text[tail..]), "{new}");
    }
}

#[test]
fn a_null_is_no_ciphertext_and_is_named() {
    let good = sealed("rsa2048", "ns1", "app", "v");
    let text = manifest("ns1", "app", &[("good", &good), ("none", "null")]);
    let case = Case::one(&text);
    let outcome = case.reseal(&["rsa2048"], "rsa4096").run();
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(
        outcome
            .stderr
            .contains("key \"none\" of ns1/app: sealed value is 0 bytes"),
        "{}",
        outcome.stderr
    );
    assert_eq!(case.text("sealed.yaml"), text);
}

#[test]
fn a_file_without_a_namespace_keeps_the_one_it_was_sealed_for_where_that_is_known() {
    let value = sealed("rsa2048", "ns1", "app", "v");
    let base = manifest("ns1", "app", &[("k", &value)]).replace("  namespace: ns1\n", "");
    let other = manifest(
        "ns1",
        "other",
        &[("k", &sealed("rsa2048", "ns1", "other", "v"))],
    );
    let case = Case::new(&[("base.yaml", &base), ("other.yaml", &other)]);
    case.reseal(&["rsa2048"], "rsa4096").output();
    assert_eq!(masked(&case.text("base.yaml")), masked(&base));
    let applied = case
        .text("base.yaml")
        .replace("  name: app\n", "  name: app\n  namespace: ns1\n");
    assert_eq!(opened("rsa4096", applied), texts(&[("k", "v")]));
}

#[test]
fn a_file_without_a_namespace_is_left_alone_where_nothing_names_it() {
    let value = sealed("rsa2048", "ns1", "app", "v");
    let elsewhere = sealed("rsa2048", "ns1", "moved", "v");
    for value in [value, elsewhere] {
        let base = manifest("ns1", "app", &[("k", &value)]).replace("  namespace: ns1\n", "");
        let other = manifest(
            "ns2",
            "other",
            &[("k", &sealed("rsa2048", "ns2", "other", "v"))],
        );
        let case = Case::new(&[("base.yaml", &base), ("other.yaml", &other)]);
        let outcome = case.reseal(&["rsa2048"], "rsa4096").run();
        assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
        assert_eq!(case.text("base.yaml"), base);
    }
}
