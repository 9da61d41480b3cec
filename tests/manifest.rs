//! Byte-exact edits, judged without the parser: each fixture is a template with the value cut out.

use proptest::prelude::*;
use sealsmith_core::manifest::edit::{Change, apply};
use sealsmith_core::manifest::sealed_secret::sealed_secrets;
use sealsmith_core::manifest::tree::Stream;
use sealsmith_core::manifest::value::Value;

const OLD: &str = "AgBOldOldOldOldOldOldOldOldOldOld/+==";
const NEW: &str = "AgANewNewNewNewNewNewNewNewNewNewNewNewNew0123/+=";
const HEAD: &str = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: a\n  namespace: b\nspec:\n";

/// `@` is the value; what surrounds it must survive byte for byte.
const STYLES: &[(&str, &str)] = &[
    ("plain", "  encryptedData:\n    k: @\n"),
    (
        "comment behind",
        "  encryptedData:\n    k: @ # why\n    # below\n",
    ),
    ("single quotes", "  encryptedData:\n    k: '@'\n"),
    ("double quotes", "  encryptedData:\n    \"k\": \"@\"\n"),
    ("literal", "  encryptedData:\n    k: |\n      @\n    l: x\n"),
    (
        "literal, stripped, odd indent",
        "  encryptedData:\n    k: |-\n         @\n",
    ),
    (
        "literal, kept",
        "  encryptedData:\n    k: |+\n      @\n\n\n",
    ),
    (
        "literal with a comment",
        "  encryptedData:\n    k: |- # note\n      @\n  template: {}\n",
    ),
    (
        "folded on one line",
        "  encryptedData:\n    k: >-\n      @\n  # after\n",
    ),
    ("no final newline", "  encryptedData:\n    k: @"),
    (
        "literal without final newline",
        "  encryptedData:\n    k: |-\n      @",
    ),
    ("flow mapping", "  encryptedData: {k: @, l: x}\n"),
    (
        "flow mapping over lines",
        "  encryptedData: {\n    k: '@',\n  }\n",
    ),
    (
        "anchor",
        "  encryptedData:\n    k: &anchor @\n    l: *anchor\n",
    ),
    ("tag", "  encryptedData:\n    k: !!str @\n"),
    ("complex key", "  encryptedData:\n    ? k\n    : @\n"),
    ("tab behind the colon", "  encryptedData:\n    k:\t@\n"),
    ("trailing blanks", "  encryptedData:\n    k: @   \n"),
    (
        "decoy in a block",
        "  template:\n    data:\n      text: |\n        encryptedData:\n          k: no\n  encryptedData:\n    k: @\n",
    ),
    (
        "old kubeseal noise",
        "  encryptedData:\n    k: @\n  template:\n    data: null\n    metadata:\n      creationTimestamp: null\nstatus: {}\n",
    ),
];

fn fixture(body: &str, value: &str) -> String {
    HEAD.to_owned() + &body.replace('@', value)
}

fn replace_all(text: &str, new: &str) -> Result<String, String> {
    let stream = Stream::parse(text).map_err(|error| error.to_string())?;
    let sealed = sealed_secrets(&stream).map_err(|error| error.to_string())?;
    let items = sealed
        .iter()
        .map(|sealed| sealed.items())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| error.to_string())?;
    let changes: Vec<_> = items
        .into_iter()
        .flatten()
        .filter(|item| item.text.trim() == OLD)
        .map(|item| Change::Replace {
            scalar: item.scalar,
            text: new.to_owned(),
        })
        .collect();
    if changes.is_empty() {
        return Err("nothing to replace".to_owned());
    }
    apply(&stream, &changes)
        .map(|text| text.to_string())
        .map_err(|error| error.to_string())
}

#[test]
fn a_replaced_value_keeps_every_other_byte() {
    for (name, body) in STYLES {
        let edited =
            replace_all(&fixture(body, OLD), NEW).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(edited, fixture(body, NEW), "{name}");
    }
}

#[test]
fn windows_line_endings_survive() {
    for (name, body) in STYLES {
        let windows = |value| fixture(body, value).replace('\n', "\r\n");
        let edited =
            replace_all(&windows(OLD), NEW).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(edited, windows(NEW), "{name}");
    }
}

#[test]
fn other_documents_and_kinds_survive() {
    let around = |value: &str| {
        format!(
            "%YAML 1.2\n---\n# head\nkind: ConfigMap\ndata: {{k: {OLD}}}\n--- # marker\n{}...\n# tail\n---\n---\nkind: List\napiVersion: v1\nitems:\n- kind: ConfigMap\n- apiVersion: bitnami.com/v1alpha1\n  kind: SealedSecret\n  spec:\n    encryptedData:\n      k: {value}\n",
            fixture("  encryptedData:\n    k: @\n", value)
        )
    };
    assert_eq!(replace_all(&around(OLD), NEW).unwrap(), around(NEW));
}

#[test]
fn json_survives_in_any_layout() {
    for template in [
        r#"{"apiVersion":"bitnami.com/v1alpha1","kind":"SealedSecret","spec":{"encryptedData":{"k":"@"}}}"#,
        "{\n\t\"kind\" : \"SealedSecret\",\n\t\"apiVersion\": \"bitnami.com/v1alpha1\", \"spec\": {\"template\": null, \"encryptedData\": {\n \"k\" :  \"@\" }}}\n\n",
    ] {
        let two = |value: &str| template.replace('@', value) + &template.replace('@', "other");
        assert_eq!(replace_all(&two(OLD), NEW).unwrap(), two(NEW));
    }
}

#[test]
fn an_alias_to_a_value_elsewhere_is_not_followed_silently() {
    let text = format!("{HEAD}  x: &x {OLD}\n  encryptedData:\n    k: *x\n");
    let stream = Stream::parse(&text).unwrap();
    let item = sealed_secrets(&stream).unwrap()[0].items().unwrap()[0];
    assert!(
        stream.text()[stream.node(item.scalar).range()].contains(OLD),
        "the caller sees the scalar that would change"
    );
}

fn insert(text: &str, key: &str, value: Value) -> Result<String, String> {
    let stream = Stream::parse(text).map_err(|error| error.to_string())?;
    let mapping = sealed_secrets(&stream).map_err(|error| error.to_string())?[0]
        .encrypted_data()
        .expect("there is one")
        .id();
    let change = Change::Insert {
        mapping,
        key: key.to_owned(),
        value,
    };
    apply(&stream, &[change])
        .map(|text| text.to_string())
        .map_err(|error| error.to_string())
}

#[test]
fn a_new_key_goes_to_the_end_of_its_mapping() {
    for (before, after) in [
        (
            "  encryptedData:\n    a: x # why\n  template: {}\n",
            "  encryptedData:\n    a: x # why\n    k: V\n  template: {}\n",
        ),
        (
            "  encryptedData:\n        a: |\n          x\n\n  template: {}\n",
            "  encryptedData:\n        a: |\n          x\n        k: V\n\n  template: {}\n",
        ),
        (
            "  encryptedData:\n    a: x",
            "  encryptedData:\n    a: x\n    k: V",
        ),
        ("  encryptedData: {}\n", "  encryptedData:\n    k: V\n"),
        (
            "  encryptedData: {} # none\n",
            "  encryptedData:\n    k: V # none\n",
        ),
        (
            "  encryptedData:\n  template: {}\n",
            "  encryptedData:\n    k: V\n  template: {}\n",
        ),
        (
            "  encryptedData: {a: x}\n",
            "  encryptedData: {a: x, \"k\": \"V\"}\n",
        ),
        (
            "  encryptedData:\n    a:\n",
            "  encryptedData:\n    a:\n    k: V\n",
        ),
    ] {
        assert_eq!(
            insert(&(HEAD.to_owned() + before), "k", Value::text("V")).unwrap(),
            HEAD.to_owned() + after
        );
        let windows = |text: &str| (HEAD.to_owned() + text).replace('\n', "\r\n");
        assert_eq!(
            insert(&windows(before), "k", Value::text("V")).unwrap(),
            windows(after)
        );
    }
}

#[test]
fn a_new_key_in_json_follows_the_layout() {
    let pretty = "{\n  \"kind\": \"SealedSecret\",\n  \"apiVersion\": \"bitnami.com/v1alpha1\",\n  \"spec\": {\n    \"encryptedData\": {@}\n  }\n}\n";
    for (before, after) in [
        (
            "\n      \"a\": \"x\"\n    ",
            "\n      \"a\": \"x\",\n      \"k\": \"V\"\n    ",
        ),
        ("", "\n      \"k\": \"V\"\n    "),
        ("\"a\": \"x\"", "\"a\": \"x\", \"k\": \"V\""),
    ] {
        let edited = insert(&pretty.replace('@', before), "k", Value::text("V")).unwrap();
        assert_eq!(edited, pretty.replace('@', after));
    }
}

#[test]
fn a_text_that_reads_as_something_else_is_quoted() {
    let text = format!("{HEAD}  encryptedData:\n    a: x\n");
    for word in ["true", "no", "y", "12", "1e3", "0777", "null"] {
        let edited = insert(&text, "k", Value::text(word)).unwrap();
        assert!(
            edited.ends_with(&format!("    a: x\n    k: \"{word}\"\n")),
            "{edited}"
        );
    }
    let body = "  encryptedData:\n    k: @\n";
    assert_eq!(
        replace_all(&fixture(body, OLD), "true").unwrap(),
        fixture(body, "\"true\"")
    );
}

#[test]
fn nested_values_are_inserted_as_blocks() {
    let text = format!("{HEAD}  encryptedData:\n    a: x\n");
    let value = Value::Map(vec![(
        "labels".to_owned(),
        Value::texts([("app", "no"), ("tier", "a: b")]),
    )]);
    let edited = insert(&text, "m", value).unwrap();
    assert!(
        edited.ends_with(
            "    a: x\n    m:\n      labels:\n        app: \"no\"\n        tier: 'a: b'\n"
        ),
        "{edited}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_layout_around_a_value_survives(style in 0..STYLES.len(), before in "[a-zA-Z가-힣 #:'\\-]{0,40}", windows: bool, cut in 0usize..4) {
        let (name, body) = STYLES[style];
        let eol = if windows { "\r\n" } else { "\n" };
        let make = |value: &str| {
            let text = format!("# {before}\n{}---\n# {before}\nkind: Other\n", fixture(body, value) + if body.ends_with('\n') { "" } else { "\n" });
            let text = text.replace('\n', eol);
            text[..text.len() - cut.min(eol.len())].to_owned()
        };
        prop_assert_eq!(replace_all(&make(OLD), NEW).map_err(|error| TestCaseError::fail(format!("{name}: {error}")))?, make(NEW));
    }

    #[test]
    fn arbitrary_text_never_panics(text in "\\PC{0,200}") {
        let _ = replace_all(&text, NEW);
    }

    #[test]
    fn arbitrary_yaml_like_text_never_panics(parts in proptest::collection::vec(prop_oneof![
        Just("kind: SealedSecret\n"), Just("apiVersion: bitnami.com/v1alpha1\n"), Just("spec:\n"), Just("  encryptedData:\n"), Just("    a: "),
        Just(OLD), Just("\n"), Just("\r\n"), Just("|\n"), Just(">-\n"), Just("&x "), Just("*x"), Just("{"), Just("}"), Just("["), Just("- "), Just("'"), Just("\""),
        Just("---\n"), Just("...\n"), Just("? "), Just(": "), Just("#"), Just("\t"), Just("!!str "), Just("<<: *x\n"), Just("\u{feff}"), Just("\u{85}"), Just("ä"),
    ], 0..40)) {
        let text: String = parts.concat();
        if let Ok(edited) = replace_all(&text, NEW) {
            prop_assert_eq!(edited.matches(NEW).count(), text.matches(OLD).count() - edited.matches(OLD).count());
        }
    }
}
