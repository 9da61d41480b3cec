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

#[cfg(test)]
mod tests {
    use super::*;

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
