//! A Secret that a reviewer, or a simple search, does not see and Kubernetes does.

use crate::dev::{broken, found, manifest, names};
use crate::example::{Example, value};
use crate::fixing::fixed;

const DATA: &str = "metadata: {name: a}\nstringData: {password: hunter22}\n";

fn judged(text: &str) -> Vec<String> {
    let example = Example::parse("-- README.md --\ntext\n");
    names(
        &example
            .with(b"apps/airflow/settings.yaml", text.as_bytes())
            .check(),
    )
}

#[test]
fn a_line_break_that_no_editor_shows_is_an_error() {
    for mark in ["\u{85}", "\u{2028}", "\u{2029}"] {
        let text = format!("apiVersion: v1\nkind: ConfigMap # note{mark}kind: Secret\n{DATA}");
        assert!(
            judged(&text).contains(&"ambiguous-yaml".to_owned()),
            "{mark:?}"
        );
    }
}

#[test]
fn a_second_kind_is_an_error() {
    let text = format!("apiVersion: v1\nkind: ConfigMap\n{DATA}kind: Secret\n");
    assert!(judged(&text).contains(&"ambiguous-yaml".to_owned()));
}

#[test]
fn a_second_value_for_a_data_key_is_an_error() {
    let values = ["one", "other"].map(|seed| format!("password: {}", value("dev 12", seed)));
    assert_eq!(broken(&manifest(&values.join("\n"))), ["ambiguous-yaml"]);
}

#[test]
fn what_an_object_is_must_be_written_in_it() {
    for text in [
        format!("base: &base {{kind: Secret}}\n<<: *base\napiVersion: v1\n{DATA}"),
        format!("x: &kind Secret\nkind: *kind\napiVersion: v1\n{DATA}"),
        format!("kind: !!str Secret\napiVersion: v1\n{DATA}"),
    ] {
        let found = judged(&text);
        assert!(
            found.contains(&"ambiguous-yaml".to_owned()),
            "{text}{found:?}"
        );
    }
}

#[test]
fn a_secret_in_any_shape_is_a_secret() {
    let item =
        "{apiVersion: v1, kind: Secret, metadata: {name: a}, stringData: {password: hunter22}}";
    for text in [
        format!("apiVersion: v1\nkind: \"S\\x65cret\"\n{DATA}"),
        format!("apiVersion: v1\n? kind\n: Secret\n{DATA}"),
        "{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"metadata\": {\"name\": \"a\"}, \"stringData\": {\"password\": \"hunter22\"}}\n".to_owned(),
        format!("apiVersion: v1\nkind: List\nitems:\n- {item}\n"),
        format!("apiVersion: v1\nkind: List\nitems:\n- {{apiVersion: v1, kind: List, items: [{item}]}}\n"),
    ] {
        let found = judged(&text);
        assert!(found.contains(&"plaintext-secret".to_owned()), "{text}{found:?}");
    }
}

#[test]
fn a_sealed_secret_must_be_written_out_too() {
    let value = value("dev 12", "x");
    for (from, to) in [
        (
            "  annotations:\n",
            "  annotations:\n    <<: {sealedsecrets.bitnami.com/cluster-wide: \"true\"}\n",
        ),
        (
            "  encryptedData:\n",
            "  encryptedData:\n    <<: {other: x}\n",
        ),
        (
            "metadata:\n  name",
            "metadata:\n  <<: {labels: {a: b}}\n  name",
        ),
        ("spec:\n", "spec:\n  <<: {template: {type: Opaque}}\n"),
    ] {
        let text = manifest(&format!("password: {value}")).replacen(from, to, 1);
        let found = broken(&text);
        assert!(
            found.contains(&"ambiguous-yaml".to_owned()),
            "{text}{found:?}"
        );
    }
}

/// What `ambiguous-yaml` says, with the line.
fn ambiguous(text: &str) -> Vec<(u32, String)> {
    let example = Example::parse("-- README.md --\ntext\n");
    let report = example
        .with(b"apps/airflow/settings.yaml", text.as_bytes())
        .check();
    let found = found(&report, "ambiguous-yaml").into_iter();
    found
        .map(|finding| {
            (
                finding.mark.map_or(0, |mark| mark.line),
                finding.message.clone(),
            )
        })
        .collect()
}

#[test]
fn what_readers_cut_differently_is_named_with_its_line() {
    for (text, line, words) in [
        ("a: 1\n--- {kind: Secret}\n", 2, "content on the `---` line"),
        ("a: 1\n--- kind\n", 2, "content on the `---` line"),
        ("a: 1\n...\nkind: Secret\n", 3, "content after `...`"),
        ("a: |\n  x\n---b: 1\n", 3, "a line that starts with `---`"),
        ("kind: A\n\u{feff}b: 1\n", 2, "byte order mark"),
        (
            "kind: ConfigMap\nmetadata: !!map {name: a}\n",
            2,
            "`metadata` has the tag",
        ),
        ("!!binary a2luZA==: Secret\n", 1, "a key has the tag"),
    ] {
        let found = ambiguous(text);
        assert!(
            found
                .iter()
                .any(|(at, message)| *at == line && message.contains(words)),
            "{text}{found:?}"
        );
    }
}

#[test]
fn annotations_that_are_no_texts_are_quoted_and_nothing_else_changes() {
    let with = |values: [&str; 4]| {
        let [a, b, c, d] = values;
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n    a: {a} # why\n    b: {b}\n    c: {c}\n    d: {d}\n"
        )
    };
    let text = with(["yes", "-1", "0777", "1e3"]);
    let example = Example::parse("-- README.md --\ntext\n");
    let report = example
        .with(b"apps/airflow/settings.yaml", text.as_bytes())
        .check();
    assert_eq!(found(&report, "ambiguous-yaml").len(), 4);
    assert_eq!(
        fixed(&text, &report),
        with(["\"yes\"", "\"-1\"", "\"0777\"", "\"1e3\""])
    );
    assert_eq!(judged(&with(["text", "2024-01-01", "~", "1.2.3"])), [""; 0]);
}
