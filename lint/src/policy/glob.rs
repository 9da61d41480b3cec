//! A glob over paths or names.

use super::text::text_value;
use crate::globbing::matcher;
use globset::GlobMatcher;

/// A glob; `*` does not cross a slash, `**` does, `{a,b}` are alternatives.
#[derive(Clone, Debug)]
pub struct Glob {
    text: String,
    matcher: GlobMatcher,
}

impl Glob {
    /// Compiles a glob.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let bad = |why: String| Error {
            text: text.to_owned(),
            why,
        };
        if text.is_empty() {
            return Err(bad("it is empty".to_owned()));
        }
        Ok(Self {
            text: text.to_owned(),
            matcher: matcher(text).map_err(bad)?,
        })
    }

    /// Returns whether a name or path matches.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.matcher.is_match(text)
    }

    /// Returns the glob as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// A text that is no glob.
#[derive(Debug, thiserror::Error)]
#[error("\"{text}\" is no glob: {why}")]
pub struct Error {
    text: String,
    why: String,
}

text_value!(Glob, "Glob", { "minLength": 1 });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternatives_and_stars_match_names() {
        let glob = Glob::parse("{db,postgres}-*").unwrap();
        assert!(glob.matches("db-password") && !glob.matches("my-db-password"));
    }

    #[test]
    fn a_broken_glob_says_why() {
        let error = Glob::parse("[a").unwrap_err().to_string();
        assert!(error.starts_with("\"[a\" is no glob: unclosed"), "{error}");
    }
}
