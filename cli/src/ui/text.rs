//! One piece of text for people, with style kept apart from content.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::{Colour, printable};

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const WARN: Style = AnsiColor::Yellow.on_default().bold();
const ACCENT: Style = AnsiColor::Cyan.on_default();

/// Text in pieces, each with its style; content is escaped as it comes in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text {
    pieces: Vec<(Style, String)>,
}

impl Text {
    /// Starts an empty text.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds text without style.
    #[must_use]
    pub(crate) fn plain(self, text: impl AsRef<str>) -> Self {
        self.styled(Style::new(), text.as_ref())
    }

    /// Adds emphasised text.
    #[must_use]
    pub(crate) fn bold(self, text: impl AsRef<str>) -> Self {
        self.styled(Style::new().bold(), text.as_ref())
    }

    /// Adds text that may be overlooked.
    #[must_use]
    pub(crate) fn dim(self, text: impl AsRef<str>) -> Self {
        self.styled(Style::new().dimmed(), text.as_ref())
    }

    /// Adds text that tells of success, or of an added line.
    #[must_use]
    pub(crate) fn good(self, text: impl AsRef<str>) -> Self {
        self.styled(GOOD, text.as_ref())
    }

    /// Adds text that tells of failure, or of a removed line.
    #[must_use]
    pub(crate) fn bad(self, text: impl AsRef<str>) -> Self {
        self.styled(BAD, text.as_ref())
    }

    /// Adds text that asks for care.
    #[must_use]
    pub(crate) fn warn(self, text: impl AsRef<str>) -> Self {
        self.styled(WARN, text.as_ref())
    }

    /// Adds text that stands out without judging, such as a position or a command to type.
    #[must_use]
    pub(crate) fn accent(self, text: impl AsRef<str>) -> Self {
        self.styled(ACCENT, text.as_ref())
    }

    /// Returns how many terminal columns the text fills.
    pub(crate) fn width(&self) -> usize {
        self.pieces.iter().map(|(_, text)| text.width()).sum()
    }

    /// Returns the text as written to a stream.
    pub(crate) fn render(&self, colour: Colour) -> String {
        let piece = |(style, text): &(Style, String)| match colour {
            Colour::Always => format!("{style}{text}{style:#}"),
            Colour::Never => text.clone(),
        };
        self.pieces.iter().map(piece).collect()
    }

    fn styled(mut self, style: Style, text: &str) -> Self {
        self.pieces.push((style, printable(text).into_owned()));
        self
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new().plain(text)
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        Self::new().plain(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::new().plain(text)
    }
}

impl From<Cow<'_, str>> for Text {
    fn from(text: Cow<'_, str>) -> Self {
        Self::new().plain(text)
    }
}

/// Writes `1 file`, `2 files`.
pub(crate) fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_colour_only_the_words_remain() {
        let text = Text::new().good("+ ").plain("a").dim(" b");
        assert_eq!(text.render(Colour::Never), "+ a b");
    }

    #[test]
    fn wide_characters_fill_two_columns() {
        assert_eq!(Text::from("값").width(), 2);
    }
}
