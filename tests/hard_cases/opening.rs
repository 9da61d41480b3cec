//! Cases 3 to 9, 27 and 28: what opens, what does not, and what is said about it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::desk::{
    CLUSTER_WIDE, NAMESPACE_WIDE, annotated, manifest, opened, refused, seal, sealed, sealed_in,
    secrets, texts, unseal,
};
use crate::support::program::Program;

#[test]
fn an_empty_value_is_530_bytes_and_its_key_comes_back() {
    let value = sealed("rsa4096", "ns1", "app", "");
    assert_eq!(BASE64.decode(&value).expect("it is base64").len(), 530);
    let file = manifest("ns1", "app", &[("k", &value)]);
    assert_eq!(opened("rsa4096", file), texts(&[("k", "")]));
}

#[test]
fn every_byte_of_a_binary_value_comes_back() {
    let bytes: Vec<u8> = (0..=255).collect();
    let value = sealed("rsa4096", "ns1", "app", bytes.clone());
    let file = manifest("ns1", "app", &[("k", &value)]);
    assert_eq!(opened("rsa4096", file)["k"], bytes);
}

#[test]
fn a_scope_annotation_counts_only_when_it_is_exactly_true() {
    let value = sealed_in("namespace-wide", "rsa2048", "ns1", "", "v");
    let under = |flag: &str| annotated("ns1", "app", &[(NAMESPACE_WIDE, flag)], &[("k", &value)]);
    assert_eq!(opened("rsa2048", under("\"true\"")), texts(&[("k", "v")]));
    for flag in ["\"True\"", "\"1\"", "\"yes\""] {
        let outcome = unseal(&["rsa2048"], under(flag)).run();
        refused(&outcome, 1, &["sealed for", "namespace-wide"]);
    }
}

#[test]
fn a_scope_annotation_in_the_template_does_not_count() {
    let value = sealed_in("cluster-wide", "rsa2048", "", "", "v");
    let template = format!(
        "  template:\n    metadata:\n      annotations:\n        {CLUSTER_WIDE}: \"true\"\n"
    );
    let file = manifest("ns1", "app", &[("k", &value)]) + &template;
    refused(&unseal(&["rsa2048"], file).run(), 1, &["cluster-wide"]);
}

#[test]
fn with_both_annotations_only_the_empty_label_opens() {
    let both = [(NAMESPACE_WIDE, "\"true\""), (CLUSTER_WIDE, "\"true\"")];
    let value = sealed_in("cluster-wide", "rsa2048", "", "", "v");
    let file = annotated("ns1", "app", &both, &[("k", &value)]);
    assert_eq!(opened("rsa2048", file), texts(&[("k", "v")]));
    let value = sealed_in("namespace-wide", "rsa2048", "ns1", "", "v");
    let file = annotated("ns1", "app", &both, &[("k", &value)]);
    refused(&unseal(&["rsa2048"], file).run(), 1, &["key \"k\""]);
}

#[test]
fn base64_that_go_refuses_is_refused_with_its_byte() {
    let value = sealed("rsa2048", "ns1", "app", "value");
    let at_64 = |with: &str| format!("\"{}{with}{}\"", &value[..64], &value[65..]);
    let padded = sealed("rsa2048", "ns1", "app", "value!");
    let unpadded = padded.trim_end_matches('=');
    assert_ne!(unpadded, padded);
    let cases = [
        (at_64(" "), 64),
        (at_64("-"), 64),
        (at_64("_"), 64),
        // Go names the start of the group that is not complete.
        (unpadded.to_owned(), unpadded.len() / 4 * 4),
    ];
    for (text, byte) in cases {
        let file = manifest("ns1", "app", &[("k", &text)]);
        let outcome = unseal(&["rsa2048"], file).run();
        refused(&outcome, 1, &["key \"k\"", &format!("input byte {byte}")]);
    }
}

#[test]
fn base64_with_line_breaks_opens() {
    let value = sealed("rsa2048", "ns1", "app", "value");
    for end in ["\\n", "\\r\\n"] {
        let text = format!("\"{}{end}{}{end}\"", &value[..64], &value[64..]);
        let file = manifest("ns1", "app", &[("k", &text)]);
        assert_eq!(opened("rsa2048", file), texts(&[("k", "value")]));
    }
}

#[test]
fn every_malformed_value_is_an_error_of_its_own_key() {
    let whole = BASE64
        .decode(sealed("rsa2048", "ns1", "app", "value"))
        .expect("it is base64");
    let with = |place: usize, byte: u8| [&whole[..place], &[byte], &whole[place + 1..]].concat();
    let malformed: [Vec<u8>; 11] = [
        vec![],
        vec![1],
        vec![1, 0],
        [&[0xff, 0xff], &whole[2..]].concat(),
        [&[0, 0], &whole[2..]].concat(),
        vec![0xff; 65537],
        whole[..100].to_vec(),
        whole[..258 + 15].to_vec(),
        with(20, !whole[20]),
        with(whole.len() - 1, !whole[whole.len() - 1]),
        [&whole[..], &[0]].concat(),
    ];
    let good = sealed("rsa2048", "ns1", "app", "good");
    for bytes in malformed {
        let text = format!("\"{}\"", BASE64.encode(bytes));
        let file = manifest("ns1", "app", &[("bad", &text), ("good", &good)]);
        let outcome = unseal(&["rsa2048"], file).run();
        refused(&outcome, 1, &["key \"bad\""]);
        assert!(!outcome.stderr.contains("key \"good\""));
    }
}

#[test]
fn only_the_values_of_a_missing_key_are_named() {
    let a = sealed("rsa2048", "ns1", "app", "1");
    let b = sealed("rsa3072", "ns1", "app", "2");
    let file = manifest("ns1", "app", &[("a", &a), ("b", &b)]);
    let both = unseal(&["rsa2048", "rsa3072"], file.clone()).output();
    assert_eq!(secrets(&both)[0].1, texts(&[("a", "1"), ("b", "2")]));
    let outcome = unseal(&["rsa2048"], file).run();
    refused(&outcome, 1, &["key \"b\""]);
    assert!(!outcome.stderr.contains("key \"a\""), "{}", outcome.stderr);
}

#[test]
fn scalars_whose_line_breaks_stay_or_vanish_open() {
    let value = sealed("rsa2048", "ns1", "app", "value");
    let (start, end) = value.split_at(64);
    let literal = format!("|\n      {start}\n      {end}");
    let escaped = format!("\"{start}\\\n      {end}\"");
    for text in [literal, escaped] {
        let file = manifest("ns1", "app", &[("k", &text)]);
        assert_eq!(opened("rsa2048", file), texts(&[("k", "value")]));
    }
    let anchored = format!("&v {value}");
    let file = manifest("ns1", "app", &[("k", &anchored), ("l", "*v")]);
    let expected = texts(&[("k", "value"), ("l", "value")]);
    assert_eq!(opened("rsa2048", file), expected);
}

#[test]
fn scalars_whose_line_breaks_turn_into_spaces_are_refused_with_the_way_out() {
    let value = sealed("rsa2048", "ns1", "app", "value");
    let (start, end) = value.split_at(64);
    let folded = format!(">\n      {start}\n      {end}");
    let plain = format!("{start}\n      {end}");
    for text in [folded, plain] {
        let file = manifest("ns1", "app", &[("k", &text)]);
        let outcome = unseal(&["rsa2048"], file).run();
        refused(&outcome, 1, &["key \"k\"", "input byte 64", "one line"]);
    }
}

fn templated(data: &str) -> String {
    let (user, token) = (
        sealed("rsa2048", "ns1", "app", "admin"),
        sealed("rsa2048", "ns1", "app", "s3\"cret"),
    );
    manifest("ns1", "app", &[("user", &user), ("a-b", &token)])
        + &format!("  template:\n    data:\n{data}")
}

#[test]
fn a_template_renders_as_in_the_controller() {
    let file = templated(
        "      missing: '{{ .nothing }}'\n      dashed: '{{ index . \"a-b\" }}'\n      quoted: '{{ toJson (index . \"a-b\") }}'\n      encoded: '{{ .user | b64enc }}'\n",
    );
    let data = opened("rsa2048", file);
    let expected = texts(&[
        ("a-b", "s3\"cret"),
        ("dashed", "s3\"cret"),
        ("encoded", "YWRtaW4="),
        ("missing", "<no value>"),
        ("quoted", "\"s3\\\"cret\""),
        ("user", "admin"),
    ]);
    assert_eq!(data, expected);
}

#[test]
fn a_function_that_the_controller_lacks_is_an_error() {
    for call in [
        "env \"HOME\"",
        "expandenv \"$HOME\"",
        "getHostByName \"localhost\"",
        "required \"x\" .user",
    ] {
        let file = templated(&format!("      cfg: '{{{{ {call} }}}}'\n"));
        let function = call.split(' ').next().expect("a call starts with its name");
        refused(
            &unseal(&["rsa2048"], file).run(),
            1,
            &["key \"cfg\"", function],
        );
    }
}

#[test]
fn a_template_that_does_not_parse_is_named_and_shows_no_value() {
    let file = templated("      cfg: '{{ .user '\n");
    let outcome = unseal(&["rsa2048"], file).run();
    refused(&outcome, 1, &["key \"cfg\"", "unclosed action"]);
    assert!(!outcome.stderr.contains("admin"));
}

#[test]
fn who_wins_a_key_that_is_sealed_and_templated_depends_on_the_version() {
    let file = templated("      user: 'rendered'\n");
    let user = |version: &str| {
        let output = unseal(&["rsa2048"], file.clone())
            .args(["--controller-version", version])
            .output();
        secrets(&output)[0].1["user"].clone()
    };
    assert_eq!(user("0.36"), b"rendered");
    assert_eq!(user("0.37"), b"admin");
}

#[test]
fn a_template_sees_its_siblings_from_0_37_on() {
    let file = templated("      one: 'x{{ .user }}'\n      two: '{{ .one }}'\n");
    let two = |version: &str| {
        let output = unseal(&["rsa2048"], file.clone())
            .args(["--controller-version", version])
            .output();
        secrets(&output)[0].1["two"].clone()
    };
    assert_eq!(two("0.36"), b"<no value>");
    assert_eq!(two("0.37"), b"x{{ .user }}");
}

#[test]
fn empty_input_is_an_error_and_never_a_nameless_secret() {
    for input in ["", "\n\n", "---\n", "# nothing\n", "---\n---\n"] {
        refused(&unseal(&["rsa2048"], input).run(), 2, &["<stdin>"]);
        refused(&seal("rsa2048", input).run(), 2, &["<stdin>"]);
    }
}

#[test]
fn every_document_is_unsealed_and_an_empty_one_in_front_is_nothing() {
    let one = manifest(
        "ns1",
        "one",
        &[("k", &sealed("rsa2048", "ns1", "one", "1"))],
    );
    let two = manifest(
        "ns1",
        "two",
        &[("k", &sealed("rsa2048", "ns1", "two", "2"))],
    );
    let file = format!("---\n# empty\n---\n{one}---\n{two}");
    let output = unseal(&["rsa2048"], file).output();
    let expected = [
        ("\"one\"".to_owned(), texts(&[("k", "1")])),
        ("\"two\"".to_owned(), texts(&[("k", "2")])),
    ];
    assert_eq!(secrets(&output), expected);
}

#[test]
fn nothing_is_printed_when_one_of_several_documents_stays_shut() {
    let one = manifest(
        "ns1",
        "one",
        &[("k", &sealed("rsa2048", "ns1", "one", "1"))],
    );
    let two = manifest(
        "ns1",
        "two",
        &[("k", &sealed("rsa2048", "ns1", "old", "2"))],
    );
    let outcome = unseal(&["rsa2048"], format!("{one}---\n{two}")).run();
    refused(&outcome, 1, &["two", "key \"k\""]);
}

#[test]
fn without_any_key_nothing_is_unsealed() {
    let outcome = Program::sealsmith()
        .arg("unseal")
        .stdin(manifest("a", "b", &[]))
        .run();
    refused(&outcome, 2, &["no private key"]);
}
