//! Names whose values are secrets, and the values that are only names of secrets.

use sealsmith_core::manifest::tree::Node;

use crate::readable::literal::{is_encrypted, is_literal};

/// The shortest text that counts as a secret beside a name that asks for one.
pub(crate) const MIN_LENGTH: usize = 8;

const ENDINGS: [&str; 7] = [
    "password",
    "passwd",
    "passphrase",
    "token",
    "secret",
    "apikey",
    "privatekey",
];

/// Names that end like a secret and hold the name of one.
const REFERENCES: [&str; 6] = ["existing", "pull", "tls", "use", "enable", "create"];

/// Whether a key says that its value is a secret: `adminPassword`, `API_KEY`, `client-secret`.
pub(crate) fn names_secret(key: &str) -> bool {
    let name: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
    let name = name.to_ascii_lowercase();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Whether a key and its value are a readable secret.
pub(crate) fn is_secret(key: &str, value: Node<'_>) -> bool {
    let text = value.as_str().unwrap_or_default().trim();
    names_secret(key)
        && text.chars().count() >= MIN_LENGTH
        && is_literal(text)
        && !is_encrypted(text)
        && !is_filler(text)
        && !is_location(text)
        && !is_reference(key, text)
}

/// `xxxxxxxx`, `********`
fn is_filler(text: &str) -> bool {
    let first = text.chars().next().unwrap_or_default();
    text.chars().all(|c| c == first)
}

/// A file or an address, where the secret is kept.
fn is_location(text: &str) -> bool {
    text.starts_with('/') || text.starts_with("./") || text.contains("://") && !text.contains('@')
}

/// `secret: db-credentials` and `pullSecret: registry`: the value is the name of a Secret.
fn is_reference(key: &str, text: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let named = key.ends_with("secret")
        && (is_object_name(text) || REFERENCES.iter().any(|start| key.contains(start)));
    named || key.starts_with("existing")
}

/// Words of letters, or short numbers, joined by hyphens: what people call objects.
fn is_object_name(text: &str) -> bool {
    let is_word = |part: &str| {
        let letters = part.bytes().all(|byte| byte.is_ascii_lowercase());
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        !part.is_empty() && part.len() <= 16 && (letters || digits && part.len() <= 4)
    };
    text.contains('-') && text.split(['-', '.']).all(is_word)
}

#[cfg(test)]
mod tests {
    use sealsmith_core::manifest::tree::Stream;

    use super::*;

    fn secret(line: &str) -> bool {
        let stream = Stream::parse(line).unwrap();
        let root = stream.documents().next().unwrap().root().unwrap();
        let (key, value) = root.entries().next().unwrap();
        is_secret(key.scalar().unwrap(), value)
    }

    #[test]
    fn literals_beside_secret_names_are_secrets() {
        for line in [
            "password: hunter22",
            "adminPassword: \"12345678\"",
            "DB_PASSWORD: 12345678",
            "api-key: abcdefgh1",
            "clientSecret: 0f8fad5b-d9cb-469f-a165-70867728950e",
            "github.token: some-long-token-1a2b",
            "secret: hunter22",
        ] {
            assert!(secret(line), "{line}");
        }
    }

    #[test]
    fn names_places_and_placeholders_are_not() {
        for line in [
            "existingSecret: postgres-credentials",
            "existingSecretPassword: password-key",
            "secretName: hunter22-secret",
            "secret: airflow-fernet-secret",
            "imagePullSecret: registrycred",
            "secretKey: database-password",
            "passwordKey: postgres-password",
            "passwordSecretRef: some-secret",
            "password: ''",
            "password: ~",
            "password: short",
            "password: ${DB_PASSWORD}",
            "password: /run/secrets/db-password",
            "tokenUrl: https://login.example/token",
            "token: https://login.example/token",
            "password: xxxxxxxxxxxx",
            "password: ENC[AES256_GCM,data:abc,tag:x,type:str]",
            "password: {a: hunter22}",
        ] {
            assert!(!secret(line), "{line}");
        }
    }
}
