//! Credentials by their fixed shapes, as they are and behind one level of base64.
//!
//! Nothing is measured or guessed: a text is one of these, or it is not. What documentation writes in
//! place of a credential (`AKIAIOSFODNN7EXAMPLE`, `ghp_xxxx…`) has the shape and is left out.

mod encoded;
mod needles;
mod shape;
mod source;

use std::ops::Range;

pub(crate) use shape::is_filler;
pub(crate) use source::in_source;

/// A credential in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sighting {
    /// What it opens.
    pub(crate) kind: Kind,
    /// Where it stands; of an encoded one, about where its text stands.
    pub(crate) at: Range<usize>,
    /// How it is written.
    pub(crate) form: Form,
}

/// What a credential is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    AwsKeyId,
    AwsSecretKey,
    PrivateKey,
    AgeKey,
    SlackHook,
    SlackToken,
    GitHubToken,
    GitLabToken,
}

/// How a credential is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Plain,
    Base64,
}

impl Kind {
    /// What it is, for people, with its article.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AwsKeyId => "an AWS access key id",
            Self::AwsSecretKey => "an AWS secret access key",
            Self::PrivateKey => "a private key",
            Self::AgeKey => "an age secret key",
            Self::SlackHook => "a Slack webhook URL",
            Self::SlackToken => "a Slack token",
            Self::GitHubToken => "a GitHub token",
            Self::GitLabToken => "a GitLab token",
        }
    }
}

/// Returns the credentials of a text in order, in one pass over it.
pub(crate) fn in_text(text: &str) -> Vec<Sighting> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    for hit in needles::find(bytes) {
        match hit.offset {
            None => found.extend(plain(bytes, hit.kind, hit.at)),
            Some(offset) => found.extend(encoded::verify(bytes, &hit, offset)),
        }
    }
    found.sort_by_key(|sighting| (sighting.at.start, sighting.kind));
    found.dedup_by(|later, first| later.kind == first.kind && later.at.start < first.at.end);
    found
}

/// A credential as it is, and the other half of its pair.
fn plain(text: &[u8], kind: Kind, needle: Range<usize>) -> Vec<Sighting> {
    let Some(at) = shape::verify(kind, text, needle) else {
        return Vec::new();
    };
    let pair = match kind {
        Kind::AwsKeyId => shape::secret_beside(text, &at),
        _ => None,
    };
    let sighting = |kind, at| Sighting {
        kind,
        at,
        form: Form::Plain,
    };
    let pair = pair.map(|at| sighting(Kind::AwsSecretKey, at));
    std::iter::once(sighting(kind, at)).chain(pair).collect()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    const ID: &str = concat!("AKIA", "QX7PZ3MDL5RT2WVN");
    const SECRET: &str = concat!("q7Zr2LmXw9Tb", "/cN4vKs8+pYh1DfGj6QaUeRoIt3B");

    /// Credentials that no one ever had, put together here so that no scanner takes them for real.
    fn samples() -> Vec<(Kind, String)> {
        let body = "MC4CAQAwBQYDK2VwBCIEIDq8Zl5rW0c3VtXbN7yQpLkJhGfDsAzXcVbNmQwErTyU";
        let word = "q7Zr2LmXw9TbcN4vKs8pYh1DfGj6QaUeRoIt3Bx";
        vec![
            (Kind::AwsKeyId, ID.to_owned()),
            (
                Kind::AwsSecretKey,
                format!("aws_secret_access_key = {SECRET}"),
            ),
            (
                Kind::PrivateKey,
                format!("-----BEGIN {} KEY-----\n{body}\n", "PRIVATE"),
            ),
            (
                Kind::PrivateKey,
                format!("\"-----BEGIN RSA {} KEY-----\\n{body}\\n\"", "PRIVATE"),
            ),
            (
                Kind::AgeKey,
                format!(
                    "AGE-SECRET-{}1{}",
                    "KEY-", "QX7PZ3MDL5RT2WVNQX7PZ3MDL5RT2WVNQX7PZ3MDL5RT2WVNQX7PZ3MDL5"
                ),
            ),
            (
                Kind::SlackHook,
                format!(
                    "https://hooks.{}/services/T04QX7PZ3/B05MDL5RT2/{}",
                    "slack.com",
                    &word[..24]
                ),
            ),
            (
                Kind::SlackToken,
                format!("xox{}-2468013579-{}", "b", &word[..24]),
            ),
            (Kind::GitHubToken, format!("gh{}_{}", "p", &word[..36])),
            (
                Kind::GitHubToken,
                format!("github_{}_{}_{word}{}", "pat", &word[..22], &word[..20]),
            ),
            (Kind::GitLabToken, format!("gl{}-{}", "pat", &word[..20])),
        ]
    }

    fn kinds(text: &str) -> Vec<Kind> {
        in_text(text).iter().map(|found| found.kind).collect()
    }

    #[test]
    fn each_shape_is_found_where_it_stands() {
        for (kind, text) in samples() {
            let around = format!("ä key: \"{text}\"\n");
            let found = in_text(&around);
            assert_eq!(
                found.iter().map(|found| found.kind).collect::<Vec<_>>(),
                [kind],
                "{text}"
            );
            let shown = &around[found[0].at.clone()];
            assert!(text.contains(shown) && shown.len() >= 20, "{shown}");
        }
    }

    #[test]
    fn each_shape_is_found_behind_base64_at_every_offset() {
        for (kind, text) in samples() {
            for lead in ["", "a", "ab", "user: x\n"] {
                let encoded = STANDARD.encode(format!("{lead} {text}\n"));
                assert_eq!(
                    kinds(&format!("data: {encoded}\n")),
                    [kind],
                    "{lead:?} {text}"
                );
            }
        }
    }

    #[test]
    fn what_stands_for_a_credential_is_none() {
        for text in [
            "AKIAIOSFODNN7EXAMPLE",
            "aws_secret_access_key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "AWS_SECRET_ACCESS_KEY: ${AWS_SECRET_ACCESS_KEY}",
            "secretAccessKey:\n  secretKeyRef: {name: aws, key: k}\nrev: 0123456789abcdef0123456789abcdef01234567",
            "AKIAXXXXXXXXXXXXXXXX",
            "AKIA1234567890123456",
            "BAKIAQX7PZ3MDL5RT2WVN",
            "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
            "https://hooks.slack.com/services/...",
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "glpat-xxxxxxxxxxxxxxxxxxxx",
            "ghp_short",
            "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n",
            "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA...\n-----END RSA PRIVATE KEY-----\n",
            "-----BEGIN PRIVATE KEY-----\n{{ .Values.key }}\n-----END PRIVATE KEY-----\n",
            "-----BEGIN PRIVATE KEY-----\nENC[AES256_GCM,data:abc,type:str]\n",
            "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7Zr2LmXw9TbcN4vKs8pYh1DfGj6Q\n",
        ] {
            assert_eq!(kinds(text), [], "{text}");
            assert_eq!(kinds(&STANDARD.encode(text)), [], "{text} in base64");
        }
    }

    #[test]
    fn a_secret_key_beside_its_id_needs_no_name() {
        let text = format!("{ID},{SECRET}\n");
        assert_eq!(kinds(&text), [Kind::AwsKeyId, Kind::AwsSecretKey]);
        assert_eq!(kinds(&format!("{SECRET}\n")), []);
    }

    #[test]
    fn many_needles_cost_no_more_than_their_number() {
        for needle in [
            "AKIA",
            "QUtJQ",
            "PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----",
        ] {
            assert!(in_text(&needle.repeat(100_000)).is_empty());
        }
    }
}
