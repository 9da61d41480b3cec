//! Files that another tool encrypted: what they hold cannot be read.

use crate::source::{Content, Reading, Source};

/// What such a file holds: SOPS leaves a marker for each value, the others start with a name.
const SOPS: &str = "ENC[AES256_GCM,";
const STARTS: [&[u8]; 4] = [
    b"\0GITCRYPT\0",
    b"-----BEGIN AGE ENCRYPTED FILE-----",
    b"age-encryption.org/",
    b"$ANSIBLE_VAULT;",
];

/// Whether a file as a whole is encrypted.
pub(crate) fn is_encrypted(source: &Source<'_>) -> bool {
    let Content::Bytes(bytes) = &source.file().content else {
        return false;
    };
    let sops = match source.reading() {
        Reading::Text { text, .. } => text.contains(SOPS),
        Reading::Manifests(stream) => has_sops(source) && stream.text().contains(SOPS),
        Reading::Unread(_) => false,
    };
    sops || STARTS.iter().any(|start| bytes.starts_with(start))
}

/// Whether SOPS left its notes; looked for first, because most manifests are sealed and long.
fn has_sops(source: &Source<'_>) -> bool {
    source
        .objects()
        .iter()
        .any(|object| object.node.get("sops").is_some())
}
