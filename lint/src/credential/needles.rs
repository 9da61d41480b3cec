//! The fixed parts of credentials, found in one pass: as they are, and as base64 writes them.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::Kind;

const NEEDLES: [(&str, Kind); 25] = [
    ("AKIA", Kind::AwsKeyId),
    ("ASIA", Kind::AwsKeyId),
    ("ecret_access_key", Kind::AwsSecretKey),
    ("ECRET_ACCESS_KEY", Kind::AwsSecretKey),
    ("ecret-access-key", Kind::AwsSecretKey),
    ("ecretAccessKey", Kind::AwsSecretKey),
    ("PRIVATE KEY-----", Kind::PrivateKey),
    ("PRIVATE KEY BLOCK-----", Kind::PrivateKey),
    ("AGE-SECRET-KEY-1", Kind::AgeKey),
    ("hooks.slack.com/", Kind::SlackHook),
    ("xoxa-", Kind::SlackToken),
    ("xoxb-", Kind::SlackToken),
    ("xoxp-", Kind::SlackToken),
    ("xoxr-", Kind::SlackToken),
    ("xapp-", Kind::SlackToken),
    ("ghp_", Kind::GitHubToken),
    ("gho_", Kind::GitHubToken),
    ("ghu_", Kind::GitHubToken),
    ("ghs_", Kind::GitHubToken),
    ("ghr_", Kind::GitHubToken),
    ("github_pat_", Kind::GitHubToken),
    ("glpat-", Kind::GitLabToken),
    ("gldt-", Kind::GitLabToken),
    ("glrt-", Kind::GitLabToken),
    ("glptt-", Kind::GitLabToken),
];

static SEARCH: LazyLock<Search> = LazyLock::new(Search::new);

/// A place that may be a credential.
pub(super) struct Hit {
    /// What it would be.
    pub(super) kind: Kind,
    /// Where the fixed part stands.
    pub(super) at: Range<usize>,
    /// How many bytes the fixed part has when it is not encoded.
    pub(super) len: usize,
    /// In base64: how many bytes of its first group of three precede it.
    pub(super) offset: Option<usize>,
}

struct Search {
    automaton: AhoCorasick,
    meanings: Vec<Meaning>,
}

#[derive(Clone, Copy)]
struct Meaning {
    kind: Kind,
    len: usize,
    offset: Option<usize>,
}

/// Returns the places of a text that may be credentials.
pub(super) fn find(text: &[u8]) -> impl Iterator<Item = Hit> + '_ {
    let search = &*SEARCH;
    search.automaton.find_iter(text).map(|found| {
        let Meaning { kind, len, offset } = search.meanings[found.pattern().as_usize()];
        Hit {
            kind,
            at: found.range(),
            len,
            offset,
        }
    })
}

/// How many characters of base64 the bytes before a fixed part take a share in.
pub(super) fn shared(offset: usize) -> usize {
    (offset * 8).div_ceil(6)
}

impl Search {
    fn new() -> Self {
        let mut patterns = Vec::new();
        let mut meanings = Vec::new();
        for (needle, kind) in NEEDLES {
            for offset in [None, Some(0), Some(1), Some(2)] {
                let pattern = offset.map_or_else(|| needle.to_owned(), |at| encoded(needle, at));
                patterns.push(pattern);
                let len = needle.len();
                meanings.push(Meaning { kind, len, offset });
            }
        }
        Self {
            automaton: AhoCorasick::new(&patterns).expect("a few short constants fit"),
            meanings,
        }
    }
}

/// The characters that base64 has for a text in any case, whatever surrounds it.
fn encoded(needle: &str, offset: usize) -> String {
    let bytes = [&vec![0; offset], needle.as_bytes()].concat();
    let whole = bytes.len() * 8 / 6;
    STANDARD_NO_PAD.encode(bytes)[shared(offset)..whole].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoded_characters_depend_on_the_needle_alone() {
        for offset in 0..3 {
            let core = encoded("AKIA", offset);
            assert!(core.len() >= 4);
            for (before, after) in [("\0\0", "\0\0"), ("zz", "zz"), ("a=", "\u{7f}!")] {
                let text = format!("{}AKIA{after}", &before[..offset]);
                let text = STANDARD_NO_PAD.encode(text);
                assert_eq!(text.find(&core), Some(shared(offset)), "{text}");
            }
        }
    }
}
