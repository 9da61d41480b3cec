//! Keys, manifests and short ways to seal and open, for tests of the whole program.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value;

use crate::support::program::{Outcome, Program};

pub(crate) const NAMESPACE_WIDE: &str = "sealedsecrets.bitnami.com/namespace-wide";
pub(crate) const CLUSTER_WIDE: &str = "sealedsecrets.bitnami.com/cluster-wide";

/// The data of a Secret.
pub(crate) type Data = BTreeMap<String, Vec<u8>>;

/// A file that kubeseal made, or that belongs to what it made.
pub(crate) fn kubeseal(path: &str) -> PathBuf {
    vectors().join("kubeseal").join(path)
}

/// A folder of `tests/vectors`.
pub(crate) fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors")
}

/// The private key of a pair.
pub(crate) fn private(pair: &str) -> PathBuf {
    kubeseal(&format!("keys/{pair}.key"))
}

/// The certificate of a pair.
pub(crate) fn certificate(pair: &str) -> PathBuf {
    kubeseal(&format!("keys/{pair}.crt"))
}

/// Seals one value strictly for a place.
pub(crate) fn sealed(pair: &str, namespace: &str, name: &str, value: impl Into<Vec<u8>>) -> String {
    sealed_in("strict", pair, namespace, name, value)
}

/// Seals one value in a scope.
pub(crate) fn sealed_in(
    scope: &str,
    pair: &str,
    namespace: &str,
    name: &str,
    value: impl Into<Vec<u8>>,
) -> String {
    Program::sealsmith()
        .args(["seal", "--raw", "--scope", scope, "-n", namespace])
        .args(["--name", name, "--cert"])
        .arg(certificate(pair))
        .stdin(value)
        .text()
}

/// A SealedSecret of nothing but a name and values.
pub(crate) fn manifest(namespace: &str, name: &str, items: &[(&str, &str)]) -> String {
    annotated(namespace, name, &[], items)
}

/// A SealedSecret with annotations of its own, which `spec.template` does not repeat.
pub(crate) fn annotated(
    namespace: &str,
    name: &str,
    annotations: &[(&str, &str)],
    items: &[(&str, &str)],
) -> String {
    let mut text = format!(
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: {name}\n  namespace: {namespace}\n"
    );
    if !annotations.is_empty() {
        text += "  annotations:\n";
    }
    for (key, value) in annotations {
        text += &format!("    {key}: {value}\n");
    }
    text += "spec:\n  encryptedData:\n";
    for (key, value) in items {
        text += &format!("    {key}: {value}\n");
    }
    text
}

/// Seals a manifest from standard input.
pub(crate) fn seal(pair: &str, input: impl Into<Vec<u8>>) -> Program {
    Program::sealsmith()
        .args(["seal", "-o", "yaml", "--cert"])
        .arg(certificate(pair))
        .stdin(input)
}

/// Opens a manifest from standard input with some private keys.
pub(crate) fn unseal(pairs: &[&str], input: impl Into<Vec<u8>>) -> Program {
    let keys = pairs
        .iter()
        .flat_map(|pair| ["--recovery-private-key".into(), private(pair)]);
    Program::sealsmith()
        .args(["unseal", "-o", "json"])
        .args(keys)
        .stdin(input)
}

/// Opens the only Secret of a manifest; everything has to open.
pub(crate) fn opened(pair: &str, input: impl Into<Vec<u8>>) -> Data {
    let mut all = secrets(&unseal(&[pair], input).output());
    assert_eq!(all.len(), 1);
    all.remove(0).1
}

/// Every Secret of the output of `unseal -o json`, with its name.
pub(crate) fn secrets(output: &[u8]) -> Vec<(String, Data)> {
    json(output)
        .iter()
        .map(|secret| (secret["metadata"]["name"].to_string(), data(secret)))
        .collect()
}

/// The JSON texts of an output.
pub(crate) fn json(output: &[u8]) -> Vec<Value> {
    let values = serde_json::Deserializer::from_slice(output).into_iter();
    values
        .map(|value| value.expect("the output is JSON"))
        .collect()
}

/// The decoded `data` of a Secret; an empty value is written as null.
pub(crate) fn data(secret: &Value) -> Data {
    let decode = |value: &Value| BASE64.decode(value.as_str().unwrap_or_default());
    secret["data"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), decode(value).expect("data is base64")))
        .collect()
}

/// Data from pairs of text.
pub(crate) fn texts(items: &[(&str, &str)]) -> Data {
    items
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).into()))
        .collect()
}

/// Asserts that a program said no or could not run, printed nothing, and told each of these.
pub(crate) fn refused(outcome: &Outcome, code: i32, told: &[&str]) {
    assert_eq!(outcome.code, Some(code), "{}", outcome.stderr);
    assert!(outcome.stdout.is_empty(), "it printed something");
    assert!(outcome.stderr.starts_with("error: "), "{}", outcome.stderr);
    for words in told {
        assert!(
            outcome.stderr.contains(words),
            "no {words:?} in\n{}",
            outcome.stderr
        );
    }
}
