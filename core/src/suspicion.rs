//! Where people go wrong with a value: what is probably not meant, said before it is sealed.

/// Something about a plaintext that is rarely intended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Suspicion {
    /// A single line that ends with a line break, as `echo` adds it.
    #[error("the value ends with a line break, which becomes part of the secret")]
    TrailingNewline,
    /// Blanks before or after the text.
    #[error("the value starts or ends with a blank, which becomes part of the secret")]
    SurroundingBlank,
    /// The text is UTF-16, as older PowerShell redirects write it.
    #[error("the value is UTF-16 text, which programs rarely expect in a secret")]
    Utf16,
    /// Nothing at all.
    #[error("the value is empty")]
    Empty,
    /// An AWS access key id is 20 characters long, a secret access key 40.
    #[error("the value is {got} bytes long, but {what} has {expected}")]
    AwsKeyLength {
        /// What the data key says it is.
        what: AwsKey,
        /// How long it is.
        got: usize,
        /// How long it should be.
        expected: usize,
    },
}

/// One half of an AWS access key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AwsKey {
    /// `AKIA…`, 20 characters.
    Id,
    /// The secret half, 40 characters.
    Secret,
}

impl std::fmt::Display for AwsKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Id => "an AWS access key id",
            Self::Secret => "an AWS secret access key",
        })
    }
}

/// Returns what is suspicious about the plaintext of a data key, whose name says what it should be.
#[must_use]
pub fn suspicions_of(key: &str, plaintext: &[u8]) -> Vec<Suspicion> {
    let mut found = suspicions(plaintext);
    found.extend(wrong_length(key, plaintext.len()));
    found
}

/// Returns what is suspicious about a plaintext, at most one thing of each kind.
#[must_use]
pub fn suspicions(plaintext: &[u8]) -> Vec<Suspicion> {
    let is_utf_16 = plaintext.starts_with(&[0xff, 0xfe]) || plaintext.starts_with(&[0xfe, 0xff]);
    let Some((&last, _)) = plaintext.split_last() else {
        return vec![Suspicion::Empty];
    };
    let body = plaintext
        .strip_suffix(b"\n")
        .map(|body| body.strip_suffix(b"\r").unwrap_or(body));
    let single_line = body.is_some_and(|body| !body.contains(&b'\n'));
    let blank = |byte: u8| matches!(byte, b' ' | b'\t');
    [
        (single_line, Suspicion::TrailingNewline),
        (
            blank(plaintext[0]) || blank(last),
            Suspicion::SurroundingBlank,
        ),
        (is_utf_16, Suspicion::Utf16),
    ]
    .into_iter()
    .filter_map(|(found, suspicion)| found.then_some(suspicion))
    .collect()
}

/// An empty value has been called so already.
fn wrong_length(key: &str, got: usize) -> Option<Suspicion> {
    let letters = key.chars().filter(char::is_ascii_alphanumeric);
    let letters: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    let (what, expected) = if letters.ends_with("secretaccesskey") {
        (AwsKey::Secret, 40)
    } else if letters.ends_with("accesskeyid") {
        (AwsKey::Id, 20)
    } else {
        return None;
    };
    (got != expected && got != 0).then_some(Suspicion::AwsKeyLength {
        what,
        got,
        expected,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_aws_key_has_its_length_however_the_data_key_is_spelled() {
        let said = |key: &str, length: usize| {
            let found = suspicions_of(key, "x".repeat(length).as_bytes());
            found.first().map(ToString::to_string).unwrap_or_default()
        };
        assert_eq!(said("AWS_ACCESS_KEY_ID", 20), "");
        assert_eq!(
            said("aws-access-key-id", 21),
            "the value is 21 bytes long, but an AWS access key id has 20"
        );
        assert_eq!(said("secretAccessKey", 40), "");
        assert_eq!(
            said("AWS_SECRET_ACCESS_KEY", 41),
            "the value is 41 bytes long, but an AWS secret access key has 40"
        );
        assert_eq!(said("password", 3), "");
    }

    #[test]
    fn a_line_break_after_one_line_is_suspicious_and_after_several_is_not() {
        assert_eq!(suspicions(b"hunter2\n"), [Suspicion::TrailingNewline]);
        assert_eq!(suspicions(b"hunter2\r\n"), [Suspicion::TrailingNewline]);
        assert!(suspicions(b"-----BEGIN\nabc\n-----END\n").is_empty());
        assert!(suspicions(b"hunter2").is_empty());
    }

    #[test]
    fn blanks_emptiness_and_utf_16_are_suspicious() {
        assert_eq!(suspicions(b" a"), [Suspicion::SurroundingBlank]);
        assert_eq!(suspicions(b""), [Suspicion::Empty]);
        assert_eq!(suspicions(&[0xff, 0xfe, b'a', 0]), [Suspicion::Utf16]);
    }
}
