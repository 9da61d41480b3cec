//! What a part of a path may say around a capture: one of a few words, or whatever a glob allows.

use globset::GlobMatcher;

use super::Error;
use crate::globbing::matcher;

/// The texts that a part of a path may have. Words are compared, which is much cheaper than a glob.
#[derive(Clone, Debug)]
pub(super) enum Wildcard {
    /// One of these.
    Words(Vec<String>),
    /// Whatever matches.
    Glob(GlobMatcher),
}

impl Wildcard {
    /// Reads a glob.
    pub(super) fn parse(part: &str) -> Result<Self, Error> {
        let glob = glob(part)?;
        Ok(words(part).map_or(Self::Glob(glob), Self::Words))
    }

    /// Returns the only text that it allows, if there is just one.
    pub(super) fn only(&self) -> Option<&str> {
        match self {
            Self::Words(words) => match words.as_slice() {
                [word] => Some(word),
                _ => None,
            },
            Self::Glob(_) => None,
        }
    }

    /// Returns whether a text is allowed.
    pub(super) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Words(words) => words.iter().any(|word| word == text),
            Self::Glob(glob) => glob.is_match(text),
        }
    }

    /// Returns where a text may be cut so that it allows what stands before, from left to right.
    pub(super) fn ends_in(&self, text: &str) -> Vec<usize> {
        match self {
            Self::Words(words) => {
                let words = words.iter().filter(|word| text.starts_with(*word));
                sorted(words.map(String::len).collect())
            }
            Self::Glob(glob) => cuts(text)
                .filter(|&end| glob.is_match(&text[..end]))
                .collect(),
        }
    }

    /// Returns where a text may be cut so that it allows what stands behind, from left to right.
    pub(super) fn starts_in(&self, text: &str) -> Vec<usize> {
        match self {
            Self::Words(words) => {
                let words = words.iter().filter(|word| text.ends_with(*word));
                sorted(words.map(|word| text.len() - word.len()).collect())
            }
            Self::Glob(glob) => cuts(text)
                .filter(|&start| glob.is_match(&text[start..]))
                .collect(),
        }
    }
}

fn sorted(mut cuts: Vec<usize>) -> Vec<usize> {
    cuts.sort_unstable();
    cuts
}

fn cuts(text: &str) -> impl Iterator<Item = usize> {
    text.char_indices().map(|(at, _)| at).chain([text.len()])
}

/// Returns the words of a glob that has no wildcard but at most one `{a,b}`.
fn words(part: &str) -> Option<Vec<String>> {
    if part.contains(['*', '?', '[', ']', '\\']) {
        return None;
    }
    let Some((before, rest)) = part.split_once('{') else {
        return (!part.contains('}')).then(|| vec![part.to_owned()]);
    };
    let (inner, after) = rest.split_once('}')?;
    let simple = |text: &str| !text.contains(['{', '}']);
    let words: Vec<_> = inner.split(',').collect();
    let known = simple(inner) && simple(after) && words.iter().all(|word| !word.is_empty());
    let whole = |word: &str| [before, word, after].concat();
    known.then(|| words.into_iter().map(whole).collect())
}

fn glob(part: &str) -> Result<GlobMatcher, Error> {
    matcher(part).map_err(|why| Error::Glob {
        part: part.to_owned(),
        why,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_their_glob_allow_the_same() {
        for part in ["", "sealed-", ".{yaml,yml,json}", "a{b}c", "{x,y}-", "a,b"] {
            let words = Wildcard::parse(part).unwrap();
            assert!(matches!(words, Wildcard::Words(_)), "{part}");
            let glob = Wildcard::Glob(glob(part).unwrap());
            for text in [
                "", "sealed-", "sealed-a", ".yaml", "x.yml", ".json", "abc", "x-", "y-1", "a,b",
            ] {
                assert_eq!(words.matches(text), glob.matches(text), "{part} {text}");
                assert_eq!(words.ends_in(text), glob.ends_in(text), "{part} {text}");
                assert_eq!(words.starts_in(text), glob.starts_in(text), "{part} {text}");
            }
        }
    }

    #[test]
    fn whatever_else_stays_a_glob() {
        for part in ["*", "a?", "[ab]", "{a,*}", "{a,b}{c,d}", "{,a}", "\\{a"] {
            assert!(
                matches!(Wildcard::parse(part), Ok(Wildcard::Glob(_))),
                "{part}"
            );
        }
    }
}
