//! A length of time: `90d`, `4h`, `10m`.

use std::fmt;

use super::text::text_value;

/// A whole number of seconds (`s`), minutes (`m`), hours (`h`), days (`d`) or weeks (`w`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration {
    seconds: u64,
}

impl Duration {
    /// Returns a length in hours.
    #[must_use]
    pub const fn hours(hours: u32) -> Self {
        Self {
            seconds: hours as u64 * HOUR,
        }
    }

    /// Returns a length in minutes.
    #[must_use]
    pub const fn minutes(minutes: u32) -> Self {
        Self {
            seconds: minutes as u64 * 60,
        }
    }

    /// Reads a length of time.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let bad = || Error(text.to_owned());
        let unit = text.chars().last().and_then(seconds_of).ok_or_else(bad)?;
        let digits = &text[..text.len() - 1];
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(bad());
        }
        let count: u64 = digits.parse().map_err(|_| bad())?;
        let seconds = count
            .checked_mul(unit)
            .filter(|seconds| (1..=CENTURY).contains(seconds));
        seconds.map(|seconds| Self { seconds }).ok_or_else(bad)
    }

    /// Returns the length in seconds.
    #[must_use]
    pub const fn as_seconds(self) -> u64 {
        self.seconds
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fits = |unit: &&(char, u64)| self.seconds.is_multiple_of(unit.1);
        let (unit, seconds) = UNITS
            .iter()
            .find(fits)
            .expect("every length is a whole number of seconds");
        write!(f, "{}{unit}", self.seconds / seconds)
    }
}

/// A text that is no length of time.
#[derive(Debug, thiserror::Error)]
#[error(
    "\"{0}\" is no length of time: write a number and a unit, such as 90d, 4h or 10m, at most 100 years"
)]
pub struct Error(String);

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;
const CENTURY: u64 = 36_525 * DAY;
const UNITS: [(char, u64); 4] = [('d', DAY), ('h', HOUR), ('m', 60), ('s', 1)];

fn seconds_of(unit: char) -> Option<u64> {
    if unit == 'w' {
        return Some(7 * DAY);
    }
    UNITS
        .iter()
        .find(|(name, _)| *name == unit)
        .map(|(_, seconds)| *seconds)
}

text_value!(Duration, "Duration", {
    "pattern": "^[0-9]+[smhdw]$",
    "examples": ["90d", "4h", "10m"]
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_a_unit_are_lengths_of_time() {
        for (text, seconds) in [
            ("90d", 7_776_000),
            ("4h", 14_400),
            ("10m", 600),
            ("30s", 30),
            ("2w", 1_209_600),
        ] {
            assert_eq!(
                Duration::parse(text).unwrap().as_seconds(),
                seconds,
                "{text}"
            );
        }
        assert_eq!(Duration::hours(48).to_string(), "2d");
        assert_eq!(Duration::minutes(90).to_string(), "90m");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "d",
            "90",
            "90 d",
            "-1d",
            "+1d",
            "1.5h",
            "0m",
            "1h30m",
            "99999999999999999999d",
            "101w9",
            "9999999d",
            "10日",
        ] {
            assert!(Duration::parse(text).is_err(), "{text}");
        }
    }
}
