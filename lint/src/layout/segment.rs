//! One part of a path pattern, between two slashes.

use super::Error;
use super::wildcard::Wildcard;

/// What a part of a path can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Capture {
    Env,
    App,
    Name,
}

impl Capture {
    /// Returns the capture's name between its braces.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Env => "env",
            Self::App => "app",
            Self::Name => "name",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Env, Self::App, Self::Name]
            .into_iter()
            .find(|capture| capture.as_str() == text)
    }
}

/// A part of a pattern.
#[derive(Clone, Debug)]
pub(super) enum Segment {
    /// `**`: any number of parts.
    Any,
    /// A glob without a capture.
    Glob(Wildcard),
    /// A glob with one capture in it.
    Capturing {
        before: Wildcard,
        capture: Capture,
        after: Wildcard,
        whole: bool,
    },
}

impl Segment {
    /// Reads one part.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        if text == "**" {
            return Ok(Self::Any);
        }
        match split(text)? {
            None => Ok(Self::Glob(Wildcard::parse(text)?)),
            Some((before, capture, after)) => Ok(Self::Capturing {
                before: Wildcard::parse(before)?,
                capture,
                after: Wildcard::parse(after)?,
                whole: before.is_empty() && after.is_empty(),
            }),
        }
    }

    /// Returns the part with the environment filled in, if that leaves nothing open.
    pub(super) fn fixed(&self, env: &str) -> Option<String> {
        match self {
            Self::Glob(glob) => glob.only().map(str::to_owned),
            Self::Capturing {
                capture: Capture::Env,
                whole: true,
                ..
            } => Some(env.to_owned()),
            Self::Any | Self::Capturing { .. } => None,
        }
    }

    /// Returns whether a part of a path matches.
    pub(super) fn matches(&self, part: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Glob(glob) => glob.matches(part),
            Self::Capturing { .. } => self.captured(part).is_some(),
        }
    }

    /// Returns what the capture holds: the longest text, when several would do.
    pub(super) fn captured<'a>(&self, part: &'a str) -> Option<(Capture, &'a str)> {
        let Self::Capturing {
            before,
            capture,
            after,
            ..
        } = self
        else {
            return None;
        };
        let (starts, ends) = (before.ends_in(part), after.starts_in(part));
        starts
            .into_iter()
            .filter_map(|start| {
                let end = ends.last().filter(|&&end| end > start)?;
                Some(&part[start..*end])
            })
            .max_by_key(|text| text.len())
            .map(|text| (*capture, text))
    }
}

/// Splits around the one capture in a part, if there is one.
fn split(text: &str) -> Result<Option<(&str, Capture, &str)>, Error> {
    let mut found = None;
    let mut rest = 0;
    while let Some((open, close)) = next_braces(text, rest) {
        let inner = &text[open + 1..close];
        rest = close + 1;
        if inner.contains(',') {
            continue;
        }
        let capture =
            Capture::parse(inner).ok_or_else(|| Error::UnknownCapture(inner.to_owned()))?;
        if found
            .replace((&text[..open], capture, &text[rest..]))
            .is_some()
        {
            return Err(Error::TwoCaptures(text.to_owned()));
        }
    }
    Ok(found)
}

/// Returns where the next braces open and close, from a byte position on.
fn next_braces(text: &str, from: usize) -> Option<(usize, usize)> {
    let mut open = None;
    let mut skip = false;
    for (at, c) in text.char_indices().skip_while(|(at, _)| *at < from) {
        match c {
            _ if skip => skip = false,
            '\\' => skip = true,
            '{' => open = Some(at),
            '}' => return open.map(|open| (open, at)),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captured<'a>(pattern: &str, part: &'a str) -> Option<&'a str> {
        Segment::parse(pattern)
            .unwrap()
            .captured(part)
            .map(|(_, text)| text)
    }

    #[test]
    fn a_capture_takes_what_its_surroundings_leave() {
        assert_eq!(
            captured("sealed-{name}.{yaml,yml,json}", "sealed-db.v2.yml"),
            Some("db.v2")
        );
        assert_eq!(
            captured("sealed-{name}.{yaml,yml,json}", "sealed-.yml"),
            None
        );
        assert_eq!(captured("{a,b}-{app}", "b-x"), Some("x"));
        assert_eq!(captured("{env}", "値段"), Some("値段"));
    }

    #[test]
    fn of_several_possible_captures_the_longest_wins() {
        assert_eq!(captured("*-{name}", "a-b-c"), Some("b-c"));
        assert_eq!(captured("{name}*", "abc"), Some("abc"));
    }

    #[test]
    fn unknown_and_repeated_captures_are_refused() {
        let unknown = Segment::parse("{enviroment}").unwrap_err();
        assert_eq!(unknown, Error::UnknownCapture("enviroment".to_owned()));
        assert!(matches!(
            Segment::parse("{app}-{name}"),
            Err(Error::TwoCaptures(_))
        ));
        assert!(Segment::parse("{a,{env}}").is_err());
    }

    #[test]
    fn escaped_braces_are_letters() {
        let segment = Segment::parse("\\{env\\}").unwrap();
        assert!(segment.matches("{env}") && !segment.matches("dev"));
    }
}
