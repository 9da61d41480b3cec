//! Access keys: what AWS tells of them, and a new one with its secret.

use zeroize::Zeroizing;

/// The id of an access key: an identifier, not a secret, though messages mask it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct AccessKeyId(String);

/// A text that is no id of an access key.
#[derive(Debug, thiserror::Error)]
#[error("an access key id has 16 to 128 capital letters and digits")]
pub(crate) struct AccessKeyIdError;

impl AccessKeyId {
    /// Takes 16 to 128 letters and digits, as the API does.
    pub(crate) fn parse(text: &str) -> Result<Self, AccessKeyIdError> {
        let fits = (16..=128).contains(&text.len());
        if fits && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(AccessKeyIdError)
        }
    }

    /// The whole id, for AWS, the Secret and the journal.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The id as messages show it: `…` and its last four characters.
    pub(crate) fn masked(&self) -> String {
        format!("…{}", &self.0[self.0.len() - 4..])
    }
}

// Whoever prints an id says which form is meant.
impl std::fmt::Debug for AccessKeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}

/// An access key as AWS lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccessKey {
    /// Its id.
    pub(crate) id: AccessKeyId,
    /// Whether it signs.
    pub(crate) status: Status,
    /// When it was created, in seconds since 1970.
    pub(crate) created: i64,
    /// Its last use as far as AWS tells, which is hours behind; nothing when AWS knows of none.
    pub(crate) last_used: Option<LastUsed>,
}

/// Whether a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// It does.
    Active,
    /// It is refused until it is made active again.
    Inactive,
}

/// When and where a key was last used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LastUsed {
    /// When, in seconds since 1970.
    pub(crate) at: i64,
    /// For which service, such as `s3`.
    pub(crate) service: String,
    /// In which region.
    pub(crate) region: String,
}

/// An access key with its secret, as AWS gives it once.
///
/// The secret is wiped on drop. What the SDK and the TLS library had of it in their buffers is theirs and is not.
pub(crate) struct NewKey {
    id: AccessKeyId,
    secret: Zeroizing<String>,
}

/// A text that is no secret access key.
#[derive(Debug, thiserror::Error)]
#[error("a secret access key is one word of visible ASCII characters")]
pub(crate) struct SecretError;

impl NewKey {
    /// Takes both parts, from AWS or from a backup.
    pub(crate) fn new(id: AccessKeyId, secret: Zeroizing<String>) -> Result<Self, SecretError> {
        if secret.is_empty() || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(SecretError);
        }
        Ok(Self { id, secret })
    }

    /// Its id.
    pub(crate) fn id(&self) -> &AccessKeyId {
        &self.id
    }

    /// Its secret; the name marks every place that looks at it.
    pub(crate) fn expose(&self) -> &str {
        &self.secret
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_sixteen_or_more_letters_and_digits() {
        for good in ["AKIAIOSFODNN7EXAMPLE", "AKIA567890123456"] {
            assert_eq!(AccessKeyId::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "AKIA",
            "AKIAIOSFODNN7 XAMPLE",
            "AKIAIOSFODNN7EXAMPL\u{c9}",
        ] {
            assert!(AccessKeyId::parse(bad).is_err(), "{bad:?}");
        }
        assert!(AccessKeyId::parse(&"A".repeat(129)).is_err());
    }

    #[test]
    fn a_message_shows_the_last_four_characters_of_an_id() {
        let id = AccessKeyId::parse("AKIAIOSFODNN7EXAMPLE").unwrap();
        assert_eq!(id.masked(), "…MPLE");
        assert_eq!(format!("{id:?}"), "…MPLE");
    }

    #[test]
    fn an_empty_secret_is_none() {
        let id = || AccessKeyId::parse("AKIAIOSFODNN7EXAMPLE").unwrap();
        assert!(NewKey::new(id(), Zeroizing::new(String::new())).is_err());
        assert!(NewKey::new(id(), Zeroizing::new("two words".to_owned())).is_err());
        assert!(NewKey::new(id(), Zeroizing::new("wJalr/+=".to_owned())).is_ok());
    }
}
