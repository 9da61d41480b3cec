//! What the page is told in a code, so that it can say it in its reader's language.

/// Declares codes and the texts that cross over for them.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident $($code:ident = $text:literal)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $name {
            $($code,)*
        }

        impl $name {
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$code,)*];

            /// What crosses over to the page.
            pub(crate) fn as_str(self) -> &'static str {
                match self {
                    $(Self::$code => $text,)*
                }
            }
        }
    };
}

codes! {
    /// Why something could not be done.
    Code
    NotText = "not-text"
    Utf16 = "utf-16"
    Expired = "expired"
    Der = "der"
    PrivateKey = "private-key"
    PublicKey = "public-key"
    NoCertificate = "no-certificate"
    Truncated = "truncated"
    MalformedCertificate = "malformed-certificate"
    NotRsa = "not-rsa"
    KeyTooSmall = "key-too-small"
    KeyTooLarge = "key-too-large"
    MalformedKey = "malformed-key"
    NameEmpty = "name-empty"
    NameTooLong = "name-too-long"
    NameDns = "name-dns"
    NameKey = "name-key"
    Syntax = "syntax"
    DuplicateKey = "duplicate-key"
    LostDocument = "lost-document"
    TooLarge = "too-large"
    MergeKey = "merge-key"
    Shape = "shape"
    Scope = "scope"
    NoData = "no-data"
    NoNamespace = "no-namespace"
    NoName = "no-name"
    NoSealedSecret = "no-sealed-secret"
    OtherNamespace = "other-namespace"
    CannotSeal = "cannot-seal"
    CannotEdit = "cannot-edit"
}

codes! {
    /// What is suspicious about a value.
    Warning
    TrailingNewline = "trailing-newline"
    SurroundingBlank = "surrounding-blank"
    Utf16 = "utf-16"
    Empty = "empty"
    AwsKeyIdLength = "aws-access-key-id-length"
    AwsSecretKeyLength = "aws-secret-access-key-length"
    Suspicious = "suspicious"
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANGUAGES: [(&str, &str); 2] = [
        ("en", include_str!("../../web/lang/en.json")),
        ("ko", include_str!("../../web/lang/ko.json")),
    ];

    /// Every key of a file of texts; one stands on each line.
    fn keys(language: &str) -> Vec<&str> {
        let keys = language.lines().filter_map(|line| line.split('"').nth(1));
        keys.collect()
    }

    #[test]
    fn every_error_is_said_in_every_language() {
        for (name, language) in LANGUAGES {
            let known = keys(language);
            for code in Code::ALL {
                let key = format!("error.{}", code.as_str());
                assert!(known.contains(&&*key), "{name} lacks {key}");
            }
        }
    }

    #[test]
    fn every_warning_is_said_in_every_language() {
        for (name, language) in LANGUAGES {
            let known = keys(language);
            for code in Warning::ALL {
                assert!(known.contains(&code.as_str()), "{name} lacks {code:?}");
            }
        }
    }

    #[test]
    fn no_text_is_about_an_error_that_cannot_happen() {
        for (name, language) in LANGUAGES {
            let known = keys(language);
            let told = known.iter().filter_map(|key| key.strip_prefix("error."));
            for code in told {
                assert!(
                    Code::ALL.iter().any(|known| known.as_str() == code),
                    "{name} has error.{code}"
                );
            }
        }
    }
}
