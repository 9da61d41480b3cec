//! Secrets at random, with the names and values that YAML, JSON and Kubernetes make hard.

use super::random::Random;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const SCOPES: [&str; 3] = ["strict", "namespace-wide", "cluster-wide"];
const NAMES: [&str; 8] = ["n", "y", "no", "on", "1e3", "0x1", "null", "true"];
const LABELS: [&str; 8] = ["", "1", "1.0", "true", "No", "0o7", "1e3", "null"];
const TYPES: [&str; 3] = ["Opaque", "kubernetes.io/basic-auth", "example.com/anything"];
const ANNOTATIONS: [&str; 14] = [
    "",
    " ",
    "a: b",
    "#x",
    "-",
    "- a",
    "@x",
    "~",
    "<a&b>",
    "it's",
    "\"quoted\"",
    "two\nlines",
    "ends with\n",
    "tab\there",
];
const TEXT: &str = "abc XYZ 019 :#-'\"\\<>&%{}[]|!*,?\t\n é ü 日本 🦭";

/// A Kubernetes Secret as a test expects to get it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Secret {
    pub(crate) name: String,
    pub(crate) namespace: String,
    pub(crate) kind: Option<String>,
    pub(crate) immutable: Option<bool>,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) annotations: BTreeMap<String, String>,
    pub(crate) data: BTreeMap<String, Vec<u8>>,
}

impl Secret {
    /// Makes one up; no key is missing and no value is longer than 64 KiB.
    pub(crate) fn random(random: &mut Random) -> Self {
        Self {
            name: name(random),
            namespace: name(random),
            kind: (!random.one_in(3)).then(|| random.pick(&TYPES).to_owned()),
            immutable: [None, None, Some(false), Some(true)][random.below(4)],
            labels: map(random, |random| random.pick(&LABELS).to_owned()),
            annotations: map(random, annotation),
            data: (0..=random.below(4))
                .map(|_| (data_key(random), value(random)))
                .collect(),
        }
    }

    /// Writes the Secret as input for sealing: JSON, or YAML with every string quoted.
    pub(crate) fn manifest(&self, format: &str) -> String {
        let value = self.to_json();
        match format {
            "json" => serde_json::to_string_pretty(&value).expect("a value is JSON"),
            _ => yaml(&value, 0),
        }
    }

    /// Reads a Secret that kubeseal or sealsmith recovered. Owner references are not part of it.
    pub(crate) fn from_json(text: &[u8]) -> Self {
        let value: Value = serde_json::from_slice(text).expect("the recovered Secret is JSON");
        assert_eq!(
            (&value["apiVersion"], &value["kind"]),
            (&json!("v1"), &json!("Secret"))
        );
        Self {
            name: string(&value["metadata"]["name"]),
            namespace: string(&value["metadata"]["namespace"]),
            kind: value["type"].as_str().map(str::to_owned),
            immutable: value["immutable"].as_bool(),
            labels: strings(&value["metadata"]["labels"]),
            annotations: strings(&value["metadata"]["annotations"]),
            data: strings(&value["data"])
                .into_iter()
                .map(|(k, v)| (k, decode(&v)))
                .collect(),
        }
    }

    /// The same Secret carrying the annotation that sealing with this scope leaves on it.
    pub(crate) fn with_scope(mut self, scope: &str) -> Self {
        if scope != "strict" {
            self.annotations.insert(
                format!("sealedsecrets.bitnami.com/{scope}"),
                "true".to_owned(),
            );
        }
        self
    }

    fn to_json(&self) -> Value {
        let mut metadata = Map::from_iter([("name".to_owned(), json!(self.name))]);
        let fields = [("labels", &self.labels), ("annotations", &self.annotations)];
        metadata.extend(
            fields
                .into_iter()
                .filter(|f| !f.1.is_empty())
                .map(|(k, v)| (k.to_owned(), json!(v))),
        );
        if !self.namespace.is_empty() {
            metadata.insert("namespace".to_owned(), json!(self.namespace));
        }
        let (text, binary): (Vec<_>, Vec<_>) = self
            .data
            .iter()
            .partition(|(key, value)| goes_as_text(key, value));
        let mut secret = json!({ "apiVersion": "v1", "kind": "Secret", "metadata": metadata });
        secret["data"] = binary
            .into_iter()
            .map(|(k, v)| (k.clone(), json!(BASE64.encode(v))))
            .collect();
        secret["stringData"] = text
            .into_iter()
            .map(|(k, v)| (k.clone(), json!(String::from_utf8_lossy(v))))
            .collect();
        if let Some(kind) = &self.kind {
            secret["type"] = json!(kind);
        }
        if let Some(immutable) = self.immutable {
            secret["immutable"] = json!(immutable);
        }
        secret
    }
}

/// Returns one of the three scopes.
pub(crate) fn scope(random: &mut Random) -> &'static str {
    random.pick(&SCOPES)
}

/// Replaces every ciphertext by its length: two seals of one value differ in nothing else.
pub(crate) fn without_ciphertext(manifest: &str) -> String {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
    let mut out = String::new();
    let mut rest = manifest;
    while let Some(start) = rest.find(is_base64) {
        let run = &rest[start..];
        let len = run.find(|c| !is_base64(c)).unwrap_or(run.len());
        out.push_str(&rest[..start]);
        // The smallest sealed value, empty and for a 2048-bit key, takes 368 characters.
        let shown = if len < 368 {
            run[..len].to_owned()
        } else {
            format!("<{len} characters>")
        };
        out.push_str(&shown);
        rest = &run[len..];
    }
    out + rest
}

/// Text may stand in `stringData`; which of it does depends on the key, so that both are tried.
fn goes_as_text(key: &str, value: &[u8]) -> bool {
    let is_text = |text: &str| !text.contains(|c: char| c.is_control() && c != '\n' && c != '\t');
    key.len().is_multiple_of(2) && std::str::from_utf8(value).is_ok_and(is_text)
}

fn name(random: &mut Random) -> String {
    if random.one_in(3) {
        return random.pick(&NAMES).to_owned();
    }
    let len = 1 + random.below(40);
    format!("a{}z", random.text("abcxyz019-", len))
}

fn data_key(random: &mut Random) -> String {
    if random.one_in(4) {
        return random.pick(&NAMES).to_owned();
    }
    let len = 1 + random.below(20);
    // Two dots in front are the one thing that Kubernetes refuses.
    random.text("abcXYZ019-_.", len).replace("..", ".-") + "k"
}

fn value(random: &mut Random) -> Vec<u8> {
    let len = [0, 1, 20, 40, random.below(300), random.below(4096)][random.below(6)];
    match random.below(40) {
        0 => random.bytes(64 * 1024),
        n if n % 2 == 0 => random.bytes(len),
        _ => random.text(TEXT, len).into_bytes(),
    }
}

fn annotation(random: &mut Random) -> String {
    let len = random.below(200);
    if random.one_in(3) {
        random.text(TEXT, len)
    } else {
        random.pick(&ANNOTATIONS).to_owned()
    }
}

fn map(
    random: &mut Random,
    mut value: impl FnMut(&mut Random) -> String,
) -> BTreeMap<String, String> {
    (0..random.below(4))
        .map(|n| (format!("{}{n}", map_key(random)), value(random)))
        .collect()
}

/// YAML writes a key of more than 128 bytes in another form.
fn map_key(random: &mut Random) -> String {
    let long = random.one_in(8);
    random.text("abcn", if long { 150 } else { 2 })
}

/// Block YAML whose keys and strings are written as JSON writes them, which is YAML too.
fn yaml(value: &Value, indent: usize) -> String {
    let Value::Object(fields) = value else {
        return format!(" {value}\n");
    };
    if fields.is_empty() {
        return " {}\n".to_owned();
    }
    let margin = " ".repeat(indent);
    let lines = fields.iter().map(|(key, value)| {
        let question = if key.len() > 100 { "? " } else { "" };
        let colon = if key.len() > 100 {
            format!("\n{margin}:")
        } else {
            ":".to_owned()
        };
        let value = yaml(value, indent + 2);
        format!("{margin}{question}{}{colon}{value}", json!(key))
    });
    let newline = if indent == 0 { "" } else { "\n" };
    newline.to_owned() + &lines.collect::<String>()
}

fn decode(base64: &str) -> Vec<u8> {
    BASE64.decode(base64).expect("data in a Secret is base64")
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// kubeseal prints an empty value as null.
fn strings(value: &Value) -> BTreeMap<String, String> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), string(value)))
        .collect()
}
