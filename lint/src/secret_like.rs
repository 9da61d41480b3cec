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

/// What people write where a secret would stand, letters and digits alone.
const FILLERS: [&str; 13] = [
    "changeme",
    "changeit",
    "changethis",
    "replaceme",
    "replacewith",
    "placeholder",
    "your",
    "todo",
    "fixme",
    "dummy",
    "example",
    "redacted",
    "insert",
];

/// Whether a key says that its value is a secret: `adminPassword`, `API_KEY`, `client-secret`.
pub(crate) fn names_secret(key: &str) -> bool {
    let name: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
    let name = name.to_ascii_lowercase();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Whether a key and its value are a readable secret.
pub(crate) fn is_secret(key: &str, value: Node<'_>) -> bool {
    is_secret_text(key, value.as_str().unwrap_or_default())
}

/// Whether a line of a text gives a secret a value: `password = hunter22`, `token: "..."`.
pub(crate) fn assigns_secret(line: &str) -> bool {
    let Some((key, value)) = line.split_once(['=', ':']) else {
        return false;
    };
    let key = key.trim();
    let key = key.strip_prefix("export ").unwrap_or(key);
    let is_name = !key.starts_with(['#', ';', '/']) && !key.contains(char::is_whitespace);
    is_name && is_secret_text(key, value.trim().trim_matches(['"', '\'', ',', ';']))
}

fn is_secret_text(key: &str, text: &str) -> bool {
    let text = text.trim();
    names_secret(key)
        && text.chars().count() >= MIN_LENGTH
        && is_literal(text)
        && !is_encrypted(text)
        && !is_filler(text)
        && !is_location(text)
        && !is_reference(key, text)
}

/// Whether a text only fills the place of a secret: `xxxxxxxx`, `********`, `change-me`, `your-token-here`.
pub(crate) fn is_filler(text: &str) -> bool {
    let first = text.chars().next().unwrap_or_default();
    let repeated = text.chars().nth(2).is_some() && text.chars().all(|c| c == first);
    let words: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let words = words.to_ascii_lowercase();
    repeated || FILLERS.iter().any(|filler| words.starts_with(filler))
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

/// Words joined by hyphens, as `airflow-s3-secret`: what people call objects.
fn is_object_name(text: &str) -> bool {
    text.contains('-') && text.split(['-', '.']).all(is_word)
}

/// A few letters with a digit or two, or a short number.
fn is_word(part: &str) -> bool {
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    let letters = part.bytes().filter(u8::is_ascii_lowercase).count();
    let short = digits + letters == part.len() && part.len() <= 16;
    short && (letters > 0 && digits <= 2 || letters == 0 && (1..=4).contains(&digits))
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
    fn a_line_may_assign_a_secret() {
        for line in [
            "password = hunter22",
            "  token: \"abcdefgh1\",",
            "DB_PASSWORD='12345678'",
        ] {
            assert!(assigns_secret(line), "{line}");
        }
        for line in [
            "# password = hunter22",
            "password = {{ .password }}",
            "passwordFile = /run/secrets/db",
            "password",
            "a sentence about a token: something longer",
        ] {
            assert!(!assigns_secret(line), "{line}");
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
            "password: CHANGE_ME",
            "token: your-token-here",
            "clientSecret: airflow-s3-oidc",
            "password: ENC[AES256_GCM,data:abc,tag:x,type:str]",
            "password: {a: hunter22}",
        ] {
            assert!(!secret(line), "{line}");
        }
    }
}
