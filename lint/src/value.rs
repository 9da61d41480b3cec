//! The values of a SealedSecret, decoded once for everyone who looks at them.

use std::cell::OnceCell;
use std::ops::Range;

use sealsmith_core::envelope::{Envelope, decode_base64};
use sealsmith_core::manifest::resolve::Resolved;
use sealsmith_core::manifest::sealed_secret::SealedSecret;
use sealsmith_core::manifest::tree::{Node, Style};
use sealsmith_core::sealed::{self, SealedValue};
use sha2::{Digest as _, Sha256};

/// The field of the format before `spec.encryptedData`, which is listed as if it were a data key.
pub(crate) const LEGACY: &str = "spec.data";

/// How many bytes keys of 1024 to 8192 bits make of a session key.
pub(crate) const RSA_BYTES: std::ops::RangeInclusive<usize> = 128..=1024;

/// One value, as far as it can be read.
pub struct Value<'a> {
    /// The data key; `spec.data` for the legacy field.
    pub key: &'a str,
    /// Where the key stands.
    pub key_node: Node<'a>,
    /// Where the value stands; an alias is itself.
    pub node: Node<'a>,
    /// The bytes behind the base64, which are an envelope.
    pub bytes: Result<Vec<u8>, Undecoded>,
    /// Whether it is written in the mapping itself, not through an alias.
    pub own: bool,
    digest: OnceCell<[u8; 32]>,
}

/// Why a value has no bytes.
#[derive(Debug, thiserror::Error)]
pub enum Undecoded {
    /// It is no string for Kubernetes: a number, a list, nothing.
    #[error("it is not a string")]
    NoText,
    /// It is no sealed value.
    #[error(transparent)]
    Malformed(#[from] sealed::Error),
}

/// Returns the values of a SealedSecret in the order of the file, whatever they hold.
#[must_use]
pub(crate) fn values(secret: SealedSecret<'_>) -> Vec<Value<'_>> {
    let data = secret.encrypted_data();
    let own = data.is_some_and(|data| !data.is_alias());
    let entries = data.into_iter().flat_map(Node::entries);
    let values =
        entries.map(|(key, node)| Value::new(key.scalar().unwrap_or_default(), key, node, own));
    let legacy = secret
        .legacy_data()
        .map(|node| Value::new(LEGACY, node, node, true));
    values.chain(legacy).collect()
}

impl<'a> Value<'a> {
    fn new(key: &'a str, key_node: Node<'a>, node: Node<'a>, own: bool) -> Self {
        Self {
            key,
            key_node,
            node,
            bytes: decode(node),
            own: own && !node.is_alias(),
            digest: OnceCell::new(),
        }
    }

    /// The field in which it stands, as `spec.encryptedData.password`.
    #[must_use]
    pub fn field(&self) -> String {
        match self.key {
            LEGACY => LEGACY.to_owned(),
            key => format!("spec.encryptedData.{key}"),
        }
    }

    /// Its parts, when it is well formed.
    #[must_use]
    pub fn envelope(&self) -> Option<Envelope<'_>> {
        Envelope::parse(self.bytes.as_ref().ok()?).ok()
    }

    /// SHA-256 of the ciphertext, which names it in the lock file.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        *self.digest.get_or_init(|| self.hash())
    }

    /// The bytes of the text in which it stands.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        let range = self.node.range();
        match self.node.style() {
            // The node of a block runs up to whatever comes next.
            Some(Style::Literal | Style::Folded) if !self.node.is_alias() => {
                trimmed(self.node.stream().text(), range)
            }
            _ => range,
        }
    }

    fn hash(&self) -> [u8; 32] {
        match (&self.bytes, self.node.scalar()) {
            (Ok(bytes), _) => Sha256::digest(bytes).into(),
            (Err(_), Some(text)) => Sha256::digest(text.as_bytes()).into(),
            (Err(_), None) => {
                Sha256::digest(&self.node.stream().text()[self.node.resolved().range()]).into()
            }
        }
    }
}

/// Whether Kubernetes reads a node as a string.
pub(crate) fn is_string(node: Node<'_>) -> bool {
    let Some(text) = node.scalar() else {
        return false;
    };
    match (node.style(), node.tag()) {
        // No number and no word of YAML is that long.
        (Some(Style::Plain), None) if text.len() <= 64 => {
            matches!(
                Resolved::of(text),
                Resolved::Text | Resolved::Timestamp | Resolved::Merge
            )
        }
        _ => true,
    }
}

fn decode(node: Node<'_>) -> Result<Vec<u8>, Undecoded> {
    let text = node
        .scalar()
        .filter(|_| is_string(node))
        .ok_or(Undecoded::NoText)?;
    if let Ok(bytes) = decode_base64(text)
        && Envelope::parse(&bytes).is_ok()
    {
        return Ok(bytes);
    }
    Ok(SealedValue::parse(text)?.as_bytes().to_vec())
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let raw = &text[range.clone()];
    let start = range.start + (raw.len() - raw.trim_start().len());
    start..start + raw.trim().len()
}
